"""Elastic Load Balancing v2: what listener rules and their actions may say (moto 5.2.1)."""

import re

from moto.elbv2.exceptions import ELBClientError, InvalidConfigurationRequest, ValidationError
from moto.elbv2.responses import ELBV2Response

from addresses import is_block
from patches.elbv2_targets import load_balancers_of
from refusing import Refusal, before

# "Quotas for your Application Load Balancers".
CONDITION_VALUES_MAX = 5
WILDCARDS_MAX = 5
TARGET_GROUPS_MAX = 5
RULES_MAX = 100
WEIGHTS = range(1000)
ONCE = ("host-header", "http-request-method", "path-pattern", "source-ip")

# "Condition types for listener rules". A host name needs a full stop, and letters behind the last.
PATH = re.compile(r"""[A-Za-z0-9_\-.$/~"'@:+&*?]+""")
HOST = re.compile(r"[A-Za-z0-9\-.*?]*\.[A-Za-z]+")
CONFIGURATIONS = {
    "host-header": "HostHeaderConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "path-pattern": "PathPatternConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


def limit_the_conditions_of_a_rule():
    """Symptom (moto 5.2.1): rules without a condition, with two of one type, with more than five values or with more
    than five wildcards are made.
    AWS: ValidationError ("Quotas for your Application Load Balancers").
    """

    @before(ELBV2Response, "create_rule", "modify_rule")
    def conditions(_response, request):
        given = request.get("Conditions")
        if given is None:
            return
        if not given:
            raise ValidationError("A condition must be specified")
        fields = [condition.get("Field") for condition in given]
        twice = next((field for field in ONCE if fields.count(field) > 1), None)
        if twice:
            raise ValidationError(f"A rule can only have one '{twice}' condition")
        values = [value for condition in given for value in _values(condition)]
        if len(values) > CONDITION_VALUES_MAX:
            raise ValidationError(f"A rule can only have '{CONDITION_VALUES_MAX}' condition values")
        if sum(value.count("*") + value.count("?") for value in values) > WILDCARDS_MAX:
            raise ValidationError(f"A rule can only have '{WILDCARDS_MAX}' condition wildcards")


def _values(condition):
    """The values of a condition as texts; a query string's are pairs."""
    configuration = condition.get(CONFIGURATIONS.get(condition.get("Field"))) or condition
    values = configuration.get("Values") or []
    return ["".join(value.values()) if isinstance(value, dict) else value for value in values]


def require_characters_that_conditions_take():
    """Symptom (moto 5.2.1): a path pattern with `%`, a host name with a slash, and an address that is no CIDR block
    are taken.
    AWS: ValidationError ("Condition types for listener rules").
    """

    @before(ELBV2Response, "create_rule", "modify_rule")
    def characters(_response, request):
        for condition in request.get("Conditions") or []:
            for value in _values(condition):
                _check_value(condition.get("Field"), value)


def _check_value(field, value):
    allowed = {"path-pattern": PATH, "host-header": HOST}.get(field)
    if allowed and not allowed.fullmatch(value):
        raise ValidationError(f"The {field} value '{value}' contains a character that is not valid")
    if field == "source-ip" and (value == "255.255.255.255/32" or not is_block(value)):
        raise ValidationError(f"The source-ip value '{value}' is not a valid CIDR block")


def limit_the_target_groups_of_an_action():
    """Symptom (moto 5.2.1): a forward action with six target groups, or a weight of 1000, is taken.
    AWS: TooManyTargetGroups; ValidationError.
    """

    @before(ELBV2Response, "create_rule", "modify_rule", "create_listener", "modify_listener")
    def forward(_response, request):
        for action in [*(request.get("Actions") or []), *(request.get("DefaultActions") or [])]:
            groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
            if len(groups) > TARGET_GROUPS_MAX:
                raise Refusal(
                    "TooManyTargetGroups",
                    f"A forward action can have at most {TARGET_GROUPS_MAX} target groups",
                )
            if any(group.get("Weight", 1) not in WEIGHTS for group in groups):
                raise ValidationError("The weight for each target group must be between 0 and 999, inclusive")


def require_target_groups_of_the_same_load_balancer():
    """Symptom (moto 5.2.1): a rule forwards to a target group of another VPC, or of another load balancer.
    AWS: InvalidConfigurationRequest; TargetGroupAssociationLimit.
    """

    @before(ELBV2Response, "create_listener")
    def listener(response, request):
        balancer = response.elbv2_backend.load_balancers.get(request["LoadBalancerArn"])
        _check_groups(response.elbv2_backend, balancer, request.get("DefaultActions"))

    @before(ELBV2Response, "create_rule")
    def rule(response, request):
        balancer = _owner(response.elbv2_backend, lambda balancer: request["ListenerArn"] in balancer.listeners)
        _check_groups(response.elbv2_backend, balancer, request.get("Actions"))


def _owner(backend, has):
    return next(filter(has, backend.load_balancers.values()), None)


def _check_groups(backend, balancer, actions):
    for arn in _target_groups(actions) if balancer else ():
        group = backend.target_groups.get(arn)
        if group and group.vpc_id != balancer.vpc_id:
            raise InvalidConfigurationRequest(
                f"The target group '{arn}' is in a different VPC than load balancer '{balancer.arn}'"
            )
        if set(load_balancers_of(backend, arn)) - {balancer.arn}:
            raise ELBClientError(
                "TargetGroupAssociationLimit",
                f"The following target groups cannot be associated with more than one load balancer: {arn}",
            )


def _target_groups(actions):
    for action in actions or []:
        groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
        yield from {action.get("TargetGroupArn"), *(group.get("TargetGroupArn") for group in groups)} - {None}


def limit_the_rules_of_a_load_balancer():
    """Symptom (moto 5.2.1): a listener takes any number of rules.
    AWS: TooManyRules; 100 for a load balancer, default rules not counted.
    """

    @before(ELBV2Response, "create_rule")
    def count(response, request):
        balancer = _owner(response.elbv2_backend, lambda balancer: request["ListenerArn"] in balancer.listeners)
        rules = [rule for listener in balancer.listeners.values() for rule in listener.rules.values()] if balancer else []
        if sum(1 for rule in rules if rule.priority != "default") >= RULES_MAX:
            raise Refusal(
                "TooManyRules", f"The maximum number of rules on load balancer '{balancer.arn}' has been reached"
            )


PATCHES = (
    limit_the_conditions_of_a_rule,
    require_characters_that_conditions_take,
    limit_the_target_groups_of_an_action,
    require_target_groups_of_the_same_load_balancer,
    limit_the_rules_of_a_load_balancer,
)
