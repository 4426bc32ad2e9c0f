"""Buckets that S3 refuses: stock moto against our emulator."""

import json
import unittest

from support import PatchTest, unique

BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


def bucket(aws, name=None):
    name = name or unique("bucket")
    aws.s3.create_bucket(Bucket=name)
    return name


def policy(name, **changes):
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:PutObject"}
    statement = {**statement, "Resource": f"arn:aws:s3:::{name}/*", **changes}
    kept = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]})


def put_policy(aws, **changes):
    name = bucket(aws)
    aws.s3.put_bucket_policy(Bucket=name, Policy=policy(name, **changes))


def put_rules(aws, *rules):
    rules = [{"ID": "rule", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule} for rule in rules]
    aws.s3.put_bucket_lifecycle_configuration(Bucket=bucket(aws), LifecycleConfiguration={"Rules": rules})


class Buckets(PatchTest):
    def test_require_a_valid_bucket_name(self):
        names = ("Bucket", "a_bc", "abc-", "a..bc", "192.168.5.4", "xn--abc", "abc-s3alias", "sthree-abc")
        for name in names:
            with self.subTest(name):
                self.assert_refused("InvalidBucketName", "The specified bucket is not valid.", bucket, name)
        for name in ("abc", "a.b-c.3", "9" * 63):
            bucket(self.ours, name)

    def test_require_a_bucket_policy_that_s3_understands(self):
        def text(aws):
            aws.s3.put_bucket_policy(Bucket=bucket(aws), Policy="everybody may")

        self.assert_refused("MalformedPolicy", "Policies must be valid JSON", text)
        refused = (
            ("Missing required field Principal", {"Principal": None}),
            ("Invalid principal in policy", {"Principal": {"AWS": "somebody"}}),
            ("Policy has invalid action", {"Action": "PutObject"}),
            ("Policy has invalid resource", {"Resource": "arn:aws:s3:::other/*"}),
        )
        for message, changes in refused:
            with self.subTest(message):
                self.assert_refused("MalformedPolicy", message, lambda aws: put_policy(aws, **changes))
        put_policy(self.ours, Principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"})
        put_policy(self.ours, Principal="*", Effect="Deny", Action="s3:*")

    def test_refuse_public_policies_where_they_are_blocked(self):
        def public(aws, **changes):
            name = bucket(aws)
            aws.s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCK)
            aws.s3.put_bucket_policy(Bucket=name, Policy=policy(name, **{"Principal": "*", **changes}))

        self.assert_refused("AccessDenied", "by the BlockPublicPolicy setting", public, status=403)
        public(self.ours, Effect="Deny")
        public(self.ours, Principal={"AWS": "123456789012"})

    def test_require_lifecycle_rules_that_do_something(self):
        day = {"Expiration": {"Days": 1}}
        refused = (
            ("InvalidRequest", "At least one action needs to be specified in a rule", [{}]),
            ("InvalidArgument", "'Days' for Expiration action must be", [{"Expiration": {"Days": 0}}]),
            ("InvalidArgument", "'NoncurrentDays' for Noncurrent", [{"NoncurrentVersionExpiration": {"NoncurrentDays": 0}}]),
            ("InvalidArgument", "must be between 1 and 100", [versions(101)]),
            ("InvalidArgument", "Rule ID must be unique.", [day, day]),
        )
        for code, message, rules in refused:
            with self.subTest(message):
                self.assert_refused(code, message, lambda aws: put_rules(aws, *rules))
        put_rules(self.ours, versions(100), {"ID": "other", "Expiration": {"ExpiredObjectDeleteMarker": True}})


def versions(count):
    return {"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": count}}


if __name__ == "__main__":
    unittest.main()
