"""Blue/green deployments through the API alone, with a data plane and a clock that are real."""

import sys
import time
import unittest

from attached import AttachedTest
from codedeploy_stack import Stack, blue_green
from fake_agent import FakeAgent
from support import SERVER, Aws, Server

MINUTE = 0.2
# Nine intervals of a minute that nobody has shortened.
NINE_SECONDS = 9
LINEAR = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"


class Deploying(AttachedTest):
    @classmethod
    def setUpClass(cls):
        server = Server([sys.executable, str(SERVER), "--exit-with-parent", "--codedeploy-minute", str(MINUTE)])
        cls.addClassCleanup(server.stop)
        cls.aws, cls.agent = Aws(server.url), FakeAgent(server.url)
        cls.agent.__enter__()
        cls.addClassCleanup(cls.agent.__exit__)

    def stack(self, **group):
        stack = Stack(self.aws)
        stack.group(**group)
        self.wait_until(lambda: stack.described()["runningCount"] == 2, "two tasks")
        return stack

    def ended(self, stack, deployment):
        def over():
            found = stack.deployment(deployment)
            return found if found["status"] in ("Succeeded", "Failed", "Stopped") else None

        return self.wait_until(over, "the end of the deployment")

    def alone(self, stack):
        def over():
            task_sets = stack.described()["taskSets"]
            return task_sets if len(task_sets) == 1 else None

        return self.wait_until(over, "one task set")[0]

    def test_a_deployment_shifts_traffic_by_the_minute_of_the_option(self):
        stack = self.stack(deploymentConfigName=LINEAR, blueGreenDeploymentConfiguration=blue_green(bake_minutes=1))
        deployment = stack.deploy()
        looks, seen = [], set()

        def is_shifted():
            looks.append(time.monotonic())
            return stack.weights(stack.production).get(stack.green)

        self.wait_until(is_shifted, "the first shift")
        # It came after the last look that did not find it: when it was found is the machine's affair.
        began = looks[-2] if len(looks) > 1 else looks[0]
        while stack.deployment(deployment)["status"] == "InProgress":
            seen.add(stack.weights(stack.production)[stack.green])
        took = time.monotonic() - began
        self.assertTrue(9 * MINUTE < took < NINE_SECONDS, took)
        self.assertEqual(self.ended(stack, deployment)["status"], "Succeeded")
        self.assertLessEqual(seen, set(range(10, 101, 10)))
        self.assertGreater(len(seen), 4)
        self.assertEqual(self.alone(stack)["externalId"], deployment)
        self.assertEqual(stack.described()["runningCount"], 2)

    def test_a_deployment_that_fails_returns_to_blue(self):
        stack = self.stack()
        former = stack.described()["taskSets"][0]["id"]
        found = self.ended(stack, stack.deploy("exit"))
        self.assertEqual((found["status"], found["errorInformation"]["code"]), ("Failed", "TIMEOUT"))
        rollback = self.ended(stack, found["rollbackInfo"]["rollbackDeploymentId"])
        self.assertEqual((rollback["status"], rollback["creator"]), ("Succeeded", "codeDeployRollback"))
        self.assertEqual(self.alone(stack)["id"], former)
        self.assertEqual(stack.weights(stack.production), {stack.blue: 100, stack.green: 0})

    def test_the_waiter_of_boto3_sees_the_end(self):
        stack = self.stack()
        waiter = self.aws.codedeploy.get_waiter("deployment_successful")
        waiter.wait(deploymentId=stack.deploy(), WaiterConfig={"Delay": 1, "MaxAttempts": 60})


if __name__ == "__main__":
    unittest.main()
