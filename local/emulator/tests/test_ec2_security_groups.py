"""Security groups: stock moto against our emulator."""

import unittest

from support import Network, PatchTest, unique


def group(aws, **options):
    request = {"GroupName": unique("group"), "Description": "d", "VpcId": aws.network.vpc, **options}
    return aws.ec2.create_security_group(**request)["GroupId"]


def rule(aws, **options):
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], **options}
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws), IpPermissions=[permission])


def rule_for(aws, other):
    rule(aws, IpRanges=[], UserIdGroupPairs=[{"GroupId": other}])


class Groups(PatchTest):
    def test_require_valid_names_of_security_groups(self):
        refused = (
            ("Group names may not be in the format sg-*.", {"GroupName": "sg-mine"}),
            ("for parameter GroupName is invalid.", {"GroupName": "x" * 256}),
            ("Invalid security group description.", {"Description": "in <all>"}),
        )
        for message, options in refused:
            self.assert_refused("InvalidParameterValue", message, lambda aws, options=options: group(aws, **options))

    def test_keep_security_groups_in_use(self):
        def of_a_load_balancer(aws):
            own = group(aws)
            aws.load_balancer(SecurityGroups=[own])
            aws.ec2.delete_security_group(GroupId=own)

        def of_a_rule(aws):
            own = group(aws)
            rule_for(aws, own)
            aws.ec2.delete_security_group(GroupId=own)

        for act in (of_a_load_balancer, of_a_rule):
            self.assert_refused("DependencyViolation", "has a dependent object", act)
        self.ours.ec2.delete_security_group(GroupId=group(self.ours))


class Rules(PatchTest):
    def test_require_rules_that_make_sense(self):
        refused = (
            ("Invalid TCP/UDP port range (70000:70000)", {"FromPort": 70000, "ToPort": 70000}),
            ("Invalid TCP/UDP port range (90:80)", {"FromPort": 90}),
            ("Invalid value 'http' for IP protocol.", {"IpProtocol": "http"}),
            ("Invalid rule description.", {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "<b>"}]}),
        )
        for message, options in refused:
            self.assert_refused("InvalidParameterValue", message, lambda aws, options=options: rule(aws, **options))

    def test_a_group_of_another_vpc_is_refused(self):
        def across(aws):
            rule_for(aws, Network(aws, ("us-east-1a",)).group)

        self.assert_refused("InvalidGroup.NotFound", "belong to different networks", across)

    def test_rules_of_every_kind_are_taken(self):
        everything = {"IpProtocol": "-1", "FromPort": None, "ToPort": None}
        ping = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1}
        for options in ({"FromPort": 0, "ToPort": 65535}, {"IpProtocol": "6"}, ping, everything):
            rule(self.ours, **{name: value for name, value in options.items() if value is not None})


if __name__ == "__main__":
    unittest.main()
