"""AWS CodeDeploy: applications (moto 5.2.1)."""

import re

from moto.codedeploy.models import Application
from moto.codedeploy.responses import CodeDeployResponse

from control import clock
from patching import add, wrap
from refusing import Refusal, before, parameters

# "CodeDeploy quotas": names of applications, deployment groups and deployment configurations.
NAME = re.compile(r"[A-Za-z0-9._+=,@-]{1,100}")
PLATFORMS = ("Server", "Lambda", "ECS")


def require_name(kind, name):
    """Refuses a name that is missing or that no `kind` ("ApplicationName", ...) can have."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)
    if not name:
        raise Refusal(f"{kind}RequiredException", f"{words} is required")
    if not NAME.fullmatch(name):
        characters = "letters, numbers, and . _ + = , @ -"
        raise Refusal(f"Invalid{kind}Exception", f"{words} can only contain {characters}, 1 to 100 of them: {name}")


def no_application(name):
    return Refusal("ApplicationDoesNotExistException", f"No application found for name: {name}")


def tell_times_as_numbers():
    """Symptom (moto 5.2.1): aws_codedeploy_app fails: `expected Timestamp to be a JSON Number, got string`.
    AWS: createTime is a number of seconds.
    """

    @wrap(Application, "__init__")
    def init(original, application, *args, **kwargs):
        original(application, *args, **kwargs)
        application.create_time = clock.now()


def require_valid_applications():
    """Symptom (moto 5.2.1): applications may have any name and any compute platform, and none if none is given.
    AWS: InvalidApplicationNameException, InvalidComputePlatformException; Server unless told.
    """

    @before(CodeDeployResponse, "create_application")
    def application(_response, request):
        require_name("ApplicationName", request.get("applicationName"))
        if request.get("computePlatform") not in (None, *PLATFORMS):
            raise Refusal(
                "InvalidComputePlatformException",
                f"The compute platform {request['computePlatform']} is not one of {', '.join(PLATFORMS)}",
            )

    @wrap(Application, "__init__")
    def init(original, application, name, platform, tags):
        original(application, name, platform or "Server", tags)


def rename_and_delete_applications():
    """Symptom (moto 5.2.1): UpdateApplication and DeleteApplication are not implemented: HTTP 500.
    AWS: a renamed application keeps its deployment groups and tags; a deleted one takes its groups with it. To delete
    one that does not exist is no fault.
    """

    @add(CodeDeployResponse, "update_application")
    def update_application(response):
        request, backend = parameters(response), response.codedeploy_backend
        name, new = request.get("applicationName"), request.get("newApplicationName") or request.get("applicationName")
        require_name("ApplicationName", new)
        if name not in backend.applications:
            raise no_application(name)
        if new != name:
            _rename(backend, name, new)
        return "{}"

    @add(CodeDeployResponse, "delete_application")
    def delete_application(response):
        name, backend = parameters(response).get("applicationName"), response.codedeploy_backend
        backend.applications.pop(name, None)
        for group in backend.deployment_groups.pop(name, {}):
            backend.tagger.delete_all_tags_for_resource(arn(backend, "deploymentgroup", f"{name}/{group}"))
        backend.tagger.delete_all_tags_for_resource(arn(backend, "application", name))
        return "{}"


def arn(backend, kind, name):
    return f"arn:aws:codedeploy:{backend.region_name}:{backend.account_id}:{kind}:{name}"


def _rename(backend, name, new):
    if new in backend.applications:
        raise Refusal("ApplicationAlreadyExistsException", f"Application already exists: {new}")
    application = backend.applications[new] = backend.applications.pop(name)
    application.application_name = new
    groups = backend.deployment_groups.pop(name, None)
    if groups is not None:
        backend.deployment_groups[new] = groups
    move_tags(backend, arn(backend, "application", name), arn(backend, "application", new))
    for group in groups or {}:
        former = arn(backend, "deploymentgroup", f"{name}/{group}")
        move_tags(backend, former, arn(backend, "deploymentgroup", f"{new}/{group}"))


def move_tags(backend, former, new):
    backend.tagger.copy_tags(former, new)
    backend.tagger.delete_all_tags_for_resource(former)


PATCHES = (
    tell_times_as_numbers,
    require_valid_applications,
    rename_and_delete_applications,
)
