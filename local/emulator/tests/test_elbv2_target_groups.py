"""What target groups may be set to: stock moto against our emulator."""

import unittest

from support import PatchTest, unique


def target_group(aws, **options):
    request = {"Name": unique("tg"), "Protocol": "HTTP", "Port": 80, "VpcId": aws.network.vpc, **options}
    return aws.elbv2.create_target_group(**request)["TargetGroups"][0]["TargetGroupArn"]


def set_attribute(aws, key, value):
    group = target_group(aws)
    aws.elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": key, "Value": value}])
    described = aws.elbv2.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    return {attribute["Key"]: attribute["Value"] for attribute in described}


class TargetGroups(PatchTest):
    def test_require_health_checks_that_can_pass(self):
        refused = (
            ("Health check path 'health' must begin with a '/'", {"HealthCheckPath": "health"}),
            ("Health check path '/a b'", {"HealthCheckPath": "/a b"}),
            ("Health check port 'http'", {"HealthCheckPort": "http"}),
            ("Health check matcher HTTP code '600' must be within '200-499'", {"Matcher": {"HttpCode": "600"}}),
            ("Health check matcher HTTP code '299-200'", {"Matcher": {"HttpCode": "299-200"}}),
            ("HTTP code pattern '200,2xx' is not valid", {"Matcher": {"HttpCode": "200,2xx"}}),
        )
        for message, options in refused:
            with self.subTest(message):
                self.assert_refused("ValidationError", message, lambda aws: target_group(aws, **options))
        target_group(self.ours, HealthCheckPath="/h?x=1", HealthCheckPort="traffic-port", Matcher={"HttpCode": "200,300-499"})

    def test_require_a_timeout_within_the_interval(self):
        def modify(aws, **options):
            aws.elbv2.modify_target_group(TargetGroupArn=target_group(aws), **options)

        message = "Health check timeout '5' must be smaller than the interval '5'"
        self.assert_refused("ValidationError", message, lambda aws: modify(aws, HealthCheckIntervalSeconds=5))
        modify(self.ours, HealthCheckIntervalSeconds=6)

    def test_require_attributes_that_target_groups_have(self):
        refused = (
            ("InvalidConfigurationRequest", "key 'speed' is not recognized", "speed", "1"),
            ("ValidationError", "'fastest' must be one of: round_robin", "load_balancing.algorithm.type", "fastest"),
            ("ValidationError", "'10' must be one of: 0, 30-900", "slow_start.duration_seconds", "10"),
            ("ValidationError", "'yes' must be one of: true, false", "stickiness.enabled", "yes"),
            ("ValidationError", "must be between '1-604800'", "stickiness.lb_cookie.duration_seconds", "0"),
        )
        for code, message, key, value in refused:
            with self.subTest(message):
                self.assert_refused(code, message, set_attribute, key, value)

    def test_take_the_longest_deregistration_delay(self):
        key = "deregistration_delay.timeout_seconds"
        self.assert_error("ValidationError", "must be between '0-3600' inclusive", set_attribute, self.stock, key, "3600")
        self.assertEqual(set_attribute(self.ours, key, "3600")[key], "3600")
        self.assert_error("ValidationError", "must be between '0-3600' inclusive", set_attribute, self.ours, key, "3601")


if __name__ == "__main__":
    unittest.main()
