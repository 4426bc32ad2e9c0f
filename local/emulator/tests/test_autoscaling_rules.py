"""What the actions on autoscaling groups refuse: stock moto against our emulator."""

import unittest

from support import Network, PatchTest, unique

MISSING_IMAGE = "ami-0123456789abcdef0"


class Groups(PatchTest):
    def refuse(self, message, act):
        self.assert_refused("ValidationError", message, act)

    def test_refuse_a_second_group_of_a_name(self):
        def twice(aws):
            name = unique("asg")
            for _ in range(2):
                aws.autoscaling.create_auto_scaling_group(
                    AutoScalingGroupName=name,
                    MinSize=0,
                    MaxSize=1,
                    VPCZoneIdentifier=aws.network.subnets[0],
                    LaunchTemplate={"LaunchTemplateId": aws.launch_template(InstanceType="t3.small")},
                )

        self.assert_refused("AlreadyExists", "AutoScalingGroup by this name already exists", twice)

    def test_require_a_size_between_the_bounds(self):
        def update(aws):
            name = aws.autoscaling_group()
            aws.autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=9)

        def set_desired(aws, capacity):
            name = aws.autoscaling_group(MinSize=1, DesiredCapacity=1)
            aws.autoscaling.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=capacity)

        most = "Max bound, 4, must be greater than or equal to min bound"
        self.refuse(f"{most}, 5", lambda aws: aws.autoscaling_group(MinSize=5))
        self.refuse(f"{most}, 9", update)
        self.refuse("Min bound, -1", lambda aws: aws.autoscaling_group(MinSize=-1, DesiredCapacity=0))
        desired = "must be between the specified min size:0 and max size:4"
        self.refuse(f"Desired capacity:5 {desired}", lambda aws: aws.autoscaling_group(DesiredCapacity=5))
        self.refuse("value 9 is above max value 4", lambda aws: set_desired(aws, 9))
        self.refuse("value 0 is below min value 1", lambda aws: set_desired(aws, 0))

    def test_a_bound_may_pass_the_desired_capacity(self):
        name = self.ours.autoscaling_group(DesiredCapacity=1)
        self.ours.autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=2)
        self.assertEqual(self.ours.described_group(name)["DesiredCapacity"], 2)

    def test_require_settings_that_a_group_can_have(self):
        def with_percent(aws):
            mixed = {**mixed_instances(aws), "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 101}}
            aws.autoscaling_group(MixedInstancesPolicy=mixed)

        self.refuse("Invalid Health Check Type [ECS]", lambda aws: aws.autoscaling_group(HealthCheckType="ECS"))
        self.refuse("must be between 0 and 100", with_percent)

    def test_require_subnets_of_one_vpc(self):
        def across(aws):
            subnets = [aws.network.subnets[0], Network(aws, ("us-east-1b",)).subnets[0]]
            aws.autoscaling_group(VPCZoneIdentifier=",".join(subnets))

        self.refuse("have to belong to the same VPC", across)

    def test_require_a_usable_launch_template(self):
        def with_template(aws, version="$Latest", **data):
            template = aws.launch_template(**{"InstanceType": "t3.small", **data})
            aws.autoscaling_group(LaunchTemplate={"LaunchTemplateId": template, "Version": version})

        def with_override(aws):
            aws.autoscaling_group(MixedInstancesPolicy=mixed_instances(aws, "t3.tiny"))

        refused = (
            ("version 9 does not exist", lambda aws: with_template(aws, "9")),
            (f"The image id '[{MISSING_IMAGE}]' does not exist", lambda aws: with_template(aws, ImageId=MISSING_IMAGE)),
            ("Invalid instance type: 't3.tiny'", lambda aws: with_template(aws, InstanceType="t3.tiny")),
            ("Invalid instance type: 't3.tiny'", with_override),
        )
        for message, act in refused:
            with self.subTest(message):
                self.refuse(message, act)

    def test_the_image_that_ecs_recommends_is_taken(self):
        name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
        image = self.ours.ssm.get_parameter(Name=name)["Parameter"]["Value"]
        template = self.ours.launch_template(ImageId=image, InstanceType="t3.small")
        self.ours.autoscaling_group(LaunchTemplate={"LaunchTemplateId": template})


def mixed_instances(aws, instance_type="t3.small"):
    template = {"LaunchTemplateId": aws.launch_template(InstanceType="t3.small"), "Version": "$Latest"}
    overrides = [{"InstanceType": instance_type}]
    return {"LaunchTemplate": {"LaunchTemplateSpecification": template, "Overrides": overrides}}


if __name__ == "__main__":
    unittest.main()
