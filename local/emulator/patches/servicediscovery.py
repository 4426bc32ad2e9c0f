"""AWS Cloud Map: namespaces, services and instances that Terraform can manage and ECS can use (moto 5.2.1)."""

import json

from moto.route53.models import route53_backends
from moto.servicediscovery.models import Namespace, Operation, Service, ServiceDiscoveryBackend
from moto.servicediscovery.responses import ServiceDiscoveryResponse

from patching import replace, wrap
from refusing import parameters

# "AWS Cloud Map quotas" has none for operations; they are for those who wait for one.
OPERATIONS_KEPT = 1000
# "DnsConfig" of the API reference: where no routing policy is named.
DEFAULT_ROUTING = "MULTIVALUE"
SOA_TTL_SECONDS = 15
# What each filter of ListNamespaces looks at.
NAMESPACE_FILTERS = {
    "TYPE": lambda namespace: namespace.type,
    "NAME": lambda namespace: namespace.name,
    "HTTP_NAME": lambda namespace: namespace.name,
    "RESOURCE_OWNER": lambda _: "SELF",
}
SERVICE_FILTERS = {
    "NAMESPACE_ID": lambda service: service.namespace_id,
    "RESOURCE_OWNER": lambda _: "SELF",
}


def make_the_hosted_zone_of_a_namespace():
    """Symptom (moto 5.2.1): the hosted zone of a namespace is called NAME-hz, is of no VPC, and outlives the namespace;
    a VPC can have one namespace only.
    AWS: a hosted zone of the namespace's name, private to the VPC, which goes with the namespace. A VPC has any number
    of namespaces, but one hosted zone of a name: a second one fails (CANNOT_CREATE_HOSTED_ZONE).
    """

    @replace(ServiceDiscoveryBackend, "create_private_dns_namespace")
    def create_private(backend, name, creator_request_id, description, vpc, tags, properties):
        taken = _zone_of(backend, name, vpc)
        if taken:
            return _failed(backend, _already_associated(backend, vpc, taken))
        place = {"vpcid": vpc, "vpcregion": backend.region_name}
        zone = _route53(backend).create_hosted_zone(
            f"{name}.", private_zone=True, comment=f"Created by AWS Cloud Map namespace {name}", **place
        )
        return _made(backend, zone, name, "DNS_PRIVATE", creator_request_id, description, tags, properties, vpc)

    @replace(ServiceDiscoveryBackend, "create_public_dns_namespace")
    def create_public(backend, name, creator_request_id, description, tags, properties):
        comment = f"Created by AWS Cloud Map namespace {name}"
        zone = _route53(backend).create_hosted_zone(f"{name}.", private_zone=False, comment=comment)
        return _made(backend, zone, name, "DNS_PUBLIC", creator_request_id, description, tags, properties)

    @wrap(ServiceDiscoveryBackend, "delete_namespace")
    def delete_namespace(original, backend, namespace_id):
        namespace = backend.namespaces.get(namespace_id)
        operation = original(backend, namespace_id)
        _route53(backend).zones.pop(namespace.dns_properties.get("HostedZoneId"), None)
        backend.tagger.delete_all_tags_for_resource(namespace.arn)
        return operation


def _route53(backend):
    return route53_backends[backend.account_id][backend.partition]


def _zone_of(backend, name, vpc):
    """The private hosted zone of that name that the VPC has; None if there is none."""
    for zone in _route53(backend).zones.values():
        if zone.private_zone and zone.name.rstrip(".") == name and any(item.get("vpc_id") == vpc for item in zone.vpcs):
            return zone
    return None


def _already_associated(backend, vpc, zone):
    return (
        f"The VPC {vpc} in region {backend.region_name} has already been associated with the hosted zone "
        f"{zone.resource_id} with the same domain name."
    )


def _failed(backend, message):
    operation_id = backend._create_operation("CREATE_NAMESPACE", targets={})
    operation = backend.operations[operation_id]
    operation.status, operation.error = "FAIL", {"ErrorCode": "CANNOT_CREATE_HOSTED_ZONE", "ErrorMessage": message}
    return operation_id


def _made(backend, zone, name, kind, creator_request_id, description, tags, properties, vpc=None):
    given = ((properties or {}).get("DnsProperties") or {}).get("SOA") or {"TTL": SOA_TTL_SECONDS}
    namespace = Namespace(
        account_id=backend.account_id,
        region=backend.region_name,
        name=name,
        ns_type=kind,
        creator_request_id=creator_request_id,
        description=description,
        dns_properties={"HostedZoneId": zone.resource_id, "SOA": given},
        http_properties={"HttpName": name},
        vpc=vpc,
    )
    backend.namespaces[namespace.id] = namespace
    if tags:
        backend.tagger.tag_resource(namespace.arn, tags)
    return backend._create_operation("CREATE_NAMESPACE", targets={"NAMESPACE": namespace.id})


def tell_how_operations_end():
    """Symptom (moto 5.2.1): every operation succeeds, and is kept for ever, unless operations are listed: then those on
    deleted namespaces and on services are forgotten.
    AWS: a failed operation has an error code and a message.
    """

    @wrap(Operation, "to_json")
    def to_json(original, operation, short=False):
        return {**original(operation, short), **getattr(operation, "error", {})}

    @wrap(ServiceDiscoveryBackend, "_create_operation")
    def create_operation(original, backend, *arguments, **options):
        made = original(backend, *arguments, **options)
        for oldest in list(backend.operations)[:-OPERATIONS_KEPT]:
            del backend.operations[oldest]
        return made

    @replace(ServiceDiscoveryBackend, "list_operations")
    def list_operations(backend):
        return list(backend.operations.values())


def find_what_is_asked_for():
    """Symptom (moto 5.2.1): ListNamespaces and ListServices heed no filter: a namespace that is looked up by its name
    is any.
    AWS: those that the filters are met by.
    """

    @replace(ServiceDiscoveryResponse, "list_namespaces")
    def list_namespaces(response):
        backend, filters = response.servicediscovery_backend, parameters(response).get("Filters") or []
        found = [each for each in backend.namespaces.values() if _meets(each, filters, NAMESPACE_FILTERS)]
        return json.dumps({"Namespaces": [namespace.to_json() for namespace in found]})

    @replace(ServiceDiscoveryResponse, "list_services")
    def list_services(response):
        backend, filters = response.servicediscovery_backend, parameters(response).get("Filters") or []
        found = [each for each in backend.services.values() if _meets(each, filters, SERVICE_FILTERS)]
        return json.dumps({"Services": [service.to_json() for service in found]})


def _meets(thing, filters, known):
    for item in filters:
        value, wanted = known[item["Name"]](thing), item["Values"]
        begins = item.get("Condition") == "BEGINS_WITH"
        if not (any(value.startswith(text) for text in wanted) if begins else value in wanted):
            return False
    return True


def show_services_as_they_are():
    """Symptom (moto 5.2.1): a service that names its namespace in its DNS configuration only, as Terraform does, has
    none; it has no routing policy, type and number of instances; its failure threshold is what was asked for.
    AWS: shows them. The threshold is always 1 ("HealthCheckCustomConfig").
    """

    @wrap(ServiceDiscoveryBackend, "create_service")
    def create_service(original, backend, **options):
        dns = options.get("dns_config")
        if dns:
            options["namespace_id"] = options.get("namespace_id") or dns.get("NamespaceId")
            options["dns_config"] = {
                "RoutingPolicy": DEFAULT_ROUTING,
                **dns,
                "NamespaceId": options["namespace_id"],
            }
        if options.get("health_check_custom_config") is not None:
            options["health_check_custom_config"] = {"FailureThreshold": 1}
        return original(backend, **options)

    @wrap(Service, "to_json")
    def to_json(original, service):
        kind = "DNS_HTTP" if service.dns_config else "HTTP"
        told = {**original(service), "Type": service.service_type or kind, "InstanceCount": len(service.instances)}
        return {name: value for name, value in told.items() if value is not None}

    @wrap(Namespace, "to_json")
    def namespace_to_json(original, namespace):
        return {name: value for name, value in original(namespace).items() if value is not None}


def keep_the_zone_of_a_changed_namespace():
    """Symptom (moto 5.2.1): UpdatePrivateDnsNamespace with another TTL takes the hosted zone from the namespace, and
    UpdateHttpNamespace answers `operationId`, for which the provider waits in vain.
    AWS: changes what is given, and answers OperationId.
    """

    @wrap(ServiceDiscoveryBackend, "update_private_dns_namespace")
    def update_private(original, backend, _id, description, properties):
        namespace = backend.get_namespace(namespace_id=_id)
        merged = {**namespace.dns_properties, **properties} if properties else None
        return original(backend, _id=_id, description=description, properties=merged)

    @wrap(ServiceDiscoveryResponse, "update_http_namespace")
    def update_http(original, response):
        return json.dumps({"OperationId": json.loads(original(response))["operationId"]})


def register_an_instance_once():
    """Symptom (moto 5.2.1): an instance that is registered again is there twice.
    AWS: the second registration replaces the first.
    """

    @wrap(ServiceDiscoveryBackend, "register_instance")
    def register_instance(original, backend, service_id, instance_id, **options):
        service = backend.get_service(service_id)
        service.instances = [instance for instance in service.instances if instance.instance_id != instance_id]
        return original(backend, service_id=service_id, instance_id=instance_id, **options)


PATCHES = (
    make_the_hosted_zone_of_a_namespace,
    tell_how_operations_end,
    find_what_is_asked_for,
    show_services_as_they_are,
    keep_the_zone_of_a_changed_namespace,
    register_an_instance_once,
)
