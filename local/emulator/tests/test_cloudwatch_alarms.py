"""The states of alarms: stock moto against our emulator."""

import unittest

from support import PatchTest, unique
from test_cloudwatch import put_alarm

from mails import inbox


def alarm(aws, **options):
    name = options.pop("AlarmName", None) or unique("alarm")
    put_alarm(aws, AlarmName=name, **options)
    return name


def described(aws, name):
    return aws.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def set_state(aws, name, state):
    aws.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")


class States(PatchTest):
    def test_start_without_data(self):
        self.assertEqual(states_of_a_new_and_changed_alarm(self.stock), ("OK", "OK"))
        self.assertEqual(states_of_a_new_and_changed_alarm(self.ours), ("INSUFFICIENT_DATA", "ALARM"))

    def test_act_on_changes_of_state(self):
        name, topic = alarm_with_a_topic(self.stock)
        set_state(self.stock, name, "ALARM")
        name, topic = alarm_with_a_topic(self.ours)
        set_state(self.ours, name, "ALARM")
        set_state(self.ours, name, "ALARM")
        mails = [mail["subject"] for mail in inbox(self.ours) if mail["to"] == [f"{topic}@example.com"]]
        self.assertEqual(mails, [f'ALARM: "{name}" in US East (N. Virginia)'])

    def test_turn_actions_on_and_off(self):
        self.assert_server_error(actions_turned_off_and_on, self.stock)
        self.assertEqual(actions_turned_off_and_on(self.ours), [False, True])


class Described(PatchTest):
    def test_describe_those_that_fit_all_conditions(self):
        prefix, ringing, asked = ringing_ones(self.stock)
        self.assertEqual(asked, [f"{prefix}-calm", ringing])
        _, ringing, asked = ringing_ones(self.ours)
        self.assertEqual(asked, [ringing])

    def test_by_names_and_actions(self):
        prefix, ringing, _ = ringing_ones(self.ours)
        topic = f"arn:aws:sns:us-east-1:123456789012:{prefix}"
        put_alarm(self.ours, AlarmName=ringing, AlarmActions=[topic])
        ask = self.ours.cloudwatch.describe_alarms
        self.assertEqual(names(ask(ActionPrefix=topic)), [ringing])
        self.assertEqual(names(ask(AlarmNames=[ringing, "of-nobody"])), [ringing])

    def test_page_by_page(self):
        prefix, ringing, _ = ringing_ones(self.ours)
        ask = self.ours.cloudwatch.describe_alarms
        first = ask(AlarmNamePrefix=prefix, MaxRecords=1)
        rest = ask(AlarmNamePrefix=prefix, MaxRecords=1, NextToken=first["NextToken"])
        self.assertEqual((names(first), names(rest)), ([f"{prefix}-calm"], [ringing]))
        self.assertNotIn("NextToken", rest)


def names(answer):
    return [one["AlarmName"] for one in answer["MetricAlarms"]]


def ringing_ones(aws):
    """Of two alarms with a prefix that one rings."""
    prefix = unique("ringing")
    calm, ringing = alarm(aws, AlarmName=f"{prefix}-calm"), alarm(aws, AlarmName=f"{prefix}-loud")
    set_state(aws, calm, "OK")
    set_state(aws, ringing, "ALARM")
    return prefix, ringing, names(aws.cloudwatch.describe_alarms(AlarmNamePrefix=prefix, StateValue="ALARM"))


def states_of_a_new_and_changed_alarm(aws):
    name = alarm(aws)
    new = described(aws, name)["StateValue"]
    set_state(aws, name, "ALARM")
    put_alarm(aws, AlarmName=name, Threshold=1)
    return new, described(aws, name)["StateValue"]


def alarm_with_a_topic(aws):
    name = unique("topic")
    arn = aws.sns.create_topic(Name=name)["TopicArn"]
    aws.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=f"{name}@example.com")
    return alarm(aws, AlarmActions=[arn]), name


def actions_turned_off_and_on(aws):
    name, seen = alarm(aws), []
    for act in (aws.cloudwatch.disable_alarm_actions, aws.cloudwatch.enable_alarm_actions):
        act(AlarmNames=[name])
        seen.append(described(aws, name)["ActionsEnabled"])
    return seen


class History(PatchTest):
    def test_tell_the_history_of_alarms(self):
        self.assert_server_error(history, self.stock)
        name, told = history(self.ours)
        self.assertEqual(
            told,
            [
                ("ConfigurationUpdate", f'Alarm "{name}" deleted'),
                ("ConfigurationUpdate", f'Alarm "{name}" updated'),
                ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
                ("ConfigurationUpdate", f'Alarm "{name}" created'),
            ],
        )

    def test_a_part_of_it_and_page_by_page(self):
        name, _ = history(self.ours)
        ask = self.ours.cloudwatch.describe_alarm_history
        updates = ask(AlarmName=name, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
        self.assertEqual(len(updates), 1)
        first = ask(AlarmName=name, MaxRecords=3)
        rest = ask(AlarmName=name, MaxRecords=3, NextToken=first["NextToken"])
        self.assertEqual((len(first["AlarmHistoryItems"]), len(rest["AlarmHistoryItems"])), (3, 1))
        self.assertNotIn("NextToken", rest)
        oldest = ask(AlarmName=name, ScanBy="TimestampAscending")["AlarmHistoryItems"][0]
        self.assertIn("created", oldest["HistorySummary"])
        self.assert_error("InvalidNextToken", "invalid", lambda: ask(NextToken="x"))


def history(aws):
    name = alarm(aws)
    set_state(aws, name, "ALARM")
    put_alarm(aws, AlarmName=name)
    aws.cloudwatch.delete_alarms(AlarmNames=[name])
    items = aws.cloudwatch.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]
    return name, [(item["HistoryItemType"], item["HistorySummary"]) for item in items]


if __name__ == "__main__":
    unittest.main()
