"""Load balancers, listeners and targets: stock moto against our emulator."""

import json
import time
import unittest

from support import REGION, Network, PatchTest, unique

MISSING_CERTIFICATE = f"arn:aws:acm:{REGION}:123456789012:certificate/00000000-0000-0000-0000-000000000000"


class LoadBalancers(PatchTest):
    def test_require_two_zones(self):
        def in_one_zone(aws):
            aws.load_balancer(Subnets=aws.network.subnets[:1])

        message = "At least two subnets in two different Availability Zones must be specified"
        self.assert_refused("ValidationError", message, in_one_zone)

    def test_two_subnets_of_one_zone_are_refused(self):
        def twice_in_one_zone(aws):
            aws.load_balancer(Subnets=Network(aws, ("us-east-1a", "us-east-1a")).subnets)

        message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        self.assert_refused("InvalidConfigurationRequest", message, twice_in_one_zone)

    def test_require_an_internet_gateway(self):
        def without_gateway(aws):
            aws.load_balancer(Subnets=Network(aws, ("us-east-1a", "us-east-1b"), gateway=False).subnets)

        self.assert_refused("InvalidSubnet", "has no internet gateway", without_gateway)

    def test_an_internal_load_balancer_needs_no_gateway(self):
        network = Network(self.ours, ("us-east-1a", "us-east-1b"), gateway=False)
        self.ours.load_balancer(Subnets=network.subnets, Scheme="internal")

    def test_require_a_valid_load_balancer_name(self):
        def long_name(aws):
            aws.load_balancer(Name="a" * 33)

        def odd_name(aws):
            aws.load_balancer(Name="a_b")

        def name_with_a_hyphen_first(aws):
            aws.load_balancer(Name="-a")

        def reserved_name(aws):
            aws.load_balancer(Name="internal-a")

        self.assert_refused("ValidationError", "cannot be longer than '32' characters", long_name)
        self.assert_refused("ValidationError", "alphanumeric characters and hyphens(-)", odd_name)
        self.assert_refused("ValidationError", "cannot begin or end with '-'", name_with_a_hyphen_first)
        self.assert_refused("ValidationError", "cannot begin with 'internal-'", reserved_name)

    def test_refuse_a_second_load_balancer_of_a_name(self):
        def twice(aws):
            name = unique("lb")
            aws.load_balancer(Name=name)
            aws.load_balancer(Name=name, Scheme="internal")

        self.assert_refused("DuplicateLoadBalancerName", "with the specified name already exists", twice)
        name = unique("lb")
        self.assertEqual(self.ours.load_balancer(Name=name), self.ours.load_balancer(Name=name))

    def test_require_a_network_of_one_vpc(self):
        def over_two_vpcs(aws):
            other = Network(aws, ("us-east-1a", "us-east-1b"))
            aws.load_balancer(Subnets=[aws.network.subnets[0], other.subnets[1]])

        def with_a_missing_group(aws):
            aws.load_balancer(SecurityGroups=["sg-0123456789abcdef0"])

        def with_a_group_of_another_vpc(aws):
            aws.load_balancer(SecurityGroups=[Network(aws, ("us-east-1a",)).group])

        invalid = "InvalidConfigurationRequest"
        self.assert_refused(invalid, "All subnets must belong to the same VPC", over_two_vpcs)
        self.assert_refused("InvalidSecurityGroup", "does not exist", with_a_missing_group)
        self.assert_refused(invalid, "One or more security groups are invalid", with_a_group_of_another_vpc)
        self.ours.load_balancer(SecurityGroups=[self.ours.network.group])

    def test_require_values_of_load_balancer_attributes(self):
        refused = (
            ("idle_timeout.timeout_seconds", "0", "must be between '1-4000' inclusive"),
            ("idle_timeout.timeout_seconds", "4001", "must be between '1-4000' inclusive"),
            ("deletion_protection.enabled", "yes", "must be one of: true, false"),
        )
        for key, value, message in refused:
            self.assert_refused(
                "ValidationError", message, lambda aws: set_attributes(aws, aws.load_balancer(), {key: value})
            )
        set_attributes(self.ours, self.ours.load_balancer(), {"idle_timeout.timeout_seconds": "4000"})

    def test_protect_from_deletion(self):
        self.assert_refused("OperationNotPermitted", "deletion protection is enabled", delete_protected)


def delete_protected(aws):
    arn = aws.load_balancer()
    set_attributes(aws, arn, {"deletion_protection.enabled": "true"})
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)


def set_attributes(aws, arn, attributes):
    pairs = [{"Key": key, "Value": value} for key, value in attributes.items()]
    aws.elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=pairs)


class AccessLogs(PatchTest):
    def test_require_a_bucket_that_takes_access_logs(self):
        def to_a_missing_bucket(aws):
            log_to(aws, unique("no-bucket"))

        def to_a_bucket_without_a_policy(aws):
            log_to(aws, bucket(aws))

        def to_a_bucket_for_others(aws):
            log_to(aws, bucket(aws, {"AWS": "arn:aws:iam::111111111111:root"}))

        for act in (to_a_missing_bucket, to_a_bucket_without_a_policy, to_a_bucket_for_others):
            self.assert_refused("InvalidConfigurationRequest", "Access Denied for bucket: ", act)

    def test_a_bucket_with_the_policy_takes_them(self):
        log_to(self.ours, bucket(self.ours, {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}))
        log_to(self.ours, bucket(self.ours, {"AWS": "arn:aws:iam::127311923021:root"}))


def bucket(aws, principal=None):
    name = unique("bucket")
    aws.s3.create_bucket(Bucket=name)
    if principal:
        resource = f"arn:aws:s3:::{name}/*"
        statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": resource}
        aws.s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return name


def log_to(aws, bucket_name):
    attributes = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": bucket_name}
    set_attributes(aws, aws.load_balancer(), attributes)


class Listeners(PatchTest):
    def test_refuse_a_second_listener_on_a_port(self):
        def twice(aws):
            balancer = aws.load_balancer()
            aws.listener(balancer)
            aws.listener(balancer, port=81)
            aws.listener(balancer)

        self.assert_refused("DuplicateListener", "A listener with the specified port already exists.", twice)

    def test_require_a_certificate_for_https(self):
        def without_certificate(aws):
            aws.listener(aws.load_balancer(), Protocol="HTTPS", port=443)

        message = "A certificate must be specified for HTTPS listeners"
        self.assert_refused("ValidationError", message, without_certificate)

    def test_require_a_known_security_policy(self):
        def with_policy(aws, name):
            aws.listener(aws.load_balancer(), SslPolicy=name)

        self.assert_refused("SSLPolicyNotFound", "SSL policy 'safe' not found", with_policy, "safe")
        with_policy(self.ours, "ELBSecurityPolicy-TLS13-1-2-2021-06")

    def test_require_an_issued_certificate(self):
        def with_a_pending_one(aws):
            serve_with(aws, certificate(aws))

        self.assert_refused("UnsupportedCertificate", "fully-qualified domain name", with_a_pending_one)

    def test_stock_moto_refuses_a_missing_certificate_by_itself(self):
        for aws in (self.stock, self.ours):
            self.assert_error("CertificateNotFound", "not found", serve_with, aws, MISSING_CERTIFICATE)

    def test_an_issued_certificate_serves(self):
        arn = certificate(self.ours)
        deadline = time.monotonic() + 30
        while status(self.ours, arn) != "ISSUED":
            self.assertLess(time.monotonic(), deadline, "the certificate is not issued after 30 s")
            time.sleep(0.2)
        serve_with(self.ours, arn)

    def test_stock_moto_refuses_a_priority_in_use_by_itself(self):
        def two_rules(aws):
            group = aws.target_group()
            listener = aws.listener(aws.load_balancer())
            for path in ("/a", "/b"):
                aws.rule(listener, group, path, 100)

        for aws in (self.stock, self.ours):
            self.assert_error("PriorityInUse", "The specified priority is in use.", two_rules, aws)


def certificate(aws):
    return aws.acm.request_certificate(DomainName="app.example.com", ValidationMethod="DNS")["CertificateArn"]


def status(aws, arn):
    return aws.acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"]


def serve_with(aws, arn):
    aws.listener(aws.load_balancer(), Protocol="HTTPS", port=443, Certificates=[{"CertificateArn": arn}])


if __name__ == "__main__":
    unittest.main()
