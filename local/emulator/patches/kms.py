"""AWS KMS: what no key policy may be (moto 5.2.1)."""

import json
from fnmatch import fnmatchcase

from moto.kms.responses import KmsResponse

from refusing import Refusal, as_list, before

NEEDED = "kms:PutKeyPolicy"


def keep_keys_within_reach():
    """Symptom (moto 5.2.1): a key may have a policy that is no JSON, or under which nobody of the account can change
    it.
    AWS: MalformedPolicyDocumentException ("Troubleshooting AWS KMS permissions": the lockout safety check).
    """

    @before(KmsResponse, "create_key", "put_key_policy")
    def policy(response, request):
        document = request.get("Policy")
        if document and not request.get("BypassPolicyLockoutSafetyCheck"):
            _require_reach(document, response.current_account)


def _require_reach(document, account):
    try:
        statements = as_list(json.loads(document)["Statement"])
    except (ValueError, KeyError, TypeError):
        raise _malformed("Policy is not a valid policy document") from None
    for statement in statements:
        if not statement.get("Principal"):
            raise _malformed("Policy contains a statement with one or more invalid principals.")
    if not any(_lets_the_account_change_it(statement, account) for statement in statements):
        raise _malformed("The new key policy will not allow you to update the key policy in the future.")


def _lets_the_account_change_it(statement, account):
    principal = statement["Principal"]
    people = as_list(principal.get("AWS", [])) if isinstance(principal, dict) else [principal]
    of_account = any(person == "*" or person == account or f"::{account}:" in person for person in people)
    actions = as_list(statement.get("Action", []))
    reaches = any(fnmatchcase(NEEDED.lower(), action.lower()) for action in actions)
    return statement.get("Effect") == "Allow" and of_account and reaches


def _malformed(message):
    return Refusal("MalformedPolicyDocumentException", message)


PATCHES = (keep_keys_within_reach,)
