"""Container instances: the running instances of the cluster's autoscaling groups, and what of them is taken.

An instance joins the cluster of its capacity provider, and leaves it when it no longer runs. What remains of its CPU,
memory and ports is counted from the tasks placed on it whenever somebody asks: there is nothing to get out of step.
"""

import uuid
from collections import Counter

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ecs.models import ContainerInstance

from control import instance_sizes
from control.placement import Candidate

# SSH, the Docker daemon and the ECS agent. Source: API_PortMapping, hostPort.
RESERVED_PORTS = (22, 2375, 2376, 51678, 51679)


def tick(backend):
    """Instances join and leave. Returns the tasks whose instance is gone."""
    homeless = [task for cluster in _clusters(backend) for task in _leave(backend, cluster)]
    for cluster in _clusters(backend):
        for provider in providers_of(backend, cluster):
            _join(backend, cluster, provider)
    return homeless


def _clusters(backend):
    return [cluster for cluster in backend.clusters.values() if cluster.status == "ACTIVE"]


def providers_of(backend, cluster):
    """The capacity providers of the cluster that have an autoscaling group."""
    known = backend.capacity_providers
    return [known[name] for name in cluster.capacity_providers or [] if name in known]


def group_of(backend, provider):
    """The autoscaling group of a capacity provider; None if it was deleted."""
    arn = provider.auto_scaling_group_provider["autoScalingGroupArn"]
    groups = autoscaling_backends[backend.account_id][backend.region_name].autoscaling_groups
    return groups.get(arn.split("/")[-1])


def _join(backend, cluster, provider):
    group = group_of(backend, provider)
    for state in group.active_instances() if group else ():
        is_new = of_ec2_instance(backend, state.instance_id) is None
        if is_new and _runs(backend, state.instance_id) and instance_sizes.is_known(state.instance_type):
            _register(backend, cluster, provider, state.instance)


def _register(backend, cluster, provider, ec2_instance):
    instance = ContainerInstance(ec2_instance.id, backend.account_id, backend.region_name, cluster.name, backend)
    instance.id = uuid.uuid4().hex
    instance.capacity_provider_name = provider.name
    instance.attributes |= {
        "ecs.cpu-architecture": instance_sizes.architecture(ec2_instance.instance_type),
        "ecs.subnet-id": ec2_instance.subnet_id,
        "ecs.vpc-id": ec2_instance.vpc_id,
    }
    cpu, memory = instance_sizes.registered(ec2_instance.instance_type)
    instance.registered_resources = _resources(cpu, memory, RESERVED_PORTS)
    backend.container_instances.setdefault(cluster.name, {})[instance.id] = instance


def _leave(backend, cluster):
    """Forgets the container instances whose EC2 instance is gone or stopped; returns the tasks that were on them."""
    by_id = backend.container_instances.get(cluster.name, {})
    gone = [instance for instance in by_id.values() if not _runs(backend, instance.ec2_instance_id)]
    homeless = [task for instance in gone for task in tasks_on(backend, instance)]
    for instance in gone:
        del by_id[instance.id]
    return homeless


def _runs(backend, instance_id):
    # moto's get_instance_by_id copies every reservation that there ever was, and this is asked in each tick.
    reservations = ec2_backends[backend.account_id][backend.region_name].reservations.values()
    found = (instance for reservation in reservations for instance in reservation.instances)
    return any(instance.id == instance_id and instance.state == "running" for instance in found)


def all_of(backend, cluster_name):
    return list(backend.container_instances.get(cluster_name, {}).values())


def of_arn(backend, cluster_name, arn_or_id):
    """The container instance; None if the cluster has none of that ARN or id."""
    return backend.container_instances.get(cluster_name, {}).get((arn_or_id or "").split("/")[-1])


def of_ec2_instance(backend, instance_id):
    """The container instance that the EC2 instance is; None if it is none."""
    everywhere = [instance for by_id in backend.container_instances.values() for instance in by_id.values()]
    return next((instance for instance in everywhere if instance.ec2_instance_id == instance_id), None)


def tasks_on(backend, instance):
    """The tasks that hold a part of the instance: placed there, and not stopped."""
    arn, here = instance.container_instance_arn, backend.tasks.get(instance.cluster_name, {}).values()
    return [task for task in here if not task.is_stopped and task.container_instance_arn == arn]


def is_draining(backend, task):
    """Whether the task is on an instance that is to be emptied: the service scheduler replaces it elsewhere."""
    instance = of_arn(backend, task.cluster_name, task.container_instance_arn)
    return instance is not None and instance.status == "DRAINING"


def candidate(backend, instance):
    """The instance as `placement` sees it."""
    cpu, memory, ports = _registered(instance)
    held = Candidate(
        instance_id=instance.ec2_instance_id,
        arn=instance.container_instance_arn,
        attributes=instance.attributes,
        cpu=cpu,
        memory=memory,
        ports={(port, "tcp") for port in ports},
        tasks=Counter(),
    )
    for task in tasks_on(backend, instance):
        held.take(task.needs, task.group)
    return held


def fresh(group):
    """What the next instance of an autoscaling group would be, in each of its zones."""
    if not instance_sizes.is_known(group.instance_type):
        return []
    cpu, memory = instance_sizes.registered(group.instance_type)
    attributes = {
        "ecs.instance-type": group.instance_type,
        "ecs.cpu-architecture": instance_sizes.architecture(group.instance_type),
        "ecs.os-type": "linux",
        "ecs.ami-id": group.image_id,
    }
    return [
        Candidate(
            instance_id="",
            arn="",
            attributes={**attributes, "ecs.availability-zone": zone},
            cpu=cpu,
            memory=memory,
            ports={(port, "tcp") for port in RESERVED_PORTS},
        )
        for zone in group.availability_zones
    ]


def candidates(backend, cluster_name, provider_name=None):
    """The instances that take tasks: ACTIVE ones of the cluster, or of one capacity provider of it."""
    return [
        candidate(backend, instance)
        for instance in all_of(backend, cluster_name)
        if instance.status == "ACTIVE" and provider_name in (None, getattr(instance, "capacity_provider_name", None))
    ]


def _registered(instance):
    resources = {resource["name"]: resource for resource in instance.registered_resources}
    ports = [int(port) for port in resources["PORTS"]["stringSetValue"]]
    return resources["CPU"]["integerValue"], resources["MEMORY"]["integerValue"], ports


def refresh(backend, cluster_name):
    """Brings what DescribeContainerInstances shows of each instance up to date."""
    for instance in all_of(backend, cluster_name):
        held = candidate(backend, instance)
        udp = [port for port, protocol in held.ports if protocol == "udp"]
        instance.remaining_resources = _resources(
            held.cpu, held.memory, [port for port, protocol in held.ports if protocol == "tcp"], udp
        )
        tasks = tasks_on(backend, instance)
        instance.running_tasks_count = sum(task.last_status == "RUNNING" for task in tasks)
        instance.pending_tasks_count = sum(task.last_status in ("PENDING", "ACTIVATING") for task in tasks)


def _resources(cpu, memory, tcp, udp=()):
    numbers = {"CPU": cpu, "MEMORY": memory}
    ports = {"PORTS": tcp, "PORTS_UDP": udp}
    return [
        {"name": name, "type": "INTEGER", "doubleValue": 0.0, "longValue": 0, "integerValue": value}
        for name, value in numbers.items()
    ] + [
        {
            "name": name,
            "type": "STRINGSET",
            "doubleValue": 0.0,
            "longValue": 0,
            "integerValue": 0,
            "stringSetValue": [str(port) for port in sorted(values)],
        }
        for name, values in ports.items()
    ]
