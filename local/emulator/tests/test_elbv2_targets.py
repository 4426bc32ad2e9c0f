"""Target groups and their targets: stock moto against our emulator."""

import unittest

from attached import AttachedTest
from fake_agent import get_view, post
from support import PatchTest, stock


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


class Health(AttachedTest):
    """Where a data plane runs. Targets that somebody registers by hand are checked and drained as those of tasks."""

    def states_of_two(self, aws):
        """A target that is registered, and one that was."""
        group = aws.served_target_group("ip")
        for address, port in (("10.0.0.8", 1), ("10.0.0.9", 2)):
            register(aws, group, address, port)
        if aws is self.aws:
            self.wait_until(lambda: states(aws, group) == ["healthy", "healthy"], "good health")
        aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 2}])
        return states(aws, group)

    def test_drain_deregistered_targets(self):
        self.assertEqual(self.states_of_two(stock()), ["healthy"])
        self.hold_draining()
        self.assertEqual(self.states_of_two(self.aws), ["healthy", "draining"])

    def hold_draining(self):
        self.agent.hold_draining = True
        self.addCleanup(setattr, self.agent, "hold_draining", False)

    def test_a_draining_target_can_be_registered_again(self):
        group = self.aws.served_target_group("ip")
        register(self.aws, group, "10.0.0.9", 1)
        self.hold_draining()
        self.aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
        self.assertEqual(states(self.aws, group), ["draining"])
        register(self.aws, group, "10.0.0.9", 1)
        self.assertNotEqual(states(self.aws, group), ["draining"])
        self.wait_until(lambda: states(self.aws, group) == ["healthy"], "good health")

    def test_a_target_that_is_registered_again_unseen_is_checked_anew(self):
        group = self.aws.served_target_group("ip")
        register(self.aws, group, "10.0.0.9", 1)
        self.wait_until(lambda: states(self.aws, group) == ["healthy"], "good health")
        with self.agent.pause():
            self.aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
            register(self.aws, group, "10.0.0.9", 1)
        self.wait_until(lambda: states(self.aws, group) == ["healthy"], "good health")

    def test_registering_again_keeps_the_health(self):
        group = self.aws.served_target_group("ip")
        register(self.aws, group, "10.0.0.9", 1)
        self.wait_until(lambda: states(self.aws, group) == ["healthy"], "good health")
        register(self.aws, group, "10.0.0.9", 1)
        self.assertEqual(states(self.aws, group), ["healthy"])

    def test_show_the_health_that_is_reported(self):
        def registered(aws):
            group = aws.served_target_group("ip")
            register(aws, group, "10.0.0.9", 1)
            return group

        self.assertEqual(self.health_in(stock(), registered(stock())), {"State": "healthy"})
        with self.agent.pause():
            group = registered(self.aws)
            registration = self.registration(group)
            for report, expected in HEALTH:
                if report:
                    self.report_target(group, registration, **report)
                self.assertEqual(self.health_in(self.aws, group), expected)

    def test_what_is_said_of_an_earlier_registration_is_ignored(self):
        with self.agent.pause():
            group = self.aws.served_target_group("ip")
            register(self.aws, group, "10.0.0.9", 1)
            earlier = self.registration(group)
            self.aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
            register(self.aws, group, "10.0.0.9", 1)
            now = self.registration(group, after=earlier)
            self.report_target(group, earlier, state="healthy")
            self.assertEqual(self.health_in(self.aws, group)["State"], "initial")
            self.report_target(group, now, state="healthy")
            self.assertEqual(self.health_in(self.aws, group)["State"], "healthy")

    def registration(self, arn, after=0):
        """The number of the group's one target, as soon as the view has it."""

        def seen():
            groups = get_view(self.aws.url)["targetGroups"]
            numbers = [item["registration"] for group in groups if group["arn"] == arn for item in group["targets"]]
            return max(numbers, default=0) > after and numbers[0]

        return self.wait_until(seen, "the view")

    def report_target(self, group, registration, **found):
        place = {**TARGET, "registration": registration, "targetGroupArn": group}
        post(self.aws.url, "report", {"tasks": [], "targets": [{**place, **found}]})

    def health_in(self, aws, group):
        return aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"][0]["TargetHealth"]

    def test_a_group_that_nothing_forwards_to_is_not_in_use(self):
        group = self.aws.target_group("ip")
        register(self.aws, group, "10.0.0.9", 1)
        self.assertEqual(self.health_in(self.aws, group)["State"], "unused")
        self.assertEqual(self.health_in(self.aws, group)["Reason"], "Target.NotInUse")
        self.aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}])
        self.assertEqual(states(self.aws, group), [])

    def test_the_newest_deregistered_targets_are_known(self):
        group, ports = self.aws.target_group("ip"), range(1, 102)
        for port in ports:
            register(self.aws, group, "10.0.0.9", port)
            self.aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": port}])
        self.assertEqual(state_of(self.aws, group, ports[1]), "unused")
        self.assertEqual(state_of(self.aws, group, ports[0]), "unavailable")


TARGET = {"id": "10.0.0.9", "port": 1}
HEALTH = (
    (
        None,
        {
            "State": "initial",
            "Reason": "Elb.RegistrationInProgress",
            "Description": "Target registration is in progress",
        },
    ),
    (
        {"state": "initial"},
        {"State": "initial", "Reason": "Elb.InitialHealthChecking", "Description": "Initial health checks in progress"},
    ),
    ({"state": "healthy"}, {"State": "healthy"}),
    (
        {"state": "unhealthy", "reason": "Target.Timeout", "description": "Request timed out"},
        {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"},
    ),
    (
        {"state": "unhealthy"},
        {"State": "unhealthy", "Reason": "Target.FailedHealthChecks", "Description": "Health checks failed"},
    ),
)


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


def states(aws, group):
    """In the order of their ports."""
    health = aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return [item["TargetHealth"]["State"] for item in sorted(health, key=lambda item: item["Target"]["Port"])]


def state_of(aws, group, port):
    targets = [{"Id": "10.0.0.9", "Port": port}]
    health = aws.elbv2.describe_target_health(TargetGroupArn=group, Targets=targets)
    return health["TargetHealthDescriptions"][0]["TargetHealth"]["State"]


if __name__ == "__main__":
    unittest.main()
