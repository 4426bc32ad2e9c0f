"""Gives a task its place: launch type or capacity provider, instance, network interface."""

from collections import Counter

from control import capacity_strategy, clock, instances, network_interfaces, placement


def choose_capacity(cluster, task, launch_type, provider_strategy, siblings, platform_version):
    """Launch type or capacity provider: what is given, else the cluster's default strategy, else EC2. `siblings` are
    the tasks that count for base and weight.
    """
    providers = _strategy(cluster, launch_type, provider_strategy)
    if providers:
        counts = Counter(sibling.capacity_provider_name for sibling in siblings)
        task.capacity_provider_name = capacity_strategy.provider_for_next(providers, counts)
    if is_for_fargate(cluster, launch_type, provider_strategy):
        task.use_fargate(platform_version)
    else:
        task.launch_type = "EC2"


def is_for_fargate(cluster, launch_type, provider_strategy):
    """Whether tasks that are asked for like this run on Fargate: a strategy is of one kind or the other."""
    providers = _strategy(cluster, launch_type, provider_strategy)
    return launch_type == "FARGATE" or any(item["capacityProvider"].startswith("FARGATE") for item in providers)


def _strategy(cluster, launch_type, provider_strategy):
    return [] if launch_type else provider_strategy or cluster.default_capacity_provider_strategy or []


def place(backend, task):
    """PROVISIONING → PENDING: from here on the data plane has it. Raises placement.Unplaced."""
    if task.launch_type == "EC2":
        place_on(backend, task, instances.candidates(backend, task.cluster_name, task.capacity_provider_name))
    else:
        platform = task.definition.runtime_platform or {}
        task.attributes = [_attribute(platform.get("cpuArchitecture", "x86_64").lower())]
        _begin(backend, task)


def place_on(backend, task, candidates):
    """As `place`, on one of these placement.Candidates."""
    network = task.network_configuration
    chosen = placement.place(
        task.needs,
        candidates,
        task.group,
        constraints=task.placement_constraints,
        strategies=task.placement_strategy,
        zones=network_interfaces.zones_of(backend, network) if network else None,
        among="capacity provider" if task.capacity_provider_name else "cluster",
    )
    task.launch_type = "EC2"
    task.container_instance_arn, task.instance_id = chosen.arn, chosen.instance_id
    task.availability_zone = chosen.attributes["ecs.availability-zone"]
    task.attributes = [_attribute(chosen.attributes.get("ecs.cpu-architecture", "x86_64"))]
    _begin(backend, task)


def _attribute(architecture):
    return {"name": "ecs.cpu-architecture", "value": architecture}


def _begin(backend, task):
    if task.network_configuration:
        network_interfaces.attach(backend, task, _neighbours(backend, task))
    task.unplaced_reason = None
    task.connectivity = "CONNECTED"
    task.connectivity_at = task.pull_started_at = clock.now()
    task.move("PENDING")


def _neighbours(backend, task):
    here = backend.tasks.get(task.cluster_name, {}).values()
    return [other for other in here if other.group == task.group and not other.is_stopped]


def may_start_instances(backend, task):
    """Whether the task waits for its capacity provider to grow, instead of failing for want of room."""
    provider = backend.capacity_providers.get(task.capacity_provider_name)
    return provider is not None and provider.auto_scaling_group_provider["managedScaling"]["status"] == "ENABLED"
