"""Application Auto Scaling: what targets, policies and scheduled actions may say (moto 5.2.1)."""

import re
import zoneinfo
from datetime import datetime

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.ecs.exceptions import ClusterNotFoundException
from moto.ecs.models import ecs_backends

from refusing import Refusal, before

REQUEST_COUNT = "ALBRequestCountPerTarget"
METRICS_OF_ECS = ("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", REQUEST_COUNT)
# "PredefinedMetricSpecification" of the API reference.
RESOURCE_LABEL = re.compile(r"app/[^/]+/[0-9a-z]+/targetgroup/[^/]+/[0-9a-z]+")

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()
# "Schedule recurring scaling actions using cron expressions": name, least, most, names, forms of this field alone.
CRON_FIELDS = (
    ("minutes", 0, 59, (), None),
    ("hours", 0, 23, (), None),
    ("day-of-month", 1, 31, (), r"\?|L|LW|\d{1,2}W"),
    ("month", 1, 12, MONTHS, None),
    ("day-of-week", 1, 7, DAYS, r"\?|L|[1-7]L|[1-7]#[1-5]"),
    ("year", 1970, 2199, (), None),
)


def require_a_capacity_from_least_to_most():
    """Symptom (moto 5.2.1): targets whose least capacity is negative, or more than the most, are registered, as are new
    ones without either. A cluster that does not exist answers with an exception of ECS's.
    AWS: ValidationException ("RegisterScalableTarget").
    """

    @before(ApplicationAutoScalingResponse, "register_scalable_target")
    def capacity(response, request):
        _require_service(response, request)
        target = _target(response, request)
        least, most = request.get("MinCapacity"), request.get("MaxCapacity")
        if not target and (least is None or most is None):
            raise AWSValidationException("MinCapacity and MaxCapacity are required to register a new scalable target")
        _check_bounds(
            target.min_capacity if least is None else least, target.max_capacity if most is None else most
        )


def _require_service(response, request):
    if request.get("ServiceNamespace") != "ecs" or request["ResourceId"].count("/") != 2:
        return
    ecs = ecs_backends[response.current_account][response.region]
    try:
        ecs._get_cluster(request["ResourceId"].split("/")[1])
    except ClusterNotFoundException:
        raise AWSValidationException(f"ECS service doesn't exist: {request['ResourceId']}") from None


def _check_bounds(least, most):
    if least is not None and least < 0:
        raise AWSValidationException("Minimum capacity must not be negative")
    if least is not None and most is not None and least > most:
        raise AWSValidationException("Minimum capacity cannot be greater than maximum capacity")


def _target(response, request):
    targets = response.applicationautoscaling_backend.targets
    return targets.get(request["ScalableDimension"], {}).get(request["ResourceId"])


def require_a_registered_target():
    """Symptom (moto 5.2.1): policies and scheduled actions of targets that are not registered are taken.
    AWS: ObjectNotFoundException.
    """

    @before(ApplicationAutoScalingResponse, "put_scaling_policy", "put_scheduled_action")
    def target(response, request):
        if not _target(response, request):
            raise Refusal(
                "ObjectNotFoundException",
                f"No scalable target registered for service namespace: {request['ServiceNamespace']}, resource ID: "
                f"{request['ResourceId']}, scalable dimension: {request['ScalableDimension']}",
            )


def require_tracking_of_a_metric_that_there_is():
    """Symptom (moto 5.2.1): tracking of another service's metric, of the requests of no target group, with a negative
    cooldown, or of one metric by two policies is taken.
    AWS: ValidationException ("TargetTrackingScalingPolicyConfiguration").
    """

    @before(ApplicationAutoScalingResponse, "put_scaling_policy")
    def tracking(response, request):
        policy = request.get("TargetTrackingScalingPolicyConfiguration") or {}
        metric = policy.get("PredefinedMetricSpecification") or {}
        for name in ("ScaleOutCooldown", "ScaleInCooldown"):
            if (policy.get(name) or 0) < 0:
                raise AWSValidationException(f"{name} must not be negative")
        if metric and request["ServiceNamespace"] == "ecs":
            _check_metric(metric)
            _require_one_policy(response, request, metric)


def _check_metric(metric):
    name, label = metric["PredefinedMetricType"], metric.get("ResourceLabel")
    if name not in METRICS_OF_ECS:
        raise AWSValidationException(f"Predefined metric type {name} is not supported for service namespace ecs")
    if name == REQUEST_COUNT and not (label and RESOURCE_LABEL.fullmatch(label)):
        raise AWSValidationException(
            f"The resource label of {name} must be app/<load balancer>/<id>/targetgroup/<target group>/<id>"
        )
    if name != REQUEST_COUNT and label:
        raise AWSValidationException(f"A resource label cannot be specified for {name}")


def _require_one_policy(response, request, metric):
    for policy in response.applicationautoscaling_backend.policies.values():
        own = (policy.target_tracking_scaling_policy_configuration or {}).get("PredefinedMetricSpecification")
        same_target = (policy.resource_id, policy.scalable_dimension) == (
            request["ResourceId"],
            request["ScalableDimension"],
        )
        if same_target and policy.policy_name != request["PolicyName"] and own == metric:
            raise AWSValidationException(
                "Only one TargetTrackingScaling policy for a given metric specification is allowed."
            )


def require_schedules_that_come_round():
    """Symptom (moto 5.2.1): any text is taken for a schedule and for a time zone, and an action may change nothing.
    AWS: ValidationException ("PutScheduledAction").
    """

    @before(ApplicationAutoScalingResponse, "put_scheduled_action")
    def schedule(_response, request):
        schedule, zone = request.get("Schedule"), request.get("Timezone")
        if schedule is not None and not is_schedule(schedule):
            raise AWSValidationException(f"Invalid schedule expression: {schedule}")
        known = zoneinfo.available_timezones()
        if zone and known and zone not in known:
            raise AWSValidationException(f"Invalid timezone: {zone}")
        action = request.get("ScalableTargetAction")
        if action is not None:
            least, most = action.get("MinCapacity"), action.get("MaxCapacity")
            if least is None and most is None:
                raise AWSValidationException(
                    "At least one of minimum capacity and maximum capacity should be provided"
                )
            _check_bounds(least, most)


def is_schedule(text):
    """Whether a text is a schedule as Application Auto Scaling reads it: `at(...)`, `rate(...)` or `cron(...)`."""
    found = re.fullmatch(r"(at|rate|cron)\((.*)\)", text)
    return bool(found) and {"at": _is_time, "rate": _is_rate, "cron": _is_cron}[found[1]](found[2])


def _is_time(body):
    try:
        return bool(datetime.strptime(body, "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return False


def _is_rate(body):
    found = re.fullmatch(r"([1-9]\d*) (?:minute|hour|day)(s?)", body)
    return bool(found) and (found[1] == "1") == (found[2] == "")


def _is_cron(body):
    values = body.split(" ")
    if len(values) != len(CRON_FIELDS) or (values[2], values[4]).count("?") != 1:
        return False
    return all(
        all(_fits(field, part) for part in value.split(",")) for field, value in zip(CRON_FIELDS, values)
    )


def _fits(field, part):
    """`*`, `5`, `MON`, `1-5`, any of these with a step such as `0/15`, and what this field alone may be."""
    _, least, most, names, special = field
    if special and re.fullmatch(special, part):
        return True
    found = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/([1-9]\d*))?", part)
    if not found or found[1] == "*":
        return bool(found) and not found[2]
    numbers = [_number(text, least, names) for text in (found[1], found[2] or found[1])]
    return None not in numbers and least <= numbers[0] <= numbers[1] <= most and int(found[3] or 1) <= most


def _number(text, least, names):
    if text.upper() in names:
        return names.index(text.upper()) + least
    return int(text) if text.isdecimal() else None


PATCHES = (
    require_a_capacity_from_least_to_most,
    require_a_registered_target,
    require_tracking_of_a_metric_that_there_is,
    require_schedules_that_come_round,
)
