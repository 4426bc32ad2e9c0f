"""Scaling activities of Application Auto Scaling, as DescribeScalingActivities returns them.

Source: Application Auto Scaling User Guide, "Scaling activities for Application Auto Scaling". Each is kept on its
scalable target, and goes with it.
"""

import uuid

from control import clock

# AWS keeps them for six weeks.
KEPT = 100
FULFILLED = "Successfully set desired count to {}. Change successfully fulfilled by ecs."
ATTEMPTED = "Attempting to scale due to alarm triggered"


def of(target):
    """The newest first."""
    return target.__dict__.setdefault("activities", [])


def triggered(alarm, policy):
    """The cause of what a policy does."""
    return f"monitor alarm {alarm.name} in state ALARM triggered policy {policy.policy_name}"


def counted(target, count, cause):
    _add(target, f"Setting desired count to {count}.", cause, "Successful", FULFILLED.format(count))


def bounded(target, least, most, cause, error=None):
    """A scheduled action has set the capacities (None: not this one), or could not."""
    named = [("min", least), ("max", most)]
    told = " and ".join(f"{name} capacity to {size}" for name, size in named if size is not None)
    message = f"Failed to set {told}. Reason: {error}" if error else f"Successfully set {told}"
    _add(target, f"Setting {told}", cause, "Failed" if error else "Successful", message)


def not_scaled(target, cause, reason):
    """Shown only to those who ask for activities that did not scale."""
    _add(target, ATTEMPTED, cause, "Failed", None, NotScaledReasons=[reason])


def _add(target, description, cause, status, message, **more):
    now = clock.now()
    activity = {
        "ActivityId": str(uuid.uuid4()),
        "ServiceNamespace": target.service_namespace,
        "ResourceId": target.resource_id,
        "ScalableDimension": target.scalable_dimension,
        "Description": description,
        "Cause": cause,
        "StartTime": now,
        "EndTime": now,
        "StatusCode": status,
        "StatusMessage": message,
        **more,
    }
    of(target).insert(0, {name: value for name, value in activity.items() if value is not None})
    del of(target)[KEPT:]
