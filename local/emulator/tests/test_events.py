"""What EventBridge refuses of targets, and which it tells: our emulator against stock moto."""

import json
import unittest

from mails import inbox

from support import PatchTest, unique

PIPELINE = "arn:aws:codepipeline:us-east-1:123456789012:shop"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
ROLE = "arn:aws:iam::123456789012:role/events"


def put_targets(aws, *targets):
    name = unique("rule")
    aws.events.put_rule(Name=name, EventPattern='{"source": ["aws.ecr"]}')
    aws.events.put_targets(Rule=name, Targets=list(targets))
    return name


class Targets(PatchTest):
    def test_require_a_role_where_events_start_something(self):
        message = f"RoleArn is required for target {PIPELINE}."
        self.assert_refused("ValidationException", message, put_targets, {"Id": "1", "Arn": PIPELINE})
        put_targets(self.ours, {"Id": "1", "Arn": PIPELINE, "RoleArn": ROLE}, {"Id": "2", "Arn": TOPIC})

    def test_limit_the_targets_of_a_rule(self):
        six = [{"Id": str(number), "Arn": TOPIC} for number in range(6)]
        message = "The requested resource exceeds the maximum number allowed."
        self.assert_refused("LimitExceededException", message, put_targets, *six)
        name = put_targets(self.ours, *six[:5])
        put = self.ours.events.put_targets
        put(Rule=name, Targets=six[:1])
        self.assert_error("LimitExceededException", message, lambda: put(Rule=name, Targets=six[5:]))

    def test_tell_topics(self):
        self.assert_server_error(told, self.stock)
        self.assertEqual(told(self.ours), ['"a of shop"'])

    def test_a_topic_that_does_not_let_eventbridge_publish_hears_of_nothing(self):
        self.assertEqual(told(self.ours, service="ses.amazonaws.com"), [])

    def test_targets_that_are_not_told_here_fail_no_event(self):
        put_targets(self.ours, {"Id": "1", "Arn": PIPELINE, "RoleArn": ROLE})
        put_event(self.ours, "aws.ecr")

    def test_tell_nothing_by_rules_that_are_off(self):
        for options in ({"State": "DISABLED"}, {"EventPattern": None, "ScheduleExpression": "rate(1 day)"}):
            self.assert_server_error(told, self.stock, **options)
            self.assertEqual(told(self.ours, **options), [])

    def assert_server_error(self, act, *arguments, **options):
        super().assert_server_error(lambda: act(*arguments, **options))


def told(aws, service="events.amazonaws.com", **options):
    """The texts that a topic gets which is a target of a rule with a transformer."""
    name = unique("told")
    topic = aws.sns.create_topic(Name=name)["TopicArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish", "Resource": topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    aws.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{name}@example.com")
    request = {"Name": name, "EventPattern": json.dumps({"source": [name]}), **options}
    aws.events.put_rule(**{key: value for key, value in request.items() if value is not None})
    transformer = {"InputPathsMap": {"kind": "$.detail.kind"}, "InputTemplate": '"<kind> of shop"'}
    aws.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": topic, "InputTransformer": transformer}])
    try:
        put_event(aws, name)
    finally:
        aws.events.remove_targets(Rule=name, Ids=["1"])
    return [mail["text"] for mail in inbox(aws) if mail["to"] == [f"{name}@example.com"]]


def put_event(aws, source):
    detail = json.dumps({"kind": "a"})
    return aws.events.put_events(Entries=[{"Source": source, "DetailType": "Test", "Detail": detail}])


if __name__ == "__main__":
    unittest.main()
