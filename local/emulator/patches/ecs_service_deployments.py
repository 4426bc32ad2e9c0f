"""Amazon ECS: service deployments and service revisions (moto 5.2.1 has neither)."""

from botocore.utils import parse_to_aware_datetime
from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import Service
from moto.ecs.responses import EC2ContainerServiceResponse

from control import service_deployments
from patching import add

# API_ListServiceDeployments: page size when none is asked for, and the largest.
PAGE, LARGEST_PAGE = 20, 100
# API_DescribeServiceDeployments and API_DescribeServiceRevisions: at most so many ARNs.
MOST_DESCRIBED = 20
STOP_STATUSES = {"ROLLBACK": "ROLLBACK_REQUESTED", "ABORT": "STOP_REQUESTED"}


def show_the_current_service_deployment():
    """Symptom (moto 5.2.1): a service has neither currentServiceDeployment nor currentServiceRevisions.
    AWS: the newest service deployment, and each revision that has tasks, with their numbers.
    """

    def deployment(service):
        newest = next(iter(service_deployments.history(service)), None)
        return newest and newest.service_deployment_arn

    def revisions(service):
        return [
            {
                "arn": item.revision.service_revision_arn,
                "requestedTaskCount": item.desired_count,
                "runningTaskCount": item.running_count,
                "pendingTaskCount": item.pending_count,
            }
            for item in service.deployments
        ]

    add(Service, "current_service_deployment")(property(deployment))
    add(Service, "current_service_revisions")(property(revisions))


def list_service_deployments():
    """Symptom (moto 5.2.1): ListServiceDeployments is not implemented: HTTP 500.
    AWS: the service deployments of one service, newest first, by status and time of creation if so asked.
    """

    @add(EC2ContainerServiceResponse, "list_service_deployments")
    def list_deployments(response):
        request = response._get_params()
        name = request["service"].split("/")[-1]
        service = response.ecs_backend._get_service(request.get("cluster", "default"), name)
        found = [item for item in service_deployments.history(service) if _asked_for(item, request)]
        start, size = _page(request)
        more = {"nextToken": str(start + size)} if len(found) > start + size else {}
        return ActionResult({"serviceDeployments": found[start : start + size], **more})


def _asked_for(deployment, request):
    created = request.get("createdAt") or {}
    return (
        deployment.status in (request.get("status") or [deployment.status])
        and deployment.created_at >= _time(created.get("after"), deployment.created_at)
        and deployment.created_at <= _time(created.get("before"), deployment.created_at)
    )


def _time(given, default):
    return default if given is None else parse_to_aware_datetime(given)


def _page(request):
    size, token = request.get("maxResults", PAGE), request.get("nextToken", "0")
    if not 1 <= size <= LARGEST_PAGE or not token.isdecimal():
        raise InvalidParameterException("Invalid token or page size. maxResults has to be from 1 to 100.")
    return int(token), size


def describe_service_deployments():
    """Symptom (moto 5.2.1): DescribeServiceDeployments is not implemented: HTTP 500.
    AWS: status and its reason, source and target revisions with numbers of tasks, the circuit breaker, the rollback.
    """

    @add(EC2ContainerServiceResponse, "describe_service_deployments")
    def describe(response):
        known = {item.service_deployment_arn: item for item in _all_deployments(response.ecs_backend)}
        return _described("serviceDeployments", _arns(response, "serviceDeploymentArns"), known)


def describe_service_revisions():
    """Symptom (moto 5.2.1): DescribeServiceRevisions is not implemented: HTTP 500.
    AWS: the settings of the service at the time of the deployment.
    """

    @add(EC2ContainerServiceResponse, "describe_service_revisions")
    def describe(response):
        known = {
            revision.service_revision_arn: revision
            for item in _all_deployments(response.ecs_backend)
            for revision in (item.revision, *item.sources)
        }
        return _described("serviceRevisions", _arns(response, "serviceRevisionArns"), known)


def _all_deployments(backend):
    return [item for service in backend.services.values() for item in service_deployments.history(service)]


def _arns(response, parameter):
    arns = response._get_param(parameter, [])
    if not 1 <= len(arns) <= MOST_DESCRIBED:
        raise InvalidParameterException(f"{parameter} has to have from 1 to {MOST_DESCRIBED} members.")
    return arns


def _described(name, arns, known):
    missing = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]
    return ActionResult({name: [known[arn] for arn in arns if arn in known], "failures": missing})


def stop_service_deployment():
    """Symptom (moto 5.2.1): StopServiceDeployment is not implemented: HTTP 500.
    AWS: ROLLBACK, the default, returns to the last completed service revision, with or without a circuit breaker;
    ABORT stops where the deployment is. ConflictException for one that has ended or rolls back already.
    """

    @add(EC2ContainerServiceResponse, "stop_service_deployment")
    def stop(response):
        arn, kind = response._get_param("serviceDeploymentArn"), response._get_param("stopType") or "ROLLBACK"
        known = {item.service_deployment_arn: item for item in _all_deployments(response.ecs_backend)}
        found = known.get(arn)
        if found is None:
            raise ECSException("ServiceDeploymentNotFoundException", "Service deployment not found.")
        if found.status not in ("PENDING", "IN_PROGRESS"):
            message = f"The service deployment cannot be stopped in status {found.status}."
            raise ECSException("ConflictException", message)
        found.move(STOP_STATUSES[kind])
        return ActionResult({"serviceDeploymentArn": arn})


PATCHES = (
    show_the_current_service_deployment,
    list_service_deployments,
    describe_service_deployments,
    describe_service_revisions,
    stop_service_deployment,
)
