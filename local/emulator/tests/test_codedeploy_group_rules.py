"""Deployment groups that CodeDeploy refuses: stock moto makes them, our emulator does not."""

import unittest

from codedeploy_stack import Stack, application, blue_green, role
from deployment_groups_test import GroupRulesTest, always, make, with_pair
from support import unique

BLUE_GREEN = "InvalidBlueGreenDeploymentConfigurationException"


class GroupRules(GroupRulesTest):
    def test_what_is_right_is_made(self):
        make(self.ours)

    def test_require_valid_names_of_groups(self):
        for name in ("a b", "a/b", "x" * 101):
            with self.subTest(name):
                words = "Deployment Group Name can only contain"
                self.assert_refused(
                    "InvalidDeploymentGroupNameException", words, make, always(deploymentGroupName=name)
                )

    def test_require_a_role_that_codedeploy_may_assume(self):
        missing = "arn:aws:iam::123456789012:role/missing"
        words = f"AWS CodeDeploy does not have the permissions required to assume the role {missing}."
        self.assert_refused("InvalidRoleException", words, make, always(serviceRoleArn=missing))
        other = role(self.ours, "ec2.amazonaws.com")
        self.assert_error("InvalidRoleException", other, make, self.ours, always(serviceRoleArn=other))
        self.assert_refused("RoleRequiredException", "is required", make, always(serviceRoleArn=""))
        regional = role(self.ours, "codedeploy.us-east-1.amazonaws.com")
        make(self.ours, always(serviceRoleArn=regional))

    def test_require_a_configuration_of_the_platform(self):
        self.assert_each_refused(
            (
                (
                    "DeploymentConfigDoesNotExistException",
                    "No Deployment Configuration found for name: missing",
                    always(deploymentConfigName="missing"),
                ),
                (
                    "InvalidDeploymentConfigNameException",
                    "CodeDeployDefault.OneAtATime is for the compute platform Server",
                    always(deploymentConfigName="CodeDeployDefault.OneAtATime"),
                ),
            )
        )

    def test_a_server_group_may_leave_its_configuration_out(self):
        name, group = application(self.ours, "Server"), unique("group")
        request = {"applicationName": name, "serviceRoleArn": role(self.ours)}
        self.ours.codedeploy.create_deployment_group(deploymentGroupName=group, **request)
        self.ours.codedeploy.update_deployment_group(applicationName=name, currentDeploymentGroupName=group)

    def test_a_network_load_balancer_shifts_all_at_once(self):
        def network(stack, _pair):
            balancer = stack.aws.load_balancer(Type="network")
            listener = stack.aws.listener(balancer, None, Protocol="TCP")
            return {"prodTrafficRoute": {"listenerArns": [listener]}}

        def change(stack, request):
            changed = with_pair(network)(stack, request)
            (pair,) = changed["loadBalancerInfo"]["targetGroupPairInfoList"]
            del pair["testTrafficRoute"]
            return {**changed, "deploymentConfigName": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"}

        words = "Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing instead"
        self.assert_refused("InvalidTrafficRoutingConfigurationException", words, make, change)

    def test_require_alarms_and_rollbacks_that_agree(self):
        alarm = {"name": "errors"}
        invalid = "InvalidAlarmConfigException"
        eleven = [{"name": str(number)} for number in range(11)]
        for code, words, changes in (
            (invalid, "enabled, but the alarm list is empty", {"alarmConfiguration": {"enabled": True, "alarms": []}}),
            (
                invalid,
                "Two alarms with the same name",
                {"alarmConfiguration": {"enabled": True, "alarms": [alarm, alarm]}},
            ),
            (invalid, "empty or null or exceeds", {"alarmConfiguration": {"enabled": True, "alarms": [{"name": ""}]}}),
            ("AlarmsLimitExceededException", "is 10", {"alarmConfiguration": {"enabled": True, "alarms": eleven}}),
            (
                "InvalidAutoRollbackConfigException",
                "no event that triggers it",
                {"autoRollbackConfiguration": {"enabled": True}},
            ),
        ):
            with self.subTest(words):
                self.assert_refused(code, words, make, always(**changes))

    def test_updates_are_held_to_the_same(self):
        stack = Stack(self.ours)
        stack.group()

        def update(**changes):
            names = {"applicationName": stack.application, "currentDeploymentGroupName": stack.name}
            self.ours.codedeploy.update_deployment_group(**names, **changes)

        update(deploymentConfigName="CodeDeployDefault.ECSCanary10Percent5Minutes")
        for code, changes in (
            ("DeploymentConfigDoesNotExistException", {"deploymentConfigName": "missing"}),
            ("InvalidRoleException", {"serviceRoleArn": "arn:aws:iam::123456789012:role/missing"}),
            (BLUE_GREEN, {"blueGreenDeploymentConfiguration": blue_green(2881)}),
            ("InvalidAlarmConfigException", {"alarmConfiguration": {"enabled": True}}),
        ):
            with self.subTest(code):
                self.assert_error(code, "", lambda changes: update(**changes), changes)


if __name__ == "__main__":
    unittest.main()
