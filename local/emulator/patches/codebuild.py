"""AWS CodeBuild: projects that Terraform can manage (moto 5.2.1)."""

import copy
import json
import time

from moto.codebuild import responses
from moto.codebuild.exceptions import InvalidInputException, ResourceNotFoundException
from moto.codebuild.models import CodeBuildBackend
from moto.codebuild.responses import CodeBuildResponse

from patching import add, replace, wrap
from refusing import before, parameters

# "CreateProject" of the API reference.
DEFAULTS = {
    "timeoutInMinutes": 60,
    "queuedTimeoutInMinutes": 480,
    "projectVisibility": "PRIVATE",
    "cache": {"type": "NO_CACHE"},
}
SOURCES_WITHOUT_LOCATION = ("CODEPIPELINE", "NO_SOURCE")
ARTIFACTS_WITHOUT_LOCATION = ("CODEPIPELINE", "NO_ARTIFACTS")


def take_projects_for_pipelines():
    """Symptom (moto 5.2.1): a project whose source and artifacts are a pipeline's: InvalidInputException "Project
    source location is required".
    AWS: the pipeline knows where they are.
    """

    @wrap(responses, "_validate_required_params_source")
    def source(original, source):
        if source["type"] not in SOURCES_WITHOUT_LOCATION:
            original(source)

    @wrap(responses, "_validate_required_params_artifacts")
    def artifacts(original, artifacts):
        if artifacts["type"] not in ARTIFACTS_WITHOUT_LOCATION:
            original(artifacts)


def take_every_environment():
    """Symptom (moto 5.2.1): environments that CodeBuild has had since (LINUX_LAMBDA_CONTAINER, ARM_EC2...) are refused.
    AWS: takes those of the API model, which the requests are held to.
    """

    @replace(responses, "_validate_required_params_environment")
    def environment(_environment):
        return None


def keep_what_a_project_says():
    """Symptom (moto 5.2.1): the key, the concurrent build limit and more of a project are dropped, timeouts and types
    of variables that are not given are 0 or absent: every plan changes the project.
    AWS: keeps and shows them, with its defaults.
    """

    @wrap(CodeBuildResponse, "create_project")
    def create_project(original, response):
        original(response)
        project = _project(response)
        for name, value in DEFAULTS.items():
            project.project_metadata[name] = copy.deepcopy(value)
        return _keep(project, parameters(response))


def change_projects():
    """Symptom (moto 5.2.1): UpdateProject: HTTP 500.
    AWS: changes what is given.
    """

    @add(CodeBuildResponse, "update_project")
    def update_project(response):
        project = _project(response)
        project.project_metadata["lastModifiedDate"] = round(time.time(), 3)
        return _keep(project, parameters(response))


def delete_projects_by_arn():
    """Symptom (moto 5.2.1): after a destroy the project is still there: the provider deletes it by its ARN.
    AWS: deletes it.
    """

    @wrap(CodeBuildBackend, "delete_project")
    def delete_project(original, backend, project_name):
        original(backend, project_name.split(":project/")[-1])


def _project(response):
    name = parameters(response)["name"]
    projects = response.codebuild_backend.codebuild_projects
    if name not in projects:
        raise ResourceNotFoundException(f"Project cannot be found: {name}")
    return projects[name]


def _keep(project, request):
    kept = {name: value for name, value in request.items() if name not in ("name", "badgeEnabled")}
    metadata = project.project_metadata
    metadata.update(copy.deepcopy(kept))
    # A limit of -1 takes the limit away.
    if metadata.get("concurrentBuildLimit", 1) < 0:
        del metadata["concurrentBuildLimit"]
    metadata["environment"].setdefault("imagePullCredentialsType", "CODEBUILD")
    for variable in metadata["environment"].get("environmentVariables", []):
        variable.setdefault("type", "PLAINTEXT")
    return json.dumps({"project": metadata})


def keep_pipelines_to_themselves():
    """Symptom (moto 5.2.1): a project may take its source from a pipeline and put its artifacts elsewhere.
    AWS: InvalidInputException.
    """

    @before(CodeBuildResponse, "create_project", "update_project")
    def both(_response, request):
        types = [request[member]["type"] for member in ("source", "artifacts") if member in request]
        if len(types) == 2 and types.count("CODEPIPELINE") == 1:
            raise InvalidInputException(
                "Invalid artifacts: artifact type must be CODEPIPELINE if and only if the source type is CODEPIPELINE"
            )


PATCHES = (
    take_projects_for_pipelines,
    take_every_environment,
    keep_what_a_project_says,
    change_projects,
    delete_projects_by_arn,
    keep_pipelines_to_themselves,
)
