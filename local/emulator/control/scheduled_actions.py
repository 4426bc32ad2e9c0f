"""Scheduled actions of Application Auto Scaling: they set the least and the most capacity when they fall due.

Source: Application Auto Scaling User Guide, "Scheduled scaling". They go by a clock that was right when the emulator
started and goes faster by the time scale.
"""

from moto.applicationautoscaling.models import applicationautoscaling_backends

from control import clock, scaling_activities, schedules, waits
from control.faults import told_once

UTC = "UTC"
# A time that is the start of a schedule is not before it.
A_MOMENT = 0.001


def begin(action):
    """It was put: what it waits for from now on. `due` is a time of the clock of schedules; None once it is over."""
    action.since = waits.schedule_time(clock.now())
    action.due = _due_after(action, action.since)


def tick(backend, now):
    """Takes the actions that are due, of an ECS backend's account and region. What was missed is made up for once."""
    found = applicationautoscaling_backends[backend.account_id][backend.region_name]
    for action in found.scheduled_actions:
        shown = waits.schedule_time(now)
        if action.due is not None and action.due <= shown:
            action.due = _due_after(action, shown)
            with told_once(f"the scheduled action {action.scheduled_action_name}"):
                _take(found, action)


def next_due(backend):
    """When the next action is due, in real time; None if none ever is."""
    actions = applicationautoscaling_backends[backend.account_id][backend.region_name].scheduled_actions
    due = [action.due for action in actions if action.due is not None]
    return waits.real_time(min(due)) if due else None


def _due_after(action, shown):
    """`rate` counts from the start, or else from when the action was put."""
    start, end = action.start_time, action.end_time
    after = shown if start is None else max(shown, start - A_MOMENT)
    since = action.since if start is None else start
    due = schedules.next_after(action.schedule, action.timezone or UTC, since, after)
    return None if due is None or (end is not None and due > end) else due


def _take(scaling, action):
    target = scaling.targets.get(action.scalable_dimension, {}).get(action.resource_id)
    if target is None or (target.suspended_state or {}).get("ScheduledScalingSuspended"):
        return
    wanted = action.scalable_target_action or {}
    least, most = wanted.get("MinCapacity"), wanted.get("MaxCapacity")
    cause = f"scheduled action name {action.scheduled_action_name} was triggered"
    new_least = target.min_capacity if least is None else least
    new_most = target.max_capacity if most is None else most
    if new_least > new_most:
        error = "Minimum capacity cannot be greater than maximum capacity"
        scaling_activities.bounded(target, least, most, cause, error)
        return
    target.min_capacity, target.max_capacity = new_least, new_most
    target.bounds_are_new = True
    scaling_activities.bounded(target, least, most, cause)
