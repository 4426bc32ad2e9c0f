"""SNS: stock moto against our emulator."""

import json
import unittest
from functools import partial

from mails import inbox, newest_id, topic
from support import PatchTest


class Topics(PatchTest):
    def test_deliver_to_subscriptions_by_mail(self):
        arn = topic(self.ours)
        self.ours.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ops@example.org")
        self.ours.sns.subscribe(TopicArn=arn, Protocol="email-json", Endpoint="machine@example.org")
        filtered = {"FilterPolicy": json.dumps({"kind": ["other"]})}
        self.ours.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="other@example.org", Attributes=filtered)
        before = newest_id(self.ours)
        self.ours.sns.publish(TopicArn=arn, Message="Approve, please", Subject="Approval")
        plain, machine = inbox(self.ours, before)
        self.assertEqual((plain["to"], plain["subject"]), (["ops@example.org"], "Approval"))
        self.assertEqual(plain["text"], "Approve, please")
        self.assertEqual(plain["from"], "AWS Notifications <no-reply@sns.amazonaws.com>")
        self.assertEqual(machine["to"], ["machine@example.org"])
        self.assertEqual(json.loads(machine["text"])["Message"], "Approve, please")
        structured = json.dumps({"default": "short", "email": "long"})
        self.ours.sns.publish(TopicArn=arn, Message=structured, MessageStructure="json")
        (told, _) = inbox(self.ours, machine["id"])
        self.assertEqual((told["subject"], told["text"]), ("AWS Notification Message", "long"))

    def test_require_an_address_of_a_subscription(self):
        def subscribe(aws):
            aws.sns.subscribe(TopicArn=topic(aws), Protocol="email", Endpoint="nobody")

        self.assert_refused("InvalidParameter", "Invalid parameter: Email address", subscribe)

    def test_require_a_policy_of_the_topic(self):
        def with_statement(aws, **changes):
            topic(aws, {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, **changes})

        out_of_scope = "Policy statement action out of service scope!"
        self.assert_refused("InvalidParameter", out_of_scope, lambda aws: with_statement(aws, Action="sqs:SendMessage"))
        for changes, message in (
            ({"Resource": "arn:aws:sns:us-east-1:123456789012:other"}, "must apply to a single resource"),
            ({"Principal": None}, "PrincipalNotFound"),
        ):
            self.assert_error("InvalidParameter", message, partial(with_statement, self.ours, **changes))

        def text(aws):
            aws.sns.set_topic_attributes(TopicArn=topic(aws), AttributeName="Policy", AttributeValue="{")

        self.assert_server_error(text, self.stock)
        self.assert_error("InvalidParameter", "Policy Error: null", text, self.ours)
        made = {"Policy": json.dumps({"Statement": [{"Principal": "*", "Action": "s3:*"}]})}
        self.assert_error("InvalidParameter", out_of_scope, lambda: topic(self.ours, **made))


if __name__ == "__main__":
    unittest.main()
