"""Deployment groups of CodeDeploy: stock moto against our emulator."""

import unittest

from codedeploy_stack import ALL_AT_ONCE, ROLLBACK, STYLE, Stack, blue_green
from support import PatchTest, unique

ALARMS = {"enabled": True, "ignorePollAlarmFailure": False, "alarms": [{"name": "errors"}]}


def described(aws, application_name, group):
    names = {"applicationName": application_name, "deploymentGroupName": group}
    return aws.codedeploy.get_deployment_group(**names)["deploymentGroupInfo"]


def made(aws, **changes):
    stack = Stack(aws)
    return stack, described(aws, *stack.group(**changes))


class Groups(PatchTest):
    def test_tell_the_alarms_of_a_group(self):
        self.assertEqual(made(self.stock, alarmConfiguration=ALARMS)[1]["alarmConfiguration"], {})
        _, ours = made(self.ours, alarmConfiguration=ALARMS)
        self.assertEqual(ours["alarmConfiguration"], ALARMS)

    def test_a_group_tells_what_it_was_given(self):
        stack, found = made(self.ours)
        self.assertEqual((found["deploymentConfigName"], found["computePlatform"]), (ALL_AT_ONCE, "ECS"))
        self.assertEqual((found["deploymentStyle"], found["autoRollbackConfiguration"]), (STYLE, ROLLBACK))
        self.assertEqual(found["blueGreenDeploymentConfiguration"], blue_green())
        self.assertEqual(found["ecsServices"], [{"clusterName": stack.cluster, "serviceName": stack.name}])
        (pair,) = found["loadBalancerInfo"]["targetGroupPairInfoList"]
        self.assertEqual(pair["prodTrafficRoute"], {"listenerArns": [stack.production]})
        self.assertEqual(pair["testTrafficRoute"], {"listenerArns": [stack.test]})

    def test_tell_the_last_deployments_of_a_group(self):
        stack, found = made(self.ours)
        self.assertEqual((found["lastAttemptedDeployment"], found["lastSuccessfulDeployment"]), ({}, {}))
        deployment = stack.deploy()
        last = described(self.ours, stack.application, stack.name)["lastAttemptedDeployment"]
        self.assertEqual((last["deploymentId"], last["status"]), (deployment, "Created"))
        self.ours.codedeploy.stop_deployment(deploymentId=deployment)
        found = described(self.ours, stack.application, stack.name)
        self.assertEqual(found["lastAttemptedDeployment"]["status"], "Stopped")
        self.assertEqual(found["lastSuccessfulDeployment"], {})
        stock, _ = made(self.stock)
        stock.deploy()
        self.assertEqual(described(self.stock, stock.application, stock.name)["lastAttemptedDeployment"], {})

    def test_update_deployment_groups(self):
        def update(aws, stack, **changes):
            names = {"applicationName": stack.application, "currentDeploymentGroupName": stack.name}
            aws.codedeploy.update_deployment_group(**names, **changes)

        stock, _ = made(self.stock)
        self.assert_server_error(update, self.stock, stock)
        stack, before = made(self.ours, tags=[{"Key": "a", "Value": "b"}])
        new = unique("group")
        update(
            self.ours,
            stack,
            alarmConfiguration=ALARMS,
            blueGreenDeploymentConfiguration=blue_green(5),
            newDeploymentGroupName=new,
        )
        after = described(self.ours, stack.application, new)
        changed = {name for name in after if after[name] != before.get(name)}
        self.assertEqual(changed, {"alarmConfiguration", "blueGreenDeploymentConfiguration", "deploymentGroupName"})
        self.assertEqual(after["blueGreenDeploymentConfiguration"], blue_green(5))
        arn = f"arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:{stack.application}/{new}"
        self.assertEqual(
            self.ours.codedeploy.list_tags_for_resource(ResourceArn=arn)["Tags"], [{"Key": "a", "Value": "b"}]
        )
        with self.assertRaises(self.ours.codedeploy.exceptions.DeploymentGroupDoesNotExistException):
            update(self.ours, stack)

    def test_delete_deployment_groups(self):
        def delete(aws, stack):
            names = {"applicationName": stack.application, "deploymentGroupName": stack.name}
            return aws.codedeploy.delete_deployment_group(**names)

        stock, _ = made(self.stock)
        self.assert_server_error(delete, self.stock, stock)
        stack, _ = made(self.ours)
        self.assertEqual(delete(self.ours, stack)["hooksNotCleanedUp"], [])
        listed = self.ours.codedeploy.list_deployment_groups(applicationName=stack.application)["deploymentGroups"]
        self.assertEqual(listed, [])
        delete(self.ours, stack)

    def test_get_many_deployment_groups(self):
        def get(aws, stack, *names):
            request = {"applicationName": stack.application, "deploymentGroupNames": list(names)}
            return aws.codedeploy.batch_get_deployment_groups(**request)

        stock, _ = made(self.stock)
        self.assert_server_error(get, self.stock, stock, stock.name)
        stack, _ = made(self.ours)
        found = get(self.ours, stack, stack.name, "missing")
        self.assertEqual([item["deploymentGroupName"] for item in found["deploymentGroupsInfo"]], [stack.name])
        self.assertEqual(found["errorMessage"], "No Deployment Group found for name: missing")


if __name__ == "__main__":
    unittest.main()
