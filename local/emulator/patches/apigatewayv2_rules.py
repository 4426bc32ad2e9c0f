"""Amazon API Gateway (HTTP APIs): what routes, authorizers, integrations and domains may not be (moto 5.2.1)."""

import re
from urllib.parse import unquote, urlsplit

from cryptography.x509 import DNSName, SubjectAlternativeName
from moto.acm.models import acm_backends
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.cognitoidp.models import cognitoidp_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends

from refusing import Refusal, before

# "Quotas for configuring and running an HTTP API".
ROUTES_OF_AN_API = 300
MILLISECONDS = range(50, 30_001)
METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY"
PART = r"(?:[a-zA-Z0-9._~!$&'()*+,;=:@%-]*|\{[a-zA-Z0-9._-]+\})"
GREEDY = r"\{[a-zA-Z0-9._-]+\+\}"
ROUTE_KEY = re.compile(rf"\$default|(?:{METHODS}) /(?:{PART}(?:/{PART})*(?:/{GREEDY})?|{GREEDY})")
LISTENER = re.compile(r"arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener/")
PRIVATE_NAME = re.compile(r"arn:[a-z-]+:servicediscovery:[a-z0-9-]+:\d{12}:service/")
POOL_ISSUER = re.compile(r"https://cognito-idp\.([a-z0-9-]+)\.amazonaws\.com/([^/]+)")


def require_routes_that_can_be_told_apart():
    """Symptom (moto 5.2.1): an API may have two routes of a key, keys that no request has, and any number of routes.
    AWS: ConflictException, BadRequestException ("Quotas for configuring and running an HTTP API").
    """

    @before(ApiGatewayV2Response, "create_route", "update_route")
    def route(response, request):
        api, key, route_id = _api(response), request.get("routeKey"), _part(response, 5)
        if key is None or api.protocol_type != "HTTP":
            return
        if not ROUTE_KEY.fullmatch(key):
            raise _bad(
                "The provided route key is not formatted properly for HTTP protocol. Format should be "
                '"<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
            )
        if any(other.route_key == key and other.route_id != route_id for other in api.routes.values()):
            raise Refusal("ConflictException", f"Route with key {key} already exists for this API")
        if route_id is None and len(api.routes) >= ROUTES_OF_AN_API:
            raise _bad(
                "Maximum number of Routes for this API has been reached. Please contact AWS if you need additional "
                "Routes."
            )


def require_a_route_of_things_of_its_api():
    """Symptom (moto 5.2.1): a route may have an authorizer or an integration of another API, or none at all, and scopes
    that nobody checks.
    AWS: BadRequestException.
    """

    @before(ApiGatewayV2Response, "create_route", "update_route")
    def route(response, request):
        api, route_id = _api(response), _part(response, 5)
        known = api.get_route(route_id) if route_id else None
        kind = request.get("authorizationType") or (known.authorization_type if known else "NONE")
        authorizer = request.get("authorizerId") or (known.authorizer_id if known else None)
        scopes = request.get("authorizationScopes")
        if kind in ("JWT", "CUSTOM"):
            if authorizer not in api.authorizers:
                raise _bad(f"Invalid authorizer ID specified: the API {api.api_id} has no authorizer {authorizer}.")
            if (api.authorizers[authorizer].authorizer_type == "JWT") != (kind == "JWT"):
                raise _bad("Route authorization type and authorizer type do not match.")
        if scopes and kind != "JWT":
            raise _bad("Authorization scopes are supported for routes with authorization type JWT only.")
        target = (request.get("target") or "").removeprefix("integrations/")
        if target and target not in api.integrations:
            raise _bad(f"Invalid target: the API {api.api_id} has no integration {target}.")


def require_a_jwt_authorizer_that_can_check():
    """Symptom (moto 5.2.1): a JWT authorizer may do without audience, issuer and identity source, and have an issuer
    that does not exist.
    AWS: BadRequestException.
    """

    @before(ApiGatewayV2Response, "create_authorizer", "update_authorizer")
    def authorizer(response, request):
        known = _api(response).authorizers.get(_part(response, 5))
        kind = request.get("authorizerType") or (known.authorizer_type if known else None)
        if kind != "JWT":
            return
        told = request.get("jwtConfiguration") or (known.jwt_config if known else None) or {}
        if not told.get("audience"):
            raise _bad("Audience is a required parameter for JWT authorizer: at least one has to be given.")
        if not request.get("identitySource") and not (known and known.identity_source):
            raise _bad("IdentitySource is a required parameter for JWT authorizer.")
        _require_issuer(told.get("issuer") or "")


def _require_issuer(issuer):
    """AWS asks the issuer for its keys. Here those of user pools are known, and of others that they have TLS."""
    of_pool = POOL_ISSUER.fullmatch(issuer)
    pools = [pool for _, _, backend in list(cognitoidp_backends.iter_backends()) for pool in backend.user_pools]
    missing = of_pool and of_pool[2] not in pools
    if missing or urlsplit(issuer).scheme != "https":
        raise _bad(
            f"Caught exception when connecting to {issuer}/.well-known/openid-configuration for issuer {issuer}. "
            f"Please try again later. Error: Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint "
            "ended with '/.well-known/openid-configuration'"
        )


def require_integrations_that_lead_somewhere():
    """Symptom (moto 5.2.1): an integration by a VPC link may have no link, or one that does not exist, and lead to any
    text; timeouts may be of any length.
    AWS: BadRequestException.
    """

    @before(ApiGatewayV2Response, "create_integration", "update_integration")
    def integration(response, request):
        known = _api(response).integrations.get(_part(response, 5))
        told = {
            name: request.get(name) or getattr(known, attribute, None)
            for name, attribute in (
                ("connectionType", "connection_type"),
                ("connectionId", "connection_id"),
                ("integrationUri", "integration_uri"),
            )
        }
        milliseconds = request.get("timeoutInMillis")
        if milliseconds is not None and milliseconds not in MILLISECONDS:
            raise _bad(f"Timeout should be between 50 ms and 30000 ms, but is {milliseconds}.")
        if told["connectionType"] == "VPC_LINK":
            _require_private(response, told["connectionId"], told["integrationUri"] or "")
        elif not request.get("integrationSubtype") and not told["integrationUri"]:
            raise _bad("Either integrationSubtype` or `integrationUri` must be specified")


def _require_private(response, link, uri):
    if not link:
        raise _bad("Connection ID is a required parameter for connection type VPC_LINK.")
    if link not in response.apigatewayv2_backend.vpc_links:
        raise _bad(f"Invalid VpcLink identifier specified {link}")
    if PRIVATE_NAME.match(uri):
        return
    if not LISTENER.match(uri):
        raise _bad(
            "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN."
        )
    balancers = elbv2_backends[response.current_account][response.region].load_balancers.values()
    if not any(uri in balancer.listeners for balancer in balancers):
        raise _bad("Unable to retrieve listener port and load balancer DNS name from ELB listener")


def require_a_link_into_a_vpc():
    """Symptom (moto 5.2.1): a VPC link may have no subnet, subnets and security groups that do not exist, or of two
    VPCs.
    AWS: BadRequestException.
    """

    @before(ApiGatewayV2Response, "create_vpc_link")
    def link(response, request):
        ec2 = ec2_backends[response.current_account][response.region]
        subnets = {subnet.id: subnet.vpc_id for zone in ec2.subnets.values() for subnet in zone.values()}
        groups = {group.id: vpc for vpc, groups in ec2.groups.items() for group in groups.values()}
        wanted = request.get("subnetIds") or []
        for name in wanted + (request.get("securityGroupIds") or []):
            if name not in subnets and name not in groups:
                raise _bad(f"The subnet or security group {name} does not exist.")
        vpcs = {subnets.get(name) or groups.get(name) for name in wanted + (request.get("securityGroupIds") or [])}
        if not wanted or len(vpcs) > 1:
            raise _bad("A VPC link needs at least one subnet, and subnets and security groups of one VPC.")


def require_cors_that_browsers_take():
    """Symptom (moto 5.2.1): CORS may allow credentials to every origin, which no browser takes.
    AWS: BadRequestException.
    """

    @before(ApiGatewayV2Response, "create_api", "update_api")
    def cors(_response, request):
        told = request.get("corsConfiguration") or {}
        if told.get("allowCredentials") and "*" in (told.get("allowOrigins") or []):
            raise _bad("allowCredentials is not supported for origin *")


def require_a_log_group_of_a_stage():
    """Symptom (moto 5.2.1): a second stage of a name takes the place of the first, and access logs go to a log group
    that does not exist.
    AWS: ConflictException, BadRequestException.
    """

    @before(ApiGatewayV2Response, "create_stage")
    def taken(response, request):
        if request.get("stageName") in _api(response).stages:
            raise Refusal("ConflictException", "Stage already exists")

    @before(ApiGatewayV2Response, "create_stage", "update_stage")
    def logs(response, request):
        told = request.get("accessLogSettings")
        if told:
            require_log_group(response, told.get("destinationArn") or "")


def require_log_group(response, arn):
    name = arn.partition(":log-group:")[2].removesuffix(":*")
    if name not in logs_backends[response.current_account][response.region].groups:
        raise _bad(
            "Access logs destination must be an existing CloudWatch Logs log group or Kinesis Data Firehose delivery "
            f"stream, but is {arn!r}."
        )


def require_a_certificate_of_a_domain_name():
    """Symptom (moto 5.2.1): a domain name may have a certificate that does not exist, is not issued or is for another
    name; an API may be mapped to the key of another one, and with a stage that it has not.
    AWS: BadRequestException, NotFoundException, ConflictException.
    """

    @before(ApiGatewayV2Response, "create_domain_name", "update_domain_name")
    def certificate(response, request):
        name = request.get("domainName") or unquote(response.path.split("/")[-1])
        for told in request.get("domainNameConfigurations") or []:
            require_certificate(response, name, told.get("certificateArn"))

    @before(ApiGatewayV2Response, "create_api_mapping", "update_api_mapping")
    def mapping(response, request):
        backend, domain, mapping_id = response.apigatewayv2_backend, _part(response, 3), _part(response, 5)
        known = backend.api_mappings.get(mapping_id)
        key = request.get("apiMappingKey", known.api_mapping_key if known else "") or ""
        api = backend.apis.get(request.get("apiId") or (known.api_id if known else ""))
        stage = request.get("stage") or (known.stage if known else None)
        if api and stage not in api.stages:
            raise Refusal("NotFoundException", f"Invalid stage identifier specified {stage}")
        for other_id, other in backend.api_mappings.items():
            if other_id != mapping_id and other.domain_name == domain and (other.api_mapping_key or "") == key:
                raise Refusal("ConflictException", "ApiMapping key already exists for this domain name")


def require_certificate(response, name, arn):
    """Of a custom domain: an issued certificate of the region, for its name."""
    found = acm_backends[response.current_account][response.region]._certificates.get(arn)
    if found is None:
        raise _bad(f"Certificate {arn} in account {response.current_account} was not found in {response.region}.")
    if found.status != "ISSUED":
        raise _bad(f"Certificate {arn} is not issued yet: its status is {found.status}.")
    covered = found._cert.extensions.get_extension_for_class(SubjectAlternativeName).value.get_values_for_type(DNSName)
    if not {name, f"*.{name.partition('.')[2]}"} & set(covered):
        raise _bad(f"Certificate {arn} does not cover the domain name {name}.")


def keep_what_routes_refer_to():
    """Symptom (moto 5.2.1): integrations and authorizers are deleted while routes refer to them.
    AWS: ConflictException.
    """

    @before(ApiGatewayV2Response, "delete_integration")
    def integration(response, _request):
        name = _part(response, 5)
        routes = [each.route_id for each in _api(response).routes.values() if each.target == f"integrations/{name}"]
        if routes:
            raise Refusal(
                "ConflictException",
                "Cannot delete Integration because it is referenced by the following Routes with Ids: "
                f"[{', '.join(routes)}]",
            )

    @before(ApiGatewayV2Response, "delete_authorizer")
    def authorizer(response, _request):
        api, name = _api(response), _part(response, 5)
        keys = [route.route_key for route in api.routes.values() if route.authorizer_id == name]
        if keys:
            named = api.get_authorizer(name).name
            raise Refusal("ConflictException", f"Cannot delete authorizer '{named}', is referenced in route: {keys[0]}")


def _api(response):
    return response.apigatewayv2_backend.get_api(_part(response, 3))


def _part(response, index):
    """A part of the path, such as 3 of `/v2/apis/ID/...`; None if it has no such part."""
    parts = response.path.split("/")
    return unquote(parts[index]) if index < len(parts) else None


def _bad(message):
    return Refusal("BadRequestException", message)


PATCHES = (
    require_a_route_of_things_of_its_api,
    require_routes_that_can_be_told_apart,
    require_a_jwt_authorizer_that_can_check,
    require_integrations_that_lead_somewhere,
    require_a_link_into_a_vpc,
    require_cors_that_browsers_take,
    require_a_log_group_of_a_stage,
    require_a_certificate_of_a_domain_name,
    keep_what_routes_refer_to,
)
