"""Amazon S3: names of buckets, bucket policies and lifecycle rules that S3 refuses (moto 5.2.1)."""

import json
import re

from moto.s3.exceptions import InvalidBucketName, S3ClientError
from moto.s3.models import S3Backend

from addresses import is_ipv4
from patching import wrap
from refusing import as_list

# "General purpose bucket naming rules".
NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
RESERVED = re.compile(r"(xn--|sthree-|amzn-s3-demo-).*|.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)")
# "NoncurrentVersionExpiration" of the API reference.
NEWER_VERSIONS_MAX = 100


def require_a_valid_bucket_name():
    """Symptom (moto 5.2.1): buckets may have any name of 3 to 63 characters.
    AWS: InvalidBucketName.
    """

    @wrap(S3Backend, "create_bucket")
    def create_bucket(original, backend, bucket_name, *rest, **options):
        if not NAME.fullmatch(bucket_name) or RESERVED.fullmatch(bucket_name) or is_ipv4(bucket_name):
            raise InvalidBucketName()
        return original(backend, bucket_name, *rest, **options)


def require_a_bucket_policy_that_s3_understands():
    """Symptom (moto 5.2.1): any text is taken for a bucket policy, also one for another bucket or for nobody.
    AWS: MalformedPolicy ("Policies and permissions in Amazon S3").
    """

    @wrap(S3Backend, "put_bucket_policy")
    def put_bucket_policy(original, backend, bucket_name, policy):
        for statement in _statements(policy):
            _check_statement(statement, bucket_name)
        return original(backend, bucket_name, policy)


def _statements(policy):
    try:
        document = json.loads(policy)
    except ValueError:
        raise _malformed("Policies must be valid JSON and the first byte must be '{'") from None
    if not isinstance(document, dict) or not document.get("Statement"):
        raise _malformed("Missing required field Statement")
    return as_list(document["Statement"])


def _check_statement(statement, bucket_name):
    for field in ("Effect", "Principal", "Action", "Resource"):
        if field not in statement and f"Not{field}" not in statement:
            raise _malformed(f"Missing required field {field}")
    principal = statement.get("Principal", "*")
    aws = as_list(principal.get("AWS", [])) if isinstance(principal, dict) else [principal]
    if not all(name == "*" or re.fullmatch(r"arn:aws[a-z-]*:(iam|sts)::.+|\d{12}", name) for name in aws):
        raise _malformed("Invalid principal in policy")
    if not all(re.fullmatch(r"\*|s3[a-z-]*:[A-Za-z*?]+", action) for action in as_list(statement.get("Action", "*"))):
        raise _malformed("Policy has invalid action")
    own = re.compile(rf"\*|arn:aws[a-z-]*:s3:::{re.escape(bucket_name)}(/.*)?")
    if not all(own.fullmatch(resource) for resource in as_list(statement.get("Resource", "*"))):
        raise _malformed("Policy has invalid resource")


def _malformed(message):
    return S3ClientError("MalformedPolicy", message)


def refuse_public_policies_where_they_are_blocked():
    """Symptom (moto 5.2.1): a bucket that blocks public policies takes one.
    AWS: AccessDenied, HTTP 403 ("Blocking public access to your Amazon S3 storage").
    """

    @wrap(S3Backend, "put_bucket_policy")
    def put_bucket_policy(original, backend, bucket_name, policy):
        block = backend.get_bucket(bucket_name).public_access_block
        if block and str(block.block_public_policy).lower() == "true" and any(map(_is_public, _statements(policy))):
            raise S3ClientError(
                "AccessDenied",
                f'User is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::{bucket_name}" '
                "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            )
        return original(backend, bucket_name, policy)


def _is_public(statement):
    """Without a condition; S3 looks into conditions, too, and finds some of them wide enough to be public."""
    public = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    return statement.get("Effect") == "Allow" and public and not statement.get("Condition")


def require_lifecycle_rules_that_do_something():
    """Symptom (moto 5.2.1): lifecycle rules without an action, after 0 days, with one id twice, or that keep more than
    100 old versions are taken.
    AWS: InvalidRequest, InvalidArgument ("Lifecycle configuration elements").
    """

    @wrap(S3Backend, "put_bucket_lifecycle_configuration")
    def put_bucket_lifecycle_configuration(original, backend, bucket_name, rules):
        ids = [rule.get("ID") for rule in rules if rule.get("ID")]
        if len(set(ids)) < len(ids):
            raise S3ClientError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")
        for rule in rules:
            _check_rule(rule)
        return original(backend, bucket_name, rules)


ACTIONS = (
    "AbortIncompleteMultipartUpload",
    "Expiration",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "Transitions",
)


def _check_rule(rule):
    if not any(rule.get(action) or rule.get(action.rstrip("s")) for action in ACTIONS):
        raise S3ClientError("InvalidRequest", "At least one action needs to be specified in a rule")
    for action, field in (
        ("Expiration", "Days"),
        ("NoncurrentVersionExpiration", "NoncurrentDays"),
        ("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
    ):
        days = (rule.get(action) or {}).get(field)
        if days is not None and int(days) < 1:
            raise S3ClientError("InvalidArgument", f"'{field}' for {action} action must be a positive integer")
    newer = (rule.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")
    if newer is not None and not 1 <= int(newer) <= NEWER_VERSIONS_MAX:
        raise S3ClientError(
            "InvalidArgument",
            f"'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be between 1 and {NEWER_VERSIONS_MAX}",
        )


PATCHES = (
    require_a_valid_bucket_name,
    require_a_bucket_policy_that_s3_understands,
    refuse_public_policies_where_they_are_blocked,
    require_lifecycle_rules_that_do_something,
)
