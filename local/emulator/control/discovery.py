"""The tasks of services in AWS Cloud Map: registered while they run, under the names by which others find them.

Sources: ECS Developer Guide, "Use service discovery to connect Amazon ECS services with DNS names", "Amazon ECS Service
Connect components". What a task has to have here: `service_registries` and `service_connect` (of its service, set by
the service scheduler; empty for other tasks), `address`, `instance_id` and `host_ports`.
"""

from moto.servicediscovery.models import Service, ServiceInstance, servicediscovery_backends

DNS_NAMESPACES = ("DNS_PRIVATE", "DNS_PUBLIC")


class Endpoint:
    """Where a registered task is reached: a port of one of its containers."""

    def __init__(self, task, container, container_port):
        self.task, self.container, self.container_port = task, container, container_port


def backend_of(ecs_backend):
    return servicediscovery_backends[ecs_backend.account_id][ecs_backend.region_name]


def register(backend, task):
    """Makes a running task an instance of each registry of its service, and of each of its Service Connect services."""
    cloud_map = backend_of(backend)
    for registry in getattr(task, "service_registries", ()):
        service = registry_of(cloud_map, registry["registryArn"])
        endpoint = service and _endpoint(task, registry)
        if endpoint:
            _add(service, task, endpoint, registry.get("port"))
    for item, service in _connected(cloud_map, task):
        container, port = port_named(task.definition, item["portName"]) or (None, None)
        if container:
            _add(service, task, Endpoint(task, container, port), None)


def deregister(backend, task):
    """Takes a task out of Cloud Map that is not to be found any more."""
    services = getattr(task, "found_as", ())
    task.found_as = ()
    for service in services:
        service.instances = [instance for instance in service.instances if instance.instance_id != task.id]


def _add(service, task, endpoint, port):
    if any(instance.instance_id == task.id for instance in service.instances):
        return
    instance = ServiceInstance(service.id, task.id, attributes=_attributes(service, task, endpoint, port))
    instance.endpoint = endpoint
    service.instances.append(instance)
    service.instances_revision[task.id] = service.instances_revision.get(task.id, 0) + 1
    task.found_as = (*getattr(task, "found_as", ()), service)


def _attributes(service, task, endpoint, port):
    found = {
        "AVAILABILITY_ZONE": task.availability_zone,
        "AWS_INIT_HEALTH_STATUS": "HEALTHY",
        "AWS_INSTANCE_IPV4": task.address,
        "EC2_INSTANCE_ID": task.instance_id,
        "ECS_CLUSTER_NAME": task.cluster_name,
        "ECS_SERVICE_NAME": task.group.removeprefix("service:"),
        "ECS_TASK_DEFINITION_FAMILY": task.definition.family,
        "REGION": task.region_name,
    }
    if "A" not in record_types(service) or "SRV" in record_types(service):
        listens = task.host_ports.get((endpoint.container, endpoint.container_port), endpoint.container_port)
        found["AWS_INSTANCE_PORT"] = str(port or listens)
    return {name: value for name, value in found.items() if value}


def _endpoint(task, registry):
    """The port that the registry names; of one that names none, the first that the task definition maps."""
    name, port = registry.get("containerName"), registry.get("containerPort") or registry.get("port")
    for container, mapped in _ports(task.definition):
        if name in (None, container) and port in (None, mapped):
            return Endpoint(task, container, mapped)
    return None


def _ports(definition):
    """(container, port) of each port mapping of the task definition."""
    return [
        (container["name"], mapping["containerPort"])
        for container in definition.container_definitions
        for mapping in container.get("portMappings") or []
        if mapping.get("containerPort")
    ]


def port_named(definition, name):
    """(container, port) of the port mapping of that name; None if there is none."""
    for container in definition.container_definitions:
        for mapping in container.get("portMappings") or []:
            if mapping.get("name") == name:
                return container["name"], mapping["containerPort"]
    return None


def registry_of(cloud_map, arn):
    """The Cloud Map service of an ARN; None if there is none."""
    return next((service for service in cloud_map.services.values() if service.arn == arn), None)


def record_types(service):
    return [record["Type"] for record in (service.dns_config or {}).get("DnsRecords") or []]


def namespace_of(cloud_map, name):
    """The namespace of an ARN, or of a name; None if there is none."""
    return next((item for item in cloud_map.namespaces.values() if name in (item.arn, item.name)), None)


def connect_namespace(cloud_map, cluster, configuration):
    """The namespace of a Service Connect configuration: the one that it names, else the cluster's."""
    defaults = getattr(cluster, "service_connect_defaults", None) or {}
    name = configuration.get("namespace") or defaults.get("namespace")
    return namespace_of(cloud_map, name) if name else None


def offered(configuration):
    """The services that an enabled Service Connect configuration offers to others."""
    return (configuration or {}).get("services") or [] if (configuration or {}).get("enabled") else []


def discovery_name(item):
    return item.get("discoveryName") or item["portName"]


def of_name(cloud_map, namespace, name):
    """The Cloud Map service of that name in the namespace; None if there is none."""
    services = cloud_map.services.values()
    return next((item for item in services if item.namespace_id == namespace.id and item.name == name), None)


def offer(service):
    """A deployment with a Service Connect configuration begins: each service that it offers is in Cloud Map. Returns
    what the deployment tells of them.
    """
    backend = service._backend
    cloud_map, cluster = backend_of(backend), backend._get_cluster(service.cluster_name)
    configuration = service.service_connect_configuration
    resources = []
    for item in offered(configuration):
        namespace = connect_namespace(cloud_map, cluster, configuration)
        found = of_name(cloud_map, namespace, discovery_name(item)) or _made(cloud_map, namespace, item)
        found.offered_by = service.arn
        found.aliases = _aliases(namespace, item)
        resources.append({"discoveryName": found.name, "discoveryArn": found.arn})
    return resources


def _made(cloud_map, namespace, item):
    made = Service(
        account_id=cloud_map.account_id,
        region=cloud_map.region_name,
        name=discovery_name(item),
        namespace_id=namespace.id,
        description="Managed by arn:aws:ecs (Service Connect)",
        creator_request_id=None,
        dns_config=None,
        health_check_config=None,
        health_check_custom_config=None,
        service_type="HTTP",
    )
    cloud_map.services[made.id] = made
    return made


def _aliases(namespace, item):
    """(name, port) by which tasks of the namespace reach it; without aliases of its own, its name in the namespace."""
    given = item.get("clientAliases") or []
    default = f"{discovery_name(item)}.{namespace.name}"
    return [(alias.get("dnsName") or default, alias["port"]) for alias in given]


def _connected(cloud_map, task):
    """(item, Cloud Map service) of each service that the task's Service Connect configuration offers."""
    cluster = task._backend.clusters.get(task.cluster_name)
    configuration = getattr(task, "service_connect", None)
    for item in offered(configuration):
        namespace = connect_namespace(cloud_map, cluster, configuration)
        service = namespace and of_name(cloud_map, namespace, discovery_name(item))
        if service and hasattr(service, "offered_by"):
            yield item, service


def tick(backend, _now):
    """Service Connect takes out of Cloud Map what no deployment offers any more."""
    cloud_map = backend_of(backend)
    services = {service.arn: service for service in backend.services.values() if service.status != "INACTIVE"}
    for made in list(cloud_map.services.values()):
        owner = getattr(made, "offered_by", None)
        if owner and not made.instances and made.name not in _offered_by(services.get(owner)):
            del cloud_map.services[made.id]


def _offered_by(service):
    deployments = service.deployments if service else []
    return {
        discovery_name(item) for each in deployments for item in offered(each.revision.service_connect_configuration)
    }


def names():
    """What the view tells of names (local/cloud/view.ts)."""
    found = []
    for _, _, cloud_map in list(servicediscovery_backends.iter_backends()):
        for service in cloud_map.services.values():
            namespace = cloud_map.namespaces.get(service.namespace_id)
            if namespace:
                found.extend(_names_of(namespace, service))
    return sorted(found, key=lambda name: (name["name"], name["type"], name.get("port", 0)))


def _names_of(namespace, service):
    targets = _targets(service)
    for name, port in getattr(service, "aliases", ()):
        yield {"name": name, "type": "CONNECT", "port": port, "targets": targets}
    if namespace.type in DNS_NAMESPACES:
        for kind in record_types(service):
            if kind in ("A", "SRV"):
                yield {"name": f"{service.name}.{namespace.name}", "type": kind, "targets": targets}


def _targets(service):
    """The tasks among the healthy instances."""
    endpoints = [
        instance.endpoint
        for instance in service.instances
        if hasattr(instance, "endpoint") and instance.health_status == "HEALTHY"
    ]
    return [
        {"task": end.task.task_arn, "container": end.container, "containerPort": end.container_port}
        for end in endpoints
    ]
