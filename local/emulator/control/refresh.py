"""Instance refreshes: one instance after the other is replaced by a new one, and drained before it goes.

Source: Amazon EC2 Auto Scaling User Guide, "How an instance refresh works in an Auto Scaling group". The new instance
is always started first, as with a maximum healthy percentage above 100.
"""

from moto.autoscaling.models import autoscaling_backends

from control import clock, groups

CAUSE = "an instance refresh replaced an instance."
PROTECTED_PREFERENCE = "ScaleInProtectedInstances"


def begin(group, refresh):
    """Notes which instances there are to replace; what starts from now on is new."""
    group.outdated = {state.instance_id for state in group.instance_states}
    refresh["InstancesToUpdate"] = len(group.outdated)


def tick(backend, retire):
    """One step of each refresh that is in progress; `retire(group, state)` lets an instance go."""
    for group, refresh in _in_progress(backend):
        _step(group, refresh, retire)


def is_under_way(backend):
    return bool(_in_progress(backend))


def _in_progress(backend):
    """(group, refresh) of each refresh that is in progress: the newest of its group."""
    groups_here = autoscaling_backends[backend.account_id][backend.region_name].autoscaling_groups.values()
    newest = [(group, next(iter(group.__dict__.get("instance_refreshes", ())), None)) for group in groups_here]
    return [(group, refresh) for group, refresh in newest if refresh and refresh["Status"] == "InProgress"]


def _step(group, refresh, retire):
    outdated = [state for state in group.instance_states if state.instance_id in group.outdated]
    if any(state.lifecycle_state == groups.WAITING for state in outdated):
        return
    preference = refresh["Preferences"].get(PROTECTED_PREFERENCE, "Ignore")
    free = [state for state in outdated if preference == "Refresh" or not state.protected_from_scale_in]
    if free:
        with groups.because(group, CAUSE):
            group.replace_autoscaling_group_instances(1, group.get_propagated_tags())
            retire(group, free[0])
    elif not outdated or preference == "Ignore":
        refresh.update(Status="Successful", EndTime=clock.timestamp())
    _count(group, refresh)


def _count(group, refresh):
    left = sum(state.instance_id in group.outdated for state in group.instance_states)
    done = refresh["Status"] == "Successful"
    refresh["InstancesToUpdate"] = 0 if done else left
    refresh["PercentageComplete"] = 100 if done else 100 * (len(group.outdated) - left) // max(len(group.outdated), 1)
