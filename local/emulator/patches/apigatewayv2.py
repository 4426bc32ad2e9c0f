"""Amazon API Gateway (HTTP APIs): what Terraform changes in place, and custom domains that are there (moto 5.2.1)."""

import json
import secrets
from datetime import datetime
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigatewayv2.models import ApiGatewayV2Backend, DomainName, Route
from moto.apigatewayv2.responses import ApiGatewayV2Response

from patching import add, replace, wrap
from refusing import parameters

# "Amazon API Gateway endpoints and quotas" (AWS General Reference): the hosted zones of regional domain names.
HOSTED_ZONES = {
    "us-east-1": "Z1UJRNOUMOOQ4",
    "us-east-2": "ZOJJZC49E0EPZ",
    "us-west-1": "Z2MUQ32089INYE",
    "us-west-2": "Z2OJLYMUO9EFXC",
    "eu-central-1": "Z1U9ULNL0V5AJ3",
    "eu-west-1": "ZLY8HYME6SFDD",
    "eu-west-2": "ZJ5UAJN8Y3Z2Q",
    "eu-west-3": "Z3KY65QIEKYHQQ",
    "eu-north-1": "Z3UWIKFBOOGXPP",
}
OTHER_HOSTED_ZONE = "Z2FDTNDATAQYW2"
ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
# Member of the request -> attribute of moto's stage.
STAGE_MEMBERS = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "clientCertificateId": "client_certificate_id",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
}
NO_CONTENT = 204, {}, ""


def change_stages():
    """Symptom (moto 5.2.1): UpdateStage, DeleteAccessLogSettings and DeleteRouteSettings: HTTP 404.
    AWS: changes what is given; settings of routes that are not given stay, variables without a value go.
    """
    stage = "{0}/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)"
    urls.url_paths[stage + "/accesslogsettings$"] = ApiGatewayV2Response.dispatch
    urls.url_paths[stage + "/routesettings/(?P<route_key>.+)$"] = ApiGatewayV2Response.dispatch

    @add(ApiGatewayV2Response, "update_stage")
    def update_stage(response):
        stage, request = _stage(response), parameters(response)
        given = {name: request[name] for name in STAGE_MEMBERS if name in request}
        if "routeSettings" in given:
            given["routeSettings"] = {**stage.route_settings, **given["routeSettings"]}
        if "stageVariables" in given:
            merged = {**stage.stage_variables, **given["stageVariables"]}
            given["stageVariables"] = {name: value for name, value in merged.items() if value}
        for name, value in given.items():
            setattr(stage, STAGE_MEMBERS[name], value)
        if "defaultRouteSettings" in request:
            stage.default_route_settings = {**stage.default_route_settings, **request["defaultRouteSettings"]}
        stage.updated = datetime.now()
        return 200, {}, json.dumps(stage.to_json())

    @add(ApiGatewayV2Response, "delete_access_log_settings")
    def delete_access_log_settings(response):
        _stage(response).access_log_settings = None
        return NO_CONTENT

    @add(ApiGatewayV2Response, "delete_route_settings")
    def delete_route_settings(response):
        _stage(response).route_settings.pop(unquote(response.path.split("/", 7)[7]), None)
        return NO_CONTENT


def _stage(response):
    """The stage of a path `/v2/apis/ID/stages/NAME...`."""
    parts = response.path.split("/")
    return response.apigatewayv2_backend.get_stage(parts[3], unquote(parts[5]))


def tag_stages_and_domain_names():
    """Symptom (moto 5.2.1): TagResource and its like for a stage or a domain name: HTTP 404, or tags that are not seen.
    AWS: tags whatever has an ARN.
    """
    urls.url_paths["{0}/v2/tags/(?P<arn>.+)$"] = ApiGatewayV2Response.dispatch

    @wrap(ApiGatewayV2Backend, "tag_resource")
    def tag_resource(original, backend, resource_arn, tags):
        kept = _tags(backend, resource_arn)
        if kept is None:
            return original(backend, resource_arn, tags)
        kept.update(tags or {})

    @wrap(ApiGatewayV2Backend, "untag_resource")
    def untag_resource(original, backend, resource_arn, tag_keys):
        kept = _tags(backend, resource_arn)
        if kept is None:
            return original(backend, resource_arn, tag_keys)
        for key in tag_keys:
            kept.pop(key, None)

    @wrap(ApiGatewayV2Backend, "get_tags")
    def get_tags(original, backend, resource_id):
        kept = _tags(backend, resource_id)
        return original(backend, resource_id) if kept is None else dict(kept)


def _tags(backend, arn):
    """The tags of a stage or a domain name, which moto keeps with it; None for all else."""
    kind, _, name = arn.partition("::/")[2].partition("/")
    if kind == "domainnames":
        return backend.get_domain_name(name).tags
    if kind == "apis" and "/stages/" in name:
        api, _, stage = name.partition("/stages/")
        return backend.get_stage(api, stage).tags
    return None


def clear_what_a_route_no_longer_has():
    """Symptom (moto 5.2.1): a route keeps scopes that a change takes from it, all of them.
    AWS: an empty list of scopes is none.
    """

    @wrap(Route, "update")
    def update(original, route, **changes):
        original(route, **changes)
        if changes["authorization_scopes"] == []:
            route.authorization_scopes = []
        if changes["authorization_type"] == "NONE":
            route.authorizer_id = None


def show_domain_names_as_they_are():
    """Symptom (moto 5.2.1): the provider waits in vain for a domain name: "unexpected state '', wanted target
    'AVAILABLE'"; it has no name to which a record could point, and a plan takes from it mutual TLS that it hasn't.
    AWS: a regional domain name is available at once, with a target and its hosted zone.
    """

    @wrap(DomainName, "__init__")
    def initialise(original, domain, **options):
        region = options["backend"].region_name
        original(domain, **options)
        domain.tags = dict(domain.tags or {})
        domain.target = f"d-{_id()}.execute-api.{region}.amazonaws.com"
        domain.hosted_zone = HOSTED_ZONES.get(region, OTHER_HOSTED_ZONE)

    @wrap(DomainName, "to_json")
    def to_json(original, domain):
        told = {name: value for name, value in original(domain).items() if value or name == "tags"}
        told["domainNameConfigurations"] = [
            {
                "ipAddressType": "ipv4",
                **configuration,
                "apiGatewayDomainName": domain.target,
                "hostedZoneId": domain.hosted_zone,
                "domainNameStatus": "AVAILABLE",
            }
            for configuration in domain.domain_name_configurations
        ]
        return told


def _id():
    return "".join(secrets.choice(ID_CHARACTERS) for _ in range(10))


def change_domain_names():
    """Symptom (moto 5.2.1): UpdateDomainName: HTTP 500; a domain name with a mapping is not deleted: HTTP 500.
    AWS: changes what is given; deletes the mappings with the domain name.
    """

    @add(ApiGatewayV2Response, "update_domain_name")
    def update_domain_name(response):
        request = parameters(response)
        domain = response.apigatewayv2_backend.get_domain_name(unquote(response.path.split("/")[-1]))
        domain.domain_name_configurations = request.get("domainNameConfigurations", domain.domain_name_configurations)
        if "mutualTlsAuthentication" in request:
            domain.mutual_tls_authentication = request["mutualTlsAuthentication"]
        return 200, {}, json.dumps(domain.to_json())

    @wrap(ApiGatewayV2Backend, "delete_domain_name")
    def delete_domain_name(original, backend, domain_name):
        kept = {key: each for key, each in backend.api_mappings.items() if each.domain_name != domain_name}
        if domain_name in backend.domain_names:
            backend.api_mappings = kept
        return original(backend, domain_name)


def change_api_mappings():
    """Symptom (moto 5.2.1): UpdateApiMapping: HTTP 500.
    AWS: changes API, stage and key of a mapping, which keeps its id.
    """

    @add(ApiGatewayV2Response, "update_api_mapping")
    def update_api_mapping(response):
        _, _, _, domain, _, mapping_id = response.path.split("/")
        mapping, request = response.apigatewayv2_backend.get_api_mapping(mapping_id, domain), parameters(response)
        mapping.api_id = request.get("apiId", mapping.api_id)
        mapping.stage = request.get("stage", mapping.stage)
        mapping.api_mapping_key = request.get("apiMappingKey", mapping.api_mapping_key)
        return 200, {}, json.dumps(mapping.to_json())

    @replace(ApiGatewayV2Backend, "_generate_api_maping_id")
    def new_id(_backend, **_of):
        return _id()[:6]


def refuse_to_change_what_there_is_not():
    """Symptom (moto 5.2.1): a change of an integration or an authorizer that does not exist: HTTP 500.
    AWS: NotFoundException.
    """

    @wrap(ApiGatewayV2Backend, "update_integration")
    def update_integration(original, backend, **options):
        backend.get_integration(options["api_id"], options["integration_id"])
        return original(backend, **options)

    @wrap(ApiGatewayV2Backend, "update_authorizer")
    def update_authorizer(original, backend, api_id, **options):
        backend.get_authorizer(api_id, options["authorizer_id"])
        return original(backend, api_id, **options)


PATCHES = (
    change_stages,
    tag_stages_and_domain_names,
    clear_what_a_route_no_longer_has,
    show_domain_names_as_they_are,
    change_domain_names,
    change_api_mappings,
    refuse_to_change_what_there_is_not,
)
