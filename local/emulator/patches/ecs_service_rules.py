"""Amazon ECS: what CreateService and UpdateService refuse (moto 5.2.1)."""

from moto.ecs.exceptions import EcsClientException, InvalidParameterException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.models import elbv2_backends

from patches.ecs_capacity import require_associated
from patches.elbv2_targets import load_balancers_of
from patching import wrap


class ProposedService:
    """The service as it would be after the request: what the request gives, else what the service has."""

    def __init__(self, backend, request, service=None):
        self.backend = backend
        self.cluster = backend._get_cluster(request.get("cluster", "default"))
        self.launch_type = request.get("launchType")
        self.strategy = self._of(request, "capacityProviderStrategy", service, "capacity_provider_strategy")
        if not self.strategy and not self.launch_type and not service:
            self.strategy = self.cluster.default_capacity_provider_strategy or []
        self.load_balancers = self._of(request, "loadBalancers", service, "load_balancers") or []
        self.network_configuration = self._of(request, "networkConfiguration", service, "network_configuration")
        self.placement_strategy = self._of(request, "placementStrategy", service, "placement_strategy")
        self.gives_registries = "serviceRegistries" in request
        self.registries = self._of(request, "serviceRegistries", service, "service_registries") or []
        connect = self._of(request, "serviceConnectConfiguration", service, "service_connect_configuration")
        self.service_connect = connect or {}
        controller = service.deployment_controller if service else request.get("deploymentController")
        self.controller = (controller or {}).get("type", "ECS")
        self.arn = getattr(service, "arn", None)
        self.grace_period = request.get("healthCheckGracePeriodSeconds")
        name = self._of(request, "taskDefinition", service, "task_definition")
        self.task_definition = backend.describe_task_definition(name) if name else None

    @staticmethod
    def _of(request, parameter, service, attribute):
        given = request.get(parameter)
        return given if given is not None else getattr(service, attribute, None)

    @property
    def is_fargate(self):
        return self.launch_type == "FARGATE" or any(_is_fargate(item) for item in self.strategy or [])


def _is_fargate(item):
    return item["capacityProvider"].startswith("FARGATE")


CHECKS = []


def check_services(check):
    """Runs the check on each CreateService and UpdateService before moto sees it, and on each task set."""
    CHECKS.append(check)

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        check(ProposedService(response.ecs_backend, response._get_params()))
        return original(response)

    @wrap(EC2ContainerServiceResponse, "update_service")
    def update_service(original, response):
        request = response._get_params()
        try:
            name = request["service"].split("/")[-1]
            service = response.ecs_backend._get_service(request.get("cluster", "default"), name)
        except ServiceNotFoundException:
            return original(response)
        check(ProposedService(response.ecs_backend, request, service))
        return original(response)


def check_task_set(service, definition, settings):
    """Raises what ECS answers to a task set of the service with these settings (control.task_sets.SHARED)."""
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    request = {
        "cluster": service.cluster_name,
        "taskDefinition": definition.arn,
        "loadBalancers": settings["load_balancers"],
        "capacityProviderStrategy": settings["capacity_provider_strategy"],
        "launchType": settings["launch_type"],
        "networkConfiguration": settings.get("network_configuration"),
    }
    for check in CHECKS:
        check(ProposedService(service._backend, request, service))
    if settings.get("network_configuration"):
        service._validate_network(settings["network_configuration"])


def require_containers_of_load_balancers():
    """Symptom (moto 5.2.1): a service whose load balancer names a container, or a port of it, that the task
    definition does not have is created.
    AWS: InvalidParameterException.
    """

    @check_services
    def containers(service):
        if not service.task_definition:
            return
        ports_of = {
            container["name"]: [mapping.get("containerPort") for mapping in container["portMappings"]]
            for container in service.task_definition.container_definitions
        }
        for balancer in service.load_balancers:
            name, port = balancer.get("containerName"), balancer.get("containerPort")
            if name not in ports_of:
                raise InvalidParameterException(f"The container {name} does not exist in the task definition.")
            if port not in ports_of[name]:
                raise InvalidParameterException(f"The container {name} did not have a container port {port} defined.")


def require_target_groups_behind_a_load_balancer():
    """Symptom (moto 5.2.1): a service whose target group no listener or rule forwards to is created.
    AWS: InvalidParameterException. In Terraform: the service lacks a dependency on its listener rule.
    """

    @check_services
    def target_groups(service):
        elbv2 = elbv2_backends[service.backend.account_id][service.backend.region_name]
        for arn in _target_groups(service):
            if arn not in elbv2.target_groups:
                raise InvalidParameterException(
                    "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS "
                    "service role being passed has the proper permissions."
                )
            if not load_balancers_of(elbv2, arn):
                raise InvalidParameterException(
                    f"The target group with targetGroupArn {arn} does not have an associated load balancer."
                )


def _target_groups(service):
    return [balancer["targetGroupArn"] for balancer in service.load_balancers if "targetGroupArn" in balancer]


def require_target_groups_of_the_right_type():
    """Symptom (moto 5.2.1): a service with network mode awsvpc and a target group of type `instance`, or bridge and
    `ip`, is created.
    AWS: InvalidParameterException.
    """

    @check_services
    def target_types(service):
        elbv2 = elbv2_backends[service.backend.account_id][service.backend.region_name]
        mode = service.task_definition.network_mode if service.task_definition else None
        for arn in _target_groups(service) if mode else ():
            target_type = elbv2.target_groups[arn].target_type
            if target_type != ("ip" if mode == "awsvpc" else "instance"):
                raise InvalidParameterException(
                    f"The provided target group {arn} has target type {target_type}, which is incompatible with the "
                    f"{mode} network mode specified in the task definition."
                )


def require_a_network_configuration_for_awsvpc_only():
    """Symptom (moto 5.2.1): a service with network mode awsvpc and no networkConfiguration, or bridge and one, is
    created.
    AWS: InvalidParameterException.
    """

    @check_services
    def network(service):
        awsvpc = service.task_definition and service.task_definition.network_mode == "awsvpc"
        if awsvpc and not service.network_configuration:
            raise InvalidParameterException(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            )
        if service.task_definition and not awsvpc and service.network_configuration:
            raise InvalidParameterException(
                "Network Configuration is not valid for the given networkMode of this task definition."
            )


def require_capacity_that_the_cluster_has():
    """Symptom (moto 5.2.1): a service with a capacity provider that the cluster does not have, with a launch type
    beside a strategy, or with a mix of Fargate and autoscaling groups is created.
    AWS: InvalidParameterException.
    """

    @check_services
    def capacity(service):
        if service.launch_type and service.strategy:
            raise InvalidParameterException(
                "Specifying both a launch type and capacity provider strategy is not supported. "
                "Remove one and try again."
            )
        require_associated(service.strategy, service.cluster.capacity_providers)
        if len({_is_fargate(item) for item in service.strategy or []}) > 1:
            raise InvalidParameterException(
                "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups "
                "and Fargate providers. Specify one or the other and try again."
            )


def require_task_definitions_fit_for_fargate():
    """Symptom (moto 5.2.1): a task definition for EC2 alone, or a placement strategy, is taken on Fargate.
    AWS: InvalidParameterException.
    """

    @check_services
    def fargate(service):
        if not service.is_fargate:
            return
        if service.task_definition and "FARGATE" not in service.task_definition.compatibilities:
            raise InvalidParameterException("Task definition does not support launch_type FARGATE.")
        if service.placement_strategy:
            raise InvalidParameterException("Placement strategies are not supported with FARGATE launch type.")


def require_a_load_balancer_for_a_grace_period():
    """Symptom (moto 5.2.1): healthCheckGracePeriodSeconds is taken for a service without a load balancer.
    AWS: InvalidParameterException.
    """

    @check_services
    def grace_period(service):
        if service.grace_period and not service.load_balancers:
            raise InvalidParameterException(
                "Health check grace period is only valid for services configured to use load balancers"
            )


PATCHES = (
    require_a_load_balancer_for_a_grace_period,
    require_task_definitions_fit_for_fargate,
    require_capacity_that_the_cluster_has,
    require_a_network_configuration_for_awsvpc_only,
    require_target_groups_of_the_right_type,
    require_target_groups_behind_a_load_balancer,
    require_containers_of_load_balancers,
)
