"""Managed scaling, termination protection and draining of capacity providers with an autoscaling group.

Source: ECS Developer Guide, "Automatically manage Amazon ECS capacity with cluster auto scaling". The metric is
CapacityProviderReservation = M / N x 100, N the instances that run and M those that the tasks need; the group is kept
where it is the target capacity.
"""

import math

from moto.autoscaling.models import autoscaling_backends
from moto.ecs.models import ecs_backends

from control import data_plane, groups, instances, placement, refresh

# How long an instance has to be idle before it goes; on AWS the alarm takes 15 data points, one a minute.
IDLE_SECONDS = 15
SCALE_OUT = "a monitor alarm TargetTracking-{}-AlarmHigh in state ALARM triggered policy ECSManagedAutoScalingPolicy"
SCALE_IN = "a monitor alarm TargetTracking-{}-AlarmLow in state ALARM triggered policy ECSManagedAutoScalingPolicy"


def tick(backend, now):
    """Every capacity provider of the clusters: instances are protected and drained, the group grows and shrinks."""
    for cluster in backend.clusters.values():
        for provider in instances.providers_of(backend, cluster) if cluster.status == "ACTIVE" else ():
            group = instances.group_of(backend, provider)
            if group is not None:
                _tend(backend, cluster, provider, group, now)
    refresh.tick(backend, retire)


def is_under_way(backend):
    """Whether instances are drained or replaced. How long idle ones stay is no matter of tenths of a second."""
    return refresh.is_under_way(backend) or any(
        state.lifecycle_state == groups.WAITING
        for group in autoscaling_backends[backend.account_id][backend.region_name].autoscaling_groups.values()
        for state in group.instance_states
    )


def _tend(backend, cluster, provider, group, now):
    settings = provider.auto_scaling_group_provider
    busy = _busy(backend, cluster)
    _note_idleness(group, busy, now)
    if settings["managedTerminationProtection"] == "ENABLED":
        _protect(group, busy)
    _end_drained(group, busy)
    if settings["managedScaling"]["status"] == "ENABLED":
        _scale(backend, cluster, provider, group, now)


def _busy(backend, cluster):
    """EC2 instance ids of the cluster's instances that have tasks."""
    return {
        instance.ec2_instance_id
        for instance in instances.all_of(backend, cluster.name)
        if instances.tasks_on(backend, instance)
    }


def _note_idleness(group, busy, now):
    for state in group.instance_states:
        idle_since = state.__dict__.get("idle_since")
        state.idle_since = None if state.instance_id in busy else idle_since or now


def _protect(group, busy):
    """ECS protects the instances that have tasks, and lifts the protection of those that have none, new ones included;
    what a person protected stays so.
    """
    for state in group.instance_states:
        state.protected_by_ecs = state.instance_id in busy
        state.protected_from_scale_in = state.protected_by_ecs or is_protected_by_a_person(state)


def is_protected_by_a_person(state):
    return state.__dict__.get("protected_by_person", False)


def set_protection(state, protected):
    """What SetInstanceProtection means for an instance. Protecting one that ECS protects already changes nothing."""
    if protected and state.__dict__.get("protected_by_ecs"):
        return
    state.protected_by_person = state.protected_from_scale_in = protected


def _end_drained(group, busy):
    for state in list(group.instance_states):
        if state.lifecycle_state == groups.WAITING and state.instance_id not in busy:
            with groups.because(group, state.waiting_because):
                groups.terminate(group, [state])


def _scale(backend, cluster, provider, group, now):
    scaling = provider.auto_scaling_group_provider["managedScaling"]
    running = group.active_instances()
    idle = [state for state in running if state.idle_since is not None]
    busy = len(running) - len(idle)
    needed = _needed(backend, cluster, provider, group)
    size = grown_size(len(running), busy, needed, scaling, group.max_size)
    if size > len(running):
        with groups.because(group, groups.changing(SCALE_OUT.format(group.name), len(running), size)):
            group.set_desired_capacity(size)
    else:
        least = max(wanted_size(busy, scaling["targetCapacity"]), group.min_size)
        _shrink(group, idle, len(running) - least, now)


def _needed(backend, cluster, provider, group):
    """How many more instances the waiting tasks of the provider need. No idle one takes them: that was tried."""
    waiting = [
        (task.needs, task.group, task.placement_constraints)
        for task in backend.tasks.get(cluster.name, {}).values()
        if task.last_status == "PROVISIONING" and task.capacity_provider_name == provider.name
    ]
    return placement.instances_needed(waiting, lambda: instances.fresh(group)) if waiting else 0


def reservation(backend, cluster, provider, group):
    """CapacityProviderReservation, in per cent: 100 where nothing runs and nothing is needed, 200 where nothing runs."""
    running = len(group.active_instances())
    busy = sum(state.__dict__.get("idle_since") is None for state in group.active_instances())
    wanted = busy + _needed(backend, cluster, provider, group)
    if not running:
        return 200 if wanted else 100
    return 100 * wanted / running


def wanted_size(needed, target_capacity):
    """N for which M / N x 100 is the target, M being the instances that are needed."""
    return math.ceil(needed * 100 / target_capacity)


def grown_size(running, busy, needed, scaling, most):
    """The size that the group is to grow to; `running` if it is not to grow. Source: API_ManagedScaling."""
    missing = max(wanted_size(busy + needed, scaling["targetCapacity"]) - running, needed)
    if missing <= 0:
        return running
    step = max(min(missing, scaling["maximumScalingStepSize"]), scaling["minimumScalingStepSize"])
    return max(min(running + step, most), running)


def _shrink(group, idle, count, now):
    """Ends up to `count` of the instances that have been idle for long enough, but none that is protected."""
    tired = [state for state in idle if now - state.idle_since >= IDLE_SECONDS and not state.protected_from_scale_in]
    going = tired[: max(count, 0)]
    if going:
        former, group.desired_capacity = group.desired_capacity, len(group.active_instances()) - len(going)
        with groups.because(group, groups.changing(SCALE_IN.format(group.name), former, group.desired_capacity)):
            groups.terminate(group, going)


def resize(group, capacity):
    """What a smaller DesiredCapacity does: instances go by the termination policy. Those with tasks are drained first
    where ECS manages the draining. True when the group did not have to grow, so that nothing is left to do.
    """
    surplus = len(group.active_instances()) - capacity
    if surplus <= 0:
        return False
    group.desired_capacity = capacity
    for state in groups.next_to_go(group, surplus):
        retire(group, state)
    return True


def retire(group, state):
    """Ends an instance of the group, at once or when it has been drained."""
    container_instance = _to_be_drained(group, state)
    if container_instance is None:
        groups.terminate(group, [state])
    else:
        container_instance.status = "DRAINING"
        state.lifecycle_state, state.waiting_because = groups.WAITING, group.cause


def _to_be_drained(group, state):
    """The container instance of the group's instance, if ECS has to empty it before it may go; else None."""
    backend = ecs_backends[group.account_id][group.region]
    providers = backend.capacity_providers.values()
    drains = any(
        instances.group_of(backend, provider) is group
        and provider.auto_scaling_group_provider["managedDraining"] == "ENABLED"
        for provider in providers
    )
    found = instances.of_ec2_instance(backend, state.instance_id) if drains and data_plane.attached() else None
    return found if found and instances.tasks_on(backend, found) else None
