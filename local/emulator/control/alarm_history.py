"""What DescribeAlarmHistory tells: that an alarm was made, changed and deleted, changed its state, took an action.

Source: API_AlarmHistoryItem. CloudWatch keeps it for 30 days, also of alarms that are gone.
"""

import json
from collections import deque

from control import clock

KEPT = 1000
CONFIGURATION, STATE, ACTION = "ConfigurationUpdate", "StateUpdate", "Action"


def items(cloudwatch):
    """Of all alarms of moto's backend, the oldest first."""
    return cloudwatch.__dict__.setdefault("alarm_history", deque(maxlen=KEPT))


def configured(cloudwatch, alarm, done):
    """`done`: created, updated or deleted."""
    kind = {"created": "Create", "updated": "Update", "deleted": "Delete"}[done]
    _add(cloudwatch, alarm, CONFIGURATION, f'Alarm "{alarm.name}" {done}', {"version": "1.0", "type": kind})


def state_updated(cloudwatch, alarm, former):
    """`former`: stateValue and stateReason before."""
    new = {"stateValue": alarm.state_value, "stateReason": alarm.state_reason}
    if alarm.state_reason_data:
        new["stateReasonData"] = json.loads(alarm.state_reason_data)
    summary = f"Alarm updated from {former['stateValue']} to {alarm.state_value}"
    _add(cloudwatch, alarm, STATE, summary, {"version": "1.0", "oldState": former, "newState": new})


def action_taken(cloudwatch, alarm, arn, error):
    """`error`: why it could not be; None if it was."""
    succeeded = f"Successfully executed action {arn}"
    summary = f"Failed to execute action {arn}. Received error: {error}" if error else succeeded
    data = {"actionState": "Failed" if error else "Succeeded", "notificationResource": arn, "error": error}
    told = {"stateUpdateTimestamp": int(alarm.state_updated_timestamp.timestamp() * 1000), **data}
    _add(cloudwatch, alarm, ACTION, summary, {name: value for name, value in told.items() if value is not None})


def _add(cloudwatch, alarm, kind, summary, data):
    items(cloudwatch).append(
        {
            "AlarmName": alarm.name,
            "AlarmType": "MetricAlarm" if alarm.rule is None else "CompositeAlarm",
            "Timestamp": clock.timestamp(),
            "HistoryItemType": kind,
            "HistorySummary": summary,
            "HistoryData": json.dumps(data),
        }
    )
