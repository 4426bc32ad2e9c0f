"""Amazon S3: lifecycle rules and bucket policies (moto 5.2.1)."""

import json

from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from patching import wrap


def keep_how_many_noncurrent_versions_stay():
    """Symptom (moto 5.2.1): aws_s3_bucket_lifecycle_configuration with `newer_noncurrent_versions` waits three minutes
    and fails with "timeout while waiting for state to become 'true' (last state: 'false')": the number is dropped, so
    what the provider reads is never what it wrote.
    AWS: GetBucketLifecycleConfiguration returns NewerNoncurrentVersions as it was given.
    """

    @wrap(FakeBucket, "set_lifecycle")
    def set_lifecycle(original, bucket, rules):
        original(bucket, rules)
        for rule, given in zip(bucket.rules, rules):
            expiration = given.get("NoncurrentVersionExpiration") or {}
            rule.newer_noncurrent_versions = expiration.get("NewerNoncurrentVersions")

    @wrap(S3Response, "serialized")
    def serialized(original, response, action_result):
        answer = action_result.result
        # A bucket without rules answers with an error, which is an exception and not a dict.
        if response.data.get("Action") == "GetBucketLifecycleConfiguration" and isinstance(answer, dict):
            rules = response.backend.get_bucket_lifecycle(response.bucket_name)
            for rule, answered in zip(rules, answer["Rules"]):
                if rule.newer_noncurrent_versions:
                    answered["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = rule.newer_noncurrent_versions
        return original(response, action_result)


def count_every_request_as_encrypted():
    """Symptom (moto 5.2.1): every PutObject to a bucket whose policy denies plain HTTP (`aws:SecureTransport` is false)
    answers 403 Forbidden, so Terraform cannot keep its state there: moto reads a Deny and passes over its condition.
    AWS: denies plain HTTP only. The emulator stands for AWS's HTTPS endpoints, so none of its requests is meant.
    """

    @wrap(FakeBucket, "get_permission")
    def get_permission(original, bucket, action, resource):
        policy = bucket.policy
        if policy is None:
            return original(bucket, action, resource)
        document = json.loads(policy)
        document["Statement"] = [one for one in document["Statement"] if not _denies_plain_http(one)]
        bucket.policy = json.dumps(document).encode()
        try:
            return original(bucket, action, resource)
        finally:
            bucket.policy = policy


def _denies_plain_http(statement):
    condition = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement["Effect"] == "Deny" and str(condition).lower() == "false"


PATCHES = (keep_how_many_noncurrent_versions_stay, count_every_request_as_encrypted)
