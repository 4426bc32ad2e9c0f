"""What API Gateway refuses of REST APIs: stock moto against our emulator."""

import json
import unittest

from api_things import certificate, method, proxied, rest_api, stage
from support import PatchTest, unique

BAD = "BadRequestException"
POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def role(aws, service="apigateway.amazonaws.com", allowed=True):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    name = unique("api-logs")
    arn = aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if allowed:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
        aws.iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=json.dumps(document))
    return arn


def account_role(aws, arn):
    operations = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}]
    aws.apigateway.update_account(patchOperations=operations)


def staged(aws):
    api_id, resource = rest_api(aws)
    proxied(aws, method(aws, api_id, resource))
    return {"restApiId": api_id, "stageName": "live"}, stage(aws, api_id)


class Rules(PatchTest):
    def test_require_an_authorizer_of_the_api(self):
        def without(aws):
            method(aws, *rest_api(aws), authorizationType="COGNITO_USER_POOLS", authorizerId="missing")

        self.assert_refused(BAD, "Invalid authorizer ID specified.", without)

    def test_require_pools_that_there_are(self):
        for arns in ([], ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_missing"]):

            def unknown(aws, arns=arns):
                kind = {"name": "pools", "type": "COGNITO_USER_POOLS", "providerARNs": arns}
                aws.apigateway.create_authorizer(restApiId=rest_api(aws)[0], **kind)

            self.assert_refused(BAD, "Invalid Cognito User Pool ARN", unknown)

    def test_require_an_integration_of_each_method(self):
        def half(aws):
            api_id, resource = rest_api(aws)
            proxied(aws, method(aws, api_id, resource))
            method(aws, api_id, resource, "POST")
            aws.apigateway.create_deployment(restApiId=api_id)

        self.assert_refused(BAD, "No integration defined for method", half)

        def served(aws):
            names, deployment = staged(aws)
            aws.apigateway.delete_deployment(restApiId=names["restApiId"], deploymentId=deployment)

        self.assert_refused(BAD, "Active stages pointing to this deployment must be moved or deleted", served)

    def test_require_a_role_for_logs(self):
        group = unique("logs")
        for aws in (self.stock, self.ours):
            aws.logs.create_log_group(logGroupName=group)

        def logged(aws, name=group, path="/accessLogSettings/destinationArn"):
            arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"
            value = arn if path.startswith("/access") else "INFO"
            operations = [{"op": "replace", "path": path, "value": value}]
            aws.apigateway.update_stage(**staged(aws)[0], patchOperations=operations)

        message = "CloudWatch Logs role ARN must be set in account settings to enable logging"
        self.assert_refused(BAD, message, logged)
        self.assert_refused(BAD, message, lambda aws: logged(aws, path="/*/*/logging/loglevel"))
        message = "The role ARN does not have required permissions configured."
        self.assert_refused(BAD, message, lambda aws: account_role(aws, role(aws, "ec2.amazonaws.com")))
        self.assert_refused(BAD, message, lambda aws: account_role(aws, role(aws, allowed=False)))
        missing = "arn:aws:iam::123456789012:role/missing"
        self.assert_refused(BAD, "does not exist", lambda aws: account_role(aws, missing))
        account_role(self.ours, role(self.ours))
        logged(self.ours)
        logged(self.ours, path="/*/*/logging/loglevel")
        self.assert_refused(BAD, "Access logs destination must be", lambda aws: logged(aws, "missing"))
        account_role(self.ours, "")

    def test_require_a_certificate_of_a_domain_name(self):
        def made(aws, arn=None, name=None):
            name = name or f"{unique('rest')}.example.com"
            arn = arn or certificate(aws, name)
            aws.apigateway.create_domain_name(domainName=name, regionalCertificateArn=arn)
            return name

        unknown = "arn:aws:acm:us-east-1:123456789012:certificate/missing"
        self.assert_refused(BAD, "was not found in us-east-1", lambda aws: made(aws, unknown))
        message = "The domain name you provided already exists."
        self.assert_refused(BAD, message, lambda aws: made(aws, name=made(aws)))


if __name__ == "__main__":
    unittest.main()
