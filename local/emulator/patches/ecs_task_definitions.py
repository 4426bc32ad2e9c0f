"""Amazon ECS: what RegisterTaskDefinition refuses (moto 5.2.1)."""

from moto.ecs.exceptions import EcsClientException
from moto.ecs.models import EC2ContainerServiceBackend

from patches.ecs_container_definitions import cpu_units, mebibytes
from patching import wrap


def _gib(*amounts):
    return [amount * 1024 for amount in amounts]


# "Amazon ECS task definition parameters for Fargate": task CPU (units) -> task memory (MiB).
FARGATE_MEMORY = {
    256: [512, *_gib(1, 2)],
    512: _gib(*range(1, 5)),
    1024: _gib(*range(2, 9)),
    2048: _gib(*range(4, 17)),
    4096: _gib(*range(8, 31)),
    8192: _gib(*range(16, 61, 4)),
    16384: _gib(*range(32, 121, 8)),
}


def _check(check):
    """Runs the check on the arguments of each RegisterTaskDefinition before moto sees them."""

    @wrap(EC2ContainerServiceBackend, "register_task_definition")
    def register_task_definition(original, backend, family, container_definitions, **definition):
        check(container_definitions, definition)
        return original(backend, family, container_definitions, **definition)


def _is_fargate(definition):
    return "FARGATE" in (definition.get("requires_compatibilities") or [])


def require_awsvpc_for_fargate():
    """Symptom (moto 5.2.1): a Fargate task definition with network mode `bridge`, or none, is registered (and its
    mode changed to awsvpc without a word).
    AWS: ClientException.
    """

    @_check
    def network_mode(_containers, definition):
        if _is_fargate(definition) and definition.get("network_mode") != "awsvpc":
            raise EcsClientException("Fargate only supports network mode ‘awsvpc’.")


def require_a_size_that_fargate_offers():
    """Symptom (moto 5.2.1): a Fargate task definition with 256 CPU units and 300 MiB, or without a size, is
    registered.
    AWS: ClientException.
    """

    @_check
    def size(_containers, definition):
        if not _is_fargate(definition):
            return
        for name in ("cpu", "memory"):
            if not definition.get(name):
                raise EcsClientException(f"Fargate requires that '{name}' be defined at the task level.")
        cpu, memory = definition["cpu"], definition["memory"]
        if mebibytes(memory) not in FARGATE_MEMORY.get(cpu_units(cpu), []):
            raise EcsClientException(
                f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
                "See the Amazon ECS documentation for the valid values."
            )


def require_an_execution_role_for_logs_on_fargate():
    """Symptom (moto 5.2.1): a Fargate task definition that logs with awslogs, without an execution role, is
    registered.
    AWS: ClientException.
    """

    @_check
    def execution_role(containers, definition):
        drivers = [(container.get("logConfiguration") or {}).get("logDriver") for container in containers]
        if _is_fargate(definition) and "awslogs" in drivers and not definition.get("execution_role_arn"):
            raise EcsClientException(
                "Fargate requires task definition to have execution role ARN to support log driver awslogs."
            )


def require_equal_ports_in_awsvpc():
    """Symptom (moto 5.2.1): network mode awsvpc with a host port that differs from the container port is registered.
    AWS: ClientException.
    """

    @_check
    def host_ports(containers, definition):
        if definition.get("network_mode") != "awsvpc":
            return
        mappings = [mapping for container in containers for mapping in container.get("portMappings") or []]
        if any(mapping.get("hostPort") not in (None, mapping.get("containerPort")) for mapping in mappings):
            raise EcsClientException(
                "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
            )


PATCHES = (
    require_awsvpc_for_fargate,
    require_a_size_that_fargate_offers,
    require_an_execution_role_for_logs_on_fargate,
    require_equal_ports_in_awsvpc,
)
