"""Autoscaling groups: stock moto against our emulator."""

import unittest

from support import PatchTest


def mixed_group(aws, **options):
    template = aws.launch_template(InstanceType="t3.small")
    policy = {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "$Latest"},
            "Overrides": [{"InstanceType": "t3.small", **options}],
        },
        "InstancesDistribution": {"OnDemandBaseCapacity": 1, "OnDemandPercentageAboveBaseCapacity": 50},
    }
    return aws.autoscaling_group(DesiredCapacity=2, MixedInstancesPolicy=policy)


class Sizes(PatchTest):
    def test_start_as_many_instances_as_desired(self):
        self.assertEqual(len(instances(self.stock, mixed_group(self.stock))), 1)
        self.assertEqual(len(instances(self.ours, mixed_group(self.ours))), 2)

    def test_weights_still_count(self):
        self.assertEqual(len(instances(self.ours, mixed_group(self.ours, WeightedCapacity="2"))), 1)


def instances(aws, group):
    return aws.described_group(group)["Instances"]


class Updates(PatchTest):
    def test_keep_the_mixed_instances_policy_when_updating(self):
        self.assertNotIn("MixedInstancesPolicy", group_after_an_update(self.stock))
        updated = group_after_an_update(self.ours)
        self.assertEqual(updated["MaxSize"], 9)
        self.assertEqual(updated["MixedInstancesPolicy"]["InstancesDistribution"]["OnDemandBaseCapacity"], 1)


class Warmup(PatchTest):
    def test_keep_the_default_instance_warmup(self):
        self.assertNotIn("DefaultInstanceWarmup", group_with_warmup(self.stock))
        self.assertEqual(group_with_warmup(self.ours)["DefaultInstanceWarmup"], 60)

    def test_an_update_of_the_warmup_is_kept_and_another_leaves_it(self):
        group = group_with_warmup(self.ours)["AutoScalingGroupName"]
        update = self.ours.autoscaling.update_auto_scaling_group
        update(AutoScalingGroupName=group, DefaultInstanceWarmup=90)
        update(AutoScalingGroupName=group, MaxSize=8)
        self.assertEqual(self.ours.described_group(group)["DefaultInstanceWarmup"], 90)


def group_with_warmup(aws):
    return aws.described_group(aws.autoscaling_group(DesiredCapacity=0, DefaultInstanceWarmup=60))


def group_after_an_update(aws):
    group = mixed_group(aws)
    aws.autoscaling.update_auto_scaling_group(AutoScalingGroupName=group, MaxSize=9)
    return aws.described_group(group)


class Deletion(PatchTest):
    def test_delete_a_group_as_aws_does(self):
        self.assert_refused("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances", delete)

    def test_force_terminates_protected_instances(self):
        self.assertEqual(state_after_forced_deletion(self.stock), "running")
        self.assertEqual(state_after_forced_deletion(self.ours), "terminated")


def delete(aws):
    aws.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=aws.autoscaling_group(DesiredCapacity=1))


def state_after_forced_deletion(aws):
    group = aws.autoscaling_group(DesiredCapacity=1, NewInstancesProtectedFromScaleIn=True)
    instance = instances(aws, group)[0]["InstanceId"]
    aws.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=group, ForceDelete=True)
    return aws.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"]


class InstanceRefresh(PatchTest):
    def test_refresh_instances(self):
        self.assert_server_error(refresh, self.stock, self.stock.autoscaling_group())
        self.assertEqual(refresh(self.ours, self.ours.autoscaling_group())["Status"], "Successful")

    def test_refresh_with_instances_stays_in_progress_until_cancelled(self):
        group = self.ours.autoscaling_group(DesiredCapacity=1)
        self.assertEqual(refresh(self.ours, group)["Status"], "InProgress")
        self.assert_error("InstanceRefreshInProgress", "already in progress", refresh, self.ours, group)
        self.ours.autoscaling.cancel_instance_refresh(AutoScalingGroupName=group)
        self.assertEqual(latest_refresh(self.ours, group)["Status"], "Cancelled")

    def test_there_is_nothing_to_cancel(self):
        group = self.ours.autoscaling_group()
        cancel = self.ours.autoscaling.cancel_instance_refresh
        self.assert_error("ActiveInstanceRefreshNotFound", group, lambda: cancel(AutoScalingGroupName=group))


def refresh(aws, group):
    aws.autoscaling.start_instance_refresh(AutoScalingGroupName=group)
    return latest_refresh(aws, group)


def latest_refresh(aws, group):
    return aws.autoscaling.describe_instance_refreshes(AutoScalingGroupName=group)["InstanceRefreshes"][0]


if __name__ == "__main__":
    unittest.main()
