"""Records of a hosted zone: stock moto against our emulator."""

import unittest

from support import PatchTest, unique


class Zone:
    def __init__(self, aws):
        self.aws = aws
        made = aws.route53.create_hosted_zone(Name="example.test", CallerReference=unique("zone"))
        self.id = made["HostedZone"]["Id"].split("/")[-1]

    def create(self, *values, name="app.example.test", record_type="A"):
        records = [{"Value": value} for value in values]
        self.change({"Name": name, "Type": record_type, "TTL": 60, "ResourceRecords": records})

    def alias(self, name, zone_id):
        target = {"DNSName": name, "HostedZoneId": zone_id, "EvaluateTargetHealth": True}
        self.change({"Name": "app.example.test", "Type": "A", "AliasTarget": target})

    def change(self, record):
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        self.aws.route53.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch=batch)


def load_balancer(aws):
    arn = aws.load_balancer()
    described = aws.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
    return described["DNSName"], described["CanonicalHostedZoneId"]


class Records(PatchTest):
    def refuse(self, message, act):
        with self.subTest(message):
            self.assert_refused("InvalidChangeBatch", message, act)

    def test_require_aliases_of_load_balancers_that_exist(self):
        def of_none(aws):
            Zone(aws).alias("none-1.us-east-1.elb.amazonaws.com", "Z35SXDOTRQ7X7K")

        def in_another_zone(aws):
            Zone(aws).alias(load_balancer(aws)[0], "Z35SXDOTRQ7X7K")

        self.refuse("but that target was not found", of_none)
        self.refuse("the alias target name does not lie within the target zone", in_another_zone)
        name, zone_id = load_balancer(self.ours)
        Zone(self.ours).alias(f"dualstack.{name}.", zone_id)
        Zone(self.ours).alias("d111111abcdef8.cloudfront.net", "Z2FDTNDATAQYW2")

    def test_refuse_a_cname_beside_other_records(self):
        def beside(aws):
            zone = Zone(aws)
            zone.create("10.0.0.1")
            zone.create("other.test", record_type="CNAME")

        self.refuse("because a conflicting RRSet of type A with the same DNS name already exists", beside)

    def test_require_values_of_records(self):
        self.refuse("ARRDATAIllegalIPv4Address", lambda aws: Zone(aws).create("other.test"))
        self.refuse("AAAARRDATAIllegalIPv6Address", lambda aws: Zone(aws).create("10.0.0.1", record_type="AAAA"))
        self.refuse("Duplicate Resource Record: '10.0.0.1'", lambda aws: Zone(aws).create("10.0.0.1", "10.0.0.1"))
        self.refuse("DomainLabelTooLong", lambda aws: Zone(aws).create("10.0.0.1", name="a" * 64 + ".example.test"))
        Zone(self.ours).create("10.0.0.1", "10.0.0.2", name="a" * 63 + ".example.test")


if __name__ == "__main__":
    unittest.main()
