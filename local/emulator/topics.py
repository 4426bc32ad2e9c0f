"""Whether a service of AWS may publish to a topic of SNS, by the topic's policy and that of its key."""

import json
from fnmatch import fnmatchcase

from moto.kms.models import kms_backends
from moto.sns.models import sns_backends

from refusing import as_list

AWS_MANAGED_KEY = "alias/aws/sns"


def find(account, region, arn):
    """The topic of an ARN; None if there is none."""
    return sns_backends[account][region].topics.get(arn)


def hindrance(topic, service, source_arn, by_account=False):
    """Why the service (`ses.amazonaws.com`) cannot publish for the resource of the ARN; None if it can.

    :param by_account: whether the service may also publish as the account to which the resource belongs, for which the
        policy that a topic has from the start is enough. CloudWatch's alarms do.
    """
    policy = json.loads(topic.policy)
    is_allowed = _allows(policy, service, "sns:Publish", topic.account_id, source_arn)
    if not is_allowed and not (by_account and _allows_account(policy, topic.account_id, source_arn)):
        return f"the access policy of the topic does not allow {service} to publish (sns:Publish) for {source_arn}"
    key = topic.kms_master_key_id
    if not key:
        return None
    if key == AWS_MANAGED_KEY:
        return f"the topic is encrypted with {AWS_MANAGED_KEY}, which {service} cannot use; use a key of your own"
    policy = _key_policy(topic, key)
    if policy is None:
        return f"the key {key} of the topic does not exist"
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        if not _allows(policy, service, action, topic.account_id, source_arn):
            return f"the policy of the key {key} of the topic does not allow {service} to use it ({action})"
    return None


def publish(topic, message, subject=None):
    """Has SNS deliver it to every subscription."""
    topic.publish(message, subject=subject)


def _key_policy(topic, key):
    backend = kms_backends[topic.account_id][topic.sns_backend.region_name]
    name = backend.get_alias_name(key)
    key_id = backend.get_key_id_from_alias(name) if name.startswith("alias/") else backend.get_key_id(key)
    found = backend.keys.get(key_id)
    return found and json.loads(found.policy)


def _allows_account(policy, account, source_arn):
    """Whether the policy lets the account publish; it names it, or everybody, as a principal of AWS."""
    principals = ("*", account, f"arn:aws:iam::{account}:root")
    return any(
        _allows({"Statement": [{**statement, "Principal": "*"}]}, "", "sns:Publish", account, source_arn)
        for statement in as_list(policy.get("Statement", []))
        if isinstance(statement.get("Principal"), dict)
        and any(each in principals for each in as_list(statement["Principal"].get("AWS", [])))
    )


def _allows(policy, service, action, account, source_arn):
    statements = as_list(policy.get("Statement", []))
    matching = [each for each in statements if _is_about(each, service, action, account, source_arn)]
    effects = {statement["Effect"] for statement in matching}
    return effects == {"Allow"}


def _is_about(statement, service, action, account, source_arn):
    principal = statement.get("Principal")
    services = as_list(principal.get("Service", [])) if isinstance(principal, dict) else as_list(principal or [])
    actions = [text.lower() for text in as_list(statement.get("Action", []))]
    return (
        any(text in ("*", service) for text in services)
        and any(fnmatchcase(action.lower(), text) for text in actions)
        and _is_met(statement.get("Condition") or {}, account, source_arn)
    )


def _is_met(condition, account, source_arn):
    """Of conditions, those on the source are looked at: they are what keeps other accounts out."""
    known = {"aws:sourceaccount": account, "aws:sourceowner": account, "aws:sourcearn": source_arn}
    for operator, pairs in condition.items():
        for key, values in pairs.items():
            value = known.get(key.lower())
            if value is not None and not _matches(operator, value, as_list(values)):
                return False
    return True


def _matches(operator, value, patterns):
    like = "Like" in operator or operator.startswith("Arn")
    return any(fnmatchcase(value, str(pattern)) if like else value == str(pattern) for pattern in patterns)
