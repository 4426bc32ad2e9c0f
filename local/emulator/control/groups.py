"""Autoscaling groups from the inside: which instances go, in what order, and the scaling activities that tell of it.

Source: Amazon EC2 Auto Scaling User Guide, "Control which Auto Scaling instances terminate during scale in",
"Verify a scaling activity".
"""

from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timezone

from moto.autoscaling.models import Activity

from control import clock

ACTIVITIES_KEPT = 100
UNKNOWN_CAUSE = "the group was out of balance."
# What an instance is while its tasks are drained before it is terminated.
WAITING = "Terminating:Wait"


@contextmanager
def because(group, cause):
    """While it lasts, the activities of the group name this cause."""
    former = group.__dict__.get("cause")
    group.cause = cause
    try:
        yield
    finally:
        group.cause = former


def changing(words, former, new):
    """The cause of activities that is a change of the desired capacity."""
    return f"{words} changing the desired capacity from {former} to {new}."


def note_launches(group, states):
    """Records that these instances of the group were started."""
    size = len(group.active_instances())
    for number, state in enumerate(states, start=size - len(states)):
        _record(
            group,
            f"Launching a new EC2 instance: {state.instance_id}",
            "an instance was started in response to a difference between desired and actual capacity, increasing the "
            f"capacity from {number} to {number + 1}.",
        )


def _record(group, description, words):
    now = datetime.fromtimestamp(clock.now(), timezone.utc)
    at = f"At {now.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    cause = f"{at} {group.__dict__.get('cause') or UNKNOWN_CAUSE}  {at} {words}"
    activity = Activity(description, cause, group, start_time=now, end_time=now, status_code="Successful")
    activity.progress = 100
    kept = activities(group)
    kept.insert(0, activity)
    del kept[ACTIVITIES_KEPT:]


def activities(group):
    """The scaling activities of the group, the newest first."""
    return group.__dict__.setdefault("activities", [])


def next_to_go(group, count):
    """The instances that a scale-in takes, by the default termination policy: from the zone that has most, the oldest
    first; never one that is protected from scale-in.
    """
    left = group.active_instances()
    chosen = []
    while len(chosen) < count:
        open_to_it = [state for state in left if not state.protected_from_scale_in]
        if not open_to_it:
            break
        zones = Counter(zone_of(state) for state in left)
        oldest = max(open_to_it, key=lambda state: zones[zone_of(state)])
        left.remove(oldest)
        chosen.append(oldest)
    return chosen


def zone_of(state):
    return state.instance.availability_zone


def terminate(group, states):
    """Ends these instances of the group. The desired capacity is the caller's."""
    for state in states:
        size = len(group.active_instances())
        group.instance_states.remove(state)
        group.ec2_backend.terminate_instances([state.instance_id])
        _record(
            group,
            f"Terminating EC2 instance: {state.instance_id}",
            "an instance was taken out of service in response to a difference between desired and actual capacity, "
            f"shrinking the capacity from {size} to {len(group.active_instances())}.",
        )


def subnet_for_next(group):
    """(subnet, zone) of the group's next instance: the zone that has the fewest. Without subnets: (None, zone)."""
    zones = Counter(zone_of(state) for state in group.active_instances())
    ids = group.vpc_zone_identifier.split(",") if group.vpc_zone_identifier else []
    subnets = [(subnet, group.ec2_backend.get_subnet(subnet).availability_zone) for subnet in ids]
    return min(subnets or [(None, zone) for zone in group.availability_zones], key=lambda place: zones[place[1]])
