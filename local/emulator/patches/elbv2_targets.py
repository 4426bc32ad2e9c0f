"""Elastic Load Balancing v2: target groups and their targets (moto 5.2.1)."""

import itertools

from moto.elbv2.exceptions import ELBClientError, InvalidTargetError, TargetGroupNotFoundError, ValidationError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup, elbv2_backends

from addresses import is_ipv4
from control import clock, data_plane
from control.targets import target_key
from patching import add, replace, wrap

# How many deregistered targets of a target group DescribeTargetHealth can still be asked for by name.
DEREGISTERED_KEPT = 100


def show_the_load_balancers_of_a_target_group():
    """Symptom (moto 5.2.1): LoadBalancerArns of a target group names a load balancer twice once two rules forward to
    the group, and still names it when no rule does any more.
    AWS: each load balancer that a listener or rule forwards from, once.
    """

    def current(group):
        backend = elbv2_backends[group.account_id][group.region_name]
        return _Unchangeable(load_balancers_of(backend, group.arn))

    def ignore_the_copy(group, copy):
        """moto's constructor starts the list that the property replaces."""

    add(FakeTargetGroup, "load_balancer_arns")(property(current, ignore_the_copy))


class _Unchangeable(list):
    """moto appends to the list when it makes a listener or rule; what it appends is found in the listeners."""

    def append(self, _item):
        return


def load_balancers_of(backend, target_group_arn):
    """ARNs of the load balancers from which a listener or rule forwards to the target group."""
    return [
        balancer.arn
        for balancer in backend.load_balancers.values()
        if any(_forwards(backend, listener, target_group_arn) for listener in balancer.listeners.values())
    ]


def _forwards(backend, listener, target_group_arn):
    actions = [action for rule in listener.rules.values() for action in rule.actions]
    return any(target_group_arn in backend._get_target_group_arns_from(action_data=action.data) for action in actions)


def keep_targets_by_id_and_port():
    """Symptom (moto 5.2.1): a target group keeps one port per target id, so that the second task on an instance
    (bridge network, dynamic host ports) takes the place of the first.
    AWS: a target is an id and a port. Without a port DeregisterTargets removes each port of the id.
    """

    registrations = itertools.count(1)

    @replace(FakeTargetGroup, "register")
    def register(group, targets):
        for target in targets:
            # The number tells the load balancer of a target that was deregistered and registered again unseen.
            kept = {"Id": target["Id"], "Port": target.get("Port") or group.port, "Registration": next(registrations)}
            group.targets.setdefault(target_key(kept["Id"], kept["Port"]), kept)
            group.deregistered_targets.pop(target_key(kept["Id"], kept["Port"]), None)

    @replace(FakeTargetGroup, "deregister")
    def deregister(group, targets):
        for target in targets:
            found = _matching(group.targets, target)
            if not found:
                raise InvalidTargetError()
            for key in found:
                group.deregistered_targets[key] = group.targets.pop(key)
        for oldest in list(group.deregistered_targets)[:-DEREGISTERED_KEPT]:
            del group.deregistered_targets[oldest]

    @replace(FakeTargetGroup, "deregister_terminated_instances")
    def deregister_terminated_instances(group, instance_ids):
        for key in [key for key, target in group.targets.items() if target["Id"] in instance_ids]:
            group.terminated_targets[key] = group.targets.pop(key)

    @wrap(FakeTargetGroup, "health_for")
    def health_for(original, group, target, ec2_backend):
        return original(_OneTarget(group, target), target, ec2_backend)


def _matching(targets, wanted):
    return [
        key
        for key, target in targets.items()
        if target["Id"] == wanted["Id"] and str(wanted.get("Port") or target["Port"]) == str(target["Port"])
    ]


class _OneTarget:
    """A target group as moto's health_for expects it, by id alone, that holds only the target in question."""

    def __init__(self, group, target):
        self.port = group.port
        self.health_check_port = group.health_check_port
        self.targets = _by_id(group.targets, target)
        self.deregistered_targets = _by_id(group.deregistered_targets, target)
        self.terminated_targets = _by_id(group.terminated_targets, target)


def _by_id(targets, wanted):
    return {wanted["Id"]: targets[key] for key in _matching(targets, wanted)}


def drain_deregistered_targets():
    """Symptom (moto 5.2.1): a target is gone as soon as it is deregistered, whatever requests it still serves, and
    DescribeTargetHealth does not list it any more.
    AWS: it is `draining`, and listed, until the load balancer has let go of it. Here so while a data plane runs, for
    target groups behind a load balancer.
    """

    @wrap(FakeTargetGroup, "__init__")
    def init(original, group, *args, **kwargs):
        original(group, *args, **kwargs)
        group.draining = {}

    @wrap(FakeTargetGroup, "register")
    def register(original, group, targets):
        original(group, targets)
        for key in group.targets:
            group.draining.pop(key, None)

    @wrap(FakeTargetGroup, "deregister")
    def deregister(original, group, targets):
        before = dict(group.targets)
        original(group, targets)
        if data_plane.attached() and _in_use(group):
            for key in before.keys() - group.targets.keys():
                group.draining[key] = {**before[key], "Since": clock.now()}

    @wrap(ELBv2Backend, "describe_target_health")
    def describe_target_health(original, backend, target_group_arn, targets):
        group = backend.target_groups.get(target_group_arn)
        if group is not None and not targets:
            targets = [*group.targets.values(), *group.draining.values()]
        return original(backend, target_group_arn, targets) if targets or group is None else []


def _in_use(group):
    return bool(load_balancers_of(elbv2_backends[group.account_id][group.region_name], group.arn))


def show_the_health_that_is_reported():
    """Symptom (moto 5.2.1): every registered target is `healthy`.
    AWS: `initial` until the first health checks are done, then as they turn out, with the reason; `draining` after it
    was deregistered; `unused` in a target group that no load balancer forwards to. Here so while a data plane runs.
    """

    @wrap(FakeTargetGroup, "health_for")
    def health_for(original, group, target, ec2_backend):
        if not data_plane.attached():
            return original(group, target, ec2_backend)
        registered = _matching(group.targets, target)
        if registered:
            kept = group.targets[registered[0]]
            return _health(group, kept, *(_checked(kept) if _in_use(group) else NOT_IN_USE))
        draining = _matching(group.draining, target)
        if draining:
            return _health(group, group.draining[draining[0]], *DRAINING)
        return original(group, target, ec2_backend)


# The states that no health check tells, in the words of API_TargetHealth and of its examples.
REGISTERING = ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
CHECKING = ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
DRAINING = ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
NOT_IN_USE = (
    "unused",
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)


def _checked(target):
    """State, reason and description as the load balancer has reported them."""
    state = target.get("State")
    if state is None:
        return REGISTERING
    if state == "initial":
        return CHECKING
    if state == "healthy":
        return "healthy", None, None
    description = target.get("Description") or "Health checks failed"
    return state, target.get("Reason") or "Target.FailedHealthChecks", description


def _health(group, target, state, reason, description):
    port = target["Port"] if group.health_check_port == "traffic-port" else group.health_check_port
    return FakeHealthStatus(target["Id"], target["Port"], str(port), state, reason, description)


def refuse_targets_of_another_type():
    """Symptom (moto 5.2.1): RegisterTargets takes an address into a group of target type `instance` and an instance
    into a group of type `ip`; an instance that does not exist is taken too.
    AWS: ValidationError; InvalidTarget for an instance that does not exist or does not run.
    """

    @wrap(ELBv2Backend, "register_targets")
    def register_targets(original, backend, target_group_arn, instances):
        group = backend.target_groups.get(target_group_arn)
        if group is None:
            raise TargetGroupNotFoundError()
        for target in instances:
            _require_type(backend, group, target["Id"])
        return original(backend, target_group_arn, instances)


def _require_type(backend, group, target_id):
    if group.target_type == "ip" and not is_ipv4(target_id):
        raise ValidationError(f"The IP address '{target_id}' is not a valid IPv4 address")
    if group.target_type == "instance":
        if not target_id.startswith("i-"):
            raise ValidationError(f"Instance ID '{target_id}' is not valid")
        instance = backend.ec2_backend.get_instance_by_id(target_id)
        if not instance or instance.state != "running":
            raise ELBClientError(
                "InvalidTarget",
                "The following targets are not in a running state and cannot be registered: "
                f"'{target_id}'",
            )


PATCHES = (
    show_the_load_balancers_of_a_target_group,
    keep_targets_by_id_and_port,
    drain_deregistered_targets,
    show_the_health_that_is_reported,
    refuse_targets_of_another_type,
)
