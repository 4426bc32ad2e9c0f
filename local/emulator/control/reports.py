"""What the data plane may say: checks of a Report (local/cloud/view.ts) before anything of it is taken."""

TASK_STATES = ("RUNNING", "STOPPED")
TARGET_STATES = ("initial", "healthy", "unhealthy", "drained")
STOP_CODES = ("TaskFailedToStart", "EssentialContainerExited")
MAX_PORT = 65535


class Nonsense(Exception):
    """A request that cannot be meant; the message says what is wrong, where, and what is allowed."""


class Unknown(Exception):
    """A request about something that there is not."""


def whole(name, text, most):
    """The whole number from 0 to `most` that the text is."""
    if not text.isdecimal() or int(text) > most:
        raise Nonsense(f"{name} must be a whole number from 0 to {most}, but is {text!r}")
    return int(text)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def validated(report):
    """The report, if it is one."""
    _require(isinstance(report, dict), "the report", "an object", report)
    for index, task in enumerate(_list(report, "tasks", "")):
        _check_task(task, f"tasks[{index}]")
    for index, target in enumerate(_list(report, "targets", "")):
        _check_target(target, f"targets[{index}]")
    return report


def _check_task(task, path):
    _require(isinstance(task, dict), path, "an object", task)
    arn = _text(task, "arn", path)
    _require(arn.startswith("arn:") and arn.count(":") >= 5, f"{path}.arn", "the ARN of a task", arn)
    _one_of(task, "lastStatus", path, TASK_STATES)
    _require(isinstance(task.get("address"), str), f"{path}.address", "an address (empty: none)", task.get("address"))
    if task.get("stopCode") is not None:
        _one_of(task, "stopCode", path, STOP_CODES)
    _optional_text(task, "stoppedReason", path)
    for index, container in enumerate(_list(task, "containers", f"{path}.")):
        _check_container(container, f"{path}.containers[{index}]")


def _check_container(container, path):
    _require(isinstance(container, dict), path, "an object", container)
    _text(container, "name", path)
    _optional_text(container, "runtimeId", path)
    _optional_text(container, "reason", path)
    exit_code = container.get("exitCode")
    _require(exit_code is None or is_whole(exit_code), f"{path}.exitCode", "a whole number", exit_code)
    for index, ports in enumerate(_list(container, "ports", f"{path}.")):
        _require(isinstance(ports, dict), f"{path}.ports[{index}]", "an object", ports)
        for name in ("containerPort", "hostPort"):
            _port(ports, name, f"{path}.ports[{index}]")


def _check_target(target, path):
    _require(isinstance(target, dict), path, "an object", target)
    _text(target, "targetGroupArn", path)
    _text(target, "id", path)
    _port(target, "port", path)
    registration = target.get("registration")
    _require(is_whole(registration), f"{path}.registration", "a whole number", registration)
    _one_of(target, "state", path, TARGET_STATES)
    _optional_text(target, "reason", path)
    _optional_text(target, "description", path)


def _list(owner, name, path):
    _require(isinstance(owner.get(name), list), f"{path}{name}", "a list", owner.get(name))
    return owner[name]


def _text(owner, name, path):
    _require(isinstance(owner.get(name), str) and owner[name] != "", f"{path}.{name}", "a text", owner.get(name))
    return owner[name]


def _optional_text(owner, name, path):
    _require(owner.get(name) is None or isinstance(owner[name], str), f"{path}.{name}", "a text", owner.get(name))


def _one_of(owner, name, path, allowed):
    _require(owner.get(name) in allowed, f"{path}.{name}", f"one of {', '.join(allowed)}", owner.get(name))


def _port(owner, name, path):
    port = owner.get(name)
    _require(is_whole(port) and 0 < port <= MAX_PORT, f"{path}.{name}", f"a port from 1 to {MAX_PORT}", port)


def _require(condition, path, wanted, given):
    if not condition:
        raise Nonsense(f"{path} must be {wanted}, but is {given!r}")
