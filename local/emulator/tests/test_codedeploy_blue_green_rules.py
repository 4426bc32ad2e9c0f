"""Deployment groups for ECS that CodeDeploy refuses: stock moto makes them, our emulator does not."""

import unittest

from codedeploy_stack import STYLE, Stack, blue_green
from deployment_groups_test import GroupRulesTest, always, make, with_pair
from support import Network, unique

BLUE_GREEN = "InvalidBlueGreenDeploymentConfigurationException"
BALANCING = "InvalidLoadBalancerInfoException"
PAIR = "InvalidTargetGroupPairException"
SERVICE = "InvalidECSServiceException"
NO_PAIR = "must contain a valid pair of target groups that identify a load balancer."


class BlueGreenRules(GroupRulesTest):
    def test_require_blue_green_for_ecs(self):
        style = "the deployment type must be BLUE_GREEN, and deployment option must be WITH_TRAFFIC_CONTROL."
        kept = blue_green()
        kept["terminateBlueInstancesOnDeploymentSuccess"] = {"action": "KEEP_ALIVE"}
        stop = {"actionOnTimeout": "STOP_DEPLOYMENT"}
        fleet = {**blue_green(), "greenFleetProvisioningOption": {"action": "DISCOVER_EXISTING"}}
        for code, words, changes in (
            ("InvalidDeploymentStyleException", style, {"deploymentStyle": {**STYLE, "deploymentType": "IN_PLACE"}}),
            ("InvalidDeploymentStyleException", style, {"deploymentStyle": {}}),
            (
                BLUE_GREEN,
                "blueGreenDeploymentConfiguration must be specified",
                {"blueGreenDeploymentConfiguration": {}},
            ),
            (BLUE_GREEN, "greenFleetProvisioningOption must not", {"blueGreenDeploymentConfiguration": fleet}),
            (BLUE_GREEN, "must be TERMINATE", {"blueGreenDeploymentConfiguration": kept}),
            (
                BLUE_GREEN,
                "terminationWaitTimeInMinutes must be from 0 to 2880, but is 2881",
                {"blueGreenDeploymentConfiguration": blue_green(2881)},
            ),
            (
                BLUE_GREEN,
                "waitTimeInMinutes must be at least 1",
                {"blueGreenDeploymentConfiguration": blue_green(**stop)},
            ),
            (
                BLUE_GREEN,
                "waitTimeInMinutes must be 0",
                {"blueGreenDeploymentConfiguration": blue_green(waitTimeInMinutes=5)},
            ),
        ):
            with self.subTest(words):
                self.assert_refused(code, words, make, always(**changes))
        for missing in ("deploymentReadyOption", "terminateBlueInstancesOnDeploymentSuccess"):
            given = {name: value for name, value in blue_green().items() if name != missing}
            words = f"{missing} must be specified"
            self.assert_refused(BLUE_GREEN, words, make, always(blueGreenDeploymentConfiguration=given))

    def test_require_a_pair_of_target_groups(self):
        def listeners(*arns):
            return {"listenerArns": list(arns)}

        def of_another_balancer(stack, _pair):
            return {"testTrafficRoute": listeners(stack.aws.listener(stack.aws.load_balancer(), None))}

        def of_another_vpc(stack, pair):
            elsewhere = Network(stack.aws, ("us-east-1a", "us-east-1b"))
            group = stack.aws.elbv2.create_target_group(
                Name=unique("tg"), Protocol="HTTP", Port=80, VpcId=elsewhere.vpc, TargetType="ip"
            )["TargetGroups"][0]
            return {"targetGroups": [pair["targetGroups"][0], {"name": group["TargetGroupName"]}]}

        self.assert_each_refused(
            (
                (BALANCING, "loadBalancerInfo must be specified", always(loadBalancerInfo={})),
                (
                    BALANCING,
                    "must not contain elbInfo list",
                    always(loadBalancerInfo={"elbInfoList": [{"name": "x"}]}),
                ),
                (
                    BALANCING,
                    "must not contain targetGroupInfo list",
                    always(loadBalancerInfo={"targetGroupInfoList": [{"name": "x"}]}),
                ),
                (PAIR, "It must name two", with_pair(lambda _, pair: {"targetGroups": pair["targetGroups"][:1]})),
                (PAIR, "It must name two", with_pair(lambda _, pair: {"targetGroups": pair["targetGroups"][:1] * 2})),
                (
                    PAIR,
                    f"{NO_PAIR} The target group missing does not exist",
                    with_pair(lambda _, pair: {"targetGroups": [pair["targetGroups"][0], {"name": "missing"}]}),
                ),
                (PAIR, "target groups to its VPC", with_pair(of_another_vpc)),
                (PAIR, "Listeners must belong to one load balancer", with_pair(of_another_balancer)),
                (
                    BALANCING,
                    "does not exist",
                    with_pair(lambda stack, _: {"prodTrafficRoute": listeners(f"{stack.production}0")}),
                ),
                (BALANCING, "one production listener", with_pair(lambda *_: {"prodTrafficRoute": listeners()})),
                (
                    BALANCING,
                    "the production and the test listener must be different",
                    with_pair(lambda stack, _: {"testTrafficRoute": listeners(stack.production)}),
                ),
            )
        )

    def test_require_a_service_that_codedeploy_deploys(self):
        def deployed_by_ecs(stack, _request):
            group = stack.aws.served_target_group("ip")
            service = stack.aws.service(
                stack.cluster,
                taskDefinition=stack.revision("1"),
                launchType="FARGATE",
                networkConfiguration=stack.aws.awsvpc(),
                loadBalancers=[{"targetGroupArn": group, "containerName": "app", "containerPort": 5000}],
            )
            return {"ecsServices": [{"clusterName": stack.cluster, "serviceName": service["serviceName"]}]}

        def missing(stack, _request):
            return {"ecsServices": [{"clusterName": stack.cluster, "serviceName": "missing"}]}

        def of_other_groups(stack, pair):
            other = stack.aws.target_group("ip").split("/")[-2]
            return {"targetGroups": [pair["targetGroups"][1], {"name": other}]}

        controller = "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller."
        self.assert_each_refused(
            (
                (SERVICE, controller, deployed_by_ecs),
                (SERVICE, "service: missing. Cause: the service does not exist.", missing),
                (SERVICE, "exactly one ECS service must be specified, not 0", always(ecsServices=[])),
                (PAIR, "One must be the target group of the ECS service", with_pair(of_other_groups)),
            )
        )

    def test_a_service_has_one_deployment_group(self):
        def twice(aws):
            stack = Stack(aws)
            stack.group()
            stack.group(deploymentGroupName=unique("group"))

        self.assert_refused("ECSServiceMappingLimitExceededException", "another deployment group", twice)


if __name__ == "__main__":
    unittest.main()
