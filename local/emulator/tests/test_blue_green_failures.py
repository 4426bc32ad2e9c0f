"""What goes wrong in a blue/green deployment, and what it returns to; by a clock of the test's own."""

import random
import unittest

from blue_green_test import BlueGreenTest
from codedeploy_stack import ROLLBACK, blue_green
from control_test import ACCOUNT
from moto.elbv2.models import elbv2_backends
from support import REGION, unique

from control import codedeploy, traffic

CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"
LINEAR = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
NEVER_HEALTHY = (
    "The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 "
    "minutes."
)
SKIPPED_AFTER_INSTALL = {
    "BeforeInstall": "Succeeded",
    "Install": "Failed",
    "AfterInstall": "Skipped",
    "AllowTestTraffic": "Skipped",
    "AfterAllowTestTraffic": "Skipped",
    "BeforeAllowTraffic": "Skipped",
    "AllowTraffic": "Skipped",
    "AfterAllowTraffic": "Skipped",
}
SEEDS = 8
STEPS = 100
# A random history needs so many more rounds at most to come to its end.
QUIET_STEPS = 150
# Long enough for what takes a minute.
LONG_SECONDS = 12


class FailureTest(BlueGreenTest):
    def assert_blue_alone(self, stack, *, test=True):
        """All traffic is blue's again, and nothing of green is left."""
        self.serve()
        self.assertEqual((self.shares(stack), self.images(stack)), ((100, 0), ["1", "1"]))
        self.assertEqual(list(stack.task_sets()), ["PRIMARY"])
        self.assertRegex(stack.described()["taskDefinition"], ":1$")
        if test:
            self.assertEqual(stack.weights(stack.test), {stack.blue: 1})

    def assert_rolled_back(self, stack, deployment):
        """The rollback is a deployment of its own, which names the other."""
        self.assert_blue_alone(stack)
        stopped = stack.deployment(deployment)
        rollback = stack.deployment(stopped["rollbackInfo"]["rollbackDeploymentId"])
        failed, returned = deployment, rollback["deploymentId"]
        self.assertEqual(
            stopped["rollbackInfo"]["rollbackMessage"],
            f"Deployment {failed} terminated. Automatic rollback is triggered with a DeploymentId {returned}.",
        )
        self.assertEqual(
            rollback["rollbackInfo"],
            {
                "rollbackTriggeringDeploymentId": failed,
                "rollbackMessage": f"Deployment {returned} is triggered to roll back deployment {failed}.",
            },
        )
        seen = rollback["status"], rollback["creator"], rollback["deploymentConfigName"]
        self.assertEqual(seen, ("Succeeded", "codeDeployRollback", "CodeDeployDefault.ECSAllAtOnce"))
        listed = self.aws.codedeploy.list_deployments(
            applicationName=stack.application, deploymentGroupName=stack.name
        )
        self.assertEqual(listed["deployments"], [returned, failed])

    def shifting_stack(self, **group):
        """Ten percent are green's."""
        stack = self.stack(group={"deploymentConfigName": CANARY, **group})
        deployment = stack.deploy()
        self.serve()
        self.assertEqual(self.shares(stack), (90, 10))
        return stack, deployment


class Unhealthy(FailureTest):
    def test_three_failed_starts_fail_the_deployment(self):
        stack = self.stack()
        deployment = stack.deploy("exit")
        self.pass_minutes(1)
        self.assertEqual(self.error(stack, deployment), ("Failed", "TIMEOUT", NEVER_HEALTHY))
        self.assertEqual(stack.events(deployment), SKIPPED_AFTER_INSTALL)
        self.assert_rolled_back(stack, deployment)

    def test_targets_that_are_unhealthy_beyond_the_grace_period_fail_it(self):
        stack = self.stack(healthCheckGracePeriodSeconds=20)
        deployment = stack.deploy("sick")
        self.pass_minutes(1.5)
        self.assertEqual(self.status(stack, deployment), "InProgress")
        self.pass_minutes(6)
        self.assertEqual(self.error(stack, deployment), ("Failed", "TIMEOUT", NEVER_HEALTHY))
        self.assert_rolled_back(stack, deployment)

    def test_tasks_that_never_start_fail_it_after_sixty_minutes(self):
        stack = self.stack()
        deployment = stack.deploy("slow")
        self.pass_minutes(59)
        self.assertEqual(self.images(stack), ["1", "1", "slow", "slow"])
        self.assertEqual(self.status(stack, deployment), "InProgress")
        self.pass_minutes(1.5)
        self.assertEqual(self.error(stack, deployment)[:2], ("Failed", "TIMEOUT"))
        for task in [task for task in self.backend.tasks[stack.cluster].values() if not task.is_wanted]:
            if not task.is_stopped:
                self.report(task.task_arn, "STOPPED", exit_code=143)
        self.assert_rolled_back(stack, deployment)

    def test_without_automatic_rollback_everything_stays_until_the_next_deployment(self):
        stack = self.stack(group={"autoRollbackConfiguration": {"enabled": False}})
        deployment = stack.deploy("sick")
        self.pass_minutes(3)
        self.assertEqual(self.status(stack, deployment), "Failed")
        self.assertNotIn("rollbackInfo", stack.deployment(deployment))
        self.assertEqual((self.shares(stack), list(stack.task_sets())), ((100, 0), ["PRIMARY", "ACTIVE"]))
        after = stack.deploy("3")
        self.serve(20)
        self.assertEqual((self.status(stack, after), self.images(stack)), ("Succeeded", ["3", "3"]))


class Alarms(FailureTest):
    def message(self, *names):
        told = " ".join(f"<{name}>" for name in names)
        return (
            "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the "
            f"affected deployments have been stopped. Activated alarms: {told}"
        )

    def test_an_alarm_stops_the_shift_and_traffic_returns(self):
        name = unique("alarm")
        stack, deployment = self.shifting_stack(alarmConfiguration=self.alarm(name))
        self.set_alarm(name)
        self.pass_time()
        self.assertEqual(self.error(stack, deployment), ("Stopped", "ALARM_ACTIVE", self.message(name)))
        self.assertEqual(self.shares(stack), (100, 0))
        events = stack.events(deployment)
        self.assertEqual((events["AllowTraffic"], events["AfterAllowTraffic"]), ("Failed", "Skipped"))
        self.assert_rolled_back(stack, deployment)

    def test_an_alarm_is_heeded_until_blue_has_gone(self):
        name = unique("alarm")
        configuration = {"alarmConfiguration": self.alarm(name)}
        stack = self.stack(group={**configuration, "blueGreenDeploymentConfiguration": blue_green(bake_minutes=5)})
        deployment = stack.deploy()
        self.pass_minutes(3)
        self.assertEqual(self.shares(stack), (0, 100))
        self.set_alarm(name)
        self.pass_time()
        self.assertEqual(self.error(stack, deployment)[:2], ("Stopped", "ALARM_ACTIVE"))
        self.assert_rolled_back(stack, deployment)

    def test_an_alarm_that_is_on_already_stops_a_deployment_before_it_begins(self):
        name = unique("alarm")
        stack = self.stack(group={"alarmConfiguration": self.alarm(name)})
        self.set_alarm(name)
        deployment = stack.deploy()
        self.serve()
        self.assertEqual(self.error(stack, deployment)[:2], ("Stopped", "ALARM_ACTIVE"))
        self.assertEqual((self.shares(stack), self.images(stack)), ((1, 0), ["1", "1"]))

    def test_a_deployment_may_heed_other_alarms_than_its_group(self):
        of_group, other = unique("alarm"), unique("alarm")
        stack = self.stack(group={"alarmConfiguration": self.alarm(of_group), "deploymentConfigName": CANARY})
        deployment = stack.deploy(overrideAlarmConfiguration=self.alarm(other))
        self.serve()
        self.set_alarm(of_group)
        self.serve()
        self.assertEqual(self.status(stack, deployment), "InProgress")
        self.set_alarm(other)
        self.serve()
        self.assertEqual(self.error(stack, deployment)[2], self.message(other))

    def test_without_rollback_on_alarms_traffic_stays_where_it_is(self):
        name = unique("alarm")
        rollback = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
        stack, deployment = self.shifting_stack(
            alarmConfiguration=self.alarm(name), autoRollbackConfiguration=rollback
        )
        self.set_alarm(name)
        self.serve()
        self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("Stopped", (90, 10)))


class Stops(FailureTest):
    def stop(self, deployment, **request):
        return self.aws.codedeploy.stop_deployment(deploymentId=deployment, **request)

    def test_a_stop_with_rollback_during_the_shift(self):
        stack, deployment = self.shifting_stack(autoRollbackConfiguration={"enabled": False})
        self.assertEqual(self.stop(deployment, autoRollbackEnabled=True)["status"], "Succeeded")
        self.assertEqual(self.error(stack, deployment)[:2], ("Stopped", "MANUAL_STOP"))
        self.assertEqual(self.shares(stack), (100, 0))
        self.assertEqual([item["trafficWeight"] for item in stack.target(deployment)["taskSetsInfo"]], [100.0, 0.0])
        self.assert_rolled_back(stack, deployment)

    def test_a_stop_with_rollback_while_blue_still_waits(self):
        stack = self.stack(group={"blueGreenDeploymentConfiguration": blue_green(bake_minutes=5)})
        deployment = stack.deploy()
        self.serve()
        blue = [task.id for task in self.backend.tasks[stack.cluster].values() if task.definition.revision == 1]
        self.stop(deployment, autoRollbackEnabled=True)
        self.assertEqual(stack.events(deployment)["AllowTraffic"], "Succeeded")
        self.assert_rolled_back(stack, deployment)
        left = [task.id for task in self.backend.tasks[stack.cluster].values() if task.is_wanted]
        self.assertEqual(left, blue)

    def test_whether_a_stop_rolls_back_is_for_the_group_to_say_unless_told(self):
        stack, deployment = self.shifting_stack()
        self.stop(deployment)
        self.assert_rolled_back(stack, deployment)

    def test_a_stop_without_rollback_leaves_everything_as_it_is(self):
        stack, deployment = self.shifting_stack()
        self.stop(deployment, autoRollbackEnabled=False)
        self.pass_minutes(10)
        self.assertNotIn("rollbackInfo", stack.deployment(deployment))
        self.assertEqual((self.shares(stack), self.images(stack)), ((90, 10), ["1", "1", "2", "2"]))
        after = stack.deploy("3")
        self.serve(20)
        self.assertEqual((self.status(stack, after), self.shares(stack)), ("InProgress", (90, 10)))
        self.assertEqual(self.images(stack), ["1", "1", "3", "3"])

    def test_a_rollback_and_what_has_ended_cannot_be_stopped(self):
        stack, deployment = self.shifting_stack()
        self.stop(deployment)
        rollback = stack.deployment(deployment)["rollbackInfo"]["rollbackDeploymentId"]
        with self.assertRaises(self.aws.codedeploy.exceptions.UnsupportedActionForDeploymentTypeException):
            self.stop(rollback)
        self.serve()
        for ended in (deployment, rollback):
            with self.assertRaises(self.aws.codedeploy.exceptions.DeploymentAlreadyCompletedException):
                self.stop(ended)

    def test_a_rollback_goes_on_until_green_has_gone_and_no_other_deployment_begins(self):
        stack, deployment = self.shifting_stack()
        self.stop(deployment)
        rollback = stack.deployment(deployment)["rollbackInfo"]["rollbackDeploymentId"]
        for _ in range(3):
            self.pass_time()
        self.assertEqual(self.status(stack, rollback), "InProgress")
        with self.assertRaisesRegex(
            self.aws.codedeploy.exceptions.DeploymentLimitExceededException, "already has an active Deployment 'd-"
        ):
            stack.deploy("3")


class AppSpecs(FailureTest):
    def assert_fails(self, content, code, message):
        deployment = self.deployed.deploy(content=content)
        self.serve(3)
        status, found, told = self.error(self.deployed, deployment)
        self.assertEqual((status, found), ("Failed", code))
        self.assertIn(message, told)
        self.assertNotIn("rollbackInfo", self.deployed.deployment(deployment))
        self.assertEqual(self.images(self.deployed), ["1", "1"])

    def setUp(self):
        super().setUp()
        self.deployed = self.stack()

    def test_what_is_no_appspec(self):
        invalid = "The deployment failed because the AppSpec file that specifies the deployment configuration"
        two = '{"Resources": [{"A": {}, "B": {}}]}'
        for content in ("a: [", "just a text", "[]", "{}", '{"Resources": []}', two):
            with self.subTest(content):
                self.assert_fails(content, "INVALID_REVISION", invalid)
        self.assert_fails("a: [", "INVALID_REVISION", "is a not well-formed yaml. The template cannot be parsed.")

    def test_keys_that_are_missing(self):
        for key, content in {
            "TaskDefinition": self.deployed.appspec(TaskDefinition=None),
            "LoadBalancerInfo": self.deployed.appspec(LoadBalancerInfo=None),
            "ContainerName": self.deployed.appspec(LoadBalancerInfo={"ContainerPort": 5000}),
            "ContainerPort": self.deployed.appspec(LoadBalancerInfo={"ContainerName": "app", "ContainerPort": "http"}),
        }.items():
            with self.subTest(key):
                self.assert_fails(content, "INVALID_REVISION", f"The AppSpec file must specify the property {key}.")

    def test_what_ecs_refuses(self):
        balancer = {"ContainerName": "web", "ContainerPort": 5000}
        strategy = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
        other = self.aws.task_definition()
        for message, content in {
            "The container web does not exist in the task definition.": self.deployed.appspec(
                LoadBalancerInfo=balancer
            ),
            "The container app did not have a container port 80 defined.": self.deployed.appspec(
                LoadBalancerInfo={"ContainerName": "app", "ContainerPort": 80}
            ),
            "Unable to describe task definition": self.deployed.appspec(TaskDefinition="missing:1"),
            "cannot contain a capacity provider that is not associated": self.deployed.appspec(
                CapacityProviderStrategy=strategy
            ),
            "Task definition does not support launch_type FARGATE.": self.deployed.appspec(TaskDefinition=other),
        }.items():
            with self.subTest(message):
                self.assert_fails(content, "ECS_UPDATE_ERROR", message)
        self.assert_fails(
            self.deployed.appspec(LoadBalancerInfo=balancer),
            "ECS_UPDATE_ERROR",
            "(Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException; Request ID: ",
        )

    def test_a_revision_that_was_deregistered(self):
        content = self.deployed.appspec()
        self.aws.ecs.deregister_task_definition(taskDefinition=f"{self.deployed.family}:2")
        self.assert_fails(content, "ECS_UPDATE_ERROR", "TaskDefinition is inactive")

    def test_hooks_are_refused(self):
        content = self.deployed.appspec()[:-1] + ', "Hooks": [{"BeforeInstall": "check"}]}'
        self.assert_fails(content, "HOOK_EXECUTION_FAILURE", "not supported by this emulator: beforeinstall.")

    def test_yaml_and_keys_in_any_case_are_read(self):
        content = f"""
version: 0.0
resources:
  - targetService:
      type: AWS::ECS::Service
      properties:
        taskDefinition: {self.deployed.revision("2")}
        LOADBALANCERINFO: {{containerName: app, containerPort: "5000"}}
        capacityProviderStrategy: [{{capacityProvider: FARGATE, weight: 1}}]
"""
        deployment = self.deployed.deploy(content=content)
        self.serve()
        self.assertEqual(self.status(self.deployed, deployment), "Succeeded")
        self.assertEqual(self.images(self.deployed), ["2", "2"])


class Listeners(FailureTest):
    def test_a_listener_that_does_not_forward_to_blue(self):
        stack = self.stack()
        action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        self.aws.elbv2.modify_listener(ListenerArn=stack.production, DefaultActions=[action])
        deployment = stack.deploy()
        self.serve()
        self.assertEqual(
            self.error(stack, deployment),
            (
                "Failed",
                "ELASTIC_LOAD_BALANCING_INVALID",
                "The ELB could not be updated due to the following error: Primary taskset target group must be behind "
                f"listener {stack.production}",
            ),
        )

    def test_a_target_group_that_is_gone(self):
        stack = self.stack()
        self.aws.elbv2.delete_target_group(TargetGroupArn=stack.green)
        deployment = stack.deploy()
        self.serve()
        self.assertEqual(self.error(stack, deployment)[:2], ("Failed", "ELASTIC_LOAD_BALANCING_INVALID"))


class Histories(FailureTest):
    """Whatever happens to a deployment: the production listener always leads to tasks that answer."""

    def test_random_histories_never_leave_traffic_without_a_healthy_task(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed):
                self.setUp()
                self.live(random.Random(seed))

    def live(self, chance):
        name = unique("alarm")
        rollback = chance.choice([ROLLBACK, {"enabled": False}])
        group = {
            "deploymentConfigName": chance.choice([CANARY, LINEAR, "CodeDeployDefault.ECSAllAtOnce"]),
            "alarmConfiguration": self.alarm(name),
            "autoRollbackConfiguration": rollback,
            "blueGreenDeploymentConfiguration": blue_green(bake_minutes=chance.choice([0, 3])),
        }
        self.watched = None
        self.watched = self.stack(group=group)
        for _ in range(STEPS):
            acts = [self.deploy, self.stop, self.ring, self.resize, self.wait, self.wait, self.wait]
            chance.choice(acts)(chance, name)
        self.set_alarm(name, "OK")
        for _ in range(QUIET_STEPS):
            self.pass_time(1)
            super().serve(1)
        ongoing = self.aws.codedeploy.list_deployments(includeOnlyStatuses=list(codedeploy.ONGOING))["deployments"]
        self.assertEqual(ongoing, [])
        self.assertEqual(self.watched.task_sets()["PRIMARY"]["stabilityStatus"], "STEADY_STATE")

    def pass_time(self, seconds=0.1):
        super().pass_time(seconds)
        if getattr(self, "watched", None):
            self.assert_served()

    def assert_served(self):
        elbv2 = elbv2_backends[ACCOUNT][REGION]
        (action,) = traffic.listener_of(elbv2, self.watched.production).default_actions
        forward = action.data.get("ForwardConfig") or {"TargetGroups": [{**action.data, "Weight": 1}]}
        for arn, weight in ((item["TargetGroupArn"], item["Weight"]) for item in forward["TargetGroups"]):
            states = [target.get("State") for target in elbv2.target_groups[arn].targets.values()]
            self.assertTrue(not weight or "healthy" in states, f"{weight} % go to {states}")

    def deploy(self, chance, _alarm):
        limit = self.aws.codedeploy.exceptions.DeploymentLimitExceededException
        try:
            self.watched.deploy(chance.choice(["2", "3", "exit", "sick"]))
        except limit:
            return

    def stop(self, chance, _alarm):
        listed = self.aws.codedeploy.list_deployments(includeOnlyStatuses=list(codedeploy.ONGOING))["deployments"]
        for deployment in listed:
            if self.watched.deployment(deployment)["creator"] == "user" and chance.random() < 0.3:
                self.aws.codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=chance.random() < 0.5)

    def ring(self, chance, alarm):
        self.set_alarm(alarm, chance.choice(["ALARM", "OK", "OK", "OK"]))

    def resize(self, chance, _alarm):
        names = {"cluster": self.watched.cluster, "service": self.watched.name}
        self.aws.ecs.update_service(**names, desiredCount=chance.randint(1, 3))

    def wait(self, chance, _alarm):
        self.serve(chance.choice([1, 1, 5]))
        self.pass_time(chance.choice([0.1, 1, LONG_SECONDS]))


if __name__ == "__main__":
    unittest.main()
