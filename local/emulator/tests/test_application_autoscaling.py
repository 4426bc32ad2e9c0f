"""Scalable targets and their policies: stock moto against our emulator."""

import unittest

from support import PatchTest, unique

DIMENSION = "ecs:service:DesiredCount"
TRACKING = {
    "TargetValue": 75.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
}


def target(aws, service_name=None, **options):
    """Registers a service as a scalable target; returns what addresses it, and its ARN."""
    cluster = aws.cluster()
    service = aws.service(
        cluster, taskDefinition=aws.task_definition(), launchType="EC2", serviceName=service_name or unique("service")
    )
    return register(aws, f"service/{cluster}/{service['serviceName']}", **options)


def register(aws, resource, **options):
    address = {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": DIMENSION}
    made = aws.application_autoscaling.register_scalable_target(**address, MinCapacity=1, MaxCapacity=2, **options)
    return address, made["ScalableTargetARN"]


class Tags(PatchTest):
    def test_tag_scalable_targets(self):
        self.assert_server_error(tags_after_changes, self.stock)
        self.assertEqual(tags_after_changes(self.ours), {"b": "2"})

    def test_tags_end_with_their_target(self):
        address, arn = target(self.ours, Tags={"a": "1"})
        self.ours.application_autoscaling.deregister_scalable_target(**address)
        self.assert_error("ResourceNotFoundException", arn, tags, self.ours, arn)


def tags_after_changes(aws):
    _, arn = target(aws, Tags={"a": "1"})
    aws.application_autoscaling.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    aws.application_autoscaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    return tags(aws, arn)


def tags(aws, arn):
    return aws.application_autoscaling.list_tags_for_resource(ResourceARN=arn)["Tags"]


class Policies(PatchTest):
    def test_replace_the_alarms_of_a_changed_policy(self):
        stock = change_a_policy(self.stock)
        self.assertEqual((stock["existing"] - stock["named"] != set(), stock["same ARN"]), (True, False))
        ours = change_a_policy(self.ours)
        self.assertEqual((ours["existing"], ours["same ARN"]), (ours["named"], True))

    def test_forget_policies_with_their_target(self):
        self.assertEqual(kept_after_deregistering(self.stock), (["cpu"], ["night"]))
        self.assertEqual(kept_after_deregistering(self.ours), ([], []))

    def test_find_no_policy_that_is_gone(self):
        self.assert_error("ValidationException", "No scaling policy found", delete_twice, self.stock)
        self.assert_error("ObjectNotFoundException", "No scaling policy found", delete_twice, self.ours)

    def test_list_policies_of_the_named_resource_only(self):
        self.assertEqual(policies_of_a_longer_name(self.stock), ["cpu"])
        self.assertEqual(policies_of_a_longer_name(self.ours), [])


def track_cpu(aws, address):
    return aws.application_autoscaling.put_scaling_policy(
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=TRACKING,
        **address,
    )


def policies(aws, address):
    described = aws.application_autoscaling.describe_scaling_policies(**address)
    return [policy["PolicyName"] for policy in described["ScalingPolicies"]]


def change_a_policy(aws):
    """Puts a policy twice; the alarms of the service that exist then, those that the policy names, and its ARNs."""
    address, _ = target(aws)
    former, latter = track_cpu(aws, address), track_cpu(aws, address)
    prefix = f"TargetTracking-{address['ResourceId']}-"
    existing = aws.cloudwatch.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    return {
        "existing": {alarm["AlarmName"] for alarm in existing},
        "named": {alarm["AlarmName"] for alarm in latter["Alarms"]},
        "same ARN": former["PolicyARN"] == latter["PolicyARN"],
    }


def kept_after_deregistering(aws):
    scaling = aws.application_autoscaling
    address, _ = target(aws)
    track_cpu(aws, address)
    scaling.put_scheduled_action(
        ScheduledActionName="night",
        Schedule="cron(0 22 * * ? *)",
        ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 1},
        **address,
    )
    scaling.deregister_scalable_target(**address)
    actions = scaling.describe_scheduled_actions(**address)["ScheduledActions"]
    return policies(aws, address), [action["ScheduledActionName"] for action in actions]


def delete_twice(aws):
    address, _ = target(aws)
    track_cpu(aws, address)
    for _ in range(2):
        aws.application_autoscaling.delete_scaling_policy(PolicyName="cpu", **address)


def policies_of_a_longer_name(aws):
    address, _ = target(aws, service_name="service-a")
    track_cpu(aws, address)
    return policies(aws, {**address, "ResourceId": address["ResourceId"] + "b"})


if __name__ == "__main__":
    unittest.main()
