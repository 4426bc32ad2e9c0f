"""Amazon API Gateway (REST APIs): what methods, authorizers, stages and the account may not be (moto 5.2.1)."""

import json

from moto.apigateway.models import apigateway_backends
from moto.apigateway.responses import APIGatewayResponse
from moto.cognitoidp.models import cognitoidp_backends
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from patches.apigatewayv2_rules import require_certificate, require_log_group
from refusing import Refusal, as_list, before

PRINCIPAL = "apigateway.amazonaws.com"
LOGGING = ("ERROR", "INFO")


def require_an_authorizer_of_the_api():
    """Symptom (moto 5.2.1): a method may have an authorizer of another API, or none, where it needs one.
    AWS: BadRequestException.
    """

    @before(APIGatewayResponse, "put_method")
    def authorizer(response, request):
        api = response.backend.get_rest_api(response.path.split("/")[2])
        needed = request.get("authorizationType") in ("CUSTOM", "COGNITO_USER_POOLS")
        if needed and request.get("authorizerId") not in api.authorizers:
            raise _bad(
                "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
                "requires a valid authorizer."
            )


def require_pools_that_there_are():
    """Symptom (moto 5.2.1): a Cognito authorizer may be of no user pool, or of one that does not exist.
    AWS: BadRequestException.
    """

    @before(APIGatewayResponse, "create_authorizer")
    def authorizer(_response, request):
        if request.get("type") != "COGNITO_USER_POOLS":
            return
        arns = request.get("providerARNs") or []
        for arn in arns or [""]:
            region, account, name = (arn.split(":") + [""] * 6)[3:6]
            known = cognitoidp_backends[account][region].user_pools if account and region else {}
            if name.removeprefix("userpool/") not in known:
                raise _bad(f"Invalid Cognito User Pool ARN: {arn!r}")


def require_an_integration_of_each_method():
    """Symptom (moto 5.2.1): an API is deployed while methods of it have no integration; a deployment is deleted that a
    stage serves.
    AWS: BadRequestException.
    """

    @before(APIGatewayResponse, "create_deployment")
    def deployment(response, _request):
        api = response.backend.get_rest_api(response.path.split("/")[2])
        methods = [method for resource in api.resources.values() for method in resource.resource_methods.values()]
        if any(method.method_integration is None for method in methods):
            raise _bad("No integration defined for method")

    @before(APIGatewayResponse, "delete_deployment")
    def deletion(response, _request):
        _, _, api_id, _, deployment_id = response.path.split("/")[:5]
        stages = response.backend.get_rest_api(api_id).stages.values()
        if any(stage.deployment_id == deployment_id for stage in stages):
            raise _bad("Active stages pointing to this deployment must be moved or deleted")


def require_a_role_for_logs():
    """Symptom (moto 5.2.1): stages log without a role of the account that may write logs; the account may have any
    role, and access logs any destination.
    AWS: BadRequestException ("Set up CloudWatch logging for REST APIs").
    """

    @before(APIGatewayResponse, "update_stage")
    def stage(response, request):
        operations = [operation for operation in request.get("patchOperations") or [] if operation["op"] != "remove"]
        destinations = [each["value"] for each in operations if each["path"] == "/accessLogSettings/destinationArn"]
        levels = [each["value"] for each in operations if each["path"].endswith("/logging/loglevel")]
        account = apigateway_backends[response.current_account][response.region].account
        if (destinations or set(LOGGING) & set(levels)) and not account.cloudwatch_role_arn:
            raise _bad("CloudWatch Logs role ARN must be set in account settings to enable logging")
        for arn in destinations:
            require_log_group(response, arn)

    @before(APIGatewayResponse, "update_account")
    def account(response, request):
        for operation in request.get("patchOperations") or []:
            if operation["path"] == "/cloudwatchRoleArn" and operation.get("value"):
                _require_logging_role(response, operation["value"])


def _require_logging_role(response, arn):
    try:
        role = iam_backends[response.current_account][response.partition].get_role_by_arn(arn)
    except NotFoundException:
        raise _bad(f"The role {arn} does not exist.") from None
    trusted = [
        service
        for statement in as_list(json.loads(role.assume_role_policy_document)["Statement"])
        if statement.get("Effect") == "Allow" and isinstance(statement.get("Principal"), dict)
        for service in as_list(statement["Principal"].get("Service", []))
    ]
    if PRINCIPAL not in trusted or not (role.managed_policies or role.policies):
        raise _bad(
            "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway "
            "and add the required role policy."
        )


def require_a_certificate_of_a_domain_name():
    """Symptom (moto 5.2.1): a regional domain name may have a certificate that does not exist, is not issued or is for
    another name, and take the place of another one.
    AWS: BadRequestException.
    """

    @before(APIGatewayResponse, "create_domain_name")
    def domain(response, request):
        name = request.get("domainName") or ""
        if name in response.backend.domain_names:
            raise _bad("The domain name you provided already exists.")
        if request.get("regionalCertificateArn"):
            require_certificate(response, name, request["regionalCertificateArn"])


def _bad(message):
    return Refusal("BadRequestException", message)


PATCHES = (
    require_an_authorizer_of_the_api,
    require_pools_that_there_are,
    require_an_integration_of_each_method,
    require_a_role_for_logs,
    require_a_certificate_of_a_domain_name,
)
