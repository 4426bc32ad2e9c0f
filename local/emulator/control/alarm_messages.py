"""What CloudWatch tells of an alarm that has changed its state: to SNS, in its JSON form, and to EventBridge.

Source: CloudWatch User Guide, "Notify users on alarm changes", "Alarm events and EventBridge".
"""

import functools

import botocore.session

from control import alarm_data

SUBJECT_LENGTH = 100


def stamp(when):
    """2026-11-22T12:30:00.000+0000"""
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}+0000"


def subject(cloudwatch, alarm):
    return f'{alarm.state_value}: "{alarm.name}" in {region(cloudwatch.region_name)}'[:SUBJECT_LENGTH]


@functools.lru_cache(maxsize=None)
def region(name):
    """US East (N. Virginia) of us-east-1."""
    partitions = botocore.session.get_session().get_data("endpoints")["partitions"]
    known = {key: value["description"] for partition in partitions for key, value in partition["regions"].items()}
    return known.get(name, name)


def notification(cloudwatch, alarm, former_state):
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": cloudwatch.account_id,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configuration_updated_timestamp),
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": stamp(alarm.state_updated_timestamp),
        "Region": region(cloudwatch.region_name),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": former_state,
        "OKActions": alarm.ok_actions or [],
        "AlarmActions": alarm.alarm_actions or [],
        "InsufficientDataActions": alarm.insufficient_data_actions or [],
        "Trigger": _trigger(alarm),
    }


def _trigger(alarm):
    shared = {
        "Period": alarm_data.period_of(alarm),
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm or alarm.evaluation_periods,
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data or "missing",
        "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile or "",
    }
    if alarm.metric_data_queries:
        return {**shared, "Metrics": [_query(query) for query in alarm.metric_data_queries]}
    kind = {"StatisticType": "Statistic", "Statistic": (alarm.statistic or "").upper()}
    if alarm.extended_statistic:
        kind = {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": alarm.extended_statistic}
    named = {"MetricName": alarm.metric_name, "Namespace": alarm.namespace, **kind, "Unit": alarm.unit}
    return {**named, "Dimensions": _dimensions(alarm.dimensions), **shared}


def _query(query):
    told = {"Id": query.id, "Label": query.label, "ReturnData": query.return_data is not False}
    told = {name: value for name, value in told.items() if value is not None}
    if not query.metric_stat:
        return {**told, "Expression": query.expression}
    metric = query.metric_stat.metric
    named = {"Namespace": metric.namespace, "MetricName": metric.metric_name}
    return {
        **told,
        "MetricStat": {
            "Metric": {"Dimensions": _dimensions(metric.dimensions), **named},
            "Period": query.metric_stat.period,
            "Stat": query.metric_stat.stat,
        },
    }


def _dimensions(dimensions):
    return [{"value": dimension.value, "name": dimension.name} for dimension in dimensions]


def event(alarm, former):
    """The detail of an event of EventBridge; `former`: stateValue and stateReason before."""
    return {
        "alarmName": alarm.name,
        "configuration": {"description": alarm.description},
        "previousState": {"value": former["stateValue"], "reason": former["stateReason"]},
        "state": {
            "value": alarm.state_value,
            "reason": alarm.state_reason,
            "reasonData": alarm.state_reason_data,
            "timestamp": stamp(alarm.state_updated_timestamp),
        },
    }
