"""Amazon ECS: what RegisterTaskDefinition refuses of containers (moto 5.2.1)."""

import re

from moto.ecs.responses import EC2ContainerServiceResponse

from refusing import Refusal, before

# "Amazon ECS task definition parameters": names and families have letters, digits, hyphens and underscores, images
# also colons, full stops, slashes, number signs and, before a digest, an at sign.
NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
IMAGE = re.compile(r"[a-zA-Z0-9_\-:./#@]{1,255}")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+|[\w+=,.@-]{1,64}")
MEMORY_MIN_MIB = 4
PORTS = range(65536)
# The range is Fargate's; EC2 has no upper end.
FARGATE_TIMEOUT_MAX_SECONDS = 120
FARGATE_LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
# Options of awslogs beside those that begin with "awslogs-".
LOG_OPTIONS = ("mode", "max-buffer-size", "tag", "env", "env-regex", "labels", "labels-regex")


def _check(check):
    """Runs `check(containers, definition)` on the parameters of each RegisterTaskDefinition."""

    @before(EC2ContainerServiceResponse, "register_task_definition")
    def containers(_response, request):
        check(request.get("containerDefinitions") or [], request)


def _is_fargate(definition):
    return "FARGATE" in (definition.get("requiresCompatibilities") or [])


def _refuse(message):
    return Refusal("ClientException", message)


def require_names_that_ecs_takes():
    """Symptom (moto 5.2.1): a task definition without containers is registered, with containers without a name or an
    image, two of one name, names with spaces, and roles that are none.
    AWS: ClientException.
    """

    @_check
    def names(containers, definition):
        if not NAME.fullmatch(definition["family"]):
            raise _refuse("Family contains invalid characters.")
        if not containers:
            raise _refuse("Container list cannot be empty.")
        for container in containers:
            for field, allowed in (("name", NAME), ("image", IMAGE)):
                value = container.get(field)
                if not value:
                    raise _refuse(f"Container.{field} should not be null or empty.")
                if not allowed.fullmatch(value):
                    raise _refuse(f"Container.{field} contains invalid characters.")
        names = [container["name"] for container in containers]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise _refuse(f"Duplicate container names found: {twice}. Each container name must be unique.")
        for role in (definition.get("taskRoleArn"), definition.get("executionRoleArn")):
            if role and not ROLE.fullmatch(role):
                raise _refuse("Role is not valid")


def require_an_essential_container():
    """Symptom (moto 5.2.1): a task definition none of whose containers is essential is registered.
    AWS: ClientException.
    """

    @_check
    def essential(containers, _definition):
        if containers and all(container.get("essential") is False for container in containers):
            raise _refuse("Task definition doesn't have any essential container.")


def require_containers_within_the_task():
    """Symptom (moto 5.2.1): containers with more memory or CPU than their task, or less memory than Docker runs with,
    are registered.
    AWS: ClientException.
    """

    @_check
    def sizes(containers, definition):
        memory = mebibytes(definition.get("memory"))
        cpu = cpu_units(definition.get("cpu"))
        for container in containers:
            _check_memory(container, memory)
        if cpu is not None and sum(container.get("cpu") or 0 for container in containers) > cpu:
            raise _refuse("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.")


def _check_memory(container, task_memory):
    name = container.get("name")
    hard, soft = container.get("memory"), container.get("memoryReservation")
    for field, value in (("memory", hard), ("memoryReservation", soft)):
        if value is not None and value < MEMORY_MIN_MIB:
            raise _refuse(f"Invalid setting for container '{name}'. '{field}' must be at least {MEMORY_MIN_MIB} MiB.")
        if value is not None and task_memory is not None and value > task_memory:
            raise _refuse(f"The '{field}' setting for container '{name}' is greater than for the task.")
    if hard is not None and soft is not None and soft > hard:
        raise _refuse(f"Invalid setting for container '{name}'. 'memory' must be greater than 'memoryReservation'.")


def require_a_task_size_that_ecs_takes():
    """Symptom (moto 5.2.1): any text is taken for the CPU of a task on EC2.
    AWS: ClientException; 128 to 196608 CPU units ("Task size").
    """

    @_check
    def task_size(_containers, definition):
        cpu = definition.get("cpu")
        if cpu and not _is_fargate(definition) and (cpu_units(cpu) is None or not 128 <= cpu_units(cpu) <= 196608):
            raise _refuse(
                "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon "
                "ECS Developer Guide."
            )


def cpu_units(text):
    """CPU units of a task's size, `256` or `.25 vCPU`; None where there is none, or no number."""
    return _size(text, r"vcpu")


def mebibytes(text):
    """MiB of a task's size, `512` or `0.5 GB`; None where there is none, or no number."""
    return _size(text, r"gb")


def _size(text, unit):
    found = re.fullmatch(rf"\s*(\d+|\d*\.\d+)\s*({unit})?\s*", text or "", flags=re.IGNORECASE)
    if not found or ("." in found[1] and not found[2]):
        return None
    return round(float(found[1]) * 1024) if found[2] else int(found[1])


def limit_timeouts_on_fargate():
    """Symptom (moto 5.2.1): a Fargate task that may take more than two minutes to stop is registered.
    AWS: ClientException ("Container timeouts").
    """

    @_check
    def timeouts(containers, definition):
        for container in containers if _is_fargate(definition) else ():
            for field in ("startTimeout", "stopTimeout"):
                if (container.get(field) or 0) > FARGATE_TIMEOUT_MAX_SECONDS:
                    raise _refuse(
                        f"Invalid '{field}' setting for container '{container['name']}'. On Fargate it may be at most "
                        f"{FARGATE_TIMEOUT_MAX_SECONDS} seconds."
                    )


def require_variables_of_different_names():
    """Symptom (moto 5.2.1): a secret and a plain variable of one name are registered, as are secrets without a role
    that may read them.
    AWS: ClientException.
    """

    @_check
    def variables(containers, definition):
        for container in containers:
            plain = [variable.get("name") for variable in container.get("environment") or []]
            secret = [variable.get("name") for variable in container.get("secrets") or []]
            if not all([*plain, *secret]):
                raise _refuse("Environment variable name should not be null or empty.")
            for name in secret:
                _require_unique(name, plain, secret)
            if secret and not definition.get("executionRoleArn"):
                raise _refuse(
                    "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
                )


def _require_unique(name, plain, secret):
    if secret.count(name) > 1:
        raise _refuse(f"Duplicate secret names found: {name}. Each secret name must be unique.")
    if name in plain:
        raise _refuse(
            "The secret name must be unique and not shared with any new or existing environment variables set on the "
            f"container, such as '{name}'."
        )


def require_the_options_of_log_drivers():
    """Symptom (moto 5.2.1): awslogs without a group, with an option that it does not know, and drivers that Fargate
    does not have are registered.
    AWS: ClientException ("Send Amazon ECS logs to CloudWatch").
    """

    @_check
    def log_options(containers, definition):
        for logging in filter(None, (container.get("logConfiguration") for container in containers)):
            driver, options = logging.get("logDriver"), logging.get("options") or {}
            if _is_fargate(definition) and driver not in FARGATE_LOG_DRIVERS:
                raise _refuse(f"Log driver {driver} is not supported on Fargate.")
            if driver == "awslogs":
                _check_awslogs(options, _is_fargate(definition))


def _check_awslogs(options, fargate):
    required = ["awslogs-region", "awslogs-group", *(["awslogs-stream-prefix"] if fargate else [])]
    missing = [name for name in required if not options.get(name)]
    if missing:
        raise _refuse(f"Log driver awslogs requires options: {', '.join(missing)}")
    unknown = [name for name in options if not name.startswith("awslogs-") and name not in LOG_OPTIONS]
    if unknown:
        raise _refuse(f"Log driver awslogs disallows options: {', '.join(unknown)}")
    if options.get("awslogs-create-group", "true") != "true":
        raise _refuse(
            "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option."
        )


def require_ports_that_exist():
    """Symptom (moto 5.2.1): container port 70000 is registered.
    AWS: ClientException.
    """

    @_check
    def ports(containers, _definition):
        for container in containers:
            for mapping in container.get("portMappings") or []:
                for field in ("containerPort", "hostPort"):
                    if mapping.get(field) is not None and mapping[field] not in PORTS:
                        raise _refuse(f"Invalid '{field}' setting for container '{container['name']}'.")


def refuse_privileged_containers_on_fargate():
    """Symptom (moto 5.2.1): a privileged container is registered for Fargate.
    AWS: ClientException ("Amazon ECS task definition differences for Fargate").
    """

    @_check
    def privileged(containers, definition):
        if _is_fargate(definition) and any(container.get("privileged") for container in containers):
            raise _refuse("Fargate compatible task definitions do not support privileged")


PATCHES = (
    require_names_that_ecs_takes,
    require_an_essential_container,
    require_containers_within_the_task,
    require_a_task_size_that_ecs_takes,
    limit_timeouts_on_fargate,
    require_variables_of_different_names,
    require_the_options_of_log_drivers,
    require_ports_that_exist,
    refuse_privileged_containers_on_fargate,
)
