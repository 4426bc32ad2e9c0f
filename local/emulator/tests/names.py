"""What the tests of names share: namespaces, services of Cloud Map, and services of ECS that are found by them."""

from support import CONTAINER, FARGATE, unique

NAMED = {**CONTAINER, "portMappings": [{"containerPort": 5000, "name": "http"}]}


def operation(aws, answer):
    return aws.servicediscovery.get_operation(OperationId=answer["OperationId"])["Operation"]


def private_namespace(aws, name=None, vpc=None, **options):
    """(id, name) of a new private DNS namespace."""
    name = name or f"{unique('names')}.internal"
    made = aws.servicediscovery.create_private_dns_namespace(Name=name, Vpc=vpc or aws.network.vpc, **options)
    return operation(aws, made)["Targets"]["NAMESPACE"], name


def http_namespace(aws, name=None):
    name = name or unique("names")
    made = aws.servicediscovery.create_http_namespace(Name=name)
    return operation(aws, made)["Targets"]["NAMESPACE"], name


def namespace(aws, namespace_id):
    return aws.servicediscovery.get_namespace(Id=namespace_id)["Namespace"]


def registry(aws, namespace_id, *types, name=None, ttl=10, **options):
    """A new service of the namespace, with records of these types."""
    records = [{"Type": kind, "TTL": ttl} for kind in types]
    of_namespace = {"NamespaceId": namespace_id}
    where = {"DnsConfig": {**of_namespace, "DnsRecords": records}} if types else of_namespace
    request = {"Name": name or unique("registry"), **where, **options}
    return aws.servicediscovery.create_service(**request)["Service"]


def instances(aws, service):
    return aws.servicediscovery.list_instances(ServiceId=service["Id"])["Instances"]


def connect(namespace_name, discovery_name, *, alias="shop", port=8096, port_name="http", **options):
    """A Service Connect configuration that offers one port."""
    item = {"portName": port_name, "discoveryName": discovery_name, "clientAliases": [{"port": port, "dnsName": alias}]}
    return {"enabled": True, "namespace": namespace_name, "services": [{**item, **options}]}


def named_definition(aws, **options):
    """A task definition whose port has a name."""
    return aws.task_definition(**{"containerDefinitions": [NAMED], **FARGATE, **options})
