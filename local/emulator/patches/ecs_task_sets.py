"""Amazon ECS: services with the deployment controller CODE_DEPLOY, and their task sets (moto 5.2.1).

What becomes of the task sets is decided in control/task_sets.py and control/blue_green.py.
"""

from moto.ecs.exceptions import InvalidParameterException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse

from control import task_sets
from patching import wrap
from refusing import before

CODE_DEPLOY = "CODE_DEPLOY"
# What UpdateService refuses for the controller, in the order in which ECS looks at it.
UNCHANGEABLE = {
    "taskDefinition": "Unable to update task definition",
    "networkConfiguration": "Unable to update network parameters",
    "loadBalancers": "Unable to update load balancers",
    "serviceRegistries": "Unable to update service registries",
    "platformVersion": "Unable to update platform version",
}
MUST_BE_FORCED = (
    "When switching from launch type to capacity provider strategy on an existing service, or making a change to a "
    "capacity provider strategy on a service that is already using one, you must force a new deployment."
)
BY_CODEDEPLOY = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."


def _controller(request):
    return (request.get("deploymentController") or {}).get("type")


def _service_of(response, request):
    """The service that a request names; None if there is none."""
    name = request["service"].split("/")[-1]
    try:
        return response.ecs_backend._get_service(request.get("cluster", "default"), name)
    except ServiceNotFoundException:
        return None


def start_with_a_primary_task_set():
    """Symptom (moto 5.2.1): a new service with the deployment controller CODE_DEPLOY has no task set.
    AWS: a PRIMARY one of the service's own settings, at a scale of 100 %; the service has no deployments.
    """

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        result = original(response)
        request = response._get_params()
        if _controller(request) == CODE_DEPLOY:
            cluster = response.ecs_backend._get_cluster(request.get("cluster", "default"))
            task_sets.begin(response.ecs_backend.services[f"{cluster.name}:{request['serviceName']}"])
        return result


def require_what_codedeploy_needs_of_a_service():
    """Symptom (moto 5.2.1): a service with the controller CODE_DEPLOY is created without a load balancer, with two
    target groups, and with a deployment circuit breaker.
    AWS: InvalidParameterException ("CodeDeploy blue/green deployments for Amazon ECS", API_CreateService).
    """

    @before(EC2ContainerServiceResponse, "create_service")
    def codedeploy(_response, request):
        if _controller(request) != CODE_DEPLOY:
            return
        balancers = request.get("loadBalancers") or []
        if len(balancers) != 1 or not balancers[0].get("targetGroupArn"):
            raise InvalidParameterException(
                f"A service with a CODE_DEPLOY deployment controller must have exactly one target group, but has "
                f"{len(balancers)} load balancers."
            )

    @before(EC2ContainerServiceResponse, "create_service", "update_service")
    def circuit_breaker(response, request):
        service = _service_of(response, request) if "service" in request else None
        controller = service.deployment_controller["type"] if service else _controller(request)
        breaker = (request.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
        if controller == CODE_DEPLOY and breaker.get("enable"):
            raise InvalidParameterException(
                "The deployment circuit breaker is only supported for services with an ECS deployment controller."
            )


def leave_deployments_to_codedeploy():
    """Symptom (moto 5.2.1): UpdateService changes task definition, network configuration, load balancers, platform
    version and capacity provider strategy of a service that CodeDeploy deploys.
    AWS: InvalidParameterException, also where the request names what the service has; desired count, grace period,
    placement and tags can be changed.
    """

    @before(EC2ContainerServiceResponse, "update_service")
    def unchangeable(response, request):
        service = _service_of(response, request)
        if service is None or service.status != "ACTIVE" or service.deployment_controller["type"] != CODE_DEPLOY:
            return
        for name, fault in UNCHANGEABLE.items():
            if request.get(name) is not None:
                raise InvalidParameterException(f"{fault} {BY_CODEDEPLOY}")
        if request.get("forceNewDeployment"):
            raise InvalidParameterException(f"Cannot force a new deployment {BY_CODEDEPLOY}")
        if request.get("capacityProviderStrategy") is not None:
            raise InvalidParameterException(MUST_BE_FORCED)


def leave_task_sets_to_codedeploy():
    """Symptom (moto 5.2.1): CreateTaskSet, UpdateTaskSet, UpdateServicePrimaryTaskSet and DeleteTaskSet change the
    task sets of a service that CodeDeploy deploys; those made so would never run here.
    AWS: they are for the EXTERNAL deployment controller ("Deploy Amazon ECS services using a third-party controller").
    """

    @before(
        EC2ContainerServiceResponse,
        "create_task_set",
        "delete_task_set",
        "update_task_set",
        "update_service_primary_task_set",
    )
    def task_set(response, request):
        service = _service_of(response, request)
        if service is not None and service.deployment_controller["type"] == CODE_DEPLOY:
            raise InvalidParameterException(
                "Task sets of services with a CODE_DEPLOY deployment controller are managed by AWS CodeDeploy."
            )


PATCHES = (
    start_with_a_primary_task_set,
    require_what_codedeploy_needs_of_a_service,
    leave_deployments_to_codedeploy,
    leave_task_sets_to_codedeploy,
)
