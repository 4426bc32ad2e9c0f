"""Elastic Load Balancing v2: what target groups may be set to (moto 5.2.1)."""

import re

from moto.elbv2.exceptions import InvalidConfigurationRequest, ValidationError
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response

from patching import wrap
from refusing import before

STATUS_CODES = range(200, 500)
FLAGS = ("true", "false")
DELAY = "deregistration_delay.timeout_seconds"
DELAY_MAX_SECONDS = 3600

# "Edit target group attributes for your Application Load Balancer": those of instances and addresses, with what each
# may be.
ATTRIBUTES = {
    DELAY: range(DELAY_MAX_SECONDS + 1),
    "load_balancing.algorithm.type": ("round_robin", "least_outstanding_requests", "weighted_random"),
    "load_balancing.algorithm.anomaly_mitigation": ("on", "off"),
    "load_balancing.cross_zone.enabled": (*FLAGS, "use_load_balancer_configuration"),
    "slow_start.duration_seconds": (0, *range(30, 901)),
    "stickiness.enabled": FLAGS,
    "stickiness.type": ("lb_cookie", "app_cookie"),
    "stickiness.lb_cookie.duration_seconds": range(1, 604_801),
    "stickiness.app_cookie.duration_seconds": range(1, 604_801),
    "stickiness.app_cookie.cookie_name": None,
    "target_group_health.dns_failover.minimum_healthy_targets.count": None,
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": None,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": None,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": None,
    "waf.fail_open.enabled": FLAGS,
}


def require_health_checks_that_can_pass():
    """Symptom (moto 5.2.1): a health check of a path without a slash, for status 600, or on port `http` is taken.
    AWS: ValidationError ("Health checks for Application Load Balancer target groups").
    """

    @before(ELBV2Response, "create_target_group", "modify_target_group")
    def health_check(_response, request):
        path, port = request.get("HealthCheckPath"), request.get("HealthCheckPort")
        if path is not None and not re.fullmatch(r"/[\x21-\x7e]*", path):
            raise ValidationError(f"Health check path '{path}' must begin with a '/' and hold valid characters only")
        if port not in (None, "traffic-port") and not (port.isdecimal() and 1 <= int(port) <= 65535):
            raise ValidationError(f"Health check port '{port}' must be 'traffic-port' or between '1-65535' inclusive")
        codes = (request.get("Matcher") or {}).get("HttpCode")
        if codes is not None and request.get("Protocol", "HTTP") in ("HTTP", "HTTPS"):
            _check_codes(codes)


def _check_codes(codes):
    for part in codes.split(","):
        found = re.fullmatch(r"(\d{3})(?:-(\d{3}))?", part)
        if not found:
            raise ValidationError(f"Health check matcher HTTP code pattern '{codes}' is not valid")
        first, last = int(found[1]), int(found[2] or found[1])
        if first not in STATUS_CODES or last not in STATUS_CODES or first > last:
            raise ValidationError(f"Health check matcher HTTP code '{part}' must be within '200-499' inclusive")


def require_a_timeout_within_the_interval():
    """Symptom (moto 5.2.1): ModifyTargetGroup takes a timeout that is not shorter than the interval.
    AWS: ValidationError.
    """

    @before(ELBV2Response, "modify_target_group")
    def times(response, request):
        group = response.elbv2_backend.target_groups.get(request["TargetGroupArn"])
        interval = request.get("HealthCheckIntervalSeconds") or (group and group.health_check_interval_seconds)
        timeout = request.get("HealthCheckTimeoutSeconds") or (group and group.health_check_timeout_seconds)
        if group and int(timeout) >= int(interval):
            raise ValidationError(f"Health check timeout '{timeout}' must be smaller than the interval '{interval}'")


def require_attributes_that_target_groups_have():
    """Symptom (moto 5.2.1): unknown attributes and any values of known ones are taken.
    AWS: ValidationError; InvalidConfigurationRequest for an attribute that there is not.
    """

    @before(ELBV2Response, "modify_target_group_attributes")
    def attributes(response, request):
        group = response.elbv2_backend.target_groups.get(request["TargetGroupArn"])
        if not group or group.protocol not in ("HTTP", "HTTPS"):
            return
        for attribute in request.get("Attributes") or []:
            key, value = attribute.get("Key"), attribute.get("Value")
            if key not in ATTRIBUTES:
                raise InvalidConfigurationRequest(f"Target group attribute key '{key}' is not recognized")
            _check_value(key, value, ATTRIBUTES[key])


def _check_value(key, value, allowed):
    if allowed is None or value in map(str, allowed):
        return
    if isinstance(allowed, range):
        raise ValidationError(f"'{key}' value '{value}' must be between '{allowed[0]}-{allowed[-1]}' inclusive")
    words = ", ".join(map(str, allowed)) if len(allowed) < 5 else "0, 30-900"
    raise ValidationError(f"'{key}' value '{value}' must be one of: {words}")


def take_the_longest_deregistration_delay():
    """Symptom (moto 5.2.1): a deregistration delay of 3600 seconds is refused.
    AWS: 0 to 3600, both included.
    """

    @wrap(ELBv2Backend, "modify_target_group_attributes")
    def modify_target_group_attributes(original, backend, target_group_arn, attributes):
        if attributes.get(DELAY) != str(DELAY_MAX_SECONDS):
            return original(backend, target_group_arn, attributes)
        original(backend, target_group_arn, {**attributes, DELAY: str(DELAY_MAX_SECONDS - 1)})
        backend.target_groups[target_group_arn].attributes[DELAY] = str(DELAY_MAX_SECONDS)
        return None


PATCHES = (
    require_health_checks_that_can_pass,
    require_a_timeout_within_the_interval,
    require_attributes_that_target_groups_have,
    take_the_longest_deregistration_delay,
)
