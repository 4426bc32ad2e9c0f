"""S3 lifecycle rules: stock moto against our emulator."""

import json
import unittest

from botocore.exceptions import ClientError
from support import PatchTest, unique


class LifecycleRules(PatchTest):
    def test_keep_how_many_noncurrent_versions_stay(self):
        self.assertEqual(expiration_after_a_round_trip(self.stock), {"NoncurrentDays": 90})
        self.assertEqual(
            expiration_after_a_round_trip(self.ours), {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10}
        )

    def test_a_rule_without_old_versions_is_left_alone(self):
        rule = round_trip(self.ours, Expiration={"Days": 30})
        self.assertEqual(rule["Expiration"], {"Days": 30})
        self.assertNotIn("NoncurrentVersionExpiration", rule)


    def test_a_bucket_without_rules_says_so(self):
        bucket = unique("bucket")
        self.ours.s3.create_bucket(Bucket=bucket)
        with self.assertRaisesRegex(ClientError, "NoSuchLifecycleConfiguration"):
            self.ours.s3.get_bucket_lifecycle_configuration(Bucket=bucket)


class BucketPolicies(PatchTest):
    def test_count_every_request_as_encrypted(self):
        with self.assertRaisesRegex(ClientError, "Forbidden|AccessDenied|403"):
            put_object_under(self.stock, PLAIN_HTTP_DENIED)
        put_object_under(self.ours, PLAIN_HTTP_DENIED)

    def test_any_other_denial_still_counts(self):
        with self.assertRaisesRegex(ClientError, "Forbidden|AccessDenied|403"):
            put_object_under(self.ours, {})


PLAIN_HTTP_DENIED = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}


def put_object_under(aws, condition):
    """Puts an object into a bucket that denies everything to everybody, under a condition."""
    bucket = unique("bucket")
    aws.s3.create_bucket(Bucket=bucket)
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources, **condition}
    aws.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    aws.s3.put_object(Bucket=bucket, Key="key", Body=b"body")


def expiration_after_a_round_trip(aws):
    expiration = {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10}
    return round_trip(aws, NoncurrentVersionExpiration=expiration)["NoncurrentVersionExpiration"]


def round_trip(aws, **actions):
    bucket = unique("bucket")
    aws.s3.create_bucket(Bucket=bucket)
    rule = {"ID": "rule", "Status": "Enabled", "Filter": {"Prefix": ""}, **actions}
    aws.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    return aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]


if __name__ == "__main__":
    unittest.main()
