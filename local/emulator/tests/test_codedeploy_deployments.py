"""Deployments of CodeDeploy, as the API takes and tells them: stock moto against our emulator, without a data plane.

What becomes of them is in test_blue_green.py, test_blue_green_failures.py and test_deploying.py.
"""

import unittest
from datetime import datetime, timedelta, timezone

from codedeploy_stack import Stack
from support import PatchTest


def made(aws, **changes):
    stack = Stack(aws)
    stack.group(**changes)
    return stack


class Deployments(PatchTest):
    def test_create_deployments(self):
        stock = made(self.stock)
        self.assertNotEqual(stock.deploy(), stock.deploy())
        stack = made(self.ours)
        deployment = stack.deploy(description="the second")
        self.assertRegex(deployment, r"^d-[A-Z0-9]{9}$")
        self.assert_error(
            "DeploymentLimitExceededException",
            f"The Deployment Group '{stack.name}' already has an active Deployment '{deployment}'",
            stack.deploy,
        )

    def test_tell_how_deployments_do(self):
        stock = made(self.stock)
        seen = stock.deployment(stock.deploy())
        self.assertEqual((seen["status"], seen["deploymentOverview"]["Pending"]), ("Created", 0))
        stack = made(self.ours)
        deployment = stack.deploy(description="the second")
        found = stack.deployment(deployment)
        expected = {
            "applicationName": stack.application,
            "deploymentGroupName": stack.name,
            "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
            "deploymentId": deployment,
            "status": "Created",
            "creator": "user",
            "description": "the second",
            "computePlatform": "ECS",
        }
        self.assertEqual({name: found[name] for name in expected}, expected)
        self.assertNotIn("deploymentOverview", found)
        self.assertEqual(list(found["revision"]["appSpecContent"]), ["sha256"])
        batch = self.ours.codedeploy.batch_get_deployments(deploymentIds=[deployment, "d-MISSING00"])
        self.assertEqual(batch["deploymentsInfo"], [found])
        for act, code in (
            (lambda: stack.deployment("d-MISSING00"), "DeploymentDoesNotExistException"),
            (lambda: stack.deployment(""), "DeploymentIdRequiredException"),
            (
                lambda: self.ours.codedeploy.batch_get_deployments(deploymentIds=["d"] * 26),
                "BatchLimitExceededException",
            ),
        ):
            with self.subTest(code):
                self.assert_error(code, "", act)

    def test_list_deployments_by_what_is_asked(self):
        stock = made(self.stock)
        stock.deploy()
        listed = self.stock.codedeploy.list_deployments(includeOnlyStatuses=["Stopped"])
        self.assertGreaterEqual(len(listed["deployments"]), 1)
        stack = made(self.ours)
        names = {"applicationName": stack.application, "deploymentGroupName": stack.name}
        first = stack.deploy()
        self.ours.codedeploy.stop_deployment(deploymentId=first)
        second = stack.deploy()

        def found(**request):
            return self.ours.codedeploy.list_deployments(**names, **request)["deployments"]

        self.assertEqual(found(), [second, first])
        self.assertEqual(found(includeOnlyStatuses=["Stopped"]), [first])
        self.assertEqual(found(includeOnlyStatuses=["Created", "InProgress"]), [second])
        later = datetime.now(timezone.utc) + timedelta(hours=1)
        self.assertEqual(found(createTimeRange={"start": later}), [])
        self.assertEqual(found(createTimeRange={"end": later}), [second, first])
        self.assertIn(first, self.ours.codedeploy.list_deployments(includeOnlyStatuses=["Stopped"])["deployments"])
        for code, request in (
            ("DeploymentGroupNameRequiredException", {"applicationName": stack.application}),
            ("ApplicationNameRequiredException", {"deploymentGroupName": stack.name}),
            ("DeploymentGroupDoesNotExistException", {**names, "deploymentGroupName": "missing"}),
        ):
            with self.subTest(code):
                self.assert_error(code, "", lambda request: self.ours.codedeploy.list_deployments(**request), request)

    def test_tell_the_targets_of_deployments(self):
        stock = made(self.stock)
        self.assert_server_error(stock.target, stock.deploy())
        stack = made(self.ours)
        deployment = stack.deploy()
        target = stack.target(deployment)
        self.assertEqual((target["targetId"], target["status"]), (f"{stack.cluster}:{stack.name}", "Pending"))
        self.assertEqual({event["status"] for event in target["lifecycleEvents"]}, {"Pending"})
        ids = {"deploymentId": deployment, "targetIds": [target["targetId"]]}
        batch = self.ours.codedeploy.batch_get_deployment_targets(**ids)["deploymentTargets"]
        self.assertEqual([item["deploymentTargetType"] for item in batch], ["ECSTarget"])
        for code, target_id in (
            ("DeploymentTargetDoesNotExistException", "other:service"),
            ("DeploymentTargetIdRequiredException", ""),
        ):
            self.assert_error(
                code,
                "",
                lambda target_id: self.ours.codedeploy.get_deployment_target(
                    deploymentId=deployment, targetId=target_id
                ),
                target_id,
            )

    def test_stop_deployments(self):
        stock = made(self.stock)
        self.assert_server_error(lambda: self.stock.codedeploy.stop_deployment(deploymentId=stock.deploy()))
        stack = made(self.ours)
        deployment = stack.deploy()
        stopped = self.ours.codedeploy.stop_deployment(deploymentId=deployment)
        self.assertEqual(
            (stopped["status"], stopped["statusMessage"]),
            ("Succeeded", "No more commands will be scheduled for execution in the deployment instances"),
        )
        found = stack.deployment(deployment)
        self.assertEqual((found["status"], found["errorInformation"]["code"]), ("Stopped", "MANUAL_STOP"))
        self.assert_error(
            "DeploymentAlreadyCompletedException",
            f"The deployment {deployment} is already completed",
            lambda: self.ours.codedeploy.stop_deployment(deploymentId=deployment),
        )

    def test_continue_deployments(self):
        def go_on(stack, **request):
            stack.aws.codedeploy.continue_deployment(deploymentId=stack.deploy(), **request)

        self.assert_server_error(go_on, made(self.stock))
        self.assert_error("DeploymentIsNotInReadyStateException", "does not wait", go_on, made(self.ours))
        self.assert_error(
            "InvalidDeploymentWaitTypeException",
            "SOME_WAIT",
            lambda: go_on(made(self.ours), deploymentWaitType="SOME_WAIT"),
        )


if __name__ == "__main__":
    unittest.main()
