"""Identities of SES: stock moto against our emulator."""

import unittest

from mails import create_identity, identity, verify
from support import PatchTest, unique


class Identities(PatchTest):
    def test_route_every_action(self):
        self.assert_not_found(self.stock)
        self.assertIn("SendQuota", self.ours.sesv2.get_account())

    def assert_not_found(self, aws):
        self.assert_error("404", "Not Found", aws.sesv2.get_account, status=404)

    def test_sign_with_easy_dkim(self):
        def signed(aws, **options):
            name = f"{unique('domain')}.test"
            return aws.sesv2.create_email_identity(EmailIdentity=name, **options)["DkimAttributes"]

        self.assertNotIn("Tokens", signed(self.stock))
        ours = signed(self.ours)
        self.assertEqual((len(set(ours["Tokens"])), ours["SigningEnabled"]), (3, True))
        for token in ours["Tokens"]:
            self.assertRegex(token, r"^[a-z0-9]{32}$")
        self.assertEqual(ours["NextSigningKeyLength"], "RSA_2048_BIT")
        shorter = signed(self.ours, DkimSigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"})
        self.assertEqual(shorter["CurrentSigningKeyLength"], "RSA_1024_BIT")
        own = signed(self.ours, DkimSigningAttributes={"DomainSigningSelector": "mine", "DomainSigningPrivateKey": "k"})
        self.assertEqual((own["Tokens"], own["SigningAttributesOrigin"]), (["mine"], "EXTERNAL"))

    def test_verify_identities_by_their_records(self):
        def verified(aws, name):
            told = aws.sesv2.get_email_identity(EmailIdentity=name)
            return told["DkimAttributes"]["Status"], told["VerifiedForSendingStatus"]

        stock = create_identity(self.stock)
        self.assertEqual(verified(self.stock, stock), ("NOT_STARTED", False))
        ours = create_identity(self.ours)
        self.assertEqual(verified(self.ours, ours), ("PENDING", False))
        verify(self.ours, ours, count=2)
        self.assertEqual(verified(self.ours, ours), ("PENDING", False))
        other = create_identity(self.ours)
        verify(self.ours, other, private=True)
        self.assertEqual(verified(self.ours, other), ("PENDING", False))
        another = create_identity(self.ours)
        verify(self.ours, another, domain="dkim.example.com")
        self.assertEqual(verified(self.ours, another), ("PENDING", False))
        third = create_identity(self.ours)
        verify(self.ours, third)
        self.assertEqual(verified(self.ours, third), ("SUCCESS", True))

    def test_an_address_is_verified_from_the_start(self):
        name = f"{unique('owner')}@example.org"
        made = self.ours.sesv2.create_email_identity(EmailIdentity=name)
        self.assertEqual((made["IdentityType"], made["VerifiedForSendingStatus"]), ("EMAIL_ADDRESS", True))

    def test_tag_identities_by_their_arn(self):
        def tags(aws):
            name = create_identity(aws, Tags=[{"Key": "a", "Value": "b"}])
            arn = f"arn:aws:ses:us-east-1:123456789012:identity/{name}"
            return aws.sesv2.list_tags_for_resource(ResourceArn=arn)["Tags"]

        self.assertEqual(tags(self.stock), [])
        self.assertEqual(tags(self.ours), [{"Key": "a", "Value": "b"}])

    def test_change_identities(self):
        def change(aws, name):
            aws.sesv2.put_email_identity_feedback_attributes(EmailIdentity=name, EmailForwardingEnabled=False)
            aws.sesv2.put_email_identity_dkim_attributes(EmailIdentity=name, SigningEnabled=False)
            aws.sesv2.put_email_identity_mail_from_attributes(EmailIdentity=name, MailFromDomain=f"from.{name}")
            aws.sesv2.put_email_identity_configuration_set_attributes(EmailIdentity=name)

        self.assert_error("404", "Not Found", change, self.stock, create_identity(self.stock), status=404)
        name = create_identity(self.ours)
        change(self.ours, name)
        told = identity(self.ours, name)
        self.assertEqual((told["FeedbackForwardingStatus"], told["DkimAttributes"]["SigningEnabled"]), (False, False))
        self.assertEqual(told["MailFromAttributes"]["MailFromDomain"], f"from.{name}")
        before = told["DkimAttributes"]["Tokens"]
        changed = self.ours.sesv2.put_email_identity_dkim_signing_attributes(
            EmailIdentity=name,
            SigningAttributesOrigin="AWS_SES",
            SigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"},
        )
        self.assertEqual((changed["DkimStatus"], len(changed["DkimTokens"])), ("PENDING", 3))
        self.assertNotEqual(changed["DkimTokens"], before)

    def test_refuse_a_second_identity_of_a_name(self):
        def twice(aws):
            name = create_identity(aws)
            aws.sesv2.create_email_identity(EmailIdentity=name)

        self.assert_refused("AlreadyExistsException", "already exist", twice)

    def test_require_a_configuration_set_of_an_identity(self):
        def without(aws):
            create_identity(aws, ConfigurationSetName="nowhere")

        self.assert_refused("NotFoundException", "Configuration set <nowhere> does not exist.", without, status=404)

    def test_delete_identities(self):
        def delete(aws, name):
            aws.sesv2.delete_email_identity(EmailIdentity=name)

        delete(self.ours, create_identity(self.ours))
        message = "Email identity nobody.test does not exist."
        self.assert_refused("NotFoundException", message, delete, "nobody.test", status=404)


if __name__ == "__main__":
    unittest.main()
