"""What happens once a minute of CloudWatch: metrics are counted, alarms looked at, services scaled."""

from control import alarms, metrics, publishing, scaling, scheduled_actions, waits
from control.faults import told_once

# Short minutes may pass faster than ticks come. What was counted then is the same for so many of them.
MADE_UP_FOR = 10


def tick(backend, now):
    """For an ECS backend's account and region: scheduled actions that are due; and, if a minute is over, what follows."""
    scheduled_actions.tick(backend, now)
    width = waits.scaled(metrics.MINUTE)
    minute = metrics.slot_of(now, width)
    former = backend.__dict__.setdefault("minute", minute)
    if minute > former:
        backend.minute = minute
        for each in range(max(former, minute - MADE_UP_FOR), minute):
            with told_once("counting what metrics tell"):
                publishing.minute(backend, (each + 0.5) * width)
        alarms.evaluate(backend, minute * width)
        scaling.follow_alarms(backend, now)
    scaling.keep_within_bounds(backend, now)


def next_due(backend, now):
    """When the next minute is over, or a scheduled action is due before that."""
    width = waits.scaled(metrics.MINUTE)
    minute = (metrics.slot_of(now, width) + 1) * width
    action = scheduled_actions.next_due(backend)
    return minute if action is None else min(minute, action)
