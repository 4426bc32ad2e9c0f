"""Metric alarms: looked at each minute, and what happens when one changes its state.

Sources: CloudWatch User Guide, "Using Amazon CloudWatch alarms", "Notify users on alarm changes", "Alarm events and
EventBridge". Composite alarms and those on anomalies keep the state that SetAlarmState gave them.
"""

import json
from datetime import datetime, timezone

from moto.cloudwatch.models import cloudwatch_backends

import event_bus
import topics
from control import alarm_data, alarm_history, alarm_messages, alarm_rules, clock, publishing
from control.faults import told_once

SERVICE = "cloudwatch.amazonaws.com"


def evaluate(backend, end):
    """Every alarm of an ECS backend's account and region, by the minutes that are over at `end`."""
    cloudwatch, metrics = cloudwatch_backends[backend.account_id][backend.region_name], publishing.store(backend)
    for alarm in list(cloudwatch.alarms.values()):
        with told_once(f"looking at the alarm {alarm.name}"):
            _look_at(cloudwatch, metrics, alarm, end)


def _look_at(cloudwatch, metrics, alarm, end):
    rule = alarm_data.rule_of(alarm)
    if rule is None or rule.comparison not in alarm_rules.COMPARISONS:
        return
    seen = alarm_data.points(metrics, alarm, rule.looked_back, end)
    points = [(when, value) for when, value, _ in seen]
    state, evaluated, filled = alarm_rules.judge(rule, points, alarm.state_value)
    # For target tracking, which goes by them.
    alarm.evaluated = [value for _, value in evaluated]
    alarm.newest = points[-1][1]
    if state != alarm.state_value:
        reason = alarm_rules.reason(rule, state, evaluated, filled)
        change(cloudwatch, alarm, state, reason, _reason_data(alarm, rule, seen, evaluated))


def _reason_data(alarm, rule, seen, evaluated):
    counts = {when: count for when, _, count in seen}
    data = {
        "version": "1.0",
        "queryDate": alarm_messages.stamp(clock.timestamp()),
        "startDate": evaluated and alarm_messages.stamp(_time(evaluated[0][0])),
        "statistic": alarm.statistic or alarm.extended_statistic,
        "period": alarm_data.period_of(alarm),
        "recentDatapoints": [value for _, value in evaluated],
        "threshold": rule.threshold,
        "evaluatedDatapoints": [
            {"timestamp": alarm_messages.stamp(_time(when)), "sampleCount": counts[when], "value": value}
            for when, value in reversed(evaluated)
        ],
    }
    return json.dumps({name: value for name, value in data.items() if value not in (None, [])})


def _time(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


def change(cloudwatch, alarm, state, reason, reason_data):
    """The alarm changes its state (or is set to the one that it is in): history, actions and an event tell of it."""
    former = {"stateValue": alarm.state_value, "stateReason": alarm.state_reason}
    has_changed = state != alarm.state_value
    alarm.state_value, alarm.state_reason, alarm.state_reason_data = state, reason, reason_data
    alarm.state_updated_timestamp = clock.timestamp()
    if not has_changed:
        return
    alarm.state_transitioned_timestamp = alarm.state_updated_timestamp
    alarm_history.state_updated(cloudwatch, alarm, former)
    event = alarm_messages.event(alarm, former)
    event_bus.put(cloudwatch, "aws.cloudwatch", "CloudWatch Alarm State Change", event, [alarm.alarm_arn])
    if alarm.actions_enabled:
        for arn in actions_of(alarm, state):
            if arn.split(":")[2] == "sns":
                _publish(cloudwatch, alarm, former["stateValue"], arn)


def actions_of(alarm, state):
    actions = {
        alarm_rules.OK: alarm.ok_actions,
        alarm_rules.ALARM: alarm.alarm_actions,
        alarm_rules.INSUFFICIENT_DATA: alarm.insufficient_data_actions,
    }
    return actions[state] or ()


def _publish(cloudwatch, alarm, former_state, arn):
    topic = topics.find(cloudwatch.account_id, cloudwatch.region_name, arn)
    hindrance = "the topic does not exist"
    if topic:
        hindrance = topics.hindrance(topic, SERVICE, alarm.alarm_arn, by_account=True)
    if hindrance is None:
        message = alarm_messages.notification(cloudwatch, alarm, former_state)
        topics.publish(topic, json.dumps(message), subject=alarm_messages.subject(cloudwatch, alarm))
    alarm_history.action_taken(cloudwatch, alarm, arn, hindrance)
