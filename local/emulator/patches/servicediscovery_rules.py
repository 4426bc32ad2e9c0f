"""AWS Cloud Map: what namespaces, services and instances may not be (moto 5.2.1)."""

import re

from moto.ec2.models import ec2_backends
from moto.servicediscovery.responses import ServiceDiscoveryResponse

from addresses import is_ipv4
from control import discovery
from refusing import Refusal, before

LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
NAMESPACE = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*", re.IGNORECASE)
TTL_SECONDS = range(2**31)
NEEDED = {"A": "AWS_INSTANCE_IPV4", "AAAA": "AWS_INSTANCE_IPV6", "CNAME": "AWS_INSTANCE_CNAME"}
PORT = re.compile(r"[1-9][0-9]{0,4}")


def require_a_namespace_of_its_own():
    """Symptom (moto 5.2.1): namespaces may have any name, that of another one too, and be of a VPC that does not exist.
    AWS: NamespaceAlreadyExists for a second one of a name (of private ones: in a VPC), InvalidInput.
    """

    actions = "create_private_dns_namespace", "create_http_namespace"

    @before(ServiceDiscoveryResponse, *actions)
    def namespace(response, request):
        name, vpc = request.get("Name") or "", request.get("Vpc")
        if not NAMESPACE.fullmatch(name):
            raise _input(f"The namespace name {name!r} is not a valid domain name.")
        if vpc and vpc not in ec2_backends[response.current_account][response.region].vpcs:
            raise _input(f"VPC {vpc} does not exist in region {response.region}.")
        for other in response.servicediscovery_backend.namespaces.values():
            if other.name == name and other.vpc == vpc and (other.type == "HTTP") == (vpc is None):
                raise Refusal("NamespaceAlreadyExists", f"Namespace {other.id} of the name {name} already exists.")


def require_a_service_that_fits_its_namespace():
    """Symptom (moto 5.2.1): services may be of a namespace that does not exist, have the name of another one, and have
    DNS records in a namespace without DNS, or none in one of HTTP.
    AWS: NamespaceNotFound, ServiceAlreadyExists, InvalidInput ("CreateService").
    """

    @before(ServiceDiscoveryResponse, "create_service")
    def service(response, request):
        backend, dns = response.servicediscovery_backend, request.get("DnsConfig") or {}
        namespace = backend.namespaces.get(request.get("NamespaceId") or dns.get("NamespaceId"))
        if namespace is None:
            raise Refusal("NamespaceNotFound", "The namespace of the service does not exist.")
        name = request.get("Name") or ""
        taken = discovery.of_name(backend, namespace, name)
        if taken:
            raise Refusal("ServiceAlreadyExists", f"Service {taken.id} of the name {name} already exists.")
        _require_records(namespace, dns)
        _require_health_check(namespace, request)


def _require_records(namespace, dns):
    types = [record.get("Type") for record in dns.get("DnsRecords") or []]
    if dns and namespace.type not in discovery.DNS_NAMESPACES:
        raise _input("DNS records cannot be configured for a service in an HTTP namespace.")
    if dns and not types:
        raise _input("DnsConfig must have at least one DNS record.")
    if len(set(types)) < len(types) or ("CNAME" in types and len(types) > 1):
        raise _input("A service can have one record of a type, and CNAME beside no other.")
    if "CNAME" in types and dns.get("RoutingPolicy") != "WEIGHTED":
        raise _input("Routing policy WEIGHTED must be used with record type CNAME.")
    for record in dns.get("DnsRecords") or []:
        if record.get("TTL") not in TTL_SECONDS:
            raise _input(f"The TTL of a DNS record must be from 0 to {TTL_SECONDS[-1]} seconds.")


def _require_health_check(namespace, request):
    if request.get("HealthCheckConfig") and request.get("HealthCheckCustomConfig") is not None:
        raise _input("Only one of HealthCheckConfig and HealthCheckCustomConfig can be specified.")
    if request.get("HealthCheckConfig") and namespace.type != "DNS_PUBLIC":
        raise _input("HealthCheckConfig can be specified for services of public DNS namespaces only.")


def keep_what_is_in_use():
    """Symptom (moto 5.2.1): namespaces are deleted with their services, and services with their instances; the deletion
    of a service that does not exist passes.
    AWS: ResourceInUse, ServiceNotFound.
    """

    @before(ServiceDiscoveryResponse, "delete_namespace")
    def namespace(response, request):
        backend, namespace_id = response.servicediscovery_backend, request.get("Id")
        services = [item.name for item in backend.services.values() if item.namespace_id == namespace_id]
        if services:
            raise Refusal(
                "ResourceInUse",
                f"Namespace {namespace_id} has associated services: {', '.join(sorted(services))}. Delete them first.",
            )

    @before(ServiceDiscoveryResponse, "delete_service")
    def service(response, request):
        service = response.servicediscovery_backend.get_service(request.get("Id"))
        if service.instances:
            raise Refusal(
                "ResourceInUse",
                "Service contains registered instances; delete the instances before deleting the service",
            )


def require_attributes_of_the_records():
    """Symptom (moto 5.2.1): instances are registered without the address or the port that the service's records say.
    AWS: InvalidInput ("RegisterInstance").
    """

    @before(ServiceDiscoveryResponse, "register_instance")
    def attributes(response, request):
        service = response.servicediscovery_backend.get_service(request.get("ServiceId"))
        given, types = request.get("Attributes") or {}, discovery.record_types(service)
        for kind, attribute in NEEDED.items():
            if kind in types and not given.get(attribute):
                raise _input(f"{attribute} is a required attribute of a service with {kind} records.")
        if "SRV" in types and not PORT.fullmatch(given.get("AWS_INSTANCE_PORT", "")):
            raise _input("AWS_INSTANCE_PORT is a required attribute of a service with SRV records: a port number.")
        if not is_ipv4(given.get("AWS_INSTANCE_IPV4", "0.0.0.0")):
            raise _input(f"{given['AWS_INSTANCE_IPV4']} is not a valid IPv4 address.")


def require_a_custom_health_check():
    """Symptom (moto 5.2.1): the health of an instance is set from outside, whatever the service says of it.
    AWS: CustomHealthNotFound for a service without HealthCheckCustomConfig.
    """

    @before(ServiceDiscoveryResponse, "update_instance_custom_health_status")
    def health(response, request):
        service = response.servicediscovery_backend.get_service(request.get("ServiceId"))
        if service.health_check_custom_config is None:
            raise Refusal("CustomHealthNotFound", f"Service {service.id} has no custom health check.")


def _input(message):
    return Refusal("InvalidInput", message)


PATCHES = (
    require_a_namespace_of_its_own,
    require_a_service_that_fits_its_namespace,
    keep_what_is_in_use,
    require_attributes_of_the_records,
    require_a_custom_health_check,
)
