"""Autoscaling groups: stock moto against our emulator."""

import re
import unittest

from support import PatchTest, unique


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


class Instances(PatchTest):
    def test_spread_instances_over_the_zones(self):
        self.assertEqual(zones(self.stock, self.stock.autoscaling_group(DesiredCapacity=4)), ["us-east-1a"] * 4)
        group = self.ours.autoscaling_group(DesiredCapacity=4)
        self.assertEqual(zones(self.ours, group), ["us-east-1a", "us-east-1a", "us-east-1b", "us-east-1b"])

    def test_a_group_without_subnets_is_spread_too(self):
        group = unique("asg")
        template = self.ours.launch_template(InstanceType="t3.small")
        self.ours.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=group,
            MinSize=2,
            MaxSize=2,
            AvailabilityZones=["us-east-1b", "us-east-1c"],
            LaunchTemplate={"LaunchTemplateId": template},
        )
        self.assertEqual(zones(self.ours, group), ["us-east-1b", "us-east-1c"])

    def test_the_zone_with_most_instances_gives_the_next(self):
        group = self.ours.autoscaling_group(DesiredCapacity=3)
        first, second, third = [one["InstanceId"] for one in instances(self.ours, group)]
        self.ours.autoscaling.set_instance_protection(
            AutoScalingGroupName=group, InstanceIds=[first], ProtectedFromScaleIn=True
        )
        self.ours.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=2)
        self.assertEqual({one["InstanceId"] for one in instances(self.ours, group)}, {first, second})

    def test_tell_scaling_activities(self):
        self.assertEqual(activities(self.stock, resized(self.stock)), [])
        group = resized(self.ours)
        told = activities(self.ours, group)
        self.assertEqual(
            [re.sub(r" i-\w+$", "", activity["Description"]) for activity in told],
            ["Terminating EC2 instance:", "Launching a new EC2 instance:", "Launching a new EC2 instance:"],
        )
        self.assertEqual({activity["StatusCode"] for activity in told}, {"Successful"})
        stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
        request = "a user request explicitly set group desired capacity changing the desired capacity from 2 to 1."
        self.assertRegex(told[0]["Cause"], rf"^At {stamp} {request}  At {stamp} an instance was taken out of service")
        self.assertIn("shrinking the capacity from 2 to 1.", told[0]["Cause"])
        self.assertIn("a user request created an AutoScalingGroup changing the desired capacity from 0 to 2.", told[2]["Cause"])
        self.assertIn("increasing the capacity from 0 to 1.", told[2]["Cause"])
        wanted = [told[1]["ActivityId"]]
        chosen = self.ours.autoscaling.describe_scaling_activities(AutoScalingGroupName=group, ActivityIds=wanted)
        self.assertEqual([activity["ActivityId"] for activity in chosen["Activities"]], wanted)

    def test_a_terminated_instance_is_replaced_and_the_cause_told(self):
        group = self.ours.autoscaling_group(DesiredCapacity=1)
        gone = instances(self.ours, group)[0]["InstanceId"]
        self.ours.ec2.terminate_instances(InstanceIds=[gone])
        self.assertNotEqual([one["InstanceId"] for one in instances(self.ours, group)], [gone])
        cause = activities(self.ours, group)[0]["Cause"]
        self.assertIn("an EC2 health check indicating it has been terminated or stopped.", cause)

    def test_end_instances_as_aws_does(self):
        self.assertEqual(zones_after_a_smaller_capacity(self.stock), ["us-east-1a", "us-east-1a"])
        self.assertEqual(zones_after_a_smaller_capacity(self.ours), ["us-east-1a", "us-east-1b"])

    def test_of_a_zone_the_oldest_goes(self):
        group = self.ours.autoscaling_group(DesiredCapacity=4)
        oldest = [one["InstanceId"] for one in instances(self.ours, group)][:2]
        self.ours.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=2)
        self.assertFalse({one["InstanceId"] for one in instances(self.ours, group)} & set(oldest))

    def test_protect_instances_of_the_group(self):
        def protect(aws, group, instance):
            aws.autoscaling.set_instance_protection(
                AutoScalingGroupName=group, InstanceIds=[instance], ProtectedFromScaleIn=True
            )

        def protect_another(aws):
            protect(aws, aws.autoscaling_group(), "i-12345678")

        self.assert_server_error(protect, self.stock, "missing", "i-12345678")
        message = "AutoScalingGroup name not found"
        self.assert_error("ValidationError", message, protect, self.ours, "missing", "i-12345678")
        self.assert_refused("ValidationError", "The instance i-12345678 is not part of Auto Scaling group", protect_another)

    def test_a_protected_instance_outlives_a_smaller_capacity(self):
        group = self.ours.autoscaling_group(DesiredCapacity=2)
        kept = instances(self.ours, group)[0]["InstanceId"]
        self.ours.autoscaling.set_instance_protection(
            AutoScalingGroupName=group, InstanceIds=[kept], ProtectedFromScaleIn=True
        )
        self.ours.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=0)
        self.assertEqual([one["InstanceId"] for one in instances(self.ours, group)], [kept])


def zones(aws, group):
    return sorted(one["AvailabilityZone"] for one in instances(aws, group))


def activities(aws, group):
    return aws.autoscaling.describe_scaling_activities(AutoScalingGroupName=group)["Activities"]


def resized(aws):
    group = aws.autoscaling_group(DesiredCapacity=2)
    aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=1)
    return group


def zones_after_a_smaller_capacity(aws):
    """Of three instances, the first of which is protected, one has to go."""
    group = aws.autoscaling_group(DesiredCapacity=3)
    aws.autoscaling.set_instance_protection(
        AutoScalingGroupName=group,
        InstanceIds=[instances(aws, group)[0]["InstanceId"]],
        ProtectedFromScaleIn=True,
    )
    aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=2)
    return zones(aws, group)


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
