"""What API Gateway refuses of HTTP APIs: stock moto against our emulator."""

import unittest

from api_things import authorizer, certificate, client, http_api, integration, pool, private, route, vpc_link
from support import Network, PatchTest, unique
from test_apigatewayv2 import REGIONAL, domain_name, stage

BAD, CONFLICT = "BadRequestException", "ConflictException"


def jwt(aws, api_id):
    """The options of a route with an authorizer of this API."""
    pool_id = pool(aws)
    return {"AuthorizationType": "JWT", "AuthorizerId": authorizer(aws, api_id, pool_id, client(aws, pool_id))}


class Rules(PatchTest):
    def test_require_routes_that_can_be_told_apart(self):
        def twice(aws):
            api_id = http_api(aws)
            for _ in range(2):
                route(aws, api_id, "GET /finance")

        message = "Route with key GET /finance already exists for this API"
        self.assert_refused(CONFLICT, message, twice, status=409)
        for key in ("GET finance", "get /finance", "/finance", "GET /a{b}", "GET /{a+}/b", "FETCH /a", "$other"):
            with self.subTest(key):
                message = "The provided route key is not formatted properly for HTTP protocol."
                self.assert_refused(BAD, message, lambda aws, key=key: route(aws, http_api(aws), key))
        api_id = http_api(self.ours)
        for key in ("$default", "ANY /", "GET /a/{b}/c", "POST /{path+}", "GET /a/{path+}", "DELETE /a-b_c.d/~e"):
            route(self.ours, api_id, key)
        names = {"ApiId": api_id, "RouteId": route(self.ours, api_id, "GET /other")}
        update = self.ours.apigatewayv2.update_route
        self.assert_error(CONFLICT, "GET /a/{b}/c", lambda: update(**names, RouteKey="GET /a/{b}/c"), status=409)
        update(**names, RouteKey="GET /other")

    def test_an_api_has_at_most_300_routes(self):
        api_id = http_api(self.ours)
        for number in range(300):
            route(self.ours, api_id, f"GET /{number}")
        message = "Maximum number of Routes for this API has been reached."
        self.assert_error(BAD, message, route, self.ours, api_id, "GET /300")

    def test_require_a_route_of_things_of_its_api(self):
        def of_another(aws):
            route(aws, http_api(aws), **jwt(aws, http_api(aws)))

        self.assert_refused(BAD, "Invalid authorizer ID specified", of_another)

        def without(aws):
            route(aws, http_api(aws), AuthorizationType="JWT")

        self.assert_refused(BAD, "Invalid authorizer ID specified", without)

        def other_kind(aws):
            api_id = http_api(aws)
            route(aws, api_id, **{**jwt(aws, api_id), "AuthorizationType": "CUSTOM"})

        self.assert_refused(BAD, "do not match", other_kind)

        def unchecked(aws):
            route(aws, http_api(aws), AuthorizationScopes=["a/read"])

        self.assert_refused(BAD, "Authorization scopes are supported for routes", unchecked)

        def unknown_target(aws):
            route(aws, http_api(aws), Target=f"integrations/{integration(aws, http_api(aws))}")

        self.assert_refused(BAD, "Invalid target", unknown_target)
        api_id = http_api(self.ours)
        target = f"integrations/{integration(self.ours, api_id)}"
        made = route(self.ours, api_id, Target=target, AuthorizationScopes=["a/read"], **jwt(self.ours, api_id))
        self.ours.apigatewayv2.update_route(ApiId=api_id, RouteId=made, AuthorizationScopes=["a/write"])

    def test_require_a_jwt_authorizer_that_can_check(self):
        def without_audience(aws):
            authorizer(aws, http_api(aws), pool(aws))

        self.assert_refused(BAD, "Audience is a required parameter for JWT authorizer", without_audience)

        def without_source(aws):
            authorizer(aws, http_api(aws), pool(aws), "client", IdentitySource=[])

        self.assert_refused(BAD, "IdentitySource is a required parameter", without_source)
        for issuer in ("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_missing", "http://issuer.example", ""):
            with self.subTest(issuer):

                def wrong_issuer(aws, issuer=issuer):
                    told = {"Issuer": issuer, "Audience": ["client"]}
                    authorizer(aws, http_api(aws), "", JwtConfiguration=told)

                self.assert_refused(BAD, "Error: Invalid issuer", wrong_issuer)
        api_id, pool_id = http_api(self.ours), pool(self.ours)
        names = {"ApiId": api_id, "AuthorizerId": authorizer(self.ours, api_id, pool_id, "client")}
        self.ours.apigatewayv2.update_authorizer(**names, Name="other")
        elsewhere = {"Issuer": "https://issuer.example", "Audience": ["client"]}
        self.ours.apigatewayv2.update_authorizer(**names, JwtConfiguration=elsewhere)

    def test_require_integrations_that_lead_somewhere(self):
        def make(options_of):
            return lambda aws: integration(aws, http_api(aws), **options_of(aws))

        unlinked = make(lambda aws: {**private(aws), "ConnectionId": None})
        self.assert_refused(BAD, "Connection ID is a required parameter for connection type VPC_LINK", unlinked)
        self.assert_refused(BAD, "Invalid VpcLink identifier specified l1", make(lambda aws: private(aws, link="l1")))
        for uri in ("http://example.com", "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/b"):
            message = "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN"
            self.assert_refused(BAD, message, make(lambda aws, uri=uri: private(aws, uri)))
        gone = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c"
        message = "Unable to retrieve listener port and load balancer DNS name from ELB listener"
        self.assert_refused(BAD, message, make(lambda aws: private(aws, gone)))
        self.assert_refused(BAD, "Timeout should be between 50 ms", make(lambda _: {"TimeoutInMillis": 30_001}))
        self.assert_refused(BAD, "must be specified", make(lambda _: {"IntegrationUri": None}))
        api_id = http_api(self.ours)
        names = {"ApiId": api_id, "IntegrationId": integration(self.ours, api_id, **private(self.ours))}
        update = self.ours.apigatewayv2.update_integration
        update(**names, TimeoutInMillis=50)
        self.assert_error(BAD, message, lambda: update(**names, IntegrationUri=gone))

    def test_require_a_link_into_a_vpc(self):
        for options in ({"SubnetIds": []}, {"SubnetIds": ["subnet-1"]}, {"SecurityGroupIds": ["sg-1"]}):
            with self.subTest(options):
                message = "does not exist" if options != {"SubnetIds": []} else "needs at least one subnet"
                self.assert_refused(BAD, message, lambda aws, options=options: vpc_link(aws, **options))

        def across(aws):
            vpc_link(aws, SecurityGroupIds=[Network(aws, ["us-east-1a"]).group])

        self.assert_refused(BAD, "subnets and security groups of one VPC", across)

    def test_require_cors_that_browsers_take(self):
        def anybody(aws):
            http_api(aws, CorsConfiguration={"AllowOrigins": ["*"], "AllowCredentials": True})

        self.assert_refused(BAD, "allowCredentials is not supported for origin *", anybody)
        http_api(self.ours, CorsConfiguration={"AllowOrigins": ["https://a.example"], "AllowCredentials": True})

    def test_require_a_log_group_of_a_stage(self):
        def twice(aws):
            api_id = http_api(aws)
            for _ in range(2):
                stage(aws, api_id)

        self.assert_refused(CONFLICT, "Stage already exists", twice, status=409)

        def without_group(aws):
            arn = "arn:aws:logs:us-east-1:123456789012:log-group:missing"
            stage(aws, http_api(aws), AccessLogSettings={"DestinationArn": arn, "Format": "$context.requestId"})

        self.assert_refused(BAD, "Access logs destination must be an existing", without_group)

    def test_require_a_certificate_of_a_domain_name(self):
        def with_certificate(arn_of):
            def act(aws):
                name = f"{unique('api')}.example.com"
                configuration = {"CertificateArn": arn_of(aws, name), **REGIONAL}
                aws.apigatewayv2.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration])

            return act

        unknown = "arn:aws:acm:us-east-1:123456789012:certificate/missing"
        self.assert_refused(BAD, "was not found in us-east-1", with_certificate(lambda *_: unknown))
        pending = with_certificate(lambda aws, name: certificate(aws, name, issued=False))
        self.assert_refused(BAD, "its status is PENDING_VALIDATION", pending)
        other = with_certificate(lambda aws, _: certificate(aws, "other.example.com"))
        self.assert_refused(BAD, "does not cover the domain name", other)
        with_certificate(lambda aws, _: certificate(aws, "*.example.com"))(self.ours)

        def mapped(aws, stage_name="$default"):
            api_id = http_api(aws)
            stage(aws, api_id)
            return {"ApiId": api_id, "Stage": stage_name}

        def without_stage(aws):
            aws.apigatewayv2.create_api_mapping(DomainName=domain_name(aws), **mapped(aws, "other"))

        self.assert_refused("NotFoundException", "Invalid stage identifier", without_stage, status=404)

        def twice(aws):
            name = domain_name(aws)
            for _ in range(2):
                aws.apigatewayv2.create_api_mapping(DomainName=name, **mapped(aws))

        self.assert_refused(CONFLICT, "ApiMapping key already exists for this domain name", twice, status=409)

    def test_keep_what_routes_refer_to(self):
        def used_integration(aws):
            api_id = http_api(aws)
            made = integration(aws, api_id)
            route(aws, api_id, Target=f"integrations/{made}")
            aws.apigatewayv2.delete_integration(ApiId=api_id, IntegrationId=made)

        message = "Cannot delete Integration because it is referenced by the following Routes with Ids: ["
        self.assert_refused(CONFLICT, message, used_integration, status=409)

        def used_authorizer(aws):
            api_id = http_api(aws)
            options = jwt(aws, api_id)
            route(aws, api_id, **options)
            aws.apigatewayv2.delete_authorizer(ApiId=api_id, AuthorizerId=options["AuthorizerId"])

        message = "Cannot delete authorizer 'jwt', is referenced in route: GET /finance"
        self.assert_refused(CONFLICT, message, used_authorizer, status=409)


if __name__ == "__main__":
    unittest.main()
