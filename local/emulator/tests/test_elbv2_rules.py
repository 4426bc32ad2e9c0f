"""What listener rules and their actions may say: stock moto against our emulator."""

import unittest

from support import Network, PatchTest, unique


def condition(field, configuration, *values):
    return {"Field": field, configuration: {"Values": list(values)}}


def paths(*values):
    return condition("path-pattern", "PathPatternConfig", *values)


def hosts(*values):
    return condition("host-header", "HostHeaderConfig", *values)


def sources(*values):
    return condition("source-ip", "SourceIpConfig", *values)


def rule(aws, *conditions, group=None, listener=None, priority=1, **options):
    request = {
        "ListenerArn": listener or aws.listener(aws.load_balancer()),
        "Priority": priority,
        "Conditions": list(conditions),
        "Actions": [{"Type": "forward", "TargetGroupArn": group or aws.target_group()}],
        **options,
    }
    return aws.elbv2.create_rule(**request)["Rules"][0]["RuleArn"]


def forward(aws, *weights):
    groups = [{"TargetGroupArn": aws.target_group(), "Weight": weight} for weight in weights]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


class Conditions(PatchTest):
    def refuse(self, message, *conditions):
        with self.subTest(message):
            self.assert_refused("ValidationError", message, lambda aws: rule(aws, *conditions))

    def test_limit_the_conditions_of_a_rule(self):
        self.refuse("A condition must be specified")
        self.refuse("A rule can only have one 'path-pattern' condition", paths("/a"), paths("/b"))
        values = "A rule can only have '5' condition values"
        self.refuse(values, paths("/a", "/b", "/c", "/d", "/e", "/f"))
        self.refuse(values, paths("/a", "/b", "/c"), hosts("a.test", "b.test"), sources("10.0.0.0/8"))
        self.refuse("A rule can only have '5' condition wildcards", paths("/*/*/*", "/?/?/?"))
        rule(self.ours, paths("/*/*", "/?/?"), hosts("*.a.test", "b.test"), sources("10.0.0.0/8"))

    def test_a_changed_rule_is_held_to_the_same_limits(self):
        made = rule(self.ours, paths("/a"))

        def change():
            self.ours.elbv2.modify_rule(RuleArn=made, Conditions=[paths("/a%20b")])

        self.assert_error("ValidationError", "contains a character that is not valid", change)

    def test_require_characters_that_conditions_take(self):
        for value in ("/a%20b", "/a b", "/ü", ""):
            self.refuse(f"The path-pattern value '{value}' contains a character", paths(value))
        for value in ("a.test/x", "localhost", "a.test:80"):
            self.refuse(f"The host-header value '{value}' contains a character", hosts(value))
        for value in ("10.0.0.1", "everybody/8", "255.255.255.255/32"):
            self.refuse(f"The source-ip value '{value}' is not a valid CIDR block", sources(value))
        rule(self.ours, paths("/_-.$/~\"'@:+&*?"), hosts("*.Example-1.test"), sources("2001:db8::/32"))


class Actions(PatchTest):
    def test_limit_the_target_groups_of_an_action(self):
        def with_weights(*weights):
            return lambda aws: rule(aws, paths("/a"), Actions=forward(aws, *weights))

        self.assert_refused("TooManyTargetGroups", "at most 5 target groups", with_weights(1, 1, 1, 1, 1, 1))
        self.assert_refused("ValidationError", "must be between 0 and 999, inclusive", with_weights(1000, 1))
        with_weights(999, 0, 1, 1, 1)(self.ours)

    def test_require_target_groups_of_the_same_load_balancer(self):
        def of_another_vpc(aws):
            request = {"Name": unique("tg"), "Protocol": "HTTP", "Port": 80}
            made = aws.elbv2.create_target_group(**request, VpcId=Network(aws, ("us-east-1a",)).vpc)
            rule(aws, paths("/a"), group=made["TargetGroups"][0]["TargetGroupArn"])

        def of_another_load_balancer(aws):
            rule(aws, paths("/a"), group=aws.served_target_group())

        def by_default(aws):
            aws.listener(aws.load_balancer(), aws.served_target_group())

        self.assert_refused("InvalidConfigurationRequest", "is in a different VPC than load balancer", of_another_vpc)
        for act in (of_another_load_balancer, by_default):
            self.assert_refused("TargetGroupAssociationLimit", "more than one load balancer", act)

    def test_rules_of_one_load_balancer_share_a_target_group(self):
        balancer, group = self.ours.load_balancer(), self.ours.target_group()
        first = self.ours.listener(balancer, group)
        second = self.ours.listener(balancer, port=8080)
        rule(self.ours, paths("/a"), group=group, listener=first)
        rule(self.ours, paths("/a"), group=group, listener=second)

    def test_limit_the_rules_of_a_load_balancer(self):
        def many(aws):
            listener, group = aws.listener(aws.load_balancer()), aws.target_group()
            for priority in range(1, 102):
                rule(aws, paths("/a"), group=group, listener=listener, priority=priority)

        self.assert_refused("TooManyRules", "has been reached", many)


if __name__ == "__main__":
    unittest.main()
