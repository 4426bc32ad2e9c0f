"""Target groups and their targets: stock moto against our emulator."""

import unittest

from support import PatchTest


class TargetGroups(PatchTest):
    def test_show_the_load_balancers_of_a_target_group(self):
        self.assertEqual([len(arns) for arns in load_balancers_over_time(self.stock)], [0, 2, 2])
        self.assertEqual([len(arns) for arns in load_balancers_over_time(self.ours)], [0, 1, 0])

    def test_keep_targets_by_id_and_port(self):
        self.assertEqual(ports_of_one_address(self.stock), [32769])
        self.assertEqual(ports_of_one_address(self.ours), [32768, 32769])

    def test_deregister_one_port_or_all(self):
        group = self.ours.target_group("ip")
        for port in (1, 2, 3):
            register(self.ours, group, "10.0.0.9", port)
        self.ours.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 2}])
        self.assertEqual(ports(self.ours, group), [1, 3])
        self.ours.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
        self.assertEqual(ports(self.ours, group), [])

    def test_health_of_one_port(self):
        group = self.ours.target_group("ip")
        register(self.ours, group, "10.0.0.9", 1)
        self.assertEqual([state_of(self.ours, group, 1), state_of(self.ours, group, 2)], ["healthy", "unavailable"])

    def test_refuse_targets_of_another_type(self):
        def address_as_instance(aws):
            register(aws, aws.target_group("instance"), "10.0.0.9", 80)

        def instance_as_address(aws):
            register(aws, aws.target_group("ip"), "i-0123456789abcdef0", 80)

        def missing_instance(aws):
            register(aws, aws.target_group("instance"), "i-0123456789abcdef0", 80)

        self.assert_refused("ValidationError", "Instance ID '10.0.0.9' is not valid", address_as_instance)
        message = "The IP address 'i-0123456789abcdef0' is not a valid IPv4 address"
        self.assert_refused("ValidationError", message, instance_as_address)
        self.assert_refused("InvalidTarget", "'i-0123456789abcdef0'", missing_instance)

    def test_a_running_instance_is_taken(self):
        started = self.ours.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        group = self.ours.target_group("instance")
        register(self.ours, group, started["Instances"][0]["InstanceId"], 32768)
        self.assertEqual(ports(self.ours, group), [32768])


def load_balancers_over_time(aws):
    group, listener = aws.target_group(), aws.listener(aws.load_balancer())
    seen = [described(aws, group)]
    rules = [aws.rule(listener, group, path, priority) for path, priority in (("/a", 1), ("/b", 2))]
    seen.append(described(aws, group))
    for arn in rules:
        aws.elbv2.delete_rule(RuleArn=arn)
    return [*seen, described(aws, group)]


def described(aws, group):
    return aws.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"]


def ports_of_one_address(aws):
    group = aws.target_group("ip")
    for port in (32768, 32769):
        register(aws, group, "10.0.0.9", port)
    return ports(aws, group)


def register(aws, group, target, port):
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": target, "Port": port}])


def ports(aws, group):
    health = aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return sorted(item["Target"]["Port"] for item in health)


def state_of(aws, group, port):
    targets = [{"Id": "10.0.0.9", "Port": port}]
    health = aws.elbv2.describe_target_health(TargetGroupArn=group, Targets=targets)
    return health["TargetHealthDescriptions"][0]["TargetHealth"]["State"]


if __name__ == "__main__":
    unittest.main()
