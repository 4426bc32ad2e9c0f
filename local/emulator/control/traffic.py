"""Where listeners forward: the rules, default actions among them, that name a target group of a CodeDeploy pair.

Source: CodeDeploy User Guide, "What happens during an Amazon ECS deployment". Rules that name neither target group of
the pair belong to others, and stay as they are.
"""

from moto.elbv2.models import FakeAction, elbv2_backends


def backend_of(backend):
    """The load balancers of an ECS backend's account and region."""
    return elbv2_backends[backend.account_id][backend.region_name]


def group_named(elbv2, name):
    """The target group of a name; None if there is none."""
    return next((group for group in elbv2.target_groups.values() if group.name == name), None)


def listener_of(elbv2, arn):
    """The listener of an ARN; None if there is none."""
    return next((item.listeners[arn] for item in elbv2.load_balancers.values() if arn in item.listeners), None)


def balancer_of(elbv2, listener_arn):
    """The load balancer of a listener; None if there is no such listener."""
    return next((item for item in elbv2.load_balancers.values() if listener_arn in item.listeners), None)


def forwards_to(elbv2, listener_arn, group_arn):
    """Whether a rule of the listener names the target group."""
    return any(
        group_arn in _groups(action)
        for rule in _rules(elbv2, listener_arn)
        for action in rule.actions
    )


def weigh(elbv2, listener_arns, weights):
    """Divides the traffic of those rules by weights, {target group ARN: weight}."""
    forward = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    _forward(elbv2, listener_arns, weights, {}, forward)


def point(elbv2, listener_arns, pair, group_arn):
    """Has those rules, which name a target group of the pair, forward to this one alone."""
    _forward(
        elbv2, listener_arns, pair, {"TargetGroupArn": group_arn}, [{"TargetGroupArn": group_arn, "Weight": 1}]
    )


def _forward(elbv2, listener_arns, pair, simple, groups):
    for arn in listener_arns:
        for rule in _rules(elbv2, arn):
            if any(_concerns(action, pair) for action in rule.actions):
                _set_actions(
                    elbv2,
                    arn,
                    rule,
                    [
                        _rewritten(action, simple, groups) if _concerns(action, pair) else action
                        for action in rule.actions
                    ],
                )


def _rewritten(action, simple, groups):
    former = action.data.get("ForwardConfig") or {}
    kept = {name: value for name, value in action.data.items() if name not in ("TargetGroupArn", "ForwardConfig")}
    config = {**former, "TargetGroups": [dict(group) for group in groups]}
    return FakeAction({**kept, **simple, "ForwardConfig": config})


def _set_actions(elbv2, listener_arn, rule, actions):
    rule.actions = actions
    if rule.is_default:
        listener_of(elbv2, listener_arn).default_actions = actions


def _rules(elbv2, listener_arn):
    listener = listener_of(elbv2, listener_arn)
    return list(listener.rules.values()) if listener else []


def _concerns(action, pair):
    return bool(_groups(action) & set(pair))


def _groups(action):
    """ARNs of the target groups that an action forwards to."""
    if action.data.get("Type") != "forward":
        return set()
    groups = (action.data.get("ForwardConfig") or {}).get("TargetGroups") or []
    return {action.data.get("TargetGroupArn"), *(group["TargetGroupArn"] for group in groups)} - {None}
