"""Amazon ECS: services as CreateService, UpdateService and DescribeServices return them (moto 5.2.1).

What becomes of their tasks is decided in control/services.py; without a data plane they keep runningCount 0.
"""

from moto.core.utils import camelcase_to_underscores, utcnow
from moto.ecs.exceptions import (
    EcsClientException,
    ECSException,
    InvalidParameterException,
    ServiceNotFoundException,
)
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse

from control import data_plane, deployments, services
from patches.ecs_capacity import with_defaults
from patching import replace, wrap

# What CreateService is given, DescribeServices returns; with these values when nothing is given.
ECHOED = {
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "healthCheckGracePeriodSeconds": 0,
    "placementConstraints": [],
    "placementStrategy": [],
    "serviceConnectConfiguration": None,
    "volumeConfigurations": None,
}

# UpdateService: "This parameter triggers a new service deployment."
DEPLOYED = (
    "load_balancers",
    "network_configuration",
    "platform_version",
    "service_connect_configuration",
    "service_registries",
    "task_definition",
    "volume_configurations",
)


def leave_out_an_absent_network_configuration():
    """Symptom (moto 5.2.1): aws_ecs_service without network_configuration (bridge) makes the AWS provider panic
    (`nil pointer dereference ... ecs.flattenNetworkConfiguration`): moto answers `networkConfiguration: {}`.
    AWS: the field is absent.
    """

    @wrap(Service, "__init__")
    def init(original, service, *args, **kwargs):
        original(service, *args, **kwargs)
        service.network_configuration = service.network_configuration or None


def count_tasks_honestly():
    """Symptom (moto 5.2.1): a new service counts all its desired tasks as pending, and UpdateService of desiredCount
    counts them as running, so that `ecs wait services-stable` passes without a task.
    AWS: pending and running tasks are those that exist.
    """

    @wrap(Service, "__init__")
    def init(original, service, *args, **kwargs):
        original(service, *args, **kwargs)
        service.running_count = service.pending_count = 0


def echo_what_create_service_was_given():
    """Symptom (moto 5.2.1): aws_ecs_service with capacity_provider_strategy is replaced by every plan; so with
    placement strategies; circuit breaker, ECS Exec, managed tags, grace period and Availability Zone rebalancing plan
    as changes: CreateService drops them all.
    AWS: returns them. launchType is absent with a capacity provider strategy; the cluster's default strategy is
    taken when neither is given. Defaults: API_CreateService.
    """

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        result = original(response)
        request = response._get_params()
        service = _service_of(response.ecs_backend, request["serviceName"], request)
        for name, default in ECHOED.items():
            setattr(service, camelcase_to_underscores(name), request.get(name, default))
        service.service_connect_configuration = _if_enabled(service.service_connect_configuration)
        _set_capacity(response.ecs_backend, service, request)
        service.deployment_configuration = _deployment_configuration(request.get("deploymentConfiguration"))
        service.availability_zone_rebalancing = request.get("availabilityZoneRebalancing") or _rebalancing(service)
        service.created_at = utcnow()
        return result


def _service_of(backend, name, request):
    return backend._get_service(request.get("cluster", "default"), name.split("/")[-1])


def _set_capacity(backend, service, request):
    cluster = backend._get_cluster(service.cluster_name)
    strategy = request.get("capacityProviderStrategy")
    if strategy is None and "launchType" not in request:
        strategy = cluster.default_capacity_provider_strategy
    service.capacity_provider_strategy = with_defaults(strategy)
    if service.capacity_provider_strategy:
        service.launch_type = None
    service.platform_family = "Linux" if _is_fargate(service) else None
    if _is_fargate(service):
        service.platform_version = service.platform_version or "LATEST"


def _is_fargate(service):
    providers = [item["capacityProvider"] for item in service.capacity_provider_strategy]
    return service.launch_type == "FARGATE" or any(name.startswith("FARGATE") for name in providers)


def _deployment_configuration(given):
    return {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
        **(given or {}),
    }


def _rebalancing(service):
    return "ENABLED" if service.deployment_controller["type"] == "ECS" else "DISABLED"


def start_with_one_primary_deployment():
    """Symptom (moto 5.2.1): the deployment of a new service has no capacity provider strategy, says platformFamily
    FARGATE for an EC2 service, and counts its desired tasks as pending.
    AWS: one PRIMARY deployment of the service's own settings, IN_PROGRESS until its tasks run.
    """

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        result = original(response)
        request = response._get_params()
        service = _service_of(response.ecs_backend, request["serviceName"], request)
        if service.deployment_controller["type"] == "ECS":
            service.deployments = []
            deployments.begin(service)
        return result


def update_services_as_aws_does():
    """Symptom (moto 5.2.1): after UpdateService with another task definition the only deployment is still that of
    the old revision, taskDefinition is what the request said (a family, say) instead of an ARN, a partial
    deploymentConfiguration loses the rest, and a new desiredCount is at once running.
    AWS: the parameters that trigger a deployment add a PRIMARY one and make the former ACTIVE; what a request does
    not name stays; a service that is not active is refused.
    """

    @replace(EC2ContainerServiceBackend, "update_service")
    def update_service(backend, changes):
        service = _service_of(backend, changes.pop("service"), changes)
        changes.pop("cluster", None)
        if service.status != "ACTIVE":
            raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
        forced = changes.pop("force_new_deployment", False)
        wanted = _normalised(backend, service, changes)
        deploys = forced or any(getattr(service, name, None) != wanted[name] for name in DEPLOYED if name in wanted)
        for name, value in wanted.items():
            setattr(service, name, value)
        if deploys and service.deployment_controller["type"] == "ECS":
            deployments.begin(service)
        elif service.deployments:
            deployments.resize(service)
        return service


def _normalised(backend, service, changes):
    wanted = {name: value for name, value in changes.items() if value is not None}
    if "task_definition" in wanted:
        wanted["task_definition"] = backend.describe_task_definition(wanted["task_definition"]).arn
    if "capacity_provider_strategy" in wanted:
        wanted["capacity_provider_strategy"] = with_defaults(wanted["capacity_provider_strategy"])
        wanted["launch_type"] = None
    if "service_connect_configuration" in wanted:
        wanted["service_connect_configuration"] = _if_enabled(wanted["service_connect_configuration"])
    if "deployment_configuration" in wanted:
        kept = service.deployment_configuration
        wanted["deployment_configuration"] = {**kept, **wanted["deployment_configuration"]}
    return wanted


def _if_enabled(configuration):
    """Service Connect that is turned off is not told of: Terraform says so where a configuration has none."""
    return configuration if configuration and configuration.get("enabled") else None


def refuse_a_second_service_of_a_name():
    """Symptom (moto 5.2.1): CreateService of a name that an active service of the cluster has replaces that service.
    AWS: InvalidParameterException; so too for the name of a deleted service whose tasks have not all stopped.
    """

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        request = response._get_params()
        cluster = response.ecs_backend._get_cluster(request.get("cluster", "default"))
        existing = response.ecs_backend.services.get(f"{cluster.name}:{request['serviceName']}")
        if existing and existing.status == "ACTIVE":
            raise InvalidParameterException("Creation of service was not idempotent.")
        if existing and existing.status == "DRAINING":
            raise InvalidParameterException("Unable to Start a service that is still Draining.")
        return original(response)


def refuse_services_that_nothing_schedules():
    """Symptom (moto 5.2.1): a service with scheduling strategy DAEMON is made, and its tasks never run.
    AWS: one task on each container instance. The scheduler here knows REPLICA only, so DAEMON is refused.
    """

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        if response._get_param("schedulingStrategy") == "DAEMON":
            raise InvalidParameterException(
                "The scheduling strategy DAEMON is not supported by this emulator, only REPLICA is. "
                "Specify REPLICA and try again."
            )
        return original(response)


def refuse_an_inactive_task_definition():
    """Symptom (moto 5.2.1): CreateService and UpdateService take a task definition that was deregistered.
    AWS: ClientException.
    """

    def require_active(backend, task_definition):
        if task_definition and backend.describe_task_definition(task_definition).status != "ACTIVE":
            raise EcsClientException("TaskDefinition is inactive")

    @wrap(EC2ContainerServiceResponse, "create_service")
    def create_service(original, response):
        require_active(response.ecs_backend, response._get_param("taskDefinition"))
        return original(response)

    @wrap(EC2ContainerServiceBackend, "update_service")
    def update_service(original, backend, changes):
        require_active(backend, changes.get("task_definition"))
        return original(backend, changes)


def end_deleted_services():
    """Symptom (moto 5.2.1): a deleted service is INACTIVE at once, keeps its deployments and is listed by
    ListServices for ever.
    AWS: a deleted service is DRAINING until its last task has stopped, then INACTIVE; it then has no deployments, can
    still be described for a while, but is not listed and cannot be deleted again.
    """

    @wrap(EC2ContainerServiceBackend, "delete_service")
    def delete_service(original, backend, cluster_name, service_name, force):
        name = service_name.split("/")[-1]
        if backend._get_service(cluster_name, name).status == "INACTIVE":
            raise ServiceNotFoundException
        service = original(backend, cluster_name, name, force)
        if data_plane.attached() and service.deployment_controller["type"] in services.ROUNDS:
            services.delete(service)
            return service
        service.deployments, service.task_sets = [], []
        service.desired_count = service.running_count = 0
        return service

    @wrap(EC2ContainerServiceBackend, "list_services")
    def list_services(original, backend, cluster, *args, **kwargs):
        inactive = [service.arn for service in backend.services.values() if service.status == "INACTIVE"]
        return [arn for arn in original(backend, cluster, *args, **kwargs) if arn not in inactive]


PATCHES = (
    leave_out_an_absent_network_configuration,
    count_tasks_honestly,
    echo_what_create_service_was_given,
    start_with_one_primary_deployment,
    update_services_as_aws_does,
    refuse_a_second_service_of_a_name,
    refuse_services_that_nothing_schedules,
    refuse_an_inactive_task_definition,
    end_deleted_services,
)
