"""The course of a blue/green deployment by a clock of the test's own: stages, traffic and times."""

import unittest

from blue_green_test import SUCCEEDED, BlueGreenTest
from codedeploy_stack import Stack, blue_green
from control_test import report_target

from control import targets, tasks

LINEAR = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"
READY = {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 5}


class Course(BlueGreenTest):
    def test_green_takes_over_and_blue_goes_after_the_wait(self):
        stack = self.stack(group={"blueGreenDeploymentConfiguration": blue_green(bake_minutes=5)})
        deployment = stack.deploy()
        self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("Created", (1, 0)))
        self.serve()
        self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("InProgress", (0, 100)))
        self.assertEqual(stack.events(deployment), SUCCEEDED)
        self.assertEqual(stack.weights(stack.test), {stack.green: 1})
        self.assertEqual(self.images(stack), ["1", "1", "2", "2"])
        self.assertTrue(stack.deployment(deployment)["instanceTerminationWaitTimeStarted"])
        self.pass_minutes(4.5)
        self.assertEqual((self.status(stack, deployment), self.images(stack)), ("InProgress", ["1", "1", "2", "2"]))
        self.pass_minutes(0.6)
        self.assertEqual((self.status(stack, deployment), self.images(stack)), ("Succeeded", ["2", "2"]))
        self.serve()
        found = stack.deployment(deployment)
        self.assertEqual((found["creator"], {"errorInformation", "rollbackInfo"} & set(found)), ("user", set()))
        self.assertGreater(found["completeTime"], found["startTime"])

    def test_the_service_is_what_its_primary_task_set_is(self):
        stack = self.stack(group={"blueGreenDeploymentConfiguration": blue_green(bake_minutes=5)})
        before = stack.described()
        self.assertEqual((before["deployments"], before["runningCount"]), ([], 2))
        (primary,) = before["taskSets"]
        self.assertEqual((primary["status"], primary["stabilityStatus"]), ("PRIMARY", "STEADY_STATE"))
        self.assertEqual((primary["scale"], primary["computedDesiredCount"]), ({"value": 100.0, "unit": "PERCENT"}, 2))
        self.assertNotIn("externalId", primary)
        deployment = stack.deploy()
        self.serve()
        after = stack.described()
        blue, green = after["taskSets"]
        self.assertEqual((blue["status"], green["status"], blue["id"]), ("ACTIVE", "PRIMARY", primary["id"]))
        self.assertEqual((green["startedBy"], green["externalId"]), ("CODE_DEPLOY", deployment))
        self.assertEqual((after["desiredCount"], after["runningCount"], after["pendingCount"]), (2, 4, 0))
        for name in ("taskDefinition", "loadBalancers", "networkConfiguration", "capacityProviderStrategy"):
            self.assertEqual(after[name], green[name])
        self.assertEqual(green["loadBalancers"][0]["targetGroupArn"], stack.green)
        described = self.aws.ecs.describe_task_sets(
            cluster=stack.cluster, service=stack.name, taskSets=[green["taskSetArn"]]
        )
        self.assertEqual([item["id"] for item in described["taskSets"]], [green["id"]])
        (task, *_) = [task for task in self.backend.tasks[stack.cluster].values() if task.deployment_id == green["id"]]
        self.assertEqual(task.started_by, green["id"])

    def test_the_target_tells_of_both_task_sets(self):
        stack = self.stack(group={"deploymentConfigName": CANARY})
        deployment = stack.deploy()
        self.serve()
        target = stack.target(deployment)
        self.assertEqual(target["targetId"], f"{stack.cluster}:{stack.name}")
        self.assertEqual(target["targetArn"], stack.service["serviceArn"])
        seen = [
            (item["taskSetLabel"], item["status"], item["trafficWeight"], item["desiredCount"], item["runningCount"])
            for item in target["taskSetsInfo"]
        ]
        self.assertEqual(seen, [("Blue", "PRIMARY", 90.0, 2, 2), ("Green", "ACTIVE", 10.0, 2, 2)])
        groups = [item["targetGroup"]["name"] for item in target["taskSetsInfo"]]
        self.assertEqual(groups, [arn.split("/")[-2] for arn in (stack.blue, stack.green)])
        self.assertEqual(stack.events(deployment)["AllowTraffic"], "InProgress")

    def test_canary(self):
        stack = self.stack(group={"deploymentConfigName": CANARY})
        deployment = stack.deploy()
        self.serve()
        self.assertEqual(self.shares(stack), (90, 10))
        self.pass_minutes(4.5)
        self.assertEqual(self.shares(stack), (90, 10))
        self.assertEqual(stack.described()["loadBalancers"][0]["targetGroupArn"], stack.blue)
        self.pass_minutes(0.6)
        self.assertEqual((self.shares(stack), self.status(stack, deployment)), ((0, 100), "Succeeded"))

    def test_linear(self):
        stack = self.stack(group={"deploymentConfigName": LINEAR})
        stack.deploy()
        self.serve()
        seen = [self.shares(stack)[1]]
        for _ in range(9):
            self.pass_minutes(1)
            seen.append(self.shares(stack)[1])
        self.assertEqual(seen, list(range(10, 101, 10)))

    def test_a_deployment_may_have_another_configuration_than_its_group(self):
        stack = self.stack()
        deployment = stack.deploy(deploymentConfigName=CANARY)
        self.serve()
        self.assertEqual((self.shares(stack), stack.deployment(deployment)["deploymentConfigName"]), ((90, 10), CANARY))

    def test_the_next_deployment_goes_the_other_way(self):
        stack = self.stack()
        for tag, shares in (("2", (0, 100)), ("3", (100, 0)), ("4", (0, 100))):
            deployment = stack.deploy(tag)
            self.serve(12)
            self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("Succeeded", shares))
            self.assertEqual(self.images(stack), [tag, tag])
        self.assertEqual([item["status"] for item in stack.described()["taskSets"]], ["PRIMARY"])

    def test_only_rules_that_name_the_pair_change(self):
        stack = self.stack(rules=True)
        other = self.aws.target_group("ip")
        self.aws.rule(stack.production, other, "/other", 2)
        default = self.aws.elbv2.describe_listeners(ListenerArns=[stack.production])["Listeners"][0]["DefaultActions"]
        deployment = stack.deploy()
        self.serve()
        found = self.aws.elbv2.describe_rules(ListenerArn=stack.production)["Rules"]
        rules = {rule["Priority"]: rule for rule in found}
        self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("Succeeded", (0, 100)))
        self.assertEqual(rules["1"]["Conditions"][0]["PathPatternConfig"], {"Values": ["/admin/*"]})
        self.assertEqual([action["TargetGroupArn"] for action in rules["2"]["Actions"]], [other])
        self.assertEqual(rules["default"]["Actions"], default)

    def test_other_actions_of_a_rule_stay(self):
        stack = self.stack(rules=True)
        sign_in = {
            "Type": "authenticate-cognito",
            "Order": 1,
            "AuthenticateCognitoConfig": {"UserPoolArn": "a", "UserPoolClientId": "b", "UserPoolDomain": "c"},
        }
        forward = {"Type": "forward", "Order": 2, "TargetGroupArn": stack.blue}
        rules = self.aws.elbv2.describe_rules(ListenerArn=stack.production)["Rules"]
        (rule,) = [item["RuleArn"] for item in rules if item["Priority"] == "1"]
        self.aws.elbv2.modify_rule(RuleArn=rule, Actions=[sign_in, forward])
        deployment = stack.deploy()
        self.serve()
        self.assertEqual(self.status(stack, deployment), "Succeeded")
        (changed,) = self.aws.elbv2.describe_rules(RuleArns=[rule])["Rules"]
        first, second = changed["Actions"]
        self.assertEqual((first["Type"], second["Type"], second["Order"]), ("authenticate-cognito", "forward", 2))
        self.assertNotIn("ForwardConfig", first)
        self.assertEqual([item["Weight"] for item in second["ForwardConfig"]["TargetGroups"]], [100, 0])

    def test_the_default_action_is_shown_with_its_listener(self):
        stack = self.stack()
        stack.deploy()
        self.serve()
        (action,) = self.aws.elbv2.describe_listeners(ListenerArns=[stack.production])["Listeners"][0]["DefaultActions"]
        self.assertNotIn("TargetGroupArn", action)
        self.assertEqual(
            action["ForwardConfig"]["TargetGroups"],
            [{"TargetGroupArn": stack.green, "Weight": 100}, {"TargetGroupArn": stack.blue, "Weight": 0}],
        )
        (action,) = self.aws.elbv2.describe_listeners(ListenerArns=[stack.test])["Listeners"][0]["DefaultActions"]
        self.assertEqual(action["TargetGroupArn"], stack.green)

    def test_without_a_test_listener_there_is_no_test_traffic(self):
        stack = Stack(self.aws)
        request = stack.group_request("", serviceRoleArn="")
        (pair,) = request["loadBalancerInfo"]["targetGroupPairInfoList"]
        del pair["testTrafficRoute"]
        stack.group(loadBalancerInfo={"targetGroupPairInfoList": [pair]})
        self.serve()
        deployment = stack.deploy()
        self.serve()
        skipped = {"AllowTestTraffic": "Skipped", "AfterAllowTestTraffic": "Skipped"}
        self.assertEqual(stack.events(deployment), {**SUCCEEDED, **skipped})
        self.assertEqual(stack.weights(stack.test), {stack.blue: 1})

    def test_both_task_sets_follow_the_desired_count(self):
        stack = self.stack(group={"deploymentConfigName": CANARY})
        stack.deploy()
        self.serve()
        self.aws.ecs.update_service(cluster=stack.cluster, service=stack.name, desiredCount=3)
        self.serve()
        self.assertEqual(self.images(stack), ["1", "1", "1", "2", "2", "2"])

    def test_a_service_without_tasks_is_deployed_too(self):
        stack = self.stack(desired=0)
        deployment = stack.deploy()
        self.serve()
        self.assertEqual((self.status(stack, deployment), self.images(stack)), ("Succeeded", []))
        self.assertRegex(stack.described()["taskDefinition"], ":2$")

    def test_an_appspec_without_a_strategy_takes_the_strategy_of_the_service_away(self):
        stack = self.stack()
        deployment = stack.deploy(content=stack.appspec(CapacityProviderStrategy=None))
        self.serve()
        service = stack.described()
        self.assertEqual(self.status(stack, deployment), "Succeeded")
        self.assertEqual((service.get("capacityProviderStrategy"), service["launchType"]), ([], "FARGATE"))

    def test_an_appspec_may_name_another_network(self):
        stack = self.stack()
        subnet, *_ = self.aws.network.subnets
        network = {"AwsvpcConfiguration": {"Subnets": [subnet], "SecurityGroups": [self.aws.network.group]}}
        stack.deploy(content=stack.appspec(NetworkConfiguration=network, PlatformVersion="1.4.0"))
        self.serve()
        service = stack.described()
        self.assertEqual(service["networkConfiguration"]["awsvpcConfiguration"]["subnets"], [subnet])
        self.assertEqual(service["platformVersion"], "1.4.0")


class Waits(BlueGreenTest):
    def ready_stack(self):
        configuration = blue_green(bake_minutes=5, **READY)
        stack = self.stack(group={"blueGreenDeploymentConfiguration": configuration})
        deployment = stack.deploy()
        self.serve()
        return stack, deployment

    def test_test_traffic_comes_before_a_person_lets_production_traffic_follow(self):
        stack, deployment = self.ready_stack()
        self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("Ready", (100, 0)))
        self.assertEqual(stack.weights(stack.test), {stack.green: 1})
        self.assertEqual(stack.events(deployment)["AfterAllowTestTraffic"], "Succeeded")
        self.assertEqual(stack.events(deployment)["BeforeAllowTraffic"], "Pending")
        self.aws.codedeploy.continue_deployment(deploymentId=deployment)
        self.serve(2)
        self.assertEqual((self.status(stack, deployment), self.shares(stack)), ("InProgress", (0, 100)))

    def test_a_deployment_that_nobody_continues_is_stopped_and_rolled_back(self):
        stack, deployment = self.ready_stack()
        self.pass_minutes(5.2)
        message = (
            "The deployment timed out while waiting for a notification to continue. This time out period is 5 minutes."
        )
        self.assertEqual(self.error(stack, deployment), ("Stopped", "TIMEOUT", message))
        self.assertEqual((stack.weights(stack.test), self.images(stack)), ({stack.blue: 1}, ["1", "1"]))

    def test_the_wait_for_the_end_of_blue_can_be_cut_short(self):
        stack, deployment = self.ready_stack()
        wait = {"deploymentId": deployment, "deploymentWaitType": "TERMINATION_WAIT"}
        with self.assertRaises(self.aws.codedeploy.exceptions.DeploymentIsNotInReadyStateException):
            self.aws.codedeploy.continue_deployment(**wait)
        self.aws.codedeploy.continue_deployment(deploymentId=deployment)
        self.serve(3)
        self.assertEqual(self.images(stack), ["1", "1", "2", "2"])
        self.aws.codedeploy.continue_deployment(**wait)
        self.serve()
        self.assertEqual((self.status(stack, deployment), self.images(stack)), ("Succeeded", ["2", "2"]))


class Draining(BlueGreenTest):
    def test_a_task_of_blue_stops_only_when_its_target_has_drained(self):
        stack = self.stack(desired=1)
        (blue,) = [task for task in self.backend.tasks[stack.cluster].values()]
        deployment = stack.deploy()
        while self.status(stack, deployment) != "Succeeded":
            self.check_targets()
            self.pass_time()
            for task in tasks.view(self.backend):
                self.obey(task)
        self.pass_time()
        health = self.aws.elbv2.describe_target_health(TargetGroupArn=stack.blue)["TargetHealthDescriptions"]
        self.assertEqual([item["TargetHealth"]["State"] for item in health], ["draining"])
        self.assertEqual((blue.last_status, stack.task_sets()["DRAINING"]["computedDesiredCount"]), ("DEACTIVATING", 0))
        self.check_targets()
        self.pass_time()
        self.assertEqual(blue.last_status, "STOPPING")
        self.serve()
        self.assertEqual(list(stack.task_sets()), ["PRIMARY"])


    def test_the_next_deployment_begins_when_its_target_group_is_empty(self):
        stack = self.stack(desired=1)
        deployment = stack.deploy()
        while self.status(stack, deployment) != "Succeeded":
            self.serve(1)
        deployment = stack.deploy("3")
        for _ in range(4):
            self.pass_time()
        self.assertEqual(stack.events(deployment)["Install"], "InProgress")
        self.assertEqual([item["status"] for item in stack.described()["taskSets"]], ["DRAINING", "PRIMARY"])
        self.serve(12)
        self.assertEqual((self.status(stack, deployment), self.images(stack)), ("Succeeded", ["3"]))


class Upkeep(BlueGreenTest):
    def test_dead_and_unhealthy_tasks_of_a_task_set_are_replaced(self):
        stack = self.stack(healthCheckGracePeriodSeconds=0)
        first, second = [task for task in self.backend.tasks[stack.cluster].values()]
        self.report(first.task_arn, "STOPPED", exit_code=137, stopCode="EssentialContainerExited")
        self.serve()
        self.assertEqual((self.images(stack), first.last_status), (["1", "1"], "STOPPED"))
        for place in targets.of(second):
            report_target(*place, "unhealthy")
        self.pass_time()
        self.assertFalse(second.is_wanted)
        self.serve()
        self.assertEqual((self.images(stack), stack.described()["runningCount"]), (["1", "1"], 2))

    def test_a_deleted_service_drains_with_all_its_task_sets(self):
        stack = self.stack(group={"deploymentConfigName": CANARY})
        deployment = stack.deploy()
        self.serve()
        deleted = self.aws.ecs.delete_service(cluster=stack.cluster, service=stack.name, force=True)["service"]
        self.assertEqual(deleted["status"], "DRAINING")
        self.serve()
        now = stack.described()
        self.assertEqual((now["status"], now["taskSets"], now["runningCount"]), ("INACTIVE", [], 0))
        status, code, message = self.error(stack, deployment)
        self.assertEqual((status, code), ("Failed", "INVALID_ECS_SERVICE"))
        self.assertIn(f"The ECS service {stack.name} of cluster {stack.cluster} is not active.", message)


if __name__ == "__main__":
    unittest.main()
