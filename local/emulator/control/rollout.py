"""The plan of a rolling update: how many tasks to start and which to stop next. Pure: it knows numbers only.

Words and bounds: "Deploy Amazon ECS services by replacing tasks" (Developer Guide). minimumHealthyPercent is the lower
limit of healthy tasks, rounded up; maximumPercent the upper limit of tasks in RUNNING or PENDING, rounded down.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    desired: int
    minimum_healthy_percent: int
    maximum_percent: int

    @property
    def lower(self):
        return math.ceil(self.desired * self.minimum_healthy_percent / 100)

    @property
    def upper(self):
        return math.floor(self.desired * self.maximum_percent / 100)


@dataclass(frozen=True)
class Tasks:
    """Numbers of tasks that are to go on running: those that are stopping are counted nowhere."""

    starting: int = 0
    healthy: int = 0

    @property
    def total(self):
        return self.starting + self.healthy


@dataclass(frozen=True)
class Plan:
    """What to do now. Of the new and the old tasks to stop, those that are not healthy come first."""

    start: int = 0
    start_old: int = 0
    stop_new: int = 0
    stop_old: int = 0
    # Tasks are missing, and the limits leave no room to start or stop any: ECS says so in an event.
    blocked: bool = False


def plan(limits, new, old, *, may_start=True, failing=False, old_replaceable=False, stopping=0):
    """The next step from what is to what the limits ask for.

    :param new: tasks of the PRIMARY deployment
    :param old: tasks of all other deployments
    :param may_start: False for a deployment that has failed or was stopped
    :param failing: tasks of the PRIMARY deployment have failed since one was healthy: those that start are no hope
    :param old_replaceable: there is an older deployment that was complete, whose tasks may be started again
    :param stopping: number of tasks on their way out, whose end may make the next step possible
    """
    missing = max(0, limits.desired - new.total) if may_start else 0
    start = min(missing, max(0, limits.upper - new.total - old.total))
    hoped_for = new.starting + start if may_start and not failing else 0
    # What may go without getting below the lower limit. Tasks that are not healthy do not count, so they may always go.
    spare = max(0, new.healthy + old.healthy - limits.lower)
    stop_new, spare = _stop_new(new, limits.desired, spare)
    old_needed = max(0, limits.lower - new.healthy - hoped_for) if old_replaceable else 0
    stop_old = _stop_old(limits, new, old, spare, missing - start, old_needed)
    room = max(0, limits.upper - new.total - old.total - start)
    start_old = min(max(0, old_needed - old.total), room)
    idle = not (start or start_old or stop_new or stop_old)
    blocked = bool(missing) and idle and not stopping and not new.starting
    return Plan(start, start_old, stop_new, stop_old, blocked)


def _stop_new(new, desired, spare):
    """Scaling in: those that are not healthy first. Returns how many to stop, and what is then left to spare."""
    surplus = max(0, new.total - desired)
    not_healthy = min(surplus, new.starting)
    healthy = min(surplus - not_healthy, spare)
    return not_healthy + healthy, spare - healthy


def _stop_old(limits, new, old, spare, without_room, needed):
    """Old tasks make way: those that are not healthy unless they are needed, a healthy one for each healthy new one,
    and as many more as new ones lack room for."""
    not_healthy = max(0, old.starting - max(0, needed - old.healthy))
    surplus = old.healthy - max(0, limits.desired - new.healthy)
    healthy = min(old.healthy, spare, max(0, surplus, without_room - not_healthy))
    return not_healthy + healthy
