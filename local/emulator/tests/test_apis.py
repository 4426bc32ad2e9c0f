"""What the view tells of APIs, sign-in domains and internal load balancers."""

import unittest

import attached
from api_things import (
    CODE_FLOW,
    SCOPE,
    authorizer,
    client,
    get,
    http_api,
    integration,
    method,
    pool,
    private,
    proxied,
    rest_api,
    route,
    stage,
)
from support import unique
from test_apigatewayv2 import domain_name


def routed(aws, api_id):
    """The id of a route that leads to a URL."""
    return route(aws, api_id, Target=f"integrations/{integration(aws, api_id)}")


def to_example(path):
    """That route as the view tells it."""
    return {"method": "GET", "path": path, "scopes": [], "target": {"url": "http://example.com"}}


class View(attached.AttachedTest):
    def view(self):
        return get(self.aws, "_local/view")[1]

    def told(self, kind, name, value):
        """What the view tells of one thing, as soon as it does."""

        def found():
            return next((each for each in self.view()[kind] if each[name] == value), None)

        return attached.until(found, f"{kind} with {name} {value}")

    def becomes(self, api_id, expected):
        """Waits until the view tells this of an API, member by member."""

        def so():
            told = self.told("apis", "id", api_id)
            return {name: told.get(name) for name in expected} == expected

        attached.until(so, f"{expected} of {api_id}")

    def test_load_balancers_say_whether_they_are_internal(self):
        for scheme, internal in (("internal", True), ("internet-facing", False)):
            arn = self.aws.load_balancer(Scheme=scheme)
            self.assertIs(self.told("loadBalancers", "arn", arn)["internal"], internal)

    def test_an_http_api_is_told_with_all_that_a_gateway_needs(self):
        aws, group = self.aws, unique("logs")
        aws.logs.create_log_group(logGroupName=group)
        cors = {"AllowOrigins": ["https://app.example.com"], "AllowMethods": ["GET"], "MaxAge": 300}
        api_id, pool_id = http_api(aws, CorsConfiguration=cors), pool(aws)
        client_id = client(aws, pool_id)
        jwt = authorizer(aws, api_id, pool_id, client_id)
        options = private(aws)
        by_link, by_url = integration(aws, api_id, **options), integration(aws, api_id)
        scoped = {"AuthorizationType": "JWT", "AuthorizerId": jwt, "AuthorizationScopes": [SCOPE]}
        route(aws, api_id, "GET /users/{name}", Target=f"integrations/{by_link}", **scoped)
        route(aws, api_id, "$default", Target=f"integrations/{by_url}")
        destination = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
        limits = {"ThrottlingRateLimit": 50.0, "ThrottlingBurstLimit": 100}
        logs = {"DestinationArn": destination, "Format": "$context.requestId"}
        of_api = {"ApiId": api_id, "StageName": "$default", "AutoDeploy": True}
        aws.apigatewayv2.create_stage(**of_api, DefaultRouteSettings=limits, AccessLogSettings=logs)
        told = self.told("apis", "id", api_id)
        self.assertEqual(
            told,
            {
                "id": api_id,
                "name": aws.apigatewayv2.get_api(ApiId=api_id)["Name"],
                "kind": "HTTP",
                "hosts": [f"{api_id}.execute-api.us-east-1.amazonaws.com"],
                "stage": "$default",
                "routes": [
                    {
                        "method": "GET",
                        "path": "/users/{name}",
                        "authorizer": jwt,
                        "scopes": [SCOPE],
                        "target": {"listener": options["IntegrationUri"]},
                    },
                    {"method": "ANY", "path": "$default", "scopes": [], "target": {"url": "http://example.com"}},
                ],
                "authorizers": [
                    {
                        "id": jwt,
                        "issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}",
                        "audience": [client_id],
                    }
                ],
                "cors": {
                    "allowOrigins": ["https://app.example.com"],
                    "allowMethods": ["GET"],
                    "allowHeaders": [],
                    "exposeHeaders": [],
                    "maxAge": 300,
                    "allowCredentials": False,
                },
                "throttle": {"rate": 50.0, "burst": 100},
                "accessLog": {"logGroup": group, "format": "$context.requestId"},
            },
        )

    def test_an_http_api_has_the_hosts_under_which_it_is_found(self):
        aws, api_id, name = self.aws, http_api(self.aws), domain_name(self.aws)
        aws.apigatewayv2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        of_api = {"ApiId": api_id, "Stage": "$default", "DomainName": name}
        mapping = aws.apigatewayv2.create_api_mapping(**of_api)["ApiMappingId"]
        own = f"{api_id}.execute-api.us-east-1.amazonaws.com"
        self.becomes(api_id, {"hosts": [own, name]})
        aws.apigatewayv2.update_api(ApiId=api_id, DisableExecuteApiEndpoint=True)
        self.becomes(api_id, {"hosts": [name]})
        aws.apigatewayv2.update_api_mapping(**of_api, ApiMappingId=mapping, ApiMappingKey="v2")
        self.becomes(api_id, {"hosts": []})

    def test_a_stage_serves_routes_that_lead_somewhere_if_it_deploys_by_itself(self):
        api_id = http_api(self.aws)
        routed(self.aws, api_id)
        route(self.aws, api_id, "GET /nowhere")
        self.aws.apigatewayv2.create_stage(ApiId=api_id, StageName="$default")
        self.becomes(api_id, {"routes": []})
        self.aws.apigatewayv2.update_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        self.becomes(api_id, {"routes": [to_example("/finance")]})

    def test_a_changed_route_raises_the_revision_and_nothing_else_does(self):
        api_id = http_api(self.aws)
        made = routed(self.aws, api_id)
        self.aws.apigatewayv2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        self.becomes(api_id, {"stage": "$default"})
        revision = self.view()["revision"]
        self.aws.apigatewayv2.get_route(ApiId=api_id, RouteId=made)
        self.aws.apigatewayv2.update_route(ApiId=api_id, RouteId=made, RouteKey="GET /other")
        self.becomes(api_id, {"routes": [to_example("/other")]})
        self.assertEqual(self.view()["revision"], revision + 1)

    def test_a_rest_api_is_told_as_it_was_deployed(self):
        aws, (api_id, resource), pool_id = self.aws, rest_api(self.aws), pool(self.aws)
        client_id = client(aws, pool_id)
        arn = f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}"
        kind = {"name": "pool", "type": "COGNITO_USER_POOLS", "providerARNs": [arn]}
        made = aws.apigateway.create_authorizer(restApiId=api_id, **kind)["id"]
        scoped = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": made, "authorizationScopes": [SCOPE]}
        proxied(aws, method(aws, api_id, resource, **scoped), "http://lb.example.com/users")
        stage(aws, api_id)
        limits = [("rateLimit", "50"), ("burstLimit", "100")]
        operations = [{"op": "replace", "path": f"/*/*/throttling/{name}", "value": value} for name, value in limits]
        aws.apigateway.update_stage(restApiId=api_id, stageName="live", patchOperations=operations)
        self.becomes(api_id, {"throttle": {"rate": 50.0, "burst": 100}})
        target = {"url": "http://lb.example.com/users"}
        routes = [{"method": "GET", "path": "/users", "authorizer": made, "scopes": [SCOPE], "target": target}]
        issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"
        self.assertEqual(
            self.told("apis", "id", api_id),
            {
                "id": api_id,
                "name": aws.apigateway.get_rest_api(restApiId=api_id)["name"],
                "kind": "REST",
                "hosts": [f"{api_id}.execute-api.us-east-1.amazonaws.com"],
                "stage": "live",
                "routes": routes,
                "authorizers": [{"id": made, "issuer": issuer, "audience": [client_id]}],
                "throttle": {"rate": 50.0, "burst": 100},
            },
        )

    def test_a_sign_in_domain_is_told_with_its_clients(self):
        pool_id, domain = pool(self.aws), unique("sign-in")
        client_id = client(self.aws, pool_id)
        self.aws.cognito_idp.create_user_pool_domain(UserPoolId=pool_id, Domain=domain)
        self.assertEqual(
            self.told("signIns", "pool", pool_id),
            {
                "domain": f"{domain}.auth.us-east-1.amazoncognito.com",
                "pool": pool_id,
                "clients": [
                    {
                        "id": client_id,
                        "callbackUrls": CODE_FLOW["CallbackURLs"],
                        "logoutUrls": [],
                        "flows": ["code"],
                        "scopes": CODE_FLOW["AllowedOAuthScopes"],
                        "secret": False,
                    }
                ],
            },
        )


if __name__ == "__main__":
    unittest.main()
