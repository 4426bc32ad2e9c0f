"""Configuration sets of SES: stock moto against our emulator."""

import json
import unittest

from mails import ACCOUNT, allowing, configuration_set, inbox, newest_id, topic
from support import PatchTest, unique

NO_DESTINATION = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"]}


def to_topic(arn, *events):
    return {"Enabled": True, "MatchingEventTypes": list(events or ["BOUNCE"]), "SnsDestination": {"TopicArn": arn}}


def add_destination(aws, name, definition, destination="events"):
    aws.sesv2.create_configuration_set_event_destination(
        ConfigurationSetName=name, EventDestinationName=destination, EventDestination=definition
    )


def described(aws, name):
    return aws.sesv2.get_configuration_set(ConfigurationSetName=name)


class ConfigurationSets(PatchTest):
    def test_show_configuration_sets_as_they_are(self):
        self.assertEqual(self.raw_sending_options(self.stock), {"SendingEnabled": {}})
        tags = [{"Key": "a", "Value": "b"}]
        plain = described(self.ours, configuration_set(self.ours, Tags=tags))
        self.assertEqual(plain["SendingOptions"], {"SendingEnabled": True})
        self.assertEqual((plain["ReputationOptions"]["ReputationMetricsEnabled"], plain["Tags"]), (False, tags))
        self.assertFalse({"DeliveryOptions", "SuppressionOptions", "TrackingOptions", "VdmOptions"} & set(plain))
        full = configuration_set(
            self.ours, DeliveryOptions={"TlsPolicy": "REQUIRE"}, SuppressionOptions={"SuppressedReasons": ["BOUNCE"]}
        )
        self.assertEqual(described(self.ours, full)["DeliveryOptions"], {"TlsPolicy": "REQUIRE"})
        self.assertEqual(described(self.ours, full)["SuppressionOptions"], {"SuppressedReasons": ["BOUNCE"]})

    def raw_sending_options(self, aws):
        """As the server writes them: boto3 takes an object for a flag."""
        name, bodies = configuration_set(aws), []
        client = aws.client("sesv2")
        client.meta.events.register("after-call", lambda http_response, **_: bodies.append(http_response.content))
        client.get_configuration_set(ConfigurationSetName=name)
        return json.loads(bodies[0])["SendingOptions"]

    def test_change_configuration_sets(self):
        def change(aws, name):
            aws.sesv2.put_configuration_set_delivery_options(ConfigurationSetName=name, TlsPolicy="REQUIRE")
            aws.sesv2.put_configuration_set_sending_options(ConfigurationSetName=name, SendingEnabled=False)
            aws.sesv2.put_configuration_set_suppression_options(ConfigurationSetName=name, SuppressedReasons=[])

        self.assert_error("404", "Not Found", change, self.stock, configuration_set(self.stock), status=404)
        name = configuration_set(self.ours)
        change(self.ours, name)
        told = described(self.ours, name)
        self.assertEqual(told["DeliveryOptions"], {"TlsPolicy": "REQUIRE"})
        self.assertEqual(told["SendingOptions"], {"SendingEnabled": False})

    def test_refuse_unknown_and_second_configuration_sets(self):
        def twice(aws):
            aws.sesv2.create_configuration_set(ConfigurationSetName=configuration_set(aws))

        def delete(aws):
            aws.sesv2.delete_configuration_set(ConfigurationSetName="nowhere")

        self.assert_error("ConfigurationSetAlreadyExistsException", "already exists", twice, self.stock)
        self.assert_error("AlreadyExistsException", "already exists", twice, self.ours)
        self.assert_server_error(delete, self.stock)
        self.assert_error("NotFoundException", "<nowhere> does not exist", delete, self.ours, status=404)
        self.assert_error("NotFoundException", "<nowhere> does not exist", described, self.ours, "nowhere", status=404)

    def test_keep_event_destinations(self):
        name = configuration_set(self.stock)
        definition = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "CloudWatchDestination": {}}
        self.assert_error("404", "Not Found", add_destination, self.stock, name, definition, status=404)
        name, arn = configuration_set(self.ours), topic(self.ours, allowing())
        self.ours.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ops@example.org")
        before = newest_id(self.ours)
        add_destination(self.ours, name, to_topic(arn))
        (mail,) = inbox(self.ours, before)
        self.assertIn("Successfully validated SNS topic for Amazon SES event publishing", mail["text"])
        again = self.ours, name, to_topic(arn)
        self.assert_error("AlreadyExistsException", "<events> already exists", add_destination, *again)
        names = {"ConfigurationSetName": name, "EventDestinationName": "events"}
        self.ours.sesv2.update_configuration_set_event_destination(
            **names, EventDestination=to_topic(arn, "BOUNCE", "COMPLAINT")
        )
        (kept,) = self.destinations(name)
        self.assertEqual((kept["Name"], kept["MatchingEventTypes"]), ("events", ["BOUNCE", "COMPLAINT"]))
        self.ours.sesv2.delete_configuration_set_event_destination(**names)
        self.assertEqual(self.destinations(name), [])
        delete = self.ours.sesv2.delete_configuration_set_event_destination
        self.assert_error("NotFoundException", "<events> does not exist", lambda: delete(**names), status=404)

    def destinations(self, name):
        told = self.ours.sesv2.get_configuration_set_event_destinations(ConfigurationSetName=name)
        return told["EventDestinations"]

    def test_a_configuration_set_has_ten_event_destinations_at_most(self):
        name, arn = configuration_set(self.ours), topic(self.ours, allowing())
        for number in range(10):
            add_destination(self.ours, name, to_topic(arn), f"events-{number}")
        eleventh = self.ours, name, to_topic(arn), "events-10"
        self.assert_error("LimitExceededException", "limit exceeded", add_destination, *eleventh)

    def test_require_a_destination_that_takes_events(self):
        name = configuration_set(self.ours)
        unknown = "arn:aws:sns:us-east-1:123456789012:nowhere"
        for definition, message in (
            (NO_DESTINATION, "Exactly one type of event destination must be specified, but there are 0."),
            ({**to_topic(unknown), "EventBridgeDestination": {"EventBusArn": "arn:a:b"}}, "but there are 2."),
            ({**to_topic(unknown), "MatchingEventTypes": []}, "At least one matching event type must be specified."),
            (to_topic(unknown), f"SNS topic <{unknown}> not found."),
        ):
            self.assert_destination_refused(name, definition, message)

    def assert_destination_refused(self, name, definition, message):
        self.assert_error("BadRequestException", message, add_destination, self.ours, name, definition)

    def test_the_policy_of_a_topic_lets_ses_publish_for_the_configuration_set(self):
        name = configuration_set(self.ours)
        arn = f"arn:aws:ses:us-east-1:{ACCOUNT}:configuration-set/{name}"
        for statement in (
            None,
            allowing(**{"aws:SourceAccount": "210987654321"}),
            allowing(**{"AWS:SourceArn": f"{arn}-other"}),
            {**allowing(), "Principal": {"Service": "events.amazonaws.com"}},
        ):
            refused = topic(self.ours, statement) if statement else topic(self.ours)
            message = f"does not allow ses.amazonaws.com to publish (sns:Publish) for {arn}"
            self.assert_destination_refused(name, to_topic(refused), message)
        denied = topic(self.ours, allowing(), {**allowing(), "Effect": "Deny"})
        self.assert_destination_refused(name, to_topic(denied), "does not allow")
        taken = allowing(**{"aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn})
        add_destination(self.ours, name, to_topic(topic(self.ours, taken)))

    def test_the_key_of_a_topic_lets_ses_use_it(self):
        name = configuration_set(self.ours)
        managed = topic(self.ours, allowing(), KmsMasterKeyId="alias/aws/sns")
        self.assert_destination_refused(name, to_topic(managed), "with alias/aws/sns, which ses.amazonaws.com")
        gone = topic(self.ours, allowing(), KmsMasterKeyId="alias/nowhere")
        self.assert_destination_refused(name, to_topic(gone), "the key alias/nowhere of the topic does not exist")
        closed = self.key()
        refused = topic(self.ours, allowing(), KmsMasterKeyId=closed)
        message = f"the policy of the key {closed} of the topic does not allow ses.amazonaws.com to use it"
        self.assert_destination_refused(name, to_topic(refused), message)
        service = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Resource": "*"}
        opened = self.key({**service, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"]})
        add_destination(self.ours, name, to_topic(topic(self.ours, allowing(), KmsMasterKeyId=opened)))
        alias = f"alias/{unique('key')}"
        self.ours.kms.create_alias(AliasName=alias, TargetKeyId=opened)
        by_alias = to_topic(topic(self.ours, allowing(), KmsMasterKeyId=alias))
        add_destination(self.ours, name, by_alias, "by-alias")

    def key(self, *statements):
        principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        owner = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
        made = self.ours.kms.create_key(Policy=json.dumps({"Statement": [owner, *statements]}))
        return made["KeyMetadata"]["KeyId"]


if __name__ == "__main__":
    unittest.main()
