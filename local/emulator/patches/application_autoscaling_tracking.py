"""Application Auto Scaling: what scales a service (moto 5.2.1). When it is scaled is decided in control/scaling.py."""

import json
import uuid

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.cloudwatch.models import Dimension, Metric, MetricDataQuery, MetricStat, cloudwatch_backends

from control import scaling, scaling_activities, scheduled_actions
from patching import add, replace, wrap
from refusing import Refusal

PAGE = 50
# How many minutes the metric has to be above the target, and below this share of it.
HIGH_PERIODS, LOW_PERIODS, LOW_SHARE = 3, 15, 0.9
OF_SERVICES = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}


def watch_the_metric_of_a_policy():
    """Symptom (moto 5.2.1): the alarms of every policy watch the CPU, or the memory, of the service for 6 per cent,
    whatever its target and its metric.
    AWS: one alarm for three minutes above the target; one for fifteen minutes below 90 per cent of it, unless scale-in is
    disabled ("How target tracking scaling works").
    """

    @replace(FakeApplicationAutoscalingPolicy, "_generate_ecs_alarms")
    def generate_ecs_alarms(policy):
        configuration = policy.target_tracking_scaling_policy_configuration
        target, watched = float(configuration["TargetValue"]), _watched(policy, configuration)
        made = [_alarm(policy, scaling.HIGH, "GreaterThanThreshold", target, HIGH_PERIODS, watched)]
        if not configuration.get("DisableScaleIn"):
            low = round(target * LOW_SHARE, 10)
            made.append(_alarm(policy, scaling.LOW, "LessThanThreshold", low, LOW_PERIODS, watched))
        return made


def _alarm(policy, kind, comparison, threshold, periods, watched):
    backend = cloudwatch_backends[policy.account_id][policy.region_name]
    return backend.put_metric_alarm(
        name=f"TargetTracking-{policy.resource_id}-{kind}-{uuid.uuid4()}",
        description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.policy_arn}.",
        comparison_operator=comparison,
        threshold=threshold,
        evaluation_periods=periods,
        alarm_actions=[policy.policy_arn],
        **watched,
    )


def _watched(policy, configuration):
    """What the alarms watch: the parameters of PutMetricAlarm, by moto's names."""
    own = configuration.get("CustomizedMetricSpecification")
    if own and own.get("Metrics"):
        queries = [_query(each) for each in own["Metrics"]]
        nothing = {"namespace": None, "metric_name": None, "statistic": None, "period": None, "dimensions": []}
        return {**nothing, "metric_data_queries": queries}
    if own:
        dimensions = own.get("Dimensions") or []
        return _metric(own["Namespace"], own["MetricName"], own["Statistic"], dimensions, own.get("Unit"))
    predefined = configuration["PredefinedMetricSpecification"]
    if predefined["PredefinedMetricType"] in OF_SERVICES:
        _, cluster, service = policy.resource_id.split("/")
        dimensions = _dimensions(ClusterName=cluster, ServiceName=service)
        return _metric("AWS/ECS", OF_SERVICES[predefined["PredefinedMetricType"]], "Average", dimensions)
    balancer, separator, group = predefined["ResourceLabel"].partition("/targetgroup/")
    dimensions = _dimensions(LoadBalancer=balancer, TargetGroup=f"{separator}{group}".lstrip("/"))
    return _metric("AWS/ApplicationELB", "RequestCountPerTarget", "Sum", dimensions)


def _dimensions(**given):
    return [{"Name": name, "Value": value} for name, value in given.items()]


def _metric(namespace, name, statistic, dimensions, unit=None):
    named = {"namespace": namespace, "metric_name": name, "statistic": statistic}
    return {**named, "period": 60, "dimensions": dimensions, "unit": unit}


def _query(given):
    """A TargetTrackingMetricDataQuery; its period is a minute."""
    stat = given.get("MetricStat")
    of_metric = None
    if stat:
        dimensions = [Dimension(each["Name"], each["Value"]) for each in stat["Metric"].get("Dimensions") or []]
        metric = Metric(stat["Metric"]["MetricName"], stat["Metric"]["Namespace"], dimensions)
        of_metric = MetricStat(metric, 60, stat["Stat"], stat.get("Unit"))
    returned = given.get("ReturnData", True)
    return MetricDataQuery(given["Id"], given.get("Label"), None, returned, given.get("Expression"), of_metric)


def bring_services_within_their_bounds():
    """Symptom (moto 5.2.1): a service keeps a desired count that is outside of the capacities of its scalable target.
    AWS: scales it when they are set: "minimum capacity was set to 2".
    """

    @wrap(ApplicationAutoscalingBackend, "register_scalable_target")
    def register_scalable_target(original, backend, namespace, r_id, dimension, **given):
        former = backend.targets.get(dimension, {}).get(r_id)
        bounds = former and (former.min_capacity, former.max_capacity)
        target = original(backend, namespace, r_id, dimension, **given)
        if bounds != (target.min_capacity, target.max_capacity):
            target.bounds_are_new = True
        return target


def wait_for_scheduled_actions():
    """Symptom (moto 5.2.1): a scheduled action never does anything.
    AWS: sets the capacities of its target when it is due.
    """

    @wrap(ApplicationAutoscalingBackend, "put_scheduled_action")
    def put_scheduled_action(original, backend, **given):
        original(backend, **given)
        names = ("service_namespace", "scheduled_action_name", "resource_id", "scalable_dimension")
        for action in backend.scheduled_actions:
            if all(getattr(action, name) == given[name] for name in names):
                scheduled_actions.begin(action)


def tell_scaling_activities():
    """Symptom (moto 5.2.1): DescribeScalingActivities: HTTP 500.
    AWS: tells why and how the capacity was changed, newest first, and, if asked to, why it was not.
    """

    @add(ApplicationAutoScalingResponse, "describe_scaling_activities")
    def describe_scaling_activities(response):
        request = json.loads(response.body or "{}")
        namespace, wanted = request.get("ServiceNamespace"), request.get("IncludeNotScaledActivities")
        targets = response.applicationautoscaling_backend.describe_scalable_targets(
            namespace, [request["ResourceId"]] if request.get("ResourceId") else None, request.get("ScalableDimension")
        )
        found = [activity for target in targets for activity in scaling_activities.of(target)]
        found = [activity for activity in found if wanted or "NotScaledReasons" not in activity]
        found.sort(key=lambda activity: activity["StartTime"], reverse=True)
        first = _offset(request.get("NextToken"))
        end = first + int(request.get("MaxResults") or PAGE)
        more = {"NextToken": str(end)} if end < len(found) else {}
        return json.dumps({"ScalingActivities": found[first:end], **more})


def _offset(token):
    if token is not None and not token.isdecimal():
        raise Refusal("InvalidNextTokenException", f"Invalid next token: {token}")
    return int(token or 0)


PATCHES = (
    watch_the_metric_of_a_policy,
    bring_services_within_their_bounds,
    wait_for_scheduled_actions,
    tell_scaling_activities,
)
