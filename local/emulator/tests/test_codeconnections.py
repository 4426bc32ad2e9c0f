"""CodeConnections: stock moto against our emulator."""

import unittest

from api_things import post
from support import PatchTest, unique


def connection(client, **options):
    request = {"ConnectionName": unique("connection"), "ProviderType": "GitHub", **options}
    return client.create_connection(**request)["ConnectionArn"]


class Connections(PatchTest):
    def both(self, aws):
        return aws.codeconnections, aws.codestar_connections

    def test_keep_connections(self):
        for client in self.both(self.stock):
            with self.assertRaises(Exception) as caught:
                connection(client)
            self.assertRegex(str(caught.exception), "404|500|NotFound|MethodNotAllowed")
        for client, prefix in zip(self.both(self.ours), ("codeconnections", "codestar-connections")):
            arn = connection(client, Tags=[{"Key": "a", "Value": "1"}])
            self.assertRegex(arn, rf"^arn:aws:{prefix}:us-east-1:123456789012:connection/[0-9a-f-]{{36}}$")
            told = client.get_connection(ConnectionArn=arn)["Connection"]
            self.assertEqual((told["ConnectionStatus"], told["ProviderType"]), ("PENDING", "GitHub"))
            client.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
            client.untag_resource(ResourceArn=arn, TagKeys=["a"])
            self.assertEqual(client.list_tags_for_resource(ResourceArn=arn)["Tags"], [{"Key": "b", "Value": "2"}])

    def test_what_one_service_has_made_the_other_shows_and_deletes(self):
        new, old = self.both(self.ours)
        arn = connection(new, ProviderType="GitLab")
        found = old.list_connections(ProviderTypeFilter="GitLab")["Connections"]
        self.assertEqual([each["ConnectionArn"] for each in found], [arn])
        old.delete_connection(ConnectionArn=arn)
        message = f"Connection {arn} not found"
        self.assert_error("ResourceNotFoundException", message, lambda: new.get_connection(ConnectionArn=arn))

    def test_somebody_confirms_a_connection(self):
        client, name = self.ours.codeconnections, unique("confirmed")
        arn = connection(client, ConnectionName=name)
        for given in (arn, name):
            status, told = post(self.ours, "connections/confirm", {"connection": given})
            self.assertEqual((status, told["ConnectionArn"], told["ConnectionStatus"]), (200, arn, "AVAILABLE"))
        self.assertEqual(client.get_connection(ConnectionArn=arn)["Connection"]["ConnectionStatus"], "AVAILABLE")
        answer = post(self.ours, "connections/confirm", {"connection": "missing"})
        self.assertEqual(answer, (404, {"message": "there is no connection missing"}))
        answer = post(self.ours, "connections/confirm", {"arn": arn})
        self.assertEqual(answer, (400, {"message": 'the body must be {"connection": ARN or name}'}))

    def test_require_a_provider_that_there_is(self):
        create = self.ours.codeconnections.create_connection
        message = "Exactly one of ProviderType and HostArn must be given."
        self.assert_error("InvalidInputException", message, lambda: create(ConnectionName="a"))
        host = "arn:aws:codeconnections:us-east-1:123456789012:host/missing"
        message = f"Host {host} not found"
        self.assert_error("ResourceNotFoundException", message, lambda: create(ConnectionName="a", HostArn=host))
        message = "at 'providerType' failed to satisfy constraint"
        client = self.ours.codeconnections
        self.assert_error("ValidationException", message, lambda: connection(client, ProviderType="Github"))


if __name__ == "__main__":
    unittest.main()
