"""Application Auto Scaling of ECS services: what the alarms of target tracking policies make of the desired count.

Source: Application Auto Scaling User Guide, "Target tracking scaling policies", "Suspend and resume scaling"; ECS
Developer Guide, "Automatically scale your Amazon ECS service" (no scale-in during a deployment).
"""

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy.models import codedeploy_backends

from control import alarm_rules, deployments, scaling_activities, target_tracking, waits
from control.faults import told_once

NAMESPACE, DIMENSION = "ecs", "ecs:service:DesiredCount"
HIGH, LOW = "AlarmHigh", "AlarmLow"


def targets_of(backend):
    """moto's scalable targets that are services of the ECS backend."""
    return list(_scaling(backend).targets.get(DIMENSION, {}).values())


def _scaling(backend):
    return applicationautoscaling_backends[backend.account_id][backend.region_name]


def service_of(backend, target):
    """The service of a target; None if it is not active."""
    _, cluster, name = target.resource_id.split("/")
    service = backend.services.get(f"{cluster}:{name}")
    return service if service is not None and service.status == "ACTIVE" else None


def follow_alarms(backend, now):
    """A step of each service with target tracking policies, by the alarms as they are now."""
    for target in targets_of(backend):
        with told_once(f"scaling {target.resource_id}"):
            service = service_of(backend, target)
            if service is not None:
                _follow(backend, target, service, now)


def _follow(backend, target, service, now):
    seen = {policy.policy_name: (policy, *_alarms(backend, policy)) for policy in _policies(backend, target)}
    policies = [_judged(*each) for each in seen.values()]
    capacity, suspended = service.desired_count, target.suspended_state or {}
    if not suspended.get("DynamicScalingOutSuspended"):
        step = target_tracking.scale_out(policies, capacity, target.max_capacity, _grown(target, now))
        if step:
            _scale_out(backend, target, service, step, *seen[step.policy][:2], now)
            return
        _note_most(target, policies, seen, capacity)
    if suspended.get("DynamicScalingInSuspended") or _is_cooling(target, now) or _is_deployed(backend, service):
        return
    step = target_tracking.scale_in(policies, capacity, target.min_capacity)
    if step:
        policy, _, low = seen[step.policy]
        target.shrunk_until = now + waits.scaled(_cooldown(policy, "ScaleInCooldown"))
        set_capacity(backend, target, service, step.capacity, scaling_activities.triggered(low, policy))


def _policies(backend, target):
    return [
        policy
        for policy in _scaling(backend).policies.values()
        if policy.resource_id == target.resource_id
        and policy.scalable_dimension == DIMENSION
        and policy.policy_type == "TargetTrackingScaling"
    ]


def _alarms(backend, policy):
    """The high and the low alarm of a policy, as CloudWatch has them now; None for one that is not there."""
    known = cloudwatch_backends[backend.account_id][backend.region_name].alarms
    own = [known[alarm.name] for alarm in policy.alarms if alarm.name in known]
    return tuple(next((alarm for alarm in own if f"-{kind}-" in alarm.name), None) for kind in (HIGH, LOW))


def _judged(policy, high, low):
    configuration = policy.target_tracking_scaling_policy_configuration
    evaluated = getattr(low, "evaluated", ())
    return target_tracking.Policy(
        name=policy.policy_name,
        target=float(configuration["TargetValue"]),
        metric=getattr(high, "newest", None),
        is_high=_is_in_alarm(high),
        is_low=_is_in_alarm(low),
        highest=max(evaluated, default=None),
        scales_in=not configuration.get("DisableScaleIn"),
    )


def _is_in_alarm(alarm):
    return alarm is not None and alarm.actions_enabled and alarm.state_value == alarm_rules.ALARM


def _grown(target, now):
    grown, until = getattr(target, "grown", (None, 0))
    return grown if now < until else None


def _is_cooling(target, now):
    return now < getattr(target, "shrunk_until", 0)


def _cooldown(policy, name):
    given = policy.target_tracking_scaling_policy_configuration.get(name)
    return target_tracking.DEFAULT_COOLDOWN_SECONDS if given is None else given


def _scale_out(backend, target, service, step, policy, high, now):
    """A scale-out ends the cooldown of a scale-in."""
    until = now + waits.scaled(_cooldown(policy, "ScaleOutCooldown"))
    target.grown = target_tracking.Grown(service.desired_count, step.capacity), until
    target.shrunk_until = 0
    target.told_most = None
    set_capacity(backend, target, service, step.capacity, scaling_activities.triggered(high, policy))


def _note_most(target, policies, seen, capacity):
    """Tells once of a service that cannot grow, for it has as many tasks as it may."""
    high = next((policy for policy in policies if policy.is_high), None)
    if high is None or capacity < target.max_capacity:
        target.told_most = None
    elif getattr(target, "told_most", None) != target.max_capacity:
        target.told_most = target.max_capacity
        policy, alarm, _ = seen[high.name]
        reason = {"Code": "AlreadyAtMaxCapacity", "MaxCapacity": target.max_capacity, "CurrentCapacity": capacity}
        scaling_activities.not_scaled(target, scaling_activities.triggered(alarm, policy), reason)


def _is_deployed(backend, service):
    """Whether a deployment of the service is in progress."""
    if service.deployment_controller["type"] != "CODE_DEPLOY":
        return any(each.rollout_state == deployments.IN_PROGRESS for each in service.deployments)
    found = codedeploy_backends[backend.account_id][backend.region_name].deployments.values()
    named = service.cluster_name, service.name
    return any(each.is_ongoing and (each.cluster_name, each.service_name) == named for each in found)


def keep_within_bounds(backend, now):
    """After a target's least or most capacity was set: a service that is outside goes to the nearer of them."""
    for target in targets_of(backend):
        if not target.__dict__.pop("bounds_are_new", False):
            continue
        service = service_of(backend, target)
        if service is None:
            continue
        if service.desired_count < target.min_capacity:
            cause = f"minimum capacity was set to {target.min_capacity}"
            set_capacity(backend, target, service, target.min_capacity, cause)
        elif service.desired_count > target.max_capacity:
            cause = f"maximum capacity was set to {target.max_capacity}"
            set_capacity(backend, target, service, target.max_capacity, cause)


def set_capacity(backend, target, service, capacity, cause):
    """What UpdateService does with a desired count, and a scaling activity that tells of it."""
    backend.update_service({"service": service.name, "cluster": service.cluster_name, "desired_count": capacity})
    scaling_activities.counted(target, capacity, cause)
