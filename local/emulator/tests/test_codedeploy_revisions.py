"""What CodeDeploy takes for a revision: stock moto against our emulator."""

import hashlib
import unittest

from codedeploy_stack import Stack, application
from support import PatchTest, unique


def made(aws):
    stack = Stack(aws)
    stack.group()
    return stack


class Revisions(PatchTest):
    def test_get_application_revisions(self):
        def get(aws, name, content):
            sha256 = hashlib.sha256(content.encode()).hexdigest()
            revision = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": sha256}}
            return aws.codedeploy.get_application_revision(applicationName=name, revision=revision)

        self.assert_server_error(get, self.stock, application(self.stock), "x")
        stack = made(self.ours)
        content = stack.appspec()
        stack.deploy(content=content)
        found = get(self.ours, stack.application, content)
        self.assertEqual(found["revision"]["appSpecContent"]["content"], content)
        self.assert_error("RevisionDoesNotExistException", "", get, self.ours, stack.application, "other")
        self.assert_error("ApplicationDoesNotExistException", "", get, self.ours, "missing", content)

    def test_revisions_that_are_none_are_refused(self):
        stack = made(self.ours)
        names = {"applicationName": stack.application, "deploymentGroupName": stack.name}

        def create(revision=None, **request):
            given = {"revision": revision} if revision is not None else {}
            self.ours.codedeploy.create_deployment(**names, **given, **request)

        def text(**content):
            return {"revisionType": "AppSpecContent", "appSpecContent": content}

        location = {"bucket": "b", "key": "k", "bundleType": "zip"}
        for code, words, revision in (
            ("RevisionRequiredException", "RevisionLocation must be specified", None),
            ("InvalidRevisionException", "content of the AppSpec file must be specified", text()),
            ("InvalidRevisionException", "sha256 is not that of the content", text(content="a", sha256="b")),
            ("InvalidRevisionException", "bundle type YAML or JSON", {"revisionType": "S3", "s3Location": location}),
            ("InvalidRevisionException", "must be AppSpecContent", {"revisionType": "GitHub"}),
        ):
            with self.subTest(words):
                self.assert_error(code, words, create, revision)
        right = text(content=stack.appspec())
        for code, changes in (
            ("DeploymentConfigDoesNotExistException", {"deploymentConfigName": "missing"}),
            ("InvalidDeploymentConfigNameException", {"deploymentConfigName": "CodeDeployDefault.OneAtATime"}),
            ("InvalidAlarmConfigException", {"overrideAlarmConfiguration": {"enabled": True}}),
            ("InvalidAutoRollbackConfigException", {"autoRollbackConfiguration": {"enabled": True}}),
        ):
            with self.subTest(code):
                self.assert_error(code, "", lambda changes: create(right, **changes), changes)
        for code, changed in (
            ("ApplicationDoesNotExistException", {"applicationName": "missing"}),
            ("ApplicationNameRequiredException", {"applicationName": ""}),
            ("DeploymentGroupDoesNotExistException", {"deploymentGroupName": "missing"}),
            ("DeploymentGroupNameRequiredException", {"deploymentGroupName": ""}),
        ):
            with self.subTest(code):
                request = {**names, "revision": right, **changed}
                self.assert_error(code, "", lambda request: self.ours.codedeploy.create_deployment(**request), request)

    def test_an_appspec_may_come_from_s3(self):
        stack, bucket = made(self.ours), unique("bucket")
        self.ours.s3.create_bucket(Bucket=bucket)
        self.ours.s3.put_object(Bucket=bucket, Key="appspec.json", Body=stack.appspec().encode())
        location = {"bucket": bucket, "key": "appspec.json", "bundleType": "JSON"}
        deployment = self.ours.codedeploy.create_deployment(
            applicationName=stack.application,
            deploymentGroupName=stack.name,
            revision={"revisionType": "S3", "s3Location": location},
        )["deploymentId"]
        self.assertEqual(stack.deployment(deployment)["revision"]["s3Location"], location)


if __name__ == "__main__":
    unittest.main()
