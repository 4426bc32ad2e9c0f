"""The elastic network interface of a task in awsvpc mode: made when the task is placed, gone when it has stopped."""

import uuid
from collections import Counter

from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models import ec2_backends

from control import placement


def zones_of(backend, network_configuration):
    """The Availability Zones of the configured subnets."""
    return [zone for _, zone in _subnets(backend, network_configuration)]


def attach(backend, task, neighbours):
    """Gives the task an interface in one of its subnets: on an instance in that of its zone, on Fargate where the
    fewest of its neighbours are.
    """
    subnets = _subnets(backend, task.network_configuration)
    if task.availability_zone:
        subnets = [(subnet, zone) for subnet, zone in subnets if zone == task.availability_zone]
    groups = _security_groups(backend, task.network_configuration)
    zones = Counter(neighbour.availability_zone for neighbour in neighbours)
    subnet, task.availability_zone = min(subnets, key=lambda candidate: zones[candidate[1]])
    interface = _ec2(backend).create_network_interface(
        subnet=subnet,
        private_ip_address=None,
        group_ids=groups,
        description=f"arn:aws:ecs:{backend.region_name}:{backend.account_id}:attachment/{uuid.uuid4()}",
    )
    interface.status = "in-use"
    task.attachments = [_attachment(interface, subnet)]


def show_address(task):
    """The address that the task listens on, known once it runs. It is one of this machine's, so that it answers."""
    for attachment in task.attachments:
        attachment["status"] = "ATTACHED"
        details = [detail for detail in attachment["details"] if detail["name"] != "privateIPv4Address"]
        attachment["details"] = [*details, {"name": "privateIPv4Address", "value": task.address}]
        for container in task.containers:
            container["networkInterfaces"] = [{"attachmentId": attachment["id"], "privateIpv4Address": task.address}]


def detach(backend, task):
    """Without it a stopped task would keep its subnet and security group from being deleted."""
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        _ec2(backend).enis.pop(_detail(attachment, "networkInterfaceId"), None)


def _attachment(interface, subnet):
    details = {
        "subnetId": subnet,
        "networkInterfaceId": interface.id,
        "macAddress": interface.mac_address,
        "privateDnsName": getattr(interface, "private_dns_name", None),
    }
    return {
        "id": str(uuid.uuid4()),
        "type": "ElasticNetworkInterface",
        "status": "ATTACHING",
        "details": [{"name": name, "value": value} for name, value in details.items() if value],
    }


def _detail(attachment, name):
    return next(detail["value"] for detail in attachment["details"] if detail["name"] == name)


def _subnets(backend, network_configuration):
    """(id, zone) of each subnet; one that was deleted since keeps tasks from being placed."""
    ids = _awsvpc(network_configuration)["subnets"]
    try:
        return [(subnet, _ec2(backend).get_subnet(subnet).availability_zone) for subnet in ids]
    except InvalidSubnetIdError as error:
        raise placement.Unplaced(f"{error.message}.") from None


def _security_groups(backend, network_configuration):
    """Their ids; one that was deleted since keeps tasks from being placed. moto would make it anew."""
    ids = _awsvpc(network_configuration).get("securityGroups") or []
    for group in ids:
        if _ec2(backend).get_security_group_from_id(group) is None:
            raise placement.Unplaced(f"The security group '{group}' does not exist.")
    return ids


def _awsvpc(network_configuration):
    return network_configuration["awsvpcConfiguration"]


def _ec2(backend):
    return ec2_backends[backend.account_id][backend.region_name]
