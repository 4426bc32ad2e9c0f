"""The tasks of services as targets of their target groups, and what the load balancer says of each target.

What a task has to have here: `load_balancers` (of its service, set by the service scheduler; empty for other tasks),
`address`, `instance_id` (None on Fargate) and `host_ports`, {(container name, container port): host port}, as reported.
"""

from moto.elbv2.models import elbv2_backends

from control import clock

# How long past its deregistration delay the load balancer may keep a target before it is taken away.
DRAINING_GRACE_SECONDS = 2


def register(backend, task):
    """Makes a running task a target of each target group of its service."""
    for balancer in getattr(task, "load_balancers", ()):
        group = _group(balancer.get("targetGroupArn"))
        port = task.host_ports.get((balancer["containerName"], balancer["containerPort"]))
        if group is None or port is None:
            continue
        target = {"Id": task.instance_id if group.target_type == "instance" else task.address, "Port": port}
        if target_key(target["Id"], port) not in group.targets:
            group.register([target])
        task.targets = [*getattr(task, "targets", ()), (group.arn, target["Id"], port)]


def deregister(backend, task):
    """Lets the targets of a task drain; each is gone from `of` when the load balancer has reported it as drained."""
    for arn, target_id, port in of(task):
        group = _group(arn)
        if target_key(target_id, port) in group.targets:
            group.deregister([{"Id": target_id, "Port": port}])


def forget(backend, task):
    """Removes the targets of a task that is gone, at once."""
    for arn, target_id, port in of(task):
        _remove(_group(arn), target_key(target_id, port))
    task.targets = []


def of(task):
    """The (target group ARN, id, port) of each target of the task, those that drain among them."""
    return [place for place, _ in _found(task)]


def health(task):
    """`initial`, `healthy` (in each of its target groups) or `unhealthy`; None without a load balancer."""
    if not getattr(task, "load_balancers", ()):
        return None
    states = [target.get("State", "initial") for _, target in _found(task)]
    if "unhealthy" in states:
        return "unhealthy"
    registered_everywhere = len(states) >= len(task.load_balancers)
    return "healthy" if registered_everywhere and set(states) == {"healthy"} else "initial"


def unhealthy_target(task):
    """(target group ARN, port, target) of the first unhealthy target of the task; None if there is none."""
    return next(
        ((arn, port, target) for (arn, _, port), target in _found(task) if target.get("State") == "unhealthy"), None
    )


def _found(task):
    """((target group ARN, id, port), target) of each target of the task that is still there."""
    for place in getattr(task, "targets", ()):
        arn, target_id, port = place
        target = _find(_group(arn), target_key(target_id, port))
        if target:
            yield place, target


def report(reports):
    """Takes the target reports of the data plane. Those of targets that are no more, or of an earlier
    registration, are old and ignored."""
    for item in reports:
        group = _group(item["targetGroupArn"])
        key = target_key(item["id"], item["port"])
        if group is None:
            continue
        drained = item["state"] == "drained"
        there = group.draining if drained else group.targets
        target = there.get(key)
        if target is None or target["Registration"] != item["registration"]:
            continue
        if drained:
            del group.draining[key]
        else:
            target.update(State=item["state"], Reason=item.get("reason"), Description=item.get("description"))


def tick(backend, now):
    """Takes away what has drained for too long, whatever the load balancer says."""
    for group in elbv2_backends[backend.account_id][backend.region_name].target_groups.values():
        delay = float(group.attributes.get("deregistration_delay.timeout_seconds", 300))
        for key, target in list(group.draining.items()):
            if now >= target["Since"] + delay + DRAINING_GRACE_SECONDS:
                del group.draining[key]


def is_under_way(backend):
    """Whether targets drain."""
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    return any(group.draining for group in groups.values())


def _group(arn):
    """The target group of an ARN, whichever region it is of; None if there is none."""
    if not arn or arn.count(":") < 5:
        return None
    _, _, _, region, account, _ = arn.split(":", 5)
    # `get` makes no backend where there is none, and takes no lock: this is asked for each task in each tick.
    backend = elbv2_backends.get(account, {}).get(region)
    return backend and backend.target_groups.get(arn)


def _find(group, key):
    return group and (group.targets.get(key) or group.draining.get(key))


def _remove(group, key):
    group.targets.pop(key, None)
    group.draining.pop(key, None)


def target_key(target_id, port):
    """What a target group keeps a target under."""
    return f"{target_id}:{port}"
