"""The APIs of API Gateway and the sign-in domains of Cognito in the View (local/cloud/view.ts).

An HTTP API shows what it is now where its stage deploys by itself, else nothing: moto has no deployments of HTTP APIs.
A REST API shows what it was when the deployment of its stage was made.
"""

from moto.apigateway.models import apigateway_backends
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.cognitoidp.models import cognitoidp_backends

DEFAULT_ROUTE = "$default"


def apis():
    """One for each stage: HTTP APIs, then REST APIs."""
    https = [backend for _, _, backend in list(apigatewayv2_backends.iter_backends())]
    rests = [backend for _, _, backend in list(apigateway_backends.iter_backends())]
    return [
        *(_http(backend, api, stage) for backend in https for api in _http_apis(backend) for stage in _stages(api)),
        *(_rest(backend, api, stage) for backend in rests for api in backend.apis.values() for stage in _stages(api)),
    ]


def sign_ins():
    """The domains of user pools that have one."""
    backends = [backend for _, _, backend in list(cognitoidp_backends.iter_backends())]
    return [
        {
            "domain": _sign_in_host(backend, domain),
            "pool": domain.user_pool_id,
            "clients": [_client(client) for client in backend.user_pools[domain.user_pool_id].clients.values()],
        }
        for backend in backends
        for domain in backend.user_pool_domains.values()
        if domain.user_pool_id in backend.user_pools
    ]


def _http_apis(backend):
    return [api for api in backend.apis.values() if api.protocol_type == "HTTP"]


def _stages(api):
    return list(api.stages.values())


def _http(backend, api, stage):
    settings = stage.default_route_settings or {}
    domains = [
        mapping.domain_name
        for mapping in backend.api_mappings.values()
        if mapping.api_id == api.api_id and mapping.stage == stage.name and not mapping.api_mapping_key
    ]
    own = [] if api.disable_execute_api_endpoint else [api.api_endpoint.removeprefix("https://")]
    return _without_nothing(
        {
            "id": api.api_id,
            "name": api.name,
            "kind": "HTTP",
            "hosts": own + sorted(domains),
            "stage": stage.name,
            "routes": _http_routes(api) if stage.auto_deploy else [],
            "authorizers": [
                {
                    "id": authorizer.id,
                    "issuer": authorizer.jwt_config["issuer"],
                    "audience": list(authorizer.jwt_config["audience"]),
                }
                for authorizer in api.authorizers.values()
                if authorizer.authorizer_type == "JWT"
            ],
            "cors": _cors(api.cors_configuration),
            "throttle": _throttle(settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")),
            "accessLog": _access_log(stage.access_log_settings),
        }
    )


def _cors(given):
    if not given:
        return None
    lists = {name: given.get(name) or [] for name in ("allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders")}
    age = {"maxAge": given["maxAge"]} if given.get("maxAge") is not None else {}
    return {**lists, **age, "allowCredentials": bool(given.get("allowCredentials"))}


def _http_routes(api):
    """Those that lead somewhere."""
    found = [
        (route, api.integrations.get((route.target or "").removeprefix("integrations/")))
        for route in api.routes.values()
    ]
    return [_http_route(route, integration) for route, integration in found if integration]


def _http_route(route, integration):
    """The route `$default`, which takes what no other does, has the path `$default`."""
    method, _, path = route.route_key.partition(" ")
    return _without_nothing(
        {
            "method": "ANY" if method == DEFAULT_ROUTE else method,
            "path": path or DEFAULT_ROUTE,
            "authorizer": route.authorizer_id,
            "scopes": list(route.authorization_scopes or []),
            "target": _target(integration),
        }
    )


def _target(integration):
    private = integration.connection_type == "VPC_LINK"
    return {"listener" if private else "url": integration.integration_uri}


def _rest(backend, api, stage):
    deployment = api.deployments.get(stage.deployment_id)
    settings = stage.method_settings.get("*/*") or {}
    domains = [
        mapping.domain_name
        for name in backend.base_path_mappings
        if name in backend.domain_names
        for mapping in backend.base_path_mappings[name].values()
        if mapping.rest_api_id == api.id and mapping.stage == stage.name and mapping.base_path == "(none)"
    ]
    own = [] if api.disableExecuteApiEndpoint else [f"{api.id}.execute-api.{api.region_name}.amazonaws.com"]
    return _without_nothing(
        {
            "id": api.id,
            "name": api.name,
            "kind": "REST",
            "hosts": own + sorted(domains),
            "stage": stage.name,
            "routes": getattr(deployment, "routes", []),
            "authorizers": [
                _pool_authorizer(authorizer) for authorizer in api.authorizers.values() if authorizer.provider_arns
            ],
            "throttle": _throttle(settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")),
            "accessLog": _access_log(stage.access_log_settings),
        }
    )


def rest_routes(api):
    """The routes of a REST API as it is now: what a deployment of it serves."""
    return [
        _without_nothing(
            {
                "method": name,
                "path": resource.get_path(),
                "authorizer": method.authorizer_id,
                "scopes": list(method.authorization_scopes or []),
                "target": {"url": method.method_integration.uri},
            }
        )
        for resource in api.resources.values()
        for name, method in resource.resource_methods.items()
        if method.method_integration and method.method_integration.integration_type == "HTTP_PROXY"
    ]


def _pool_authorizer(authorizer):
    """A Cognito authoriser takes the tokens of every client of its pool."""
    region, account, name = authorizer.provider_arns[0].split(":")[3:6]
    pool_id = name.removeprefix("userpool/")
    pool = cognitoidp_backends[account][region].user_pools.get(pool_id)
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool_id}"
    return {"id": authorizer.id, "issuer": issuer, "audience": list(pool.clients) if pool else []}


def _throttle(rate, burst):
    return {"rate": rate, "burst": burst} if rate is not None and burst is not None else None


def _access_log(settings):
    """The log group's name is the end of its ARN."""
    if not settings or "destinationArn" not in settings:
        return None
    group = settings["destinationArn"].partition(":log-group:")[2].removesuffix(":*")
    return {"logGroup": group, "format": settings.get("format", "")}


def _sign_in_host(backend, domain):
    if "." in domain.domain:
        return domain.domain
    return f"{domain.domain}.auth.{backend.region_name}.amazoncognito.com"


def _client(client):
    config = client.extended_config
    return {
        "id": client.id,
        "callbackUrls": list(config.get("CallbackURLs") or []),
        "logoutUrls": list(config.get("LogoutURLs") or []),
        "flows": list(config.get("AllowedOAuthFlows") or []),
        "scopes": list(config.get("AllowedOAuthScopes") or []),
        "secret": client.generate_secret,
    }


def _without_nothing(told):
    return {name: value for name, value in told.items() if value is not None}
