"""AWS CodeCommit: branches, commits and files (moto 5.2.1)."""

import base64
import time

from moto.codecommit.responses import CodeCommitResponse
from moto.core.responses import ActionResult

from git_store import File, children, tree_id
from patches.codecommit import repository_of
from patching import add
from refusing import Refusal, before, parameters

# "Quotas in AWS CodeCommit": bytes of one file of a commit.
FILE_MAX = 6 * 1024 * 1024
BRANCH_NAME_MAX = 256


def commit_files():
    """Symptom (moto 5.2.1): CreateCommit and GetCommit: HTTP 500.
    AWS: commits to the tip of a branch, which is to be named as the parent; the first commit makes the branch, and the
    default branch.
    """

    @add(CodeCommitResponse, "create_commit")
    def create_commit(response):
        request, repository = parameters(response), repository_of(response)
        parent = _parent(repository.git, request)
        before_it = parent.files if parent else {}
        files = {**before_it, **_put_files(repository.git, request)}
        for path in _deleted_files(request, files):
            del files[path]
        if files == before_it:
            raise Refusal("NoChangeException", "The commit cannot be created because no changes were made.")
        author = {"name": request.get("authorName") or "", "email": request.get("email") or "", "date": _now()}
        message = request.get("commitMessage") or ""
        parents = (parent.id,) if parent else ()
        made = repository.git.commit(request["branchName"], parents, files, message, author)
        repository.repository_metadata.setdefault("defaultBranch", request["branchName"])
        return ActionResult({"commitId": made.id, "treeId": made.tree_id, **_differences(before_it, files)})

    @add(CodeCommitResponse, "get_commit")
    def get_commit(response):
        wanted = parameters(response)["commitId"]
        commit = repository_of(response).git.commits.get(wanted)
        if not commit:
            raise Refusal("CommitIdDoesNotExistException", f"The commit {wanted} does not exist in the repository.")
        told = {"commitId": commit.id, "treeId": commit.tree_id, "parents": list(commit.parents)}
        signed = {"author": commit.author, "committer": commit.author}
        return ActionResult({"commit": {**told, "message": commit.message, **signed}})


def _parent(git, request):
    branch, given = request["branchName"], request.get("parentCommitId")
    tip = git.branches.get(branch)
    if tip is None and git.branches:
        raise _no_branch(branch)
    if tip is None and given:
        raise Refusal("ParentCommitDoesNotExistException", f"The parent commit {given} does not exist.")
    if tip and not given:
        raise Refusal("ParentCommitIdRequiredException", "A parent commit ID is required: the branch has commits.")
    if given != tip:
        raise Refusal(
            "ParentCommitIdOutdatedException",
            f"The parent commit {given} is outdated. The tip of the branch {branch} is the commit {tip}.",
        )
    return git.commits.get(tip)


def _put_files(git, request):
    given = request.get("putFiles") or []
    if not given and not request.get("deleteFiles"):
        raise Refusal("FileEntryRequiredException", "A commit needs at least one file to add, change or delete.")
    put = {}
    for file in given:
        path, content = _path(file["filePath"]), base64.b64decode(file.get("fileContent") or "")
        if len(content) > FILE_MAX:
            raise Refusal("FileContentSizeLimitExceededException", f"The file {path} is larger than 6 MB.")
        put[path] = File(git.add_blob(content), file.get("fileMode") or "NORMAL")
    return put


def _deleted_files(request, files):
    paths = [_path(file["filePath"]) for file in request.get("deleteFiles") or []]
    for path in paths:
        if path not in files:
            raise _no_file(path)
    return paths


def _differences(old, new):
    def told(path, file):
        return {"absolutePath": path, "blobId": file.blob_id, "fileMode": file.mode}

    return {
        "filesAdded": [told(path, file) for path, file in new.items() if path not in old],
        "filesUpdated": [told(path, file) for path, file in new.items() if path in old and old[path] != file],
        "filesDeleted": [told(path, file) for path, file in old.items() if path not in new],
    }


def read_files():
    """Symptom (moto 5.2.1): GetFile and GetFolder: HTTP 500.
    AWS: gives what a branch or a commit holds, by default the tip of the default branch.
    """

    @add(CodeCommitResponse, "get_file")
    def get_file(response):
        repository, path = repository_of(response), _path(parameters(response)["filePath"])
        commit = _specified(repository, parameters(response))
        file = commit.files.get(path)
        if not file:
            raise _no_file(path)
        content = repository.git.blobs[file.blob_id]
        told = {"commitId": commit.id, "blobId": file.blob_id, "filePath": path, "fileMode": file.mode}
        return ActionResult({**told, "fileSize": len(content), "fileContent": content})

    @add(CodeCommitResponse, "get_folder")
    def get_folder(response):
        path = parameters(response)["folderPath"].strip("/")
        commit = _specified(repository_of(response), parameters(response))
        folder = f"{path}/" if path else ""
        files, folders = children(commit.files, folder)
        if not files and not folders:
            raise Refusal("FolderDoesNotExistException", f"The folder {path} does not exist.")
        told = {"commitId": commit.id, "folderPath": path, "treeId": tree_id(commit.files, folder)}
        listed = [_listed(folder, item, commit.files[item]) for item in files]
        below = [
            {"treeId": tree_id(commit.files, f"{item}/"), "absolutePath": item, "relativePath": item[len(folder) :]}
            for item in folders
        ]
        return ActionResult({**told, "files": listed, "subFolders": below, "symbolicLinks": [], "subModules": []})


def _listed(folder, path, file):
    return {"blobId": file.blob_id, "absolutePath": path, "relativePath": path[len(folder) :], "fileMode": file.mode}


def _specified(repository, request):
    specifier = request.get("commitSpecifier") or repository.repository_metadata.get("defaultBranch") or ""
    commit = repository.git.find(specifier)
    if not commit:
        raise Refusal("CommitDoesNotExistException", f"The commit specifier {specifier!r} names no commit.")
    return commit


def keep_branches():
    """Symptom (moto 5.2.1): CreateBranch, GetBranch, ListBranches, DeleteBranch and UpdateDefaultBranch: HTTP 500.
    AWS: a branch names a commit; the default branch can't be deleted.
    """

    @add(CodeCommitResponse, "create_branch")
    def create_branch(response):
        request, git = parameters(response), repository_of(response).git
        if request["branchName"] in git.branches:
            raise Refusal("BranchNameExistsException", f"The branch {request['branchName']} exists already.")
        if request["commitId"] not in git.commits:
            raise Refusal("CommitDoesNotExistException", f"The commit {request['commitId']} does not exist.")
        git.branches[request["branchName"]] = request["commitId"]
        return ActionResult({})

    @add(CodeCommitResponse, "get_branch")
    def get_branch(response):
        return ActionResult({"branch": _branch(repository_of(response).git, parameters(response)["branchName"])})

    @add(CodeCommitResponse, "list_branches")
    def list_branches(response):
        return ActionResult({"branches": sorted(repository_of(response).git.branches)})

    @add(CodeCommitResponse, "delete_branch")
    def delete_branch(response):
        repository, name = repository_of(response), parameters(response)["branchName"]
        if name == repository.repository_metadata.get("defaultBranch"):
            raise Refusal("DefaultBranchCannotBeDeletedException", f"The branch {name} is the default branch.")
        if name not in repository.git.branches:
            return ActionResult({})
        deleted = _branch(repository.git, name)
        del repository.git.branches[name]
        return ActionResult({"deletedBranch": deleted})

    @add(CodeCommitResponse, "update_default_branch")
    def update_default_branch(response):
        repository, name = repository_of(response), parameters(response)["defaultBranchName"]
        repository.repository_metadata["defaultBranch"] = _branch(repository.git, name)["branchName"]
        return ActionResult({})


def _branch(git, name):
    if name not in git.branches:
        raise _no_branch(name)
    return {"branchName": name, "commitId": git.branches[name]}


def require_a_branch_name():
    """Symptom (moto 5.2.1): there are no branches, so none has a bad name.
    AWS: InvalidBranchNameException for what git can't have as a branch's name, and for refs/heads/... in full.
    """

    @before(CodeCommitResponse, "create_commit", "create_branch")
    def branch_name(_response, request):
        name = request["branchName"]
        forbidden = any(part in name for part in (" ", "~", "^", ":", "?", "*", "[", "\\", "..", "//", "@{"))
        edges = name.startswith(("/", "-", "refs/heads/")) or name.endswith(("/", ".", ".lock"))
        if not 0 < len(name) <= BRANCH_NAME_MAX or forbidden or edges:
            raise Refusal("InvalidBranchNameException", f"The branch name {name!r} is not a valid Git branch name.")


def _path(path):
    if not path or path.endswith("/") or any(part in ("", ".", "..", ".git") for part in path.strip("/").split("/")):
        raise Refusal("InvalidPathException", f"The path {path!r} is not valid.")
    return path.strip("/")


def _no_branch(name):
    return Refusal("BranchDoesNotExistException", f"The branch {name} does not exist in the repository.")


def _no_file(path):
    return Refusal("FileDoesNotExistException", f"The file {path} does not exist.")


def _now():
    return f"{int(time.time())} +0000"


PATCHES = (commit_files, read_files, keep_branches, require_a_branch_name)
