"""Applications of CodeDeploy: stock moto against our emulator."""

import json
import unittest
from urllib.request import Request, urlopen

from codedeploy_stack import Stack, application
from support import PatchTest, unique


def answered(aws, action, **request):
    """The body of an answer, before boto3 reads it."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"CodeDeploy_20141006.{action}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20240101/us-east-1/codedeploy/aws4_request",
    }
    with urlopen(Request(aws.url, json.dumps(request).encode(), headers), timeout=30) as answer:
        return json.load(answer)


def tags_of(aws, kind, name):
    arn = f"arn:aws:codedeploy:us-east-1:123456789012:{kind}:{name}"
    return aws.codedeploy.list_tags_for_resource(ResourceArn=arn)["Tags"]


class Applications(PatchTest):
    def test_tell_times_as_numbers(self):
        for aws, kind in ((self.stock, str), (self.ours, float)):
            name = application(aws)
            created = answered(aws, "GetApplication", applicationName=name)["application"]["createTime"]
            self.assertIsInstance(created, kind)

    def test_require_valid_applications(self):
        def named(aws, name):
            aws.codedeploy.create_application(applicationName=name, computePlatform="ECS")

        for name in ("a b", "ä", "a/b", "x" * 101):
            with self.subTest(name):
                self.assert_refused("InvalidApplicationNameException", "can only contain", named, name)
        self.assert_error("ApplicationNameRequiredException", "is required", named, self.ours, "")

        def on_platform(aws, platform):
            application(aws, platform)

        self.assert_refused("InvalidComputePlatformException", "one of Server, Lambda, ECS", on_platform, "EKS")
        name = unique("application")
        self.ours.codedeploy.create_application(applicationName=name)
        found = self.ours.codedeploy.get_application(applicationName=name)["application"]
        self.assertEqual(found["computePlatform"], "Server")

    def test_rename_and_delete_applications(self):
        stock = application(self.stock)
        self.assert_server_error(lambda: self.stock.codedeploy.delete_application(applicationName=stock))
        self.assert_server_error(
            lambda: self.stock.codedeploy.update_application(applicationName=stock, newApplicationName="x")
        )
        stack = Stack(self.ours)
        tags = [{"Key": "a", "Value": "b"}]
        former, _ = stack.group(tags=tags)
        self.ours.codedeploy.tag_resource(
            ResourceArn=f"arn:aws:codedeploy:us-east-1:123456789012:application:{former}", Tags=tags
        )
        new = unique("application")
        self.ours.codedeploy.update_application(applicationName=former, newApplicationName=new)
        listed = self.ours.codedeploy.list_deployment_groups(applicationName=new)["deploymentGroups"]
        self.assertEqual(listed, [stack.name])
        self.assertEqual(tags_of(self.ours, "application", new), tags)
        self.assertEqual(tags_of(self.ours, "deploymentgroup", f"{new}/{stack.name}"), tags)
        self.assertNotIn(former, self.ours.codedeploy.list_applications()["applications"])
        self.ours.codedeploy.delete_application(applicationName=new)
        self.assertNotIn(new, self.ours.codedeploy.list_applications()["applications"])
        self.assertEqual(tags_of(self.ours, "deploymentgroup", f"{new}/{stack.name}"), [])
        self.ours.codedeploy.delete_application(applicationName=new)

    def test_an_application_is_renamed_to_a_free_name_only(self):
        first, second = application(self.ours), application(self.ours)

        def rename(former, new):
            self.ours.codedeploy.update_application(applicationName=former, newApplicationName=new)

        self.assert_error("ApplicationAlreadyExistsException", second, rename, first, second)
        self.assert_error("ApplicationDoesNotExistException", "No application found", rename, "missing", "x")
        self.assert_error("InvalidApplicationNameException", "can only contain", rename, first, "a b")


if __name__ == "__main__":
    unittest.main()
