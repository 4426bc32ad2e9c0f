"""AWS CodeCommit: repositories (moto 5.2.1)."""

import json
import time

from moto.codecommit.exceptions import RepositoryDoesNotExistException, RepositoryNameExistsException
from moto.codecommit.models import CodeCommit
from moto.codecommit.responses import CodeCommitResponse
from moto.core.responses import ActionResult

from git_store import GitStore
from patching import add, wrap
from refusing import Refusal, before, parameters

# "CreateRepository" of the API reference.
NAME_MAX = 100


def tell_times_as_numbers():
    """Symptom (moto 5.2.1): the provider can't read a repository: "expected LastModifiedDate to be a JSON Number".
    AWS: seconds since 1970.
    """

    @wrap(CodeCommit, "__init__")
    def initialise(original, repository, *arguments, **options):
        original(repository, *arguments, **options)
        now = round(time.time(), 3)
        repository.repository_metadata.update(creationDate=now, lastModifiedDate=now)
        repository.git = GitStore()
        repository.tags = {}


def keep_the_key_of_a_repository():
    """Symptom (moto 5.2.1): the encryption key of a repository is dropped: the next plan replaces the repository.
    AWS: shows kmsKeyId.
    """

    @wrap(CodeCommitResponse, "create_repository")
    def create_repository(original, response):
        result = original(response)
        metadata = repository_of(response).repository_metadata
        if parameters(response).get("kmsKeyId"):
            metadata["kmsKeyId"] = parameters(response)["kmsKeyId"]
        if metadata["repositoryDescription"] is None:
            del metadata["repositoryDescription"]
        return json.dumps({**json.loads(result), "repositoryMetadata": metadata})


def tag_repositories():
    """Symptom (moto 5.2.1): ListTagsForResource, TagResource and UntagResource: HTTP 500 at apply; tags at the creation
    are dropped.
    AWS: keeps them.
    """

    @wrap(CodeCommitResponse, "create_repository")
    def create_repository(original, response):
        result = original(response)
        repository_of(response).tags = dict(parameters(response).get("tags") or {})
        return result

    @add(CodeCommitResponse, "list_tags_for_resource")
    def list_tags_for_resource(response):
        return ActionResult({"tags": _by_arn(response).tags})

    @add(CodeCommitResponse, "tag_resource")
    def tag_resource(response):
        _by_arn(response).tags.update(parameters(response)["tags"])
        return ActionResult({})

    @add(CodeCommitResponse, "untag_resource")
    def untag_resource(response):
        for key in parameters(response)["tagKeys"]:
            _by_arn(response).tags.pop(key, None)
        return ActionResult({})


def change_repositories():
    """Symptom (moto 5.2.1): a changed description or name, and ListRepositories: HTTP 500.
    AWS: changes the repository in place; a changed name keeps what was committed.
    """

    @add(CodeCommitResponse, "update_repository_description")
    def update_repository_description(response):
        repository = repository_of(response)
        _change(repository, repositoryDescription=parameters(response).get("repositoryDescription") or "")
        return ActionResult({})

    @add(CodeCommitResponse, "update_repository_name")
    def update_repository_name(response):
        repositories = response.codecommit_backend.repositories
        request = parameters(response)
        old, new = request["oldName"], request["newName"]
        if old not in repositories:
            raise RepositoryDoesNotExistException(old)
        if new in repositories:
            raise RepositoryNameExistsException(new)
        repository = repositories.pop(old)
        metadata = repository.repository_metadata
        named = {name: metadata[name].removesuffix(old) + new for name in ("Arn", "cloneUrlHttp", "cloneUrlSsh")}
        _change(repository, repositoryName=new, **named)
        repositories[new] = repository
        return ActionResult({})

    @add(CodeCommitResponse, "list_repositories")
    def list_repositories(response):
        found = [repository.repository_metadata for repository in response.codecommit_backend.repositories.values()]
        listed = [{name: metadata[name] for name in ("repositoryName", "repositoryId")} for metadata in found]
        return ActionResult({"repositories": listed})


def require_a_repository_name():
    """Symptom (moto 5.2.1): repositories may have names of any length, names that end with .git, and letters of all
    languages.
    AWS: InvalidRepositoryNameException.
    """

    @before(CodeCommitResponse, "create_repository")
    def name(_response, request):
        name = request["repositoryName"]
        if not 0 < len(name) <= NAME_MAX or not name.isascii() or name.endswith(".git"):
            raise Refusal(
                "InvalidRepositoryNameException",
                "The repository name is not valid. Repository names can be any valid combination of letters, numbers, "
                f"periods, underscores, and dashes between 1 and {NAME_MAX} characters in length, and cannot end in "
                ".git. Names are case sensitive.",
            )


def repository_of(response):
    """The repository that a request names. @raises RepositoryDoesNotExistException"""
    name = parameters(response)["repositoryName"]
    response.codecommit_backend.get_repository(name)
    return response.codecommit_backend.repositories[name]


def _by_arn(response):
    name = parameters(response)["resourceArn"].split(":")[-1]
    response.codecommit_backend.get_repository(name)
    return response.codecommit_backend.repositories[name]


def _change(repository, **fields):
    repository.repository_metadata.update(fields, lastModifiedDate=round(time.time(), 3))


PATCHES = (
    tell_times_as_numbers,
    keep_the_key_of_a_repository,
    tag_repositories,
    change_repositories,
    require_a_repository_name,
)
