"""API Gateway's HTTP APIs: stock moto against our emulator."""

import unittest

from api_things import authorizer, certificate, client, http_api, integration, pool, route
from support import PatchTest, unique

REGIONAL = {"EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}


def stage(aws, api_id, **options):
    aws.apigatewayv2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True, **options)
    return {"ApiId": api_id, "StageName": "$default"}


def domain_name(aws, **options):
    name = f"{unique('api')}.example.com"
    configuration = {"CertificateArn": certificate(aws, name), **REGIONAL}
    aws.apigatewayv2.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration], **options)
    return name


def mapping(aws, name=None, **options):
    """(name of the domain, id of the mapping) of an API of its own."""
    name, api_id = name or domain_name(aws), http_api(aws)
    stage(aws, api_id)
    of_api = {"ApiId": api_id, "Stage": "$default", "DomainName": name}
    return name, aws.apigatewayv2.create_api_mapping(**of_api, **options)["ApiMappingId"]


class HttpApis(PatchTest):
    def test_change_stages(self):
        def changed(aws):
            limits = {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 1}
            names = stage(aws, http_api(aws), DefaultRouteSettings=limits)
            one = {"GET /a": {"ThrottlingRateLimit": 2.0}}
            changes = {"RouteSettings": one, "StageVariables": {"a": "1", "b": ""}, "Description": "d"}
            aws.apigatewayv2.update_stage(**names, DefaultRouteSettings={"ThrottlingRateLimit": 9.5}, **changes)
            other = {"GET /b": {"ThrottlingRateLimit": 3.0}}
            aws.apigatewayv2.update_stage(**names, RouteSettings=other)
            aws.apigatewayv2.delete_route_settings(**names, RouteKey="GET /a")
            told = aws.apigatewayv2.get_stage(**names)
            default = told["DefaultRouteSettings"]
            limits = default["ThrottlingBurstLimit"], default["ThrottlingRateLimit"]
            return limits, told["RouteSettings"], told["StageVariables"], told["Description"], told["AutoDeploy"]

        self.assert_error_of_stock(changed)
        expected = ((5, 9.5), {"GET /b": {"ThrottlingRateLimit": 3.0}}, {"a": "1"}, "d", True)
        self.assertEqual(changed(self.ours), expected)

    def assert_error_of_stock(self, act):
        """Stock moto has no such action: HTTP 404 or 500."""
        with self.assertRaises(Exception) as caught:
            act(self.stock)
        self.assertRegex(str(caught.exception), r"\((404|500)\)")

    def test_access_logs_are_taken_from_a_stage(self):
        group = unique("logs")
        self.ours.logs.create_log_group(logGroupName=group)
        destination = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"
        logs = {"DestinationArn": destination, "Format": "$context.requestId"}
        names = stage(self.ours, http_api(self.ours), AccessLogSettings=logs)
        self.assertEqual(self.ours.apigatewayv2.get_stage(**names)["AccessLogSettings"], logs)
        self.ours.apigatewayv2.delete_access_log_settings(**names)
        self.assertNotIn("AccessLogSettings", self.ours.apigatewayv2.get_stage(**names))

    def test_tag_stages_and_domain_names(self):
        def tagged(aws):
            api_id, told = http_api(aws), []
            stage(aws, api_id, Tags={"a": "1", "b": "2"})
            name = domain_name(aws, Tags={"a": "1", "b": "2"})
            for end in (f"apis/{api_id}/stages/$default", f"domainnames/{name}"):
                arn = f"arn:aws:apigateway:us-east-1::/{end}"
                aws.apigatewayv2.tag_resource(ResourceArn=arn, Tags={"b": "3"})
                aws.apigatewayv2.untag_resource(ResourceArn=arn, TagKeys=["a"])
                told.append(aws.apigatewayv2.get_tags(ResourceArn=arn)["Tags"])
            told.append(aws.apigatewayv2.get_stage(ApiId=api_id, StageName="$default")["Tags"])
            told.append(aws.apigatewayv2.get_domain_name(DomainName=name)["Tags"])
            return told

        self.assert_error_of_stock(tagged)
        self.assertEqual(tagged(self.ours), [{"b": "3"}] * 4)

    def test_apis_and_links_keep_their_tags(self):
        api_id = http_api(self.ours, Tags={"a": "1"})
        arn = f"arn:aws:apigateway:us-east-1::/apis/{api_id}"
        self.ours.apigatewayv2.tag_resource(ResourceArn=arn, Tags={"b": "2"})
        self.ours.apigatewayv2.untag_resource(ResourceArn=arn, TagKeys=["a"])
        self.assertEqual(self.ours.apigatewayv2.get_api(ApiId=api_id)["Tags"], {"b": "2"})

    def test_clear_what_a_route_no_longer_has(self):
        def cleared(aws):
            api_id, pool_id = http_api(aws), pool(aws)
            of_api = authorizer(aws, api_id, pool_id, client(aws, pool_id))
            jwt = {"AuthorizationType": "JWT", "AuthorizerId": of_api, "AuthorizationScopes": ["a/read"]}
            names = {"ApiId": api_id, "RouteId": route(aws, api_id, **jwt)}
            aws.apigatewayv2.update_route(**names, AuthorizationScopes=[])
            told = aws.apigatewayv2.get_route(**names).get("AuthorizationScopes")
            aws.apigatewayv2.update_route(**names, AuthorizationType="NONE")
            return told, "AuthorizerId" in aws.apigatewayv2.get_route(**names)

        self.assertEqual(cleared(self.stock), (["a/read"], True))
        self.assertEqual(cleared(self.ours), ([], False))

    def test_show_domain_names_as_they_are(self):
        def shown(aws):
            told = aws.apigatewayv2.get_domain_name(DomainName=domain_name(aws))
            (configuration,) = told["DomainNameConfigurations"]
            names = ("DomainNameStatus", "HostedZoneId", "ApiGatewayDomainName")
            return [configuration.get(name) for name in names], "MutualTlsAuthentication" in told

        self.assertEqual(shown(self.stock), ([None, None, None], True))
        (status, zone, target), mutual = shown(self.ours)
        self.assertEqual((status, zone, mutual), ("AVAILABLE", "Z1UJRNOUMOOQ4", False))
        self.assertRegex(target, r"^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$")

    def test_change_domain_names(self):
        def changed(aws):
            name, _ = mapping(aws)
            other = {"CertificateArn": certificate(aws, name), **REGIONAL}
            aws.apigatewayv2.update_domain_name(DomainName=name, DomainNameConfigurations=[other])
            (told,) = aws.apigatewayv2.get_domain_name(DomainName=name)["DomainNameConfigurations"]
            aws.apigatewayv2.delete_domain_name(DomainName=name)
            return told["CertificateArn"] == other["CertificateArn"]

        self.assert_error_of_stock(changed)
        self.assertTrue(changed(self.ours))

        def deleted(aws):
            aws.apigatewayv2.delete_domain_name(DomainName=mapping(aws)[0])

        self.assert_error_of_stock(deleted)
        deleted(self.ours)

    def test_change_api_mappings(self):
        def changed(aws):
            name, mapping_id = mapping(aws)
            names = {"DomainName": name, "ApiMappingId": mapping_id}
            api_id = http_api(aws)
            stage(aws, api_id)
            aws.apigatewayv2.update_api_mapping(**names, ApiId=api_id, ApiMappingKey="v2")
            told = aws.apigatewayv2.get_api_mapping(**names)
            return told["ApiId"] == api_id, told["ApiMappingKey"], told["Stage"]

        self.assert_error_of_stock(changed)
        self.assertEqual(changed(self.ours), (True, "v2", "$default"))

    def test_refuse_to_change_what_there_is_not(self):
        def unknown_integration(aws):
            aws.apigatewayv2.update_integration(ApiId=http_api(aws), IntegrationId="missing", IntegrationUri="http://a")

        def unknown_authorizer(aws):
            aws.apigatewayv2.update_authorizer(ApiId=http_api(aws), AuthorizerId="missing", Name="other")

        for act in (unknown_integration, unknown_authorizer):
            self.assert_error_of_stock(act)
            self.assert_error("NotFoundException", "identifier specified missing", act, self.ours, status=404)

    def test_an_integration_is_changed(self):
        api_id = http_api(self.ours)
        names = {"ApiId": api_id, "IntegrationId": integration(self.ours, api_id)}
        self.ours.apigatewayv2.update_integration(**names, TimeoutInMillis=1000)
        told = self.ours.apigatewayv2.get_integration(**names)
        self.assertEqual((told["TimeoutInMillis"], told["IntegrationUri"]), (1000, "http://example.com"))


if __name__ == "__main__":
    unittest.main()
