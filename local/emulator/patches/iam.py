"""AWS IAM: what policy documents may not say (moto 5.2.1)."""

import json
import re

from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.iam.responses import IamResponse

from refusing import Refusal, as_list, before

# "IAM and AWS STS quotas": all inline policies of a role together, white space not counted.
INLINE_POLICIES_MAX = 10240
SERVICE_PRINCIPAL = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com|amazonaws\.com\.cn|amazon\.com|aws\.internal)")


def _malformed(message):
    return Refusal("MalformedPolicyDocument", message)


def require_a_trust_policy():
    """Symptom (moto 5.2.1): CreateRole takes any text for a trust policy, also one that trusts nobody.
    AWS: MalformedPolicyDocument ("IAM JSON policy elements: Principal").
    """

    @before(IamResponse, "create_role", "update_assume_role_policy")
    def trust_policy(_response, request):
        document = request.get("AssumeRolePolicyDocument") or request.get("PolicyDocument")
        IAMTrustPolicyDocumentValidator(document).validate()
        for statement in _statements(document):
            if "Principal" not in statement and "NotPrincipal" not in statement:
                raise _malformed("AssumeRolePolicyDocument must contain a principal: Missing required field Principal")
            _require_known_services(statement.get("Principal"))


def _require_known_services(principal):
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    for service in as_list(services):
        if not SERVICE_PRINCIPAL.fullmatch(service):
            raise _malformed(f'Invalid principal in policy: "SERVICE":"{service}"')


def require_permissions_without_a_principal():
    """Symptom (moto 5.2.1): a permissions policy names a principal, or has a Sid with other characters than letters
    and digits.
    AWS: MalformedPolicyDocument ("IAM JSON policy elements: Sid").
    """

    @before(IamResponse, "put_role_policy", "create_policy", "create_policy_version")
    def permissions(_response, request):
        for statement in _statements(request["PolicyDocument"]):
            if "Principal" in statement or "NotPrincipal" in statement:
                raise _malformed("Policy document should not specify a principal.")
            if not re.fullmatch(r"[0-9A-Za-z]*", statement.get("Sid", "")):
                raise _malformed(
                    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
                    "[0-9A-Za-z]*"
                )


def _statements(document):
    """The statements of a document; none of one that moto refuses by itself."""
    try:
        return [statement for statement in as_list(json.loads(document)["Statement"]) if isinstance(statement, dict)]
    except (ValueError, KeyError, TypeError):
        return []


def limit_the_inline_policies_of_a_role():
    """Symptom (moto 5.2.1): the inline policies of a role may have any size.
    AWS: LimitExceeded.
    """

    @before(IamResponse, "put_role_policy")
    def size(response, request):
        backend = response.backend
        if request["RoleName"] not in [role.name for role in backend.get_roles()]:
            return
        policies = dict(backend.get_role(request["RoleName"]).policies)
        policies[request["PolicyName"]] = request["PolicyDocument"]
        if sum(len(re.sub(r"\s", "", document)) for document in policies.values()) > INLINE_POLICIES_MAX:
            raise Refusal(
                "LimitExceeded",
                f"Maximum policy size of {INLINE_POLICIES_MAX} bytes exceeded for role {request['RoleName']}",
            )


PATCHES = (
    require_a_trust_policy,
    require_permissions_without_a_principal,
    limit_the_inline_policies_of_a_role,
)
