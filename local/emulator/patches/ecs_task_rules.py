"""Amazon ECS: what RunTask and StartTask refuse, and placement that nobody could follow (moto 5.2.1)."""

from moto.ecs.exceptions import EcsClientException, ECSException, InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

from control import placement, placing
from patches.ecs_capacity import require_associated
from refusing import before

# API_RunTask, count.
MOST_TASKS_AT_ONCE = 10


def _check(check):
    """Runs the check on each RunTask and StartTask: it gets the backend, the request and its task definition."""

    @before(EC2ContainerServiceResponse, "run_task", "start_task")
    def check_request(response, request):
        backend = response.ecs_backend
        check(backend, request, backend.describe_task_definition(request["taskDefinition"]))


def require_an_active_cluster_and_task_definition():
    """Symptom (moto 5.2.1): RunTask takes a deregistered task definition, and a cluster that was deleted.
    AWS: ClientException; ClusterNotFoundException.
    """

    @_check
    def active(backend, request, definition):
        if backend._get_cluster(request.get("cluster", "default")).status != "ACTIVE":
            raise ECSException("ClusterNotFoundException", "Cluster not found.")
        if definition.status != "ACTIVE":
            raise EcsClientException("TaskDefinition is inactive")


def require_a_network_of_a_task_for_awsvpc_only():
    """Symptom (moto 5.2.1): RunTask takes a network configuration for network mode bridge.
    AWS: InvalidParameterException; so with awsvpc and none.
    """

    @_check
    def network(_backend, request, definition):
        if definition.network_mode == "awsvpc" and not request.get("networkConfiguration"):
            raise InvalidParameterException(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            )
        if definition.network_mode != "awsvpc" and request.get("networkConfiguration"):
            raise InvalidParameterException(
                "Network Configuration is not valid for the given networkMode of this task definition."
            )


def require_capacity_that_a_task_can_have():
    """Symptom (moto 5.2.1): RunTask takes a count of 11, a launch type beside a strategy, a capacity provider that the
    cluster lacks, and a task definition for EC2 on Fargate.
    AWS: InvalidParameterException.
    """

    @_check
    def capacity(backend, request, definition):
        if not 1 <= request.get("count", 1) <= MOST_TASKS_AT_ONCE:
            raise InvalidParameterException(f"Count must be between 1 and {MOST_TASKS_AT_ONCE}.")
        strategy, launch_type = request.get("capacityProviderStrategy"), request.get("launchType")
        if strategy and launch_type:
            raise InvalidParameterException(
                "Specifying both a launch type and capacity provider strategy is not supported. "
                "Remove one and try again."
            )
        cluster = backend._get_cluster(request.get("cluster", "default"))
        require_associated(strategy, cluster.capacity_providers)
        for_fargate = "containerInstances" not in request and placing.is_for_fargate(cluster, launch_type, strategy)
        if for_fargate and "FARGATE" not in definition.compatibilities:
            raise InvalidParameterException("Task definition does not support launch_type FARGATE.")


def require_overrides_of_containers_that_there_are():
    """Symptom (moto 5.2.1): RunTask takes an override of a container that the task definition lacks.
    AWS: InvalidParameterException.
    """

    @_check
    def overrides(_backend, request, definition):
        names = [container["name"] for container in definition.container_definitions]
        for override in (request.get("overrides") or {}).get("containerOverrides") or []:
            if override.get("name") not in names:
                raise InvalidParameterException(
                    f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
                )


def refuse_placement_that_nobody_can_follow():
    """Symptom (moto 5.2.1): placement strategies and constraints of any kind are taken: `binpack` by colour, `memberOf`
    an expression that is none.
    AWS: InvalidParameterException; ClientException where it is a task definition's. Of the cluster query language the
    emulator understands clauses about attributes; it refuses the rest instead of placing tasks at random.
    """

    def check(request, refusal):
        try:
            placement.check(request.get("placementConstraints") or (), request.get("placementStrategy") or ())
        except placement.Malformed as malformed:
            raise refusal(str(malformed)) from None

    @before(EC2ContainerServiceResponse, "run_task", "create_service", "update_service")
    def placed(_response, request):
        check(request, InvalidParameterException)

    @before(EC2ContainerServiceResponse, "register_task_definition")
    def registered(_response, request):
        check(request, EcsClientException)


PATCHES = (
    refuse_placement_that_nobody_can_follow,
    require_overrides_of_containers_that_there_are,
    require_capacity_that_a_task_can_have,
    require_a_network_of_a_task_for_awsvpc_only,
    require_an_active_cluster_and_task_definition,
)
