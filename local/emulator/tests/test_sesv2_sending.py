"""Sending by SES, and the inbox: stock moto against our emulator."""

import json
import unittest

from fake_agent import post
from mails import allowing, configuration_set, create_identity, inbox, newest_id, send, topic, verified_identity
from support import PatchTest, unique

TEXT = {"Text": {"Data": "plain"}}
MIME = """From: Shop <shop@{domain}>
To: you@example.org, Other <other@example.org>
Cc: third@example.org
Subject: A message
X-Order: 7
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

plain
--b
Content-Type: text/html; charset=utf-8

<p>rich</p>
--b--
"""


def simple(body=TEXT, subject="Hello", **options):
    return {"Simple": {"Subject": {"Data": subject}, "Body": body, **options}}


class Sending(PatchTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = verified_identity(cls.ours)
        cls.sender = f"shop@{cls.domain}"

    def assert_send_refused(self, message, code="BadRequestException", status=400, **options):
        before = newest_id(self.ours)
        sender = options.pop("sender", self.sender)
        self.assert_error(code, message, lambda: send(self.ours, sender, **options), status=status)
        self.assertEqual(inbox(self.ours, before), [])

    def test_deliver_to_the_inbox(self):
        before, name = newest_id(self.ours), configuration_set(self.ours)
        message_id = send(
            self.ours,
            f"Shop <{self.sender}>",
            Destination={"ToAddresses": ["a@b.org"], "CcAddresses": ["c@d.org"], "BccAddresses": ["e@f.org"]},
            Content=simple(
                {**TEXT, "Html": {"Data": "<p>rich</p>"}}, Headers=[{"Name": "X-Idempotency-Key", "Value": "k-1"}]
            ),
            EmailTags=[{"Name": "idempotency-key", "Value": "k-1"}],
            ConfigurationSetName=name,
        )
        (mail,) = inbox(self.ours, before)
        self.assertRegex(mail.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(
            mail,
            {
                "id": before + 1,
                "messageId": message_id,
                "from": f"Shop <{self.sender}>",
                "to": ["a@b.org"],
                "cc": ["c@d.org"],
                "bcc": ["e@f.org"],
                "subject": "Hello",
                "text": "plain",
                "html": "<p>rich</p>",
                "headers": {"X-Idempotency-Key": "k-1"},
                "tags": {"idempotency-key": "k-1"},
                "configurationSet": name,
            },
        )
        send(self.ours, self.sender)
        self.assertEqual([mail["html"] for mail in inbox(self.ours, before + 1)], [None])

    def test_a_raw_message_says_by_itself_whom_it_is_from_and_for(self):
        before = newest_id(self.ours)
        raw = {"Raw": {"Data": MIME.format(domain=self.domain).encode()}}
        self.ours.sesv2.send_email(Content=raw)
        (mail,) = inbox(self.ours, before)
        self.assertEqual((mail["from"], mail["subject"]), (f"Shop <{self.sender}>", "A message"))
        self.assertEqual((mail["to"], mail["cc"]), (["you@example.org", "other@example.org"], ["third@example.org"]))
        self.assertEqual((mail["text"].strip(), mail["html"].strip()), ("plain", "<p>rich</p>"))
        self.assertEqual(mail["headers"], {"X-Order": "7"})
        self.ours.sesv2.send_email(Content=raw, Destination={"ToAddresses": ["only@example.org"]})
        (mail,) = inbox(self.ours, before + 1)
        self.assertEqual((mail["to"], mail["cc"]), (["only@example.org"], []))

    def test_require_a_verified_sender(self):
        pending = create_identity(self.stock)
        send(self.stock, f"shop@{pending}")
        pending = create_identity(self.ours)
        message = f"The following identities failed the check in region US-EAST-1: shop@{pending}"
        self.assert_send_refused(message, "MessageRejected", sender=f"shop@{pending}")
        self.assert_send_refused("Email address is not verified.", "MessageRejected", sender="shop@example.com")
        self.assert_send_refused("Email address is not verified.", "MessageRejected", sender=f"a@x{self.domain}")
        self.assert_send_refused("The sender (FromEmailAddress) must be specified.", sender=None)
        send(self.ours, f"shop@below.{self.domain}")
        address = f"{unique('owner')}@example.org"
        self.ours.sesv2.create_email_identity(EmailIdentity=address)
        send(self.ours, address)

    def test_require_a_configuration_set_that_sends(self):
        sender = f"shop@{create_identity(self.stock)}"
        send(self.stock, sender, ConfigurationSetName="nowhere")
        unknown = {"ConfigurationSetName": "nowhere"}
        self.assert_send_refused("<nowhere> does not exist", "NotFoundException", 404, **unknown)
        paused = configuration_set(self.ours, SendingOptions={"SendingEnabled": False})
        message = f"Email sending has been disabled for configuration set <{paused}>."
        self.assert_send_refused(message, "SendingPausedException", ConfigurationSetName=paused)

    def test_the_configuration_set_of_the_identity_is_taken_where_none_is_named(self):
        name, before = configuration_set(self.ours), newest_id(self.ours)
        names = {"EmailIdentity": self.domain, "ConfigurationSetName": name}
        self.ours.sesv2.put_email_identity_configuration_set_attributes(**names)
        send(self.ours, self.sender)
        self.assertEqual([mail["configurationSet"] for mail in inbox(self.ours, before)], [name])
        self.ours.sesv2.put_email_identity_configuration_set_attributes(EmailIdentity=self.domain)

    def test_require_recipients_that_there_may_be(self):
        send(self.stock, f"shop@{create_identity(self.stock)}", Destination={})

        def refused(message, *addresses):
            self.assert_send_refused(message, Destination={"ToAddresses": list(addresses)})

        refused("The message must have at least one recipient.")
        refused("Recipient count exceeds 50.", *[f"a{number}@example.org" for number in range(51)])
        refused("Missing final '@domain'", "nobody")
        refused("Domain contains illegal character", "a@exa_mple.org")
        refused("Address contains control or whitespace", "a@example.org\nBcc: b@example.org")
        send(self.ours, self.sender, Destination={"BccAddresses": [f"a{number}@example.org" for number in range(50)]})

    def test_require_content_that_can_be_sent(self):
        def without_body(aws):
            send(aws, f"shop@{create_identity(aws)}", Content=simple({}))

        self.assert_server_error(without_body, self.stock)
        header = {"Name": "Subject", "Value": "other"}
        twice = [{"Name": "X-A", "Value": "1"}, {"Name": "x-a", "Value": "2"}]
        for content, message in (
            (simple({}), "The body must have a text or an HTML part."),
            (simple(subject="a\r\nBcc: b@example.org"), "The subject contains a line break."),
            (simple(Headers=[header]), "The header subject cannot be given in Headers"),
            (simple(Headers=twice), "Each header can be given once."),
            (simple(Headers=[{"Name": "X A", "Value": "1"}]), "failed to satisfy constraint"),
            ({}, "The content must have exactly one of Simple, Raw and Template."),
            ({"Template": {"TemplateName": "a"}}, "Templates are not supported by this emulator"),
        ):
            self.assert_send_refused(message, Content=content)

    def test_tags_are_words(self):
        def refused(message, *tags):
            self.assert_send_refused(message, EmailTags=[{"Name": name, "Value": value} for name, value in tags])

        refused("Invalid email tag name <a b>", ("a b", "1"))
        refused("Invalid email tag value <ä>", ("a", "ä"))
        refused("Invalid email tag value <>", ("a", ""))
        refused("Each message tag can be given once.", ("a", "1"), ("a", "2"))

    def test_throttled_mails_are_refused_and_not_delivered(self):
        self.assertEqual(post(self.ours.url, "mail-faults", {"throttle": 2}), (204, None))
        for _ in range(2):
            self.assert_send_refused("Maximum sending rate exceeded.", "TooManyRequestsException", 429)
        send(self.ours, self.sender)

    def test_bounces_and_complaints_are_told_to_the_topic(self):
        name, arn = configuration_set(self.ours), topic(self.ours, allowing())
        definition = {"MatchingEventTypes": ["BOUNCE", "COMPLAINT"], "SnsDestination": {"TopicArn": arn}}
        self.ours.sesv2.create_configuration_set_event_destination(
            ConfigurationSetName=name, EventDestinationName="a", EventDestination={"Enabled": True, **definition}
        )
        self.ours.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ops@example.org")
        before = newest_id(self.ours)
        to = [f"{kind}@simulator.amazonses.com" for kind in ("success", "bounce", "complaint+1")]
        tag = {"Name": "idempotency-key", "Value": "k"}
        send(self.ours, self.sender, Destination={"ToAddresses": to}, ConfigurationSetName=name, EmailTags=[tag])
        events = [json.loads(mail["text"]) for mail in inbox(self.ours, before) if mail["to"] == ["ops@example.org"]]
        self.assertEqual([event["eventType"] for event in events], ["Bounce", "Complaint"])
        self.assertEqual([item["emailAddress"] for item in events[0]["bounce"]["bouncedRecipients"]], [to[1]])
        self.assertEqual(events[0]["bounce"]["bounceType"], "Permanent")
        self.assertEqual([item["emailAddress"] for item in events[1]["complaint"]["complainedRecipients"]], [to[2]])
        self.assertEqual(events[0]["mail"]["tags"]["idempotency-key"], ["k"])

    def test_show_the_account(self):
        def account(aws):
            return aws.sesv2.get_account()

        self.assert_error("404", "Not Found", account, self.stock, status=404)
        told = account(self.ours)
        self.assertEqual((told["ProductionAccessEnabled"], told["SendingEnabled"]), (True, True))

    def test_deliver_mails_of_version_1(self):
        def mail(aws, sender):
            aws.ses.send_email(
                Source=sender,
                Destination={"ToAddresses": ["you@example.org"]},
                Message={"Subject": {"Data": "Old"}, "Body": {"Text": {"Data": "plain"}}},
            )

        mail(self.stock, f"shop@{create_identity(self.stock)}")
        pending = f"shop@{create_identity(self.ours)}"
        self.assert_error("MessageRejected", f"not verified: {pending}", mail, self.ours, pending)
        before = newest_id(self.ours)
        mail(self.ours, self.sender)
        told = [(mail["subject"], mail["to"], mail["text"]) for mail in inbox(self.ours, before)]
        self.assertEqual(told, [("Old", ["you@example.org"], "plain")])


if __name__ == "__main__":
    unittest.main()
