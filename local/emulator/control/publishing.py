"""The metrics that ECS, Elastic Load Balancing and EC2 Auto Scaling publish, as they publish them, one a minute each.

Sources: ECS Developer Guide, "Amazon ECS CloudWatch metrics"; "Amazon ECS Container Insights metrics"; Elastic Load
Balancing, "CloudWatch metrics for your Application Load Balancer"; EC2 Auto Scaling, "Amazon CloudWatch metrics". What is
measured comes at any time (`control.measures`), what is counted at the end of each minute (`minute`).
"""

from moto.autoscaling.models import autoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.elbv2.models import elbv2_backends

from control import capacity, instances
from control.metrics import Store

ECS, INSIGHTS, ELB = "AWS/ECS", "ECS/ContainerInsights", "AWS/ApplicationELB"
GROUPS, MANAGED_SCALING = "AWS/AutoScaling", "AWS/ECS/ManagedScaling"
CPU_UNITS, MIB = 1024, 1024 * 1024


def store(backend):
    """The metrics of an account and region, kept on moto's backend so that they end with it."""
    cloudwatch = cloudwatch_backends[backend.account_id][backend.region_name]
    return cloudwatch.__dict__.setdefault("metrics", Store())


def task(backend, found, measured, seconds, now):
    """What a task of a service used, in per cent of what its task definition reserves. Where it reserves none: nothing."""
    if not found.deployment_id:
        return
    dimensions = {"ClusterName": found.cluster_name, "ServiceName": found.group.partition(":")[2]}
    used = {
        "CPUUtilization": (measured["cpuSeconds"] / seconds, found.needs.cpu / CPU_UNITS),
        "MemoryUtilization": (measured["memoryBytes"] / MIB, found.needs.memory),
    }
    for name, (amount, reserved) in used.items():
        if reserved:
            store(backend).add(ECS, name, dimensions, now, 100 * amount / reserved, unit="Percent")


def target(backend, group, measured, now):
    """What a target group of a load balancer did."""
    balancer = {"LoadBalancer": _balancer_name(measured["loadBalancerArn"])}
    in_group = {"TargetGroup": _group_name(group.arn)}
    metrics = store(backend)
    for dimensions in ({**balancer, **in_group}, balancer):
        for digit, count in measured["statuses"].items():
            _count(metrics, f"HTTPCode_Target_{digit}XX_Count", dimensions, now, count)
        _count(metrics, "TargetConnectionErrorCount", dimensions, now, measured["connectionErrors"])
        for seconds in measured["responseSeconds"]:
            metrics.add(ELB, "TargetResponseTime", dimensions, now, seconds, unit="Seconds")
    _count(metrics, "RequestCount", {**balancer, **in_group}, now, measured["requests"])
    per_target = measured["requests"] / max(_targets_that_count(group), 1)
    for dimensions in ({**balancer, **in_group}, in_group):
        metrics.add(ELB, "RequestCountPerTarget", dimensions, now, per_target, unit="None")


def load_balancer(backend, measured, now):
    dimensions, metrics = {"LoadBalancer": _balancer_name(measured["arn"])}, store(backend)
    _count(metrics, "RequestCount", dimensions, now, measured["requests"])
    for digit, count in measured["ownStatuses"].items():
        _count(metrics, f"HTTPCode_ELB_{digit}XX_Count", dimensions, now, count)


def _count(metrics, name, dimensions, now, count):
    """One datum of 1 for each: the average of such a metric is 1."""
    if count:
        metrics.add(ELB, name, dimensions, now, 1, count=count, unit="Count")


def _targets_that_count(group):
    """RequestCountPerTarget: by the healthy targets, or by all where none is healthy."""
    return _in_state(group, "healthy") or len(group.targets)


def _in_state(group, state):
    return sum(each.get("State", "initial") == state for each in group.targets.values())


def minute(backend, when):
    """What is counted at the end of a minute, for an ECS backend's account and region; `when`: a time within it."""
    metrics = store(backend)
    for service in backend.services.values():
        if service.status == "ACTIVE" and _has_insights(backend, service.cluster_name):
            _service(metrics, service, when)
    _target_groups(metrics, elbv2_backends[backend.account_id][backend.region_name], when)
    for group in autoscaling_backends[backend.account_id][backend.region_name].autoscaling_groups.values():
        _group(metrics, group, when)
    for cluster in backend.clusters.values():
        for provider in instances.providers_of(backend, cluster) if cluster.status == "ACTIVE" else ():
            group = instances.group_of(backend, provider)
            if group is not None:
                _provider(metrics, backend, cluster, provider, group, when)


def _has_insights(backend, cluster_name):
    settings = backend.clusters[cluster_name].settings or ()
    return any(each["name"] == "containerInsights" and each["value"] != "disabled" for each in settings)


def _service(metrics, service, when):
    dimensions = {"ClusterName": service.cluster_name, "ServiceName": service.name}
    counts = {
        "RunningTaskCount": service.running_count,
        "PendingTaskCount": service.pending_count,
        "DesiredTaskCount": service.desired_count,
        "DeploymentCount": len(service.deployments or getattr(service, "task_sets", None) or ()),
    }
    for name, count in counts.items():
        metrics.add(INSIGHTS, name, dimensions, when, count, unit="Count")


def _target_groups(metrics, backend, when):
    """Reported while targets are registered; without requests their number is 0, not missing."""
    for group in backend.target_groups.values():
        if not group.targets:
            continue
        in_group = {"TargetGroup": _group_name(group.arn)}
        for arn in group.load_balancer_arns:
            dimensions = {**in_group, "LoadBalancer": _balancer_name(arn)}
            metrics.add(ELB, "HealthyHostCount", dimensions, when, _in_state(group, "healthy"), unit="Count")
            metrics.add(ELB, "UnHealthyHostCount", dimensions, when, _in_state(group, "unhealthy"), unit="Count")
            _none_yet(metrics, "RequestCount", dimensions, when, "Count")
            _none_yet(metrics, "RequestCount", {"LoadBalancer": _balancer_name(arn)}, when, "Count")
            for each in (dimensions, in_group):
                _none_yet(metrics, "RequestCountPerTarget", each, when, "None")


def _none_yet(metrics, name, dimensions, when, unit):
    statistics = metrics.series(ELB, name, dimensions, unit=unit).statistics_at(when)
    if not statistics.count:
        statistics.add(0)


def _group(metrics, group, when):
    """Those that the group's metrics collection names."""
    counts = {
        "GroupInServiceInstances": len(group.active_instances()),
        "GroupDesiredCapacity": group.desired_capacity,
    }
    for name, count in counts.items():
        if name in group.metrics:
            metrics.add(GROUPS, name, {"AutoScalingGroupName": group.name}, when, count, unit="None")


def _provider(metrics, backend, cluster, provider, group, when):
    dimensions = {"CapacityProviderName": provider.name, "ClusterName": cluster.name}
    reservation = capacity.reservation(backend, cluster, provider, group)
    metrics.add(MANAGED_SCALING, "CapacityProviderReservation", dimensions, when, reservation, unit="Percent")


def _balancer_name(arn):
    return arn.partition(":loadbalancer/")[2]


def _group_name(arn):
    return arn.rpartition(":")[2]
