"""The life of tasks: created, placed, run, stopped. Source: ECS Developer Guide, "Amazon ECS task lifecycle".

The service scheduler and RunTask say which tasks there are to be, the data plane reports what became of them. States
that take no time here (ACTIVATING, DEPROVISIONING) are gone through all the same.
"""

from control import clock, data_plane, discovery, instances, network_interfaces, placement, placing, targets
from control.task import Task

# How many stopped tasks of a cluster stay describable, the newest ones; AWS keeps them for about an hour.
STOPPED_TASKS_KEPT = 100
# How long a task waits for an instance of its capacity provider before it fails.
PROVISIONING_SECONDS = 15 * 60
# States that only others bring a task out of: its service, a person, the data plane.
AT_REST = ("RUNNING", "STOPPED")


def create(
    backend,
    cluster_name,
    task_definition,
    *,
    group,
    started_by,
    launch_type=None,
    capacity_provider_strategy=None,
    network_configuration=None,
    overrides=None,
    tags=None,
    placement_constraints=(),
    placement_strategy=(),
    count=1,
    deployment_id=None,
    platform_version=None,
):
    """Creates `count` tasks of moto's task definition, and places them.

    One for EC2 that fits on no instance waits in PROVISIONING where a capacity provider with managed scaling may start
    another one (`unplaced_reason` says why); elsewhere `placement.Unplaced` is raised, with the tasks placed before.
    """
    cluster = backend._get_cluster(cluster_name)
    siblings = [task for task in _alive(backend, cluster.name) if deployment_id and task.deployment_id == deployment_id]
    created = []
    for _ in range(count):
        given = {"group": group, "started_by": started_by, "overrides": overrides, "tags": tags}
        task = Task(backend, cluster, task_definition, now=clock.now(), **given)
        task.deployment_id = deployment_id
        task.network_configuration = network_configuration if task_definition.network_mode == "awsvpc" else None
        task.placement_constraints = [*(task_definition.placement_constraints or ()), *(placement_constraints or ())]
        task.placement_strategy = list(placement_strategy or ())
        relatives = [*siblings, *created]
        placing.choose_capacity(cluster, task, launch_type, capacity_provider_strategy, relatives, platform_version)
        _place_or_wait(backend, task, created)
        created.append(task)
    return created


def _place_or_wait(backend, task, placed_before):
    try:
        placing.place(backend, task)
    except placement.Unplaced as unplaced:
        unplaced.placed = placed_before
        if not placing.may_start_instances(backend, task):
            raise
        task.unplaced_reason = unplaced.reason
    _keep(backend, task)


def _keep(backend, task):
    backend.tasks.setdefault(task.cluster_name, {})[task.task_arn] = task


def create_on(backend, instance, task_definition, *, network_configuration=None, **given):
    """Creates a task on this very container instance, as StartTask does. Raises placement.Unplaced."""
    task = Task(backend, backend.clusters[instance.cluster_name], task_definition, now=clock.now(), **given)
    task.network_configuration = network_configuration if task_definition.network_mode == "awsvpc" else None
    placing.place_on(backend, task, [instances.candidate(backend, instance)])
    _keep(backend, task)
    return task


def stop(backend, task, *, reason, stop_code):
    """Wants the task stopped, gracefully; a second time changes nothing. While its targets drain it is DEACTIVATING."""
    if task.is_stopped or not task.is_wanted:
        return
    _want_stopped(task, reason, stop_code)
    if task.last_status == "PROVISIONING" or not data_plane.attached():
        _finish(backend, task)
        return
    if task.last_status == "RUNNING":
        discovery.deregister(backend, task)
        targets.deregister(backend, task)
    task.move("DEACTIVATING" if targets.of(task) else "STOPPING")


def _want_stopped(task, reason, stop_code):
    task.desired_status = "STOPPED"
    task.stopped_reason, task.stop_code = reason, stop_code
    task.stopping_at = clock.now()


def kill(task):
    """Has the processes of the task killed as if they had crashed: what then becomes of it is for the report to say."""
    task.killed = True


def _lose_host(backend, task):
    """The instance of the task is gone, and with it all that ran there. The data plane still has to end it here."""
    discovery.deregister(backend, task)
    targets.forget(backend, task)
    if task.is_wanted:
        _want_stopped(task, f"Host EC2 (instance {task.instance_id}) terminated.", "TerminationNotice")
    task.killed = True
    task.move("STOPPING")


def report(backend, report):
    """Applies a TaskReport of the data plane (local/cloud/view.ts). Of a task that is not here (any more): nothing."""
    task = _find(backend, report["arn"])
    if task is None or task.is_stopped:
        return
    listened_on = task.address, dict(task.host_ports)
    task.note(report)
    if report["lastStatus"] == "STOPPED":
        if task.is_wanted:
            reason = report.get("stoppedReason") or "Essential container in task exited"
            _want_stopped(task, reason, report.get("stopCode") or "EssentialContainerExited")
        _finish(backend, task)
    elif task.last_status == "PENDING":
        _run(backend, task)
    elif task.last_status == "RUNNING" and listened_on != (task.address, task.host_ports):
        discovery.deregister(backend, task)
        targets.forget(backend, task)
        targets.register(backend, task)
        _announce(backend, task)


def _find(backend, arn):
    return next((by_arn[arn] for by_arn in backend.tasks.values() if arn in by_arn), None)


def _run(backend, task):
    task.started_at = task.pull_stopped_at = clock.now()
    network_interfaces.show_address(task)
    task.move("ACTIVATING")
    targets.register(backend, task)
    task.move("RUNNING")
    _announce(backend, task)


def _announce(backend, task):
    """A task that is to stop, and drains, is not to be found any more."""
    if task.is_wanted:
        discovery.register(backend, task)


def _finish(backend, task):
    """→ STOPPED: nothing of the task is left but its description."""
    discovery.deregister(backend, task)
    targets.forget(backend, task)
    network_interfaces.detach(backend, task)
    task.execution_stopped_at = task.stopped_at = clock.now()
    task.connectivity = "DISCONNECTED"
    task.unplaced_reason = None
    for container in task.containers:
        container["lastStatus"] = "STOPPED"
    task.move("DEPROVISIONING", "STOPPED")


def of_service(backend, service):
    """The tasks of the service that have not stopped yet; one that RunTask started in a group of that name is none."""
    group = f"service:{service.name}"
    return [task for task in _alive(backend, service.cluster_name) if task.deployment_id and task.group == group]


def _alive(backend, cluster_name):
    return [task for task in backend.tasks.get(cluster_name, {}).values() if not task.is_stopped]


def tick(backend, now):
    """What time and others' work bring about: instances come and go, targets have drained, waiting tasks are placed."""
    for task in instances.tick(backend):
        _lose_host(backend, task)
    for by_arn in backend.tasks.values():
        for task in by_arn.values():
            if task.last_status == "DEACTIVATING" and not targets.of(task):
                # The host port may be another task's target before this one has stopped.
                targets.forget(backend, task)
                task.move("STOPPING")
            elif task.last_status == "PROVISIONING":
                _try_to_place(backend, task, now)
        _forget_oldest(by_arn)


def is_under_way(backend):
    """Whether tasks are about to run or to stop."""
    everywhere = (task for by_arn in backend.tasks.values() for task in by_arn.values())
    return any(task.last_status not in AT_REST for task in everywhere)


def _try_to_place(backend, task, now):
    try:
        placing.place(backend, task)
    except placement.Unplaced as unplaced:
        task.unplaced_reason = unplaced.reason
        if now - task.created_at > PROVISIONING_SECONDS:
            reason = unplaced.failures[0]["reason"] if unplaced.failures else "EMPTY CAPACITY PROVIDER"
            _want_stopped(task, reason, "TaskFailedToStart")
            _finish(backend, task)


def _forget_oldest(by_arn):
    stopped = sorted((task for task in by_arn.values() if task.is_stopped), key=lambda task: task.stopped_at)
    for task in stopped[:-STOPPED_TASKS_KEPT]:
        del by_arn[task.task_arn]


def view(backend):
    """The ViewTasks (local/cloud/view.ts): everything that the data plane is to run or to stop."""
    return [_seen(task) for by_arn in backend.tasks.values() for task in by_arn.values() if task.is_placed]


def _seen(task):
    seen = {
        "arn": task.task_arn,
        "group": task.group,
        "launchType": task.launch_type,
        "taskDefinitionArn": task.task_definition_arn,
        "overrides": task.overrides,
        "desired": "kill" if task.killed else "stop" if task.last_status == "STOPPING" else "run",
    }
    return {**seen, "instanceId": task.instance_id} if task.instance_id else seen
