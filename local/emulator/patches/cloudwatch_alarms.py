"""Amazon CloudWatch: the states of alarms (moto 5.2.1). When they change is decided in control/alarms.py."""

from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from control import alarm_history, alarm_rules, alarms
from patching import add, replace, wrap
from refusing import Refusal

ALARMS_PAGE, HISTORY_PAGE = 50, 100


def start_without_data():
    """Symptom (moto 5.2.1): a new alarm is OK, and a changed one is OK again.
    AWS: a new alarm has INSUFFICIENT_DATA, a changed one stays in its state ("PutMetricAlarm").
    """

    @wrap(CloudWatchBackend, "put_metric_alarm")
    def put_metric_alarm(original, backend, name, **given):
        former = backend.alarms.get(name)
        alarm = original(backend, name=name, **given)
        if former is None:
            alarm.state_value = alarm_rules.INSUFFICIENT_DATA
        else:
            _keep_state(alarm, former)
        alarm_history.configured(backend, alarm, "updated" if former else "created")
        return alarm


def _keep_state(alarm, former):
    alarm.state_value, alarm.state_updated_timestamp = former.state_value, former.state_updated_timestamp
    alarm.state_reason, alarm.state_reason_data = former.state_reason, former.state_reason_data
    alarm.state_transitioned_timestamp = getattr(former, "state_transitioned_timestamp", None)


def act_on_changes_of_state():
    """Symptom (moto 5.2.1): SetAlarmState tells nobody.
    AWS: a change of the state takes the actions of the new one, whoever made it; the next evaluation may change it back.
    """

    @replace(Alarm, "update_state")
    def update_state(alarm, reason, reason_data, state_value):
        account = alarm.alarm_arn.split(":")[4]
        alarms.change(cloudwatch_backends[account][alarm.region_name], alarm, state_value, reason, reason_data)


def turn_actions_on_and_off():
    """Symptom (moto 5.2.1): EnableAlarmActions and DisableAlarmActions: HTTP 500.
    AWS: the alarms that they name do, or do not, take their actions.
    """

    @replace(CloudWatchResponse, "enable_alarm_actions")
    def enable_alarm_actions(response):
        return _set_actions(response, True)

    @replace(CloudWatchResponse, "disable_alarm_actions")
    def disable_alarm_actions(response):
        return _set_actions(response, False)


def describe_those_that_fit_all_conditions():
    """Symptom (moto 5.2.1): DescribeAlarms with a prefix and a state gives the alarms of the prefix in any state, all at once.
    AWS: those that fit each of the conditions, fifty at once.
    """

    @replace(CloudWatchResponse, "describe_alarms")
    def describe_alarms(response):
        request = response.params
        found = [alarm for alarm in response.cloudwatch_backend.alarms.values() if _fits(alarm, request)]
        page, more = _page_of(found, request, ALARMS_PAGE)
        return ActionResult({"MetricAlarms": page, "CompositeAlarms": [], **more})


def _fits(alarm, request):
    names, action = request.get("AlarmNames"), request.get("ActionPrefix")
    actions = [*(alarm.ok_actions or ()), *(alarm.alarm_actions or ()), *(alarm.insufficient_data_actions or ())]
    return (
        (not names or alarm.name in names)
        and alarm.name.startswith(request.get("AlarmNamePrefix") or "")
        and request.get("StateValue") in (None, alarm.state_value)
        and (action is None or any(arn.startswith(action) for arn in actions))
    )


def _set_actions(response, enabled):
    for alarm in response.cloudwatch_backend.get_alarms_by_alarm_names(response._get_param("AlarmNames", [])):
        alarm.actions_enabled = enabled
    return EmptyResult()


def tell_the_history_of_alarms():
    """Symptom (moto 5.2.1): DescribeAlarmHistory: HTTP 500.
    AWS: tells what was done to an alarm, its states and its actions, newest first, also of one that is deleted.
    """

    @wrap(CloudWatchBackend, "delete_alarms")
    def delete_alarms(original, backend, alarm_names):
        for alarm in backend.get_alarms_by_alarm_names(alarm_names):
            alarm_history.configured(backend, alarm, "deleted")
        original(backend, alarm_names)

    @add(CloudWatchResponse, "describe_alarm_history")
    def describe_alarm_history(response):
        request = response.params
        found = [item for item in alarm_history.items(response.cloudwatch_backend) if _is_asked_for(item, request)]
        if request.get("ScanBy") != "TimestampAscending":
            found.reverse()
        page, more = _page_of(found, request, HISTORY_PAGE)
        return ActionResult({"AlarmHistoryItems": page, **more})


def _page_of(found, request, size):
    """What a call gets of all that there is, and the token for more."""
    first = _offset(request.get("NextToken"))
    end = first + int(request.get("MaxRecords") or size)
    return found[first:end], {"NextToken": str(end)} if end < len(found) else {}


def _is_asked_for(item, request):
    kinds = request.get("AlarmTypes") or ["MetricAlarm"]
    start, end = request.get("StartDate"), request.get("EndDate")
    return (
        request.get("AlarmName") in (None, item["AlarmName"])
        and request.get("HistoryItemType") in (None, item["HistoryItemType"])
        and item["AlarmType"] in kinds
        and (start is None or start.timestamp() <= item["Timestamp"].timestamp())
        and (end is None or item["Timestamp"].timestamp() <= end.timestamp())
    )


def _offset(token):
    if token is not None and not token.isdecimal():
        raise Refusal("InvalidNextToken", "The next token specified is invalid.")
    return int(token or 0)


PATCHES = (
    start_without_data,
    act_on_changes_of_state,
    turn_actions_on_and_off,
    describe_those_that_fit_all_conditions,
    tell_the_history_of_alarms,
)
