"""Deployment configurations of CodeDeploy: stock moto against our emulator."""

import unittest

from codedeploy_stack import Stack
from support import PatchTest, unique


def canary(percentage, interval):
    part = {"canaryPercentage": percentage, "canaryInterval": interval}
    return {"type": "TimeBasedCanary", "timeBasedCanary": part}


def linear(percentage, interval):
    part = {"linearPercentage": percentage, "linearInterval": interval}
    return {"type": "TimeBasedLinear", "timeBasedLinear": part}


def create(aws, routing, name=None, **request):
    request = {"computePlatform": "ECS", "trafficRoutingConfig": routing, **request}
    name = name or unique("config")
    aws.codedeploy.create_deployment_config(deploymentConfigName=name, **request)
    return name


class Configurations(PatchTest):
    def test_keep_deployment_configurations(self):
        self.assert_server_error(create, self.stock, linear(10, 1))
        for act in (
            lambda: self.stock.codedeploy.list_deployment_configs(),
            lambda: self.stock.codedeploy.get_deployment_config(deploymentConfigName="CodeDeployDefault.ECSAllAtOnce"),
            lambda: self.stock.codedeploy.delete_deployment_config(deploymentConfigName="x"),
        ):
            self.assert_server_error(act)
        for routing in ({"type": "AllAtOnce"}, linear(25, 2), canary(10, 5)):
            name = create(self.ours, routing)
            found = self.ours.codedeploy.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
            self.assertEqual((found["trafficRoutingConfig"], found["computePlatform"]), (routing, "ECS"))
            self.assertIn(name, self.ours.codedeploy.list_deployment_configs()["deploymentConfigsList"])
            self.ours.codedeploy.delete_deployment_config(deploymentConfigName=name)
            self.assertNotIn(name, self.ours.codedeploy.list_deployment_configs()["deploymentConfigsList"])

    def test_aws_has_configurations_of_its_own(self):
        found = self.ours.codedeploy.get_deployment_config(
            deploymentConfigName="CodeDeployDefault.ECSLinear10PercentEvery3Minutes"
        )["deploymentConfigInfo"]
        self.assertEqual(found["trafficRoutingConfig"], linear(10, 3))
        listed = self.ours.codedeploy.list_deployment_configs()["deploymentConfigsList"]
        self.assertEqual(len([name for name in listed if name.startswith("CodeDeployDefault.ECS")]), 5)

        def delete(name):
            self.ours.codedeploy.delete_deployment_config(deploymentConfigName=name)

        self.assert_error("InvalidOperationException", "cannot be deleted", delete, "CodeDeployDefault.ECSAllAtOnce")
        all_at_once, reserved = {"type": "AllAtOnce"}, "CodeDeployDefault.X"
        self.assert_error(
            "InvalidDeploymentConfigNameException", "must not begin", create, self.ours, all_at_once, reserved
        )

    def test_traffic_that_cannot_be_shifted_so_is_refused(self):
        for routing, words in (
            (linear(0, 1), "linearPercentage must be from 1 to 99, but is 0"),
            (canary(100, 5), "canaryPercentage must be from 1 to 99, but is 100"),
            (canary(10, 0), "canaryInterval must be at least 1 minute, but is 0"),
            (canary(10, 2881), "All traffic must have shifted within 2880 minutes"),
            (linear(1, 30), "All traffic must have shifted within 2880 minutes"),
            ({"type": "Sometimes"}, "but is Sometimes"),
            ({"type": "TimeBasedLinear"}, "linearPercentage must be from 1 to 99, but is None"),
        ):
            with self.subTest(words):
                code = "InvalidTrafficRoutingConfigurationException"
                self.assert_error(code, words, create, self.ours, routing)
        hosts = {"type": "HOST_COUNT", "value": 1}
        self.assert_error(
            "InvalidMinimumHealthyHostValueException",
            "not for the compute platform ECS",
            lambda: create(self.ours, linear(10, 1), minimumHealthyHosts=hosts),
        )

    def test_names(self):
        name = create(self.ours, linear(10, 1))
        self.assert_error(
            "DeploymentConfigAlreadyExistsException", name, create, self.ours, linear(10, 1), name
        )
        self.assert_error("InvalidDeploymentConfigNameException", "can only", create, self.ours, linear(10, 1), "a b")
        self.assert_error(
            "DeploymentConfigDoesNotExistException",
            "No Deployment Configuration found for name: missing",
            lambda: self.ours.codedeploy.get_deployment_config(deploymentConfigName="missing"),
        )

    def test_a_configuration_in_use_stays(self):
        name = create(self.ours, linear(10, 1))
        Stack(self.ours).group(deploymentConfigName=name)
        self.assert_error(
            "DeploymentConfigInUseException",
            name,
            lambda: self.ours.codedeploy.delete_deployment_config(deploymentConfigName=name),
        )


if __name__ == "__main__":
    unittest.main()
