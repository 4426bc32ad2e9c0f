"""Amazon API Gateway (REST APIs): what Terraform changes in place, and what deployments are (moto 5.2.1)."""

import json
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigateway.models import Authorizer, Integration, RestAPI, UsagePlan
from moto.apigateway.responses import APIGatewayResponse

from control import apis
from patching import add, replace, wrap
from refusing import Refusal, parameters

METHOD = {
    "apiKeyRequired": "api_key_required",
    "authorizationScopes": "authorization_scopes",
    "authorizationType": "authorization_type",
    "authorizerId": "authorizer_id",
    "operationName": "operation_name",
    "requestModels": "request_models",
    "requestParameters": "request_parameters",
    "requestValidatorId": "request_validator_id",
}
INTEGRATION = {
    "cacheKeyParameters": "cache_key_parameters",
    "cacheNamespace": "cache_namespace",
    "connectionId": "connection_id",
    "connectionType": "connection_type",
    "contentHandling": "content_handling",
    "credentials": "credentials",
    "httpMethod": "http_method",
    "passthroughBehavior": "passthrough_behaviour",
    "requestParameters": "request_parameters",
    "requestTemplates": "request_templates",
    "timeoutInMillis": "timeout_in_millis",
    "tlsConfig": "tls_config",
    "uri": "uri",
}
DOMAIN = {
    "regionalCertificateArn": "regional_certificate_arn",
    "regionalCertificateName": "regional_certificate_name",
    "certificateArn": "certificate_arn",
    "certificateName": "certificate_name",
    "securityPolicy": "security_policy",
}
LISTS = ("authorizationScopes", "cacheKeyParameters", "providerARNs")
FLAGS = ("apiKeyRequired", "insecureSkipVerification")
NUMBERS = ("timeoutInMillis",)


def patch(thing, members, operations):
    """Applies patch operations ("PATCH operations" of the API reference); `members`: attribute of each member."""
    for operation in operations:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].lstrip("/").split("/")]
        if parts[0] in members:
            _patch_member(thing, members[parts[0]], parts, operation)


def _patch_member(thing, attribute, parts, operation):
    member, removes, value = parts[0], operation["op"] == "remove", operation.get("value")
    now = getattr(thing, attribute, None)
    if member in LISTS:
        item = value if len(parts) == 1 else parts[1]
        kept = [each for each in now or [] if each != item]
        now = kept if removes else [*kept, item]
    elif len(parts) > 1:
        now = {name: each for name, each in (now or {}).items() if name != parts[1]}
        if not removes:
            now[parts[1]] = _typed(parts[1], value)
    else:
        now = None if removes else _typed(member, value)
    setattr(thing, attribute, now)


def _typed(member, value):
    """The values of patch operations are texts, whatever the member is."""
    if member in FLAGS or value in ("true", "false"):
        return value == "true"
    return int(value) if member in NUMBERS else value


def change_methods_and_integrations():
    """Symptom (moto 5.2.1): UpdateMethod, UpdateIntegration and UpdateDeployment: HTTP 500, and so is the description of a
    deployment that does not exist.
    AWS: changes what the patch operations say; NotFoundException.
    """

    @add(APIGatewayResponse, "update_method")
    def update_method(response):
        method = response.backend.get_method(*_names(response))
        patch(method, METHOD, parameters(response)["patchOperations"])
        return 200, {}, json.dumps(method.to_json())

    @add(APIGatewayResponse, "update_integration")
    def update_integration(response):
        integration = response.backend.get_integration(*_names(response))
        patch(integration, INTEGRATION, parameters(response)["patchOperations"])
        return 200, {}, json.dumps(integration.to_json())

    @add(APIGatewayResponse, "update_deployment")
    def update_deployment(response):
        parts = response.path.split("/")
        deployment = response.backend.get_deployment(parts[2], parts[4])
        patch(deployment, {"description": "description"}, parameters(response)["patchOperations"])
        return 200, {}, json.dumps(deployment.to_json())

    @wrap(RestAPI, "get_deployment")
    def get_deployment(original, api, deployment_id):
        if deployment_id not in api.deployments:
            raise Refusal("NotFoundException", "Invalid Deployment identifier specified")
        return original(api, deployment_id)


def _names(response):
    """API, resource and method of a path `/restapis/ID/resources/ID/methods/NAME...`."""
    parts = response.path.split("/")
    return parts[2], parts[4], parts[6]


def keep_the_connection_of_an_integration():
    """Symptom (moto 5.2.1): the connection id of an integration is dropped, and an integration without templates, a
    timeout, a connection type or a namespace has none: every plan after a change sets them.
    AWS: 29 seconds, INTERNET, the resource's id.
    """

    @wrap(APIGatewayResponse, "put_integration")
    def put_integration(original, response):
        answer = original(response)
        names, request = _names(response), parameters(response)
        integration = response.backend.get_integration(*names)
        integration.connection_id = request.get("connectionId")
        integration.connection_type = integration.connection_type or "INTERNET"
        integration.timeout_in_millis = integration.timeout_in_millis or 29_000
        integration.cache_namespace = integration.cache_namespace or names[1]
        integration.passthrough_behaviour = integration.passthrough_behaviour or "WHEN_NO_MATCH"
        return answer[0], answer[1], json.dumps(integration.to_json())

    @wrap(Integration, "to_json")
    def to_json(original, integration):
        connection = getattr(integration, "connection_id", None)
        return {**original(integration), **({"connectionId": connection} if connection else {})}


def read_flags_of_changed_apis():
    """Symptom (moto 5.2.1): a change that turns the execute-api endpoint on turns it off: the text "false" is true.
    AWS: reads it.
    """

    @wrap(RestAPI, "apply_patch_operations")
    def apply_patch_operations(original, api, operations):
        original(api, operations)
        for operation in operations:
            if operation["path"] == "/disableExecuteApiEndpoint":
                api.disableExecuteApiEndpoint = operation["value"] == "true"


def change_the_pools_of_an_authorizer():
    """Symptom (moto 5.2.1): a change of the user pools of an authorizer: HTTP 500.
    AWS: adds and removes them.
    """

    @wrap(Authorizer, "apply_operations")
    def apply_operations(original, authorizer, operations):
        pools = [operation for operation in operations if operation["path"].startswith("/providerARNs")]
        patch(authorizer, {"providerARNs": "provider_arns"}, pools)
        return original(authorizer, [operation for operation in operations if operation not in pools])


def change_domain_names():
    """Symptom (moto 5.2.1): UpdateDomainName: HTTP 500.
    AWS: changes what the patch operations say.
    """

    @add(APIGatewayResponse, "update_domain_name")
    def update_domain_name(response):
        domain = response.backend.get_domain_name(unquote(response.path.split("/")[2]))
        patch(domain, DOMAIN, parameters(response)["patchOperations"])
        return 200, {}, json.dumps(domain.to_json())


def read_numbers_of_usage_plans():
    """Symptom (moto 5.2.1): a rate of 0.5 requests a second: HTTP 500; a changed quota is a text, which the provider
    can't read.
    AWS: numbers, rates with a fraction.
    """

    @wrap(UsagePlan, "apply_patch_operations")
    def apply_patch_operations(original, plan, operations):
        rates = [operation for operation in operations if operation["path"] == "/throttle/rateLimit"]
        original(plan, [operation for operation in operations if operation not in rates])
        for operation in rates:
            plan.throttle["rateLimit"] = float(operation["value"])
        for name in ("limit", "offset"):
            if name in plan.quota:
                plan.quota[name] = int(plan.quota[name])


def tag_whatever_has_an_arn():
    """Symptom (moto 5.2.1): TagResource and its like for a REST API, a usage plan or a domain name: HTTP 404 or 500.
    AWS: tags whatever has an ARN.
    """
    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = APIGatewayResponse.dispatch

    @replace(APIGatewayResponse, "tag_resource")
    def tag_resource(response):
        _tagged(response).update(parameters(response).get("tags") or {})
        return 204, {}, ""

    @replace(APIGatewayResponse, "untag_resource")
    def untag_resource(response):
        tags = _tagged(response)
        for key in response.querystring.get("tagKeys") or []:
            tags.pop(key, None)
        return 204, {}, ""

    @add(APIGatewayResponse, "get_tags")
    def get_tags(response):
        return 200, {}, json.dumps({"tags": _tagged(response)})


def _tagged(response):
    """The tags of the thing whose ARN is in the path."""
    parts = unquote(response.path.split("/tags/")[1]).partition("::/")[2].split("/")
    backend = response.backend
    if parts[0] == "usageplans":
        thing = backend.get_usage_plan(parts[1])
    elif parts[0] == "domainnames":
        thing = backend.get_domain_name(parts[1])
    elif len(parts) == 4:
        thing = backend.get_stage(parts[1], parts[3])
    else:
        thing = backend.get_rest_api(parts[1])
    thing.tags = thing.tags or {}
    return thing.tags


def deploy_what_there_is():
    """Symptom (moto 5.2.1): a deployment is nothing but an id: nobody can say what a stage serves.
    AWS: a deployment is the API as it was; changes are served after the next one only ("Deploy REST APIs").
    """

    @wrap(RestAPI, "create_deployment")
    def create_deployment(original, api, *arguments, **options):
        made = original(api, *arguments, **options)
        made.routes = apis.rest_routes(api)
        return made


PATCHES = (
    change_methods_and_integrations,
    keep_the_connection_of_an_integration,
    read_flags_of_changed_apis,
    change_the_pools_of_an_authorizer,
    change_domain_names,
    read_numbers_of_usage_plans,
    tag_whatever_has_an_arn,
    deploy_what_there_is,
)
