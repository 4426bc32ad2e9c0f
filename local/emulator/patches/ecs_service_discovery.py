"""Amazon ECS: how services are found by others, what CreateService and UpdateService refuse of it (moto 5.2.1)."""

from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend

from control import clock, discovery
from patches.ecs_service_rules import check_services
from patching import wrap

# "Use service discovery to connect Amazon ECS services with DNS names": what Cloud Map has for tasks.
RECORDS_OF_TASKS = ("A", "AAAA", "SRV")


def require_a_registry_that_there_is():
    """Symptom (moto 5.2.1): a service has registries that do not exist, more than one, or one without DNS records that
    tasks can have.
    AWS: InvalidParameterException.
    """

    @check_services
    def registry(service):
        registries = _registries(service) if service.gives_registries else []
        if len(registries) > 1:
            raise InvalidParameterException("A service can have at most one service registry.")
        for item, found in registries:
            if found is None:
                raise InvalidParameterException(
                    f"The specified service registry does not exist. Registry: {item.get('registryArn')}"
                )
            if hasattr(found, "offered_by"):
                raise InvalidParameterException(
                    f"The service registry is managed by Service Connect. Registry: {found.arn}"
                )
            if not set(RECORDS_OF_TASKS) & set(discovery.record_types(found)) and found.dns_config:
                raise InvalidParameterException(
                    f"The service registry must have DNS records of type A, AAAA or SRV. Registry: {found.arn}"
                )


def _registries(service):
    """(serviceRegistries item, Cloud Map service or None) of the service as it would be."""
    cloud_map = discovery.backend_of(service.backend)
    return [(item, discovery.registry_of(cloud_map, item.get("registryArn"))) for item in service.registries]


def require_ports_that_the_records_need():
    """Symptom (moto 5.2.1): a registry names a container or a port for A records in awsvpc, none for SRV records or in
    bridge, both ways at once, or such as the task definition lacks.
    AWS: InvalidParameterException ("ServiceRegistry" of the API reference).
    """

    @check_services
    def ports(service):
        for item, found in _registries(service):
            if service.task_definition and found:
                _require_ports(service.task_definition, item, found)


def _require_ports(definition, item, found):
    registry, mode = f"Registry: {found.arn}", definition.network_mode
    container, port, own = item.get("containerName"), item.get("containerPort"), item.get("port")
    types = discovery.record_types(found)
    if own and (container or port):
        raise InvalidParameterException(
            "Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. "
            f"{registry}"
        )
    if mode != "awsvpc":
        _require_srv(mode, types, container, port, registry)
    elif "SRV" in types and not own and not (container and port):
        raise InvalidParameterException(
            "When specifying 'awsvpc' for networkMode and a service registry with DNS records of type SRV, either a "
            f"value for 'port' or the 'containerName' and 'containerPort' combination must be specified. {registry}"
        )
    elif "SRV" not in types:
        _refuse_needless(types, (("containerName", container), ("containerPort", port), ("port", own)), registry)
    _require_in_definition(definition, container, port, registry)


def _require_srv(mode, types, container, port, registry):
    if "A" in types or "AAAA" in types:
        raise InvalidParameterException(
            f"The service registry has DNS records of type {'A' if 'A' in types else 'AAAA'}, which require the awsvpc "
            f"network mode; with '{mode}' only SRV is supported. {registry}"
        )
    if not (container and port):
        raise InvalidParameterException(
            "When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must "
            f"be specified from the task definition. {registry}"
        )


def _refuse_needless(types, given, registry):
    for name, value in given:
        if value and types:
            raise InvalidParameterException(
                f"The values specified for serviceRegistries do not require a value for '{name}'. Remove the value and "
                f"retry. {registry}"
            )


def _require_in_definition(definition, container, port, registry):
    if container is None:
        return
    ports_of = {
        one["name"]: [mapping.get("containerPort") for mapping in one.get("portMappings") or []]
        for one in definition.container_definitions
    }
    if container not in ports_of:
        raise InvalidParameterException(
            f"The container {container} is not valid. The value for 'containerName' must already be specified in the "
            f"task definition. {registry}"
        )
    if port not in ports_of[container]:
        raise InvalidParameterException(
            f"The containerPort {port} is not valid. The value for 'containerPort' must already be specified in the "
            f"task definition. {registry}"
        )


def require_a_namespace_of_service_connect():
    """Symptom (moto 5.2.1): Service Connect is taken with a namespace that does not exist, without any, and for a
    service that CodeDeploy deploys.
    AWS: NamespaceNotFoundException, InvalidParameterException. Where the configuration names none, the cluster's
    counts.
    """

    @check_services
    def namespace(service):
        configuration = service.service_connect
        if not configuration.get("enabled"):
            return
        if service.controller == "CODE_DEPLOY":
            raise InvalidParameterException(
                "Service Connect is not supported for services with the deployment controller CODE_DEPLOY."
            )
        defaults = getattr(service.cluster, "service_connect_defaults", None) or {}
        name = configuration.get("namespace") or defaults.get("namespace")
        if not name:
            raise InvalidParameterException(
                "Service Connect requires a namespace: specify one in serviceConnectConfiguration, or default "
                "Service Connect settings of the cluster."
            )
        if discovery.namespace_of(discovery.backend_of(service.backend), name) is None:
            raise ECSException("NamespaceNotFoundException", f"The specified namespace {name} wasn't found.")


def require_ports_with_a_name():
    """Symptom (moto 5.2.1): Service Connect offers ports that no port mapping is called by, one twice, or under the name
    of a Cloud Map service that somebody else has made.
    AWS: InvalidParameterException. ECS makes the Cloud Map service by itself, and takes no other for it.
    """

    @check_services
    def ports(service):
        configuration = service.service_connect
        offered = discovery.offered(configuration)
        names = [discovery.discovery_name(item) for item in offered]
        for item in offered:
            _require_named_port(service, item)
        for name in names:
            if names.count(name) > 1:
                raise InvalidParameterException(f"The discoveryName {name} is used more than once.")
            _require_own_name(service, configuration, name)


def _require_named_port(service, item):
    name, definition = item.get("portName"), service.task_definition
    if definition is None or definition.network_mode not in ("awsvpc", "bridge"):
        raise InvalidParameterException("Service Connect requires the network mode awsvpc or bridge.")
    if discovery.port_named(definition, name) is None:
        raise InvalidParameterException(
            f"The portName {name} in serviceConnectConfiguration must match the name of a port mapping in the task "
            f"definition {definition.arn}."
        )
    aliases = [(alias.get("dnsName"), alias.get("port")) for alias in item.get("clientAliases") or []]
    if any(port is None for _, port in aliases) or len(set(aliases)) < len(aliases):
        raise InvalidParameterException(f"The clientAliases of the portName {name} must each have a port, and differ.")


def _require_own_name(service, configuration, name):
    cloud_map = discovery.backend_of(service.backend)
    namespace = discovery.connect_namespace(cloud_map, service.cluster, configuration)
    found = namespace and discovery.of_name(cloud_map, namespace, name)
    if found and (service.arn is None or getattr(found, "offered_by", None) != service.arn):
        raise InvalidParameterException(f"SC service {name} is already used by {namespace.arn}")


def end_service_connect_with_the_service():
    """Symptom (moto 5.2.1): Service Connect makes nothing in Cloud Map: a namespace is deleted while services use it.
    AWS: ECS makes a Cloud Map service for each that Service Connect offers, and deletes it when no service offers it
    any more (control/discovery.py).
    """

    @wrap(EC2ContainerServiceBackend, "delete_service")
    def delete_service(original, backend, *arguments):
        deleted = original(backend, *arguments)
        discovery.tick(backend, clock.now())
        return deleted


PATCHES = (
    require_a_registry_that_there_is,
    require_ports_that_the_records_need,
    require_a_namespace_of_service_connect,
    require_ports_with_a_name,
    end_service_connect_with_the_service,
)
