"""What a container instance registers with its cluster: CPU units and MiB by instance type.

The figures are those that DescribeInstanceTypes returns; config/instance-types.ts has the same ones, derived from the
name of the type. As its check of task sizes (config/checks/instances.ts) says, a task never gets all of the memory, for
the kernel and the ECS agent keep some: an instance registers 1 MiB less than it has.
"""

from moto.ec2.models.instance_types import INSTANCE_TYPES

CPU_UNITS_PER_VCPU = 1024
KEPT_MEMORY_MIB = 1


def is_known(instance_type):
    return instance_type in INSTANCE_TYPES


def registered(instance_type):
    """(CPU units, MiB) of a type such as `t3.small`."""
    described = INSTANCE_TYPES[instance_type]
    cpu = described["VCpuInfo"]["DefaultVCpus"] * CPU_UNITS_PER_VCPU
    return cpu, described["MemoryInfo"]["SizeInMiB"] - KEPT_MEMORY_MIB


def architecture(instance_type):
    """Value of the attribute ecs.cpu-architecture: `x86_64` or `arm64`."""
    return INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"][-1]
