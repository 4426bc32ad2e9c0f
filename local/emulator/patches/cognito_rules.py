"""Amazon Cognito: what user pools, clients and domains may not be (moto 5.2.1)."""

from urllib.parse import urlsplit

from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpResponse

import cognito_tokens
from refusing import Refusal, before

STANDARD_SCOPES = ("phone", "email", "openid", "profile", "aws.cognito.signin.user.admin")
# "User pool app clients": the hosts whose callback URLs may do without TLS.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
RESERVED_WORDS = ("aws", "amazon", "cognito")
HOUR, DAY = 60 * 60, 24 * 60 * 60
# "CreateUserPoolClient": the least and the most seconds.
VALIDITIES = {"AccessToken": (5 * 60, DAY), "IdToken": (5 * 60, DAY), "RefreshToken": (HOUR, 3650 * DAY)}


def require_scopes_that_there_are():
    """Symptom (moto 5.2.1): a client may have any scope, of resource servers that do not exist too.
    AWS: ScopeDoesNotExistException.
    """

    @before(CognitoIdpResponse, "create_user_pool_client", "update_user_pool_client")
    def scopes(response, request):
        pool = response.backend.describe_user_pool(request.get("UserPoolId"))
        own = {
            f"{server.identifier}/{scope['ScopeName']}"
            for server in pool.resource_servers.values()
            for scope in server.scopes or []
        }
        for scope in request.get("AllowedOAuthScopes") or []:
            if scope not in STANDARD_SCOPES and scope not in own:
                raise Refusal("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")


def require_urls_that_are_safe():
    """Symptom (moto 5.2.1): the callback and logout URLs of a client may be anything, and the default any other one.
    AWS: InvalidParameterException for URLs without TLS of other hosts than one's own, and with a fragment ("User pool
    app clients").
    """

    @before(CognitoIdpResponse, "create_user_pool_client", "update_user_pool_client")
    def urls(_response, request):
        for member in ("CallbackURLs", "LogoutURLs"):
            for url in request.get(member) or []:
                _require_safe(url)
        default, callbacks = request.get("DefaultRedirectURI"), request.get("CallbackURLs") or []
        if default and default not in callbacks:
            raise _invalid(f"The default redirect URI {default} is not one of the callback URLs.")


def _require_safe(url):
    parts = urlsplit(url)
    if not parts.scheme or (parts.scheme in ("http", "https") and not parts.hostname):
        raise _invalid(f"{url} is not a valid redirect URI.")
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise _invalid(f"{url} cannot use the HTTP protocol.")
    if parts.fragment:
        raise _invalid(f"{url} must not have a fragment.")


def require_flows_that_make_sense():
    """Symptom (moto 5.2.1): a client may have OAuth flows without scopes or callback URLs, and client credentials
    without a secret.
    AWS: InvalidOAuthFlowException.
    """

    @before(CognitoIdpResponse, "create_user_pool_client", "update_user_pool_client")
    def flows(response, request):
        flows = request.get("AllowedOAuthFlows") or []
        if request.get("AllowedOAuthFlowsUserPoolClient") and not (flows and request.get("AllowedOAuthScopes")):
            raise _flow(
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth "
                "flows."
            )
        if {"code", "implicit"} & set(flows) and not request.get("CallbackURLs"):
            raise _flow("CallbackUrls can not be empty when code flow or implicit flow is selected")
        if "client_credentials" in flows and len(flows) > 1:
            raise _flow("client_credentials flow can not be selected along with code flow or implicit flow.")
        if "client_credentials" in flows and not _has_secret(response, request):
            raise _flow("client_credentials flow can not be selected if client does not have a client secret.")


def _has_secret(response, request):
    if "ClientId" not in request:
        return request.get("GenerateSecret", False)
    return response.backend.describe_user_pool_client(request["UserPoolId"], request["ClientId"]).generate_secret


def require_validities_that_there_are():
    """Symptom (moto 5.2.1): tokens may be valid for any time.
    AWS: InvalidParameterException: five minutes to a day, refresh tokens an hour to ten years, and longer than others
    ("CreateUserPoolClient").
    """

    @before(CognitoIdpResponse, "create_user_pool_client", "update_user_pool_client")
    def validities(_response, request):
        seconds = {kind: cognito_tokens.validity_of(request, kind) for kind in VALIDITIES}
        for kind, (least, most) in VALIDITIES.items():
            if not least <= seconds[kind] <= most:
                raise _invalid(f"Invalid range for token validity: {kind}Validity is {seconds[kind]} seconds.")
        if seconds["RefreshToken"] < max(seconds["AccessToken"], seconds["IdToken"]):
            raise _invalid("Refresh token validity must be longer than that of access and ID tokens.")


def require_a_domain_of_its_own():
    """Symptom (moto 5.2.1): a domain may be that of another pool, whose sign-in pages it takes, and have words that are
    Amazon's; a pool may have any number of them.
    AWS: InvalidParameterException ("Configuring a user pool domain").
    """

    @before(CognitoIdpResponse, "create_user_pool_domain")
    def domain(response, request):
        name, pool_id = request.get("Domain") or "", request.get("UserPoolId")
        word = next((word for word in RESERVED_WORDS if word in name and "." not in name), None)
        if word:
            raise _invalid(f"Domain cannot contain reserved word: {word}")
        for account in cognitoidp_backends.values():
            for backend in account.values():
                if name in backend.user_pool_domains and backend.region_name == response.region:
                    raise _invalid("Domain already associated with another user pool.")
        kind = "." in name
        taken = [each for each in response.backend.user_pool_domains.values() if each.user_pool_id == pool_id]
        if any(("." in each.domain) == kind for each in taken):
            raise _invalid("UserPool already has a domain configured.")


def keep_pools_that_are_protected_or_in_use():
    """Symptom (moto 5.2.1): pools are deleted in spite of their deletion protection, and with their domain.
    AWS: InvalidParameterException.
    """

    @before(CognitoIdpResponse, "delete_user_pool")
    def pool(response, request):
        pool = response.backend.describe_user_pool(request.get("UserPoolId"))
        if pool.extended_config.get("DeletionProtection") == "ACTIVE":
            raise _invalid(
                "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be "
                "inactivated first."
            )
        if pool.domain:
            raise _invalid("User pool cannot be deleted. It has a domain configured that should be deleted first.")


def _invalid(message):
    return Refusal("InvalidParameterException", message)


def _flow(message):
    return Refusal("InvalidOAuthFlowException", message)


PATCHES = (
    require_scopes_that_there_are,
    require_urls_that_are_safe,
    require_flows_that_make_sense,
    require_validities_that_there_are,
    require_a_domain_of_its_own,
    keep_pools_that_are_protected_or_in_use,
)
