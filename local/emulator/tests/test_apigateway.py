"""API Gateway's REST APIs: stock moto against our emulator."""

import unittest

import attached
from api_things import certificate, get, method, pool, proxied, rest_api, stage
from support import PatchTest, unique
from test_codecommit import as_sent


def replaced(path, value):
    return {"op": "replace", "path": path, "value": value}


class RestApis(PatchTest):
    def assert_error_of_stock(self, act, message=r"\((404|500)\)"):
        with self.assertRaises(Exception) as caught:
            act(self.stock)
        self.assertRegex(str(caught.exception), message)

    def test_change_methods_and_integrations(self):
        def changed(aws):
            api_id, resource = rest_api(aws)
            names = method(aws, api_id, resource, authorizationScopes=["a/read"], requestParameters={})
            proxied(aws, names)
            operations = [
                replaced("/apiKeyRequired", "true"),
                {"op": "add", "path": "/authorizationScopes", "value": "a/write"},
                {"op": "remove", "path": "/authorizationScopes", "value": "a/read"},
                {"op": "add", "path": "/requestParameters/method.request.path.a", "value": "true"},
            ]
            aws.apigateway.update_method(**names, patchOperations=operations)
            operations = [
                replaced("/uri", "http://example.com/v2"),
                replaced("/timeoutInMillis", "5000"),
                {"op": "add", "path": "/requestTemplates/application~1json", "value": "{}"},
            ]
            aws.apigateway.update_integration(**names, patchOperations=operations)
            deployment = aws.apigateway.create_deployment(restApiId=api_id)["id"]
            of_deployment = {"restApiId": api_id, "deploymentId": deployment}
            described = [replaced("/description", "second")]
            aws.apigateway.update_deployment(**of_deployment, patchOperations=described)
            told, to = aws.apigateway.get_method(**names), aws.apigateway.get_integration(**names)
            return (
                [told[name] for name in ("apiKeyRequired", "authorizationScopes", "requestParameters")],
                [to[name] for name in ("uri", "timeoutInMillis", "requestTemplates")],
                aws.apigateway.get_deployment(**of_deployment)["description"],
            )

        self.assert_error_of_stock(changed)
        told, to, description = changed(self.ours)
        self.assertEqual(told, [True, ["a/write"], {"method.request.path.a": True}])
        self.assertEqual(to, ["http://example.com/v2", 5000, {"application/json": "{}"}])
        self.assertEqual(description, "second")

        def unknown(aws):
            aws.apigateway.get_deployment(restApiId=rest_api(aws)[0], deploymentId="missing")

        self.assert_error_of_stock(unknown)
        self.assert_error("NotFoundException", "Invalid Deployment identifier", unknown, self.ours, status=404)

    def test_keep_the_connection_of_an_integration(self):
        def told(aws):
            names = method(aws, *rest_api(aws))
            proxied(aws, names)
            told = aws.apigateway.get_integration(**names)
            linked = {"connectionType": "VPC_LINK", "connectionId": "l1"}
            proxy = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": "http://example.com"}
            aws.apigateway.put_integration(**names, **proxy, **linked)
            defaults = [told.get(name) for name in ("timeoutInMillis", "connectionType", "passthroughBehavior")]
            return defaults, aws.apigateway.get_integration(**names).get("connectionId")

        self.assertEqual(told(self.stock), ([None, None, None], None))
        self.assertEqual(told(self.ours), ([29_000, "INTERNET", "WHEN_NO_MATCH"], "l1"))

    def test_read_flags_of_changed_apis(self):
        def flags(aws):
            api_id, told = rest_api(aws)[0], []
            for value in ("true", "false"):
                operations = [replaced("/disableExecuteApiEndpoint", value)]
                aws.apigateway.update_rest_api(restApiId=api_id, patchOperations=operations)
                told.append(aws.apigateway.get_rest_api(restApiId=api_id)["disableExecuteApiEndpoint"])
            return told

        self.assertEqual(flags(self.stock), [True, True])
        self.assertEqual(flags(self.ours), [True, False])

    def test_change_the_pools_of_an_authorizer(self):
        def changed(aws):
            api_id, _ = rest_api(aws)
            one, other = (f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool(aws)}" for _ in range(2))
            kind = {"name": "pools", "type": "COGNITO_USER_POOLS"}
            made = aws.apigateway.create_authorizer(restApiId=api_id, providerARNs=[one], **kind)["id"]
            operations = [
                {"op": "add", "path": "/providerARNs", "value": other},
                {"op": "remove", "path": "/providerARNs", "value": one},
                replaced("/name", "others"),
            ]
            names = {"restApiId": api_id, "authorizerId": made}
            aws.apigateway.update_authorizer(**names, patchOperations=operations)
            told = aws.apigateway.get_authorizer(**names)
            return told["providerARNs"] == [other], told["name"]

        self.assert_error_of_stock(changed)
        self.assertEqual(changed(self.ours), (True, "others"))

    def test_change_domain_names(self):
        def changed(aws):
            name = f"{unique('rest')}.example.com"
            arns = [certificate(aws, name) for _ in range(2)]
            regional = {"endpointConfiguration": {"types": ["REGIONAL"]}}
            aws.apigateway.create_domain_name(domainName=name, regionalCertificateArn=arns[0], **regional)
            operations = [replaced("/regionalCertificateArn", arns[1])]
            aws.apigateway.update_domain_name(domainName=name, patchOperations=operations)
            return aws.apigateway.get_domain_name(domainName=name)["regionalCertificateArn"] == arns[1]

        self.assert_error_of_stock(changed)
        self.assertTrue(changed(self.ours))

    def test_read_numbers_of_usage_plans(self):
        def changed(aws, rate):
            limits = {"throttle": {"rateLimit": 1.0, "burstLimit": 1}, "quota": {"limit": 1, "period": "DAY"}}
            made = aws.apigateway.create_usage_plan(name=unique("plan"), **limits)["id"]
            operations = [replaced("/throttle/rateLimit", rate), replaced("/quota/limit", "2")]
            aws.apigateway.update_usage_plan(usagePlanId=made, patchOperations=operations)
            client = aws.client("apigateway")
            told = as_sent(client, lambda: client.get_usage_plan(usagePlanId=made))
            return told["throttle"]["rateLimit"], told["quota"]["limit"]

        self.assert_error_of_stock(lambda aws: changed(aws, "0.5"))
        self.assertEqual(changed(self.stock, "3"), (3, "2"))
        self.assertEqual(changed(self.ours, "0.5"), (0.5, 2))

    def test_tag_whatever_has_an_arn(self):
        def tagged(aws):
            api_id, resource = rest_api(aws)
            proxied(aws, method(aws, api_id, resource))
            stage(aws, api_id)
            plan = aws.apigateway.create_usage_plan(name=unique("plan"))["id"]
            name, told = f"{unique('rest')}.example.com", []
            aws.apigateway.create_domain_name(domainName=name, regionalCertificateArn=certificate(aws, name))
            ends = f"restapis/{api_id}", f"restapis/{api_id}/stages/live", f"usageplans/{plan}", f"domainnames/{name}"
            for end in ends:
                arn = f"arn:aws:apigateway:us-east-1::/{end}"
                aws.apigateway.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
                aws.apigateway.untag_resource(resourceArn=arn, tagKeys=["a"])
                told.append(aws.apigateway.get_tags(resourceArn=arn)["tags"])
            told.append(aws.apigateway.get_rest_api(restApiId=api_id)["tags"])
            return told

        self.assert_error_of_stock(tagged)
        self.assertEqual(tagged(self.ours), [{"b": "2"}] * 5)

    def test_deploy_what_there_is(self):
        # Stock moto has no view, and nothing else that would tell what a stage serves.
        aws, _ = attached.shared()
        api_id, resource = rest_api(aws)
        proxied(aws, method(aws, api_id, resource))
        stage(aws, api_id)
        proxied(aws, method(aws, api_id, resource, "POST"))

        def methods():
            found = [each for each in get(aws, "_local/view")[1]["apis"] if each["id"] == api_id]
            return [route["method"] for each in found for route in each["routes"]]

        attached.until(lambda: methods() == ["GET"])
        second = aws.apigateway.create_deployment(restApiId=api_id)["id"]
        names = {"restApiId": api_id, "stageName": "live"}
        aws.apigateway.update_stage(**names, patchOperations=[replaced("/deploymentId", second)])
        attached.until(lambda: methods() == ["GET", "POST"])


if __name__ == "__main__":
    unittest.main()
