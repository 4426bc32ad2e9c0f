"""Amazon ECS: clusters and capacity providers (moto 5.2.1)."""

from moto.ecs.exceptions import ECSException, EcsClientException, InvalidParameterException
from moto.ecs.models import CapacityProvider, EC2ContainerServiceBackend

from patching import wrap

FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")


def with_defaults(strategy):
    """A capacity provider strategy as AWS echoes it: base and weight are always there."""
    return [{"weight": 0, "base": 0, **item} for item in strategy or []]


def keep_managed_draining():
    """Symptom (moto 5.2.1): aws_ecs_capacity_provider plans `managed_draining` after it was changed: updates drop
    it, and a provider made without it has none.
    AWS: ENABLED unless given; UpdateCapacityProvider changes it.
    """

    @wrap(CapacityProvider, "_prepare_asg_provider")
    def prepare(original, provider, details):
        return {"managedDraining": "ENABLED", **original(provider, details)}

    @wrap(CapacityProvider, "update")
    def update(original, provider, details):
        original(provider, details)
        if "managedDraining" in details:
            provider.auto_scaling_group_provider["managedDraining"] = details["managedDraining"]


def refuse_capacity_providers_that_aws_refuses():
    """Symptom (moto 5.2.1): CreateCapacityProvider takes a name that begins with aws, ecs or fargate, a name in use,
    and an autoscaling group that another capacity provider has.
    AWS: ClientException.
    """

    @wrap(EC2ContainerServiceBackend, "create_capacity_provider")
    def create_capacity_provider(original, backend, name, asg_details, tags):
        if name.lower().startswith(("aws", "ecs", "fargate")):
            raise EcsClientException(
                "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters "
                "(upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with \"aws\", "
                "\"ecs\", or \"fargate\". Specify a valid name and try again."
            )
        if name in backend.capacity_providers:
            raise EcsClientException(
                "The specified capacity provider already exists. To change the configuration of an existing capacity "
                "provider, update the capacity provider."
            )
        if asg_details["autoScalingGroupArn"] in _groups_in_use(backend):
            raise EcsClientException(
                "The specified Auto Scaling group ARN is already being used by another capacity provider. "
                "Specify a unique Auto Scaling group ARN and try again."
            )
        return original(backend, name, asg_details, tags)


def _groups_in_use(backend):
    return [
        provider.auto_scaling_group_provider["autoScalingGroupArn"] for provider in backend.capacity_providers.values()
    ]


def refuse_to_delete_an_associated_capacity_provider():
    """Symptom (moto 5.2.1): DeleteCapacityProvider succeeds while a cluster has the provider, and fails with HTTP
    500 when there is none of that name.
    AWS: ClientException; the provider has to leave the cluster first.
    """

    @wrap(EC2ContainerServiceBackend, "delete_capacity_provider")
    def delete_capacity_provider(original, backend, name_or_arn):
        provider = backend._get_provider(name_or_arn)
        if not provider:
            raise _unknown_provider()
        for cluster in _active(backend.clusters):
            if provider.name in (cluster.capacity_providers or []):
                raise EcsClientException(
                    "The capacity provider cannot be deleted because it is associated with cluster: "
                    f"{cluster.name}. Remove the capacity provider from the cluster and try again."
                )
        return original(backend, name_or_arn)


def check_associations_of_capacity_providers():
    """Symptom (moto 5.2.1): PutClusterCapacityProviders takes a provider that does not exist, a default strategy
    with a provider that the cluster lacks, and removes one that a service uses. The default strategy comes back
    without its base and weight when they were not given.
    AWS: InvalidParameterException; ResourceInUseException for a provider in use; base and weight default to 0.
    """

    @wrap(EC2ContainerServiceBackend, "put_cluster_capacity_providers")
    def put_cluster_capacity_providers(original, backend, cluster_name, providers, strategy):
        cluster = backend._get_cluster(cluster_name)
        _require_known(backend, providers)
        require_associated(strategy, providers)
        for removed in set(cluster.capacity_providers or []) - set(providers):
            _require_unused(backend, cluster, removed)
        return original(backend, cluster_name, providers, with_defaults(strategy))


def _require_known(backend, providers):
    for name in providers:
        if name not in FARGATE_PROVIDERS and not backend._get_provider(name):
            raise _unknown_provider()


def _unknown_provider():
    return InvalidParameterException(
        "The specified capacity provider was not found. Specify a valid capacity provider and try again."
    )


def require_associated(strategy, providers):
    """Refuses a strategy with a capacity provider that is not among those of the cluster."""
    if any(item["capacityProvider"] not in (providers or []) for item in strategy or []):
        raise InvalidParameterException(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
            "the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and "
            "try again."
        )


def _require_unused(backend, cluster, provider):
    for service in _active(backend.services):
        strategy = getattr(service, "capacity_provider_strategy", None) or []
        if service.cluster_name == cluster.name and any(item["capacityProvider"] == provider for item in strategy):
            raise ECSException(
                "ResourceInUseException", "The specified capacity provider is in use and cannot be removed."
            )


def refuse_to_delete_a_cluster_in_use():
    """Symptom (moto 5.2.1): DeleteCluster succeeds while the cluster has services, tasks or container instances.
    AWS: ClusterContainsServicesException, ClusterContainsTasksException, ClusterContainsContainerInstancesException.
    """

    @wrap(EC2ContainerServiceBackend, "delete_cluster")
    def delete_cluster(original, backend, cluster_name):
        cluster = backend._get_cluster(cluster_name)
        if any(service.cluster_name == cluster.name for service in _active(backend.services)):
            raise ECSException(
                "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."
            )
        if any(not task.is_stopped for task in backend.tasks.get(cluster.name, {}).values()):
            raise ECSException("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
        if backend.container_instances.get(cluster.name):
            raise ECSException(
                "ClusterContainsContainerInstancesException",
                "The Cluster cannot be deleted while Container Instances are active or draining.",
            )
        return original(backend, cluster_name)


def list_active_clusters_only():
    """Symptom (moto 5.2.1): ListClusters returns deleted clusters for ever.
    AWS: a deleted cluster is INACTIVE, can still be described for a while and is not listed.
    """

    @wrap(EC2ContainerServiceBackend, "list_clusters")
    def list_clusters(_original, backend):
        return [cluster.arn for cluster in _active(backend.clusters)]


def _active(things):
    return [thing for thing in things.values() if thing.status == "ACTIVE"]


PATCHES = (
    keep_managed_draining,
    refuse_capacity_providers_that_aws_refuses,
    refuse_to_delete_an_associated_capacity_provider,
    check_associations_of_capacity_providers,
    refuse_to_delete_a_cluster_in_use,
    list_active_clusters_only,
)
