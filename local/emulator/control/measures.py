"""What the data plane may say of what it has measured: checks of Measures (local/cloud/view.ts), and what they become."""

import math

from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends

from control import clock, publishing
from control.reports import MAX_PORT, Nonsense, is_whole

# The data plane tells every few seconds; who tells of more has lost something.
MAX_SECONDS = 3600
MAX_RESPONSES = 1000
FIRST_DIGITS = "12345"


def validated(measures):
    """The measures, if they are some."""
    _require(isinstance(measures, dict), "the measures", "an object", measures)
    seconds = measures.get("seconds")
    _require(_is_number(seconds) and 0 < seconds <= MAX_SECONDS, "seconds", f"above 0, at most {MAX_SECONDS}", seconds)
    for index, task in enumerate(_list(measures, "tasks")):
        _check_task(task, f"tasks[{index}]")
    for index, target in enumerate(_list(measures, "targets")):
        _check_target(target, f"targets[{index}]")
    for index, balancer in enumerate(_list(measures, "loadBalancers")):
        _check_balancer(balancer, f"loadBalancers[{index}]")
    return measures


def _check_task(task, path):
    _require(isinstance(task, dict), path, "an object", task)
    _arn(task, "arn", path, "the ARN of a task")
    for name in ("cpuSeconds", "memoryBytes"):
        _amount(task.get(name), f"{path}.{name}")


def _check_target(target, path):
    _require(isinstance(target, dict), path, "an object", target)
    _arn(target, "targetGroupArn", path, "the ARN of a target group")
    _arn(target, "loadBalancerArn", path, "the ARN of a load balancer")
    _require(isinstance(target.get("id"), str) and target["id"] != "", f"{path}.id", "a text", target.get("id"))
    port = target.get("port")
    _require(is_whole(port) and 0 < port <= MAX_PORT, f"{path}.port", f"a port from 1 to {MAX_PORT}", port)
    _count(target.get("requests"), f"{path}.requests")
    _count(target.get("connectionErrors"), f"{path}.connectionErrors")
    _statuses(target, "statuses", path)
    responses = target.get("responseSeconds")
    fits = isinstance(responses, list) and len(responses) <= MAX_RESPONSES
    _require(fits, f"{path}.responseSeconds", f"a list of at most {MAX_RESPONSES}", responses)
    for index, seconds in enumerate(responses):
        _amount(seconds, f"{path}.responseSeconds[{index}]")


def _check_balancer(balancer, path):
    _require(isinstance(balancer, dict), path, "an object", balancer)
    _arn(balancer, "arn", path, "the ARN of a load balancer")
    _count(balancer.get("requests"), f"{path}.requests")
    _statuses(balancer, "ownStatuses", path)


def _statuses(owner, name, path):
    statuses = owner.get(name)
    _require(isinstance(statuses, dict), f"{path}.{name}", "an object", statuses)
    for digit, count in statuses.items():
        _require(digit in FIRST_DIGITS, f"{path}.{name}", "by the first digit of a status, 1 to 5", digit)
        _count(count, f"{path}.{name}.{digit}")


def _list(owner, name):
    _require(isinstance(owner.get(name), list), name, "a list", owner.get(name))
    return owner[name]


def _arn(owner, name, path, what):
    text = owner.get(name)
    is_arn = isinstance(text, str) and text.startswith("arn:") and text.count(":") >= 5
    _require(is_arn, f"{path}.{name}", what, text)


def _amount(number, path):
    _require(_is_number(number) and number >= 0, path, "a number, 0 or more", number)


def _count(number, path):
    _require(is_whole(number) and number >= 0, path, "a whole number, 0 or more", number)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _require(condition, path, wanted, given):
    if not condition:
        raise Nonsense(f"{path} must be {wanted}, but is {given!r}")


def take(measures):
    """Makes metrics of them. What is of a task or a target group that is no more, is of no metric."""
    now = clock.now()
    for task in measures["tasks"]:
        backend, found = _task(task["arn"])
        if found is not None:
            publishing.task(backend, found, task, measures["seconds"], now)
    for target in measures["targets"]:
        backend = _of_arn(elbv2_backends, target["targetGroupArn"])
        group = backend and backend.target_groups.get(target["targetGroupArn"])
        if group:
            publishing.target(backend, group, target, now)
    for balancer in measures["loadBalancers"]:
        backend = _of_arn(elbv2_backends, balancer["arn"])
        if backend and balancer["arn"] in backend.load_balancers:
            publishing.load_balancer(backend, balancer, now)


def _task(arn):
    backend = _of_arn(ecs_backends, arn)
    parts = arn.split("/")
    tasks = backend.tasks.get(parts[-2], {}) if backend and len(parts) > 2 else {}
    return backend, tasks.get(arn)


def _of_arn(backends, arn):
    """The backend of an ARN; None if nothing was ever made in its account and region."""
    region, account = arn.split(":")[3:5]
    return backends[account].get(region) if account in backends else None
