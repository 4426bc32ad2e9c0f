"""What target tracking wants of a service: how many tasks, from what the metrics of its policies say; numbers only.

Source: Application Auto Scaling User Guide, "Target tracking scaling policies", "How target tracking scaling works",
"Define cooldown periods". What AWS does not tell is decided here: a scale-in goes half of the way to the number of tasks
with which the metric would be at its target, one task at least.
"""

import math
from dataclasses import dataclass

# "The default value is 300 for the following scalable targets: Amazon ECS services, ..."
DEFAULT_COOLDOWN_SECONDS = 300


@dataclass(frozen=True)
class Policy:
    """One policy at one time. `metric`: the newest value, None without data; `highest`: the highest of those that put
    the low alarm into ALARM.
    """

    name: str
    target: float
    metric: float | None
    is_high: bool
    is_low: bool
    highest: float | None = None
    scales_in: bool = True


@dataclass(frozen=True)
class Grown:
    """The last scale-out whose cooldown is not over: from so many tasks to so many."""

    former: int
    capacity: int


@dataclass(frozen=True)
class Step:
    """A change to make, and the name of the policy that asked for it."""

    capacity: int
    policy: str


def needed(capacity, metric, target):
    """With so many tasks the metric is at its target, given what it is with `capacity` of them."""
    return math.ceil(round(capacity * metric / target, 9))


def scale_out(policies, capacity, most, grown=None):
    """The largest that any policy wants; None if that is no more than there is.

    Within the cooldown of a scale-out the need is reckoned from where that began, so that the tasks which it added
    count: only what needs more than those goes on.
    """
    wanted = [
        (needed(grown.former if grown else capacity, policy.metric, policy.target), policy.name)
        for policy in policies
        if policy.is_high and policy.metric is not None
    ]
    size, name = max(wanted, default=(0, None))
    least = max(capacity, grown.capacity) if grown else capacity
    size = min(size, most)
    return Step(size, name) if size > least else None


def scale_in(policies, capacity, least):
    """A step down when all policies that scale in are ready to, and no metric is above its target; else None."""
    ready = [policy for policy in policies if policy.scales_in]
    if not ready or not all(policy.is_low and policy.highest is not None for policy in ready):
        return None
    if any(policy.metric is not None and policy.metric > policy.target for policy in policies):
        return None
    wanted = max((_gently(capacity, needed(capacity, policy.highest, policy.target)), policy.name) for policy in ready)
    size = max(wanted[0], least)
    return Step(size, wanted[1]) if size < capacity else None


def _gently(capacity, enough):
    if enough >= capacity:
        return capacity
    return capacity - max(1, (capacity - enough) // 2)
