"""Alarms in the course of time: what they look at, and whom they tell."""

import json
import unittest

from moto.sns.models import sns_backends
from scaled_service import ScaledTest
from support import REGION, unique

import inbox

BASE = {
    "Namespace": "Shop",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


class AlarmTest(ScaledTest):
    def setUp(self):
        super().setUp()
        self.aws.ecs.list_clusters()
        self.pass_minutes(0)
        self.pass_time()
        sns_backends["123456789012"][REGION].reset()
        self.addCleanup(inbox._mails.clear)
        inbox._mails.clear()

    def alarm(self, **options):
        name = unique("alarm")
        self.aws.cloudwatch.put_metric_alarm(AlarmName=name, **{**BASE, **options})
        return name

    def described(self, name):
        return self.aws.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]

    def state(self, name):
        return self.described(name)["StateValue"]

    def put(self, *values, name="Errors", **options):
        data = [{"MetricName": name, "Value": value, **options} for value in values]
        self.aws.cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)

    def minute_of(self, *values, **options):
        """A minute passes in which these were put."""
        end = (self.now // self.minute + 1) * self.minute
        self.now = end - self.minute / 2
        if values:
            self.put(*values, **options)
        self.now = end
        self.pass_time(0.001)

    def topic(self):
        """A topic with an e-mail subscription."""
        arn = self.aws.sns.create_topic(Name=unique("topic"))["TopicArn"]
        self.aws.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ops@example.com")
        return arn


class States(AlarmTest):
    def test_it_is_looked_at_when_a_minute_is_over_and_not_before(self):
        name = self.alarm()
        self.put(9)
        self.pass_time(1)
        self.assertEqual(self.state(name), "INSUFFICIENT_DATA")
        self.minute_of()
        self.assertEqual(self.state(name), "ALARM")

    def test_data_of_a_minute_are_taken_together(self):
        name = self.alarm()
        self.minute_of(2, 3)
        self.assertEqual(self.state(name), "OK")
        self.minute_of(3, 3)
        self.assertEqual(self.state(name), "ALARM")
        self.assertIn("[6.0 (", self.described(name)["StateReason"])

    def test_the_statistics(self):
        names = {
            statistic: self.alarm(Threshold=threshold, **{kind: statistic})
            for kind, statistic, threshold in (
                ("Statistic", "Average", 2.9),
                ("Statistic", "Minimum", 0.9),
                ("Statistic", "Maximum", 4.9),
                ("Statistic", "SampleCount", 2.9),
                ("Statistic", "Sum", 8.9),
            )
        }
        self.minute_of(1, 3, 5)
        self.assertEqual({self.state(name) for name in names.values()}, {"ALARM"})

    def test_percentiles(self):
        options = {key: value for key, value in BASE.items() if key != "Statistic"}
        for statistic, threshold, state in (("p90", 85, "ALARM"), ("p50", 85, "OK")):
            name = unique("alarm")
            given = {**options, "Threshold": threshold}
            self.aws.cloudwatch.put_metric_alarm(AlarmName=name, ExtendedStatistic=statistic, **given)
            self.minute_of(*range(1, 101))
            self.assertEqual(self.state(name), state)

    def test_longer_periods_slide(self):
        name = self.alarm(Period=300)
        self.minute_of(3)
        self.assertEqual(self.state(name), "OK")
        self.minute_of(3)
        self.assertEqual(self.state(name), "ALARM")
        for _ in range(4):
            self.minute_of(0)
        self.assertEqual(self.state(name), "OK")

    def test_m_out_of_n(self):
        name = self.alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
        for value, state in ((9, "INSUFFICIENT_DATA"), (0, "OK"), (9, "ALARM"), (0, "OK")):
            self.minute_of(value)
            self.assertEqual(self.state(name), state)

    def test_without_data(self):
        treated = {"missing": "INSUFFICIENT_DATA", "ignore": "ALARM", "breaching": "ALARM", "notBreaching": "OK"}
        names = {each: self.alarm(TreatMissingData=each) for each in treated}
        self.minute_of(9)
        for _ in range(4):
            self.minute_of()
        self.assertEqual({each: self.state(name) for each, name in names.items()}, treated)

    def test_data_of_another_metric_or_unit_are_none(self):
        names = [
            self.alarm(Dimensions=[{"Name": "Service", "Value": "a"}]),
            self.alarm(Unit="Bytes"),
            self.alarm(MetricName="Other"),
        ]
        self.minute_of(9, Unit="Count")
        self.assertEqual({self.state(name) for name in names}, {"INSUFFICIENT_DATA"})

    def test_what_a_person_set_holds_until_it_is_looked_at(self):
        name = self.alarm()
        self.minute_of(1)
        self.aws.cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
        self.pass_time(30)
        self.assertEqual((self.state(name), self.described(name)["StateReason"]), ("ALARM", "a test"))
        self.minute_of(1)
        self.assertEqual(self.state(name), "OK")

    def test_high_resolution(self):
        name = self.alarm(Period=10)
        for second, state in ((5, "INSUFFICIENT_DATA"), (55, "ALARM")):
            start = (self.now // 60 + 1) * 60
            self.now = start + second
            self.put(9, StorageResolution=1)
            self.now = start + 60
            self.pass_time(0.001)
            self.assertEqual(self.state(name), state)


class MetricMath(AlarmTest):
    def math(self, expression, **options):
        metric = {"Namespace": "Shop", "MetricName": "Errors"}
        total = {"Namespace": "Shop", "MetricName": "Requests"}
        queries = [
            {"Id": "e", "Expression": expression, "ReturnData": True},
            {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
            {"Id": "m2", "MetricStat": {"Metric": total, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        ]
        name = unique("alarm")
        kept = {key: BASE[key] for key in ("EvaluationPeriods", "Threshold", "ComparisonOperator")}
        self.aws.cloudwatch.put_metric_alarm(AlarmName=name, Metrics=queries, **{**kept, **options})
        return name

    def test_a_share_of_errors(self):
        name = self.math("m1/m2*100")
        for errors, state in ((4, "OK"), (6, "ALARM")):
            self.now += 1
            self.put(100, name="Requests")
            self.minute_of_both(errors)
            self.assertEqual(self.state(name), state)

    def minute_of_both(self, errors):
        self.put(errors)
        self.now = (self.now // 60 + 1) * 60
        self.pass_time(0.001)

    def test_without_errors_it_has_no_data_unless_it_fills_them_in(self):
        names = [self.math("m1/m2*100"), self.math("FILL(m1, 0)/m2*100")]
        self.minute_of(100, name="Requests")
        self.assertEqual([self.state(name) for name in names], ["INSUFFICIENT_DATA", "OK"])

    def test_what_is_not_understood_has_no_data(self):
        names = [self.math("IF(m1 > 1, 1, 0)"), self.math("e + m1"), self.math("m3")]
        self.minute_of(9)
        self.assertEqual({self.state(name) for name in names}, {"INSUFFICIENT_DATA"})


class Actions(AlarmTest):
    def test_a_topic_is_told_in_the_form_of_cloudwatch(self):
        topic = self.topic()
        name = self.alarm(AlarmActions=[topic], AlarmDescription="too many", Dimensions=[])
        self.minute_of(9)
        (mail,) = inbox.mails()
        self.assertEqual(mail["to"], ["ops@example.com"])
        self.assertEqual(mail["subject"], f'ALARM: "{name}" in US East (N. Virginia)')
        told = json.loads(mail["text"])
        self.assertEqual(told["AlarmName"], name)
        self.assertEqual(told["AlarmDescription"], "too many")
        self.assertEqual((told["OldStateValue"], told["NewStateValue"]), ("INSUFFICIENT_DATA", "ALARM"))
        self.assertEqual(told["NewStateReason"], self.described(name)["StateReason"])
        self.assertEqual(told["AlarmActions"], [topic])
        self.assertRegex(told["StateChangeTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$")
        trigger = {key: told["Trigger"][key] for key in ("MetricName", "Statistic", "Period", "Threshold")}
        self.assertEqual(trigger, {"MetricName": "Errors", "Statistic": "SUM", "Period": 60, "Threshold": 5.0})

    def test_each_state_has_its_own_actions_and_staying_in_it_tells_nobody(self):
        topics = {key: self.topic() for key in ("AlarmActions", "OKActions", "InsufficientDataActions")}
        self.alarm(**{key: [arn] for key, arn in topics.items()})
        for values in ((9,), (9,), (1,), (1,), (), (), (), ()):
            self.minute_of(*values)
        states = [json.loads(mail["text"])["NewStateValue"] for mail in inbox.mails()]
        self.assertEqual(states, ["ALARM", "OK", "INSUFFICIENT_DATA"])

    def test_with_actions_disabled_nobody_is_told(self):
        name = self.alarm(AlarmActions=[self.topic()], ActionsEnabled=False)
        self.minute_of(9)
        self.assertEqual((self.state(name), inbox.mails()), ("ALARM", []))

    def test_a_topic_whose_policy_does_not_let_cloudwatch_is_not_told_and_the_history_says_so(self):
        topic = self.topic()
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        name = self.alarm(AlarmActions=[topic, f"{topic}-gone"])
        self.minute_of(9)
        self.assertEqual(inbox.mails(), [])
        summaries = self.history(name, HistoryItemType="Action")
        self.assertIn("does not allow cloudwatch.amazonaws.com to publish", summaries[1])
        self.assertIn("the topic does not exist", summaries[0])

    def history(self, name, **options):
        items = self.aws.cloudwatch.describe_alarm_history(AlarmName=name, **options)["AlarmHistoryItems"]
        return [item["HistorySummary"] for item in items]

    def test_the_history_has_all_of_it_newest_first(self):
        topic = self.topic()
        name = self.alarm(AlarmActions=[topic])
        self.minute_of(9)
        self.assertEqual(
            self.history(name),
            [
                f"Successfully executed action {topic}",
                "Alarm updated from INSUFFICIENT_DATA to ALARM",
                f'Alarm "{name}" created',
            ],
        )

    def test_eventbridge_is_told(self):
        topic = self.topic()
        self.aws.sns.set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(open_policy(topic))
        )
        rule = unique("rule")
        pattern = {"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}}
        self.aws.events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
        self.aws.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": topic}])
        name = self.alarm()
        for value in (1, 9):
            self.minute_of(value)
        (mail,) = inbox.mails()
        event = json.loads(mail["text"])
        self.assertEqual(event["detail-type"], "CloudWatch Alarm State Change")
        self.assertEqual(event["detail"]["alarmName"], name)
        self.assertEqual(event["detail"]["previousState"]["value"], "OK")


def open_policy(topic):
    principal = {"Service": ["events.amazonaws.com", "cloudwatch.amazonaws.com"]}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": topic}
    return {"Version": "2012-10-17", "Statement": [statement]}


if __name__ == "__main__":
    unittest.main()
