"""What every round of the service scheduler does, whichever way the service is deployed: it looks at the tasks, stops
those that fail their health checks, starts and stops others. Tasks belong to an owner: a deployment or a task set.
"""

from moto.core.exceptions import ServiceException

from control import events, instances, placement, rollout, targets, tasks
from control.task_watch import Watch

STOP_CODE = "ServiceSchedulerInitiated"
# "Use strategies to define Amazon ECS task placement" (Developer Guide): what services do that name no strategy.
DEFAULT_PLACEMENT = [{"type": "spread", "field": "attribute:ecs.availability-zone"}]


class Round:
    """What there is to do for one service at one time. `owners`: the deployments or task sets of the service."""

    def __init__(self, backend, service, now):
        self.backend, self.service, self.now = backend, service, now
        self.watch = Watch(backend, service, now)

    @property
    def owners(self):
        raise NotImplementedError

    def _look_at_tasks(self):
        """Counts failures, forgets those of owners with a healthy task, stops what fails its health checks."""
        for task in self.watch.failed:
            self._count_failure(task.deployment_id)
        for task in self.watch.recovered:
            self._forget_failures(task.deployment_id)
        self._stop_unhealthy_tasks()

    def _owner(self, owner_id):
        return next((item for item in self.owners if item.id == owner_id), None)

    def _count_failure(self, owner_id):
        owner = self._owner(owner_id)
        if owner:
            owner.failed_tasks += 1
            self._back_off(owner)

    def _back_off(self, owner):
        """Tasks that failed in one round make the next start wait once."""
        if owner.starts.is_over(self.now) and owner.starts.failed(self.now):
            events.inconsistent(self.service)

    def _forget_failures(self, owner_id):
        owner = self._owner(owner_id)
        if owner:
            owner.failed_tasks = 0
            owner.starts.succeeded()

    def _stop_unhealthy_tasks(self):
        grace = self.service.health_check_grace_period_seconds or 0
        unhealthy = {}
        for task in self.watch.unhealthy:
            if self.now - task.running_since < grace:
                continue
            arn, port, target = targets.unhealthy_target(task)
            events.unhealthy(self.service, task, port, arn, target.get("Description") or "Health checks failed")
            if not task.ever_healthy:
                self._count_failure(task.deployment_id)
            unhealthy.setdefault(arn, []).append(task)
        for arn, going in unhealthy.items():
            self._stop(going, f"Task failed ELB health checks in (target-group {arn})")

    def _is_on_a_draining_instance(self, task):
        return instances.is_draining(self.backend, task)

    def _start(self, owner, count):
        if not count or not owner.starts.is_over(self.now):
            return
        try:
            started = self._create(owner, count)
        except placement.Unplaced as unplaced:
            started = unplaced.placed
            self._back_off_unplaced(owner, unplaced.reason)
        except ServiceException as error:
            started = []
            events.could_not_launch(self.service, error.message)
            self._count_failure(owner.id)
        for task in started:
            task.load_balancers = owner.load_balancers or ()
            task.service_registries = owner.service_registries or ()
            task.service_connect = getattr(owner, "service_connect_configuration", None)
            task.enable_execute_command = bool(self.service.enable_execute_command)
        self.watch.add(started)
        if started:
            events.started(self.service, started)

    def _create(self, owner, count):
        revision = owner.revision
        definition = self.backend.describe_task_definition(revision.task_definition)
        return tasks.create(
            self.backend,
            self.service.cluster_name,
            definition,
            group=f"service:{self.service.name}",
            started_by=owner.id,
            launch_type=revision.launch_type,
            capacity_provider_strategy=revision.capacity_provider_strategy,
            network_configuration=revision.network_configuration,
            tags=_tags(self.service, definition),
            placement_constraints=self.service.placement_constraints,
            placement_strategy=self.service.placement_strategy or DEFAULT_PLACEMENT,
            count=count,
            deployment_id=owner.id,
            platform_version=revision.platform_version,
        )

    def _back_off_unplaced(self, owner, reason):
        """No room is no failure of the owner, but it is tried again less and less often."""
        owner.starts.failed(self.now)
        self.watch.tell_unplaced(reason)

    def _stop(self, going, reason):
        if not going:
            return
        registered = self.watch.registered(going)
        for task in going:
            tasks.stop(self.backend, task, reason=reason, stop_code=STOP_CODE)
        events.stopped(self.service, going)
        self.watch.tell_deregistered(registered, draining=True)

    def _count_tasks_of(self, owner):
        own = [task for task in self.watch.alive if task.deployment_id == owner.id]
        wanted = [task for task in own if task.is_wanted]
        owner.running_count = sum(task.last_status == "RUNNING" for task in own)
        owner.pending_count = len(wanted) - sum(task.last_status == "RUNNING" for task in wanted)
        return len(wanted)

    def _count_tasks_of_the_service(self):
        self.service.running_count = sum(task.last_status == "RUNNING" for task in self.watch.alive)
        self.service.pending_count = sum(item.pending_count for item in self.owners)

    def _tell_steadiness(self, is_steady):
        if is_steady and not getattr(self.service, "is_steady", False):
            events.steady(self.service)
        self.service.is_steady = is_steady


def numbers(some):
    healthy = sum(task.is_healthy for task in some)
    return rollout.Tasks(starting=len(some) - healthy, healthy=healthy)


def first(some, count):
    """So many of the tasks, in their order, those that are not healthy before the others."""
    return sorted(some, key=lambda task: task.is_healthy)[:count]


def _tags(service, definition):
    """The tags of a task: those to propagate, and those that ECS manages ("Tag your Amazon ECS resources")."""
    source = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}.get(service.propagate_tags)
    managed = {"aws:ecs:serviceName": service.name, "aws:ecs:clusterName": service.cluster_name}
    if not service.enable_ecs_managed_tags:
        managed = {}
    return [*(source or ()), *({"key": key, "value": value} for key, value in managed.items())]
