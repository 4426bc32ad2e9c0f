"""The ECS service scheduler: how many tasks of which deployment each service is to have, and what has become of them.

Sources: ECS Developer Guide, "Amazon ECS services", "Deploy Amazon ECS services by replacing tasks", "How the Amazon
ECS deployment circuit breaker detects failures", "Service throttle logic".
"""

from moto.core.exceptions import ServiceException

from control import (
    circuit_breaker,
    deployments,
    events,
    instances,
    placement,
    rollout,
    service_deployments,
    targets,
    tasks,
)
from control.faults import told_once
from control.task_watch import Watch

STOP_CODE = "ServiceSchedulerInitiated"
# "Use strategies to define Amazon ECS task placement" (Developer Guide): what services do that name no strategy.
DEFAULT_PLACEMENT = [{"type": "spread", "field": "attribute:ecs.availability-zone"}]


def tick(backend, now):
    """One round of each service that is not deleted. Those with task sets (CODE_DEPLOY, EXTERNAL) are left alone."""
    for service in list(backend.services.values()):
        if service.status != "INACTIVE" and service.deployment_controller["type"] == "ECS":
            with told_once(f"a round of {service.name}"):
                Round(backend, service, now).run()


def delete(service):
    """DeleteService: no desired tasks any more; INACTIVE once the last one has stopped."""
    service.status = "DRAINING"
    service.desired_count = 0
    service_deployments.end(service, "STOPPED", "Service deployment was stopped because the service was deleted.")


class Round:
    """What there is to do for one service at one time."""

    def __init__(self, backend, service, now):
        self.backend, self.service, self.now = backend, service, now
        self.watch = Watch(backend, service, now)

    @property
    def primary(self):
        return self.service.deployments[0]

    def run(self):
        for task in self.watch.failed:
            self._count_failure(task.deployment_id)
        for task in self.watch.recovered:
            self._forget_failures(task.deployment_id)
        self._stop_unhealthy_tasks()
        if self.service.status == "DRAINING":
            self._drain()
            return
        self._judge()
        self._step()
        self._count_tasks()
        self._conclude()

    def _deployment(self, deployment_id):
        return next((item for item in self.service.deployments if item.id == deployment_id), None)

    def _count_failure(self, deployment_id):
        deployment = self._deployment(deployment_id)
        if deployment:
            deployment.failed_tasks += 1
            self._back_off(deployment)

    def _back_off(self, deployment):
        """Tasks that failed in one round make the next start wait once."""
        if deployment.starts.is_over(self.now) and deployment.starts.failed(self.now):
            events.inconsistent(self.service)

    def _forget_failures(self, deployment_id):
        deployment = self._deployment(deployment_id)
        if deployment:
            deployment.failed_tasks = 0
            deployment.starts.succeeded()

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

    def _drain(self):
        self._stop(self.watch.wanted, self._scaling())
        if self.watch.alive:
            self._count_tasks()
            return
        self.service.status, self.service.deployments = "INACTIVE", []
        self.service.running_count = self.service.pending_count = 0

    def _judge(self):
        """What a person has asked of the service deployment, or else what the circuit breaker says."""
        service_deployments.start(self.service)
        current = service_deployments.ongoing(self.service)
        status = current.status if current else None
        if status == "STOP_REQUESTED":
            deployments.stop(self.service, self.primary)
            current.move("STOPPED", "Service deployment was stopped by StopServiceDeployment.")
        elif status == "ROLLBACK_REQUESTED":
            stopped = self.primary
            deployments.stop(self.service, stopped)
            self._roll_back(stopped, "ECS deployment stopped", "Service deployment was rolled back on request.")
        elif circuit_breaker.trips(self.service, self.primary):
            self._give_up()

    def _give_up(self):
        failed, current = self.primary, service_deployments.ongoing(self.service)
        deployments.fail(self.service, failed)
        if current:
            current.breaker_triggered = True
            current.count(self.service, self.service.deployments)
        because = "because the circuit breaker threshold was exceeded."
        if circuit_breaker.rolls_back(self.service):
            self._roll_back(failed, "ECS deployment circuit breaker", f"Service deployment rolled back {because}")
        else:
            service_deployments.end(self.service, "STOPPED", f"Service deployment stopped {because}")

    def _roll_back(self, failed, cause, reason):
        target = deployments.candidate(self.service, failed)
        if target is None:
            service_deployments.end(self.service, "ROLLBACK_FAILED", service_deployments.NO_CANDIDATE)
            return
        service_deployments.roll_back(self.service, target, reason)
        deployments.roll_back(self.service, target, cause)

    def _step(self):
        """Starts and stops tasks, as far as the deployment configuration lets it."""
        new = [task for task in self.watch.wanted if self._is_to_stay(task)]
        old = [task for task in self.watch.wanted if not self._is_to_stay(task)]
        former = next((item for item in self.service.deployments[1:] if item.was_completed), None)
        plan = rollout.plan(
            self._limits(),
            _numbers(new),
            _numbers(old),
            may_start=not self.primary.halted,
            failing=self.primary.failed_tasks > 0,
            old_replaceable=former is not None,
            stopping=len(self.watch.alive) - len(self.watch.wanted),
        )
        self._start(self.primary, plan.start)
        self._start(former, plan.start_old)
        # Of the new ones the youngest go first, of the old ones the oldest; of both, those that are not healthy.
        going = [*_first(reversed(new), plan.stop_new), *_first(old, plan.stop_old)]
        self._stop(going, self._scaling())
        if plan.blocked and not self.primary.blocked_told:
            self.primary.blocked_told = True
            events.blocked(self.service)

    def _is_to_stay(self, task):
        """Tasks of older deployments are replaced, and so are those on container instances that are DRAINING."""
        return task.deployment_id == self.primary.id and not instances.is_draining(self.backend, task)

    def _limits(self):
        configuration = self.service.deployment_configuration
        return rollout.Limits(
            self.service.desired_count, configuration["minimumHealthyPercent"], configuration["maximumPercent"]
        )

    def _scaling(self):
        return f"Scaling activity initiated by (deployment {self.primary.id})"

    def _start(self, deployment, count):
        if not count or not deployment.starts.is_over(self.now):
            return
        try:
            started = self._create(deployment, count)
        except placement.Unplaced as unplaced:
            started = unplaced.placed
            self._back_off_unplaced(deployment, unplaced.reason)
        except ServiceException as error:
            started = []
            events.could_not_launch(self.service, error.message)
            self._count_failure(deployment.id)
        for task in started:
            task.load_balancers = deployment.load_balancers or ()
            task.enable_execute_command = bool(self.service.enable_execute_command)
        self.watch.add(started)
        if started:
            events.started(self.service, started)

    def _create(self, deployment, count):
        revision = deployment.revision
        definition = self.backend.describe_task_definition(revision.task_definition)
        return tasks.create(
            self.backend,
            self.service.cluster_name,
            definition,
            group=f"service:{self.service.name}",
            started_by=deployment.id,
            launch_type=revision.launch_type,
            capacity_provider_strategy=revision.capacity_provider_strategy,
            network_configuration=revision.network_configuration,
            tags=_tags(self.service, definition),
            placement_constraints=self.service.placement_constraints,
            placement_strategy=self.service.placement_strategy or DEFAULT_PLACEMENT,
            count=count,
            deployment_id=deployment.id,
            platform_version=revision.platform_version,
        )

    def _back_off_unplaced(self, deployment, reason):
        """No room is no failure of the deployment, but it is tried again less and less often."""
        deployment.starts.failed(self.now)
        self.watch.tell_unplaced(reason)

    def _stop(self, going, reason):
        if not going:
            return
        registered = self.watch.registered(going)
        for task in going:
            tasks.stop(self.backend, task, reason=reason, stop_code=STOP_CODE)
        events.stopped(self.service, going)
        self.watch.tell_deregistered(registered, draining=True)

    def _count_tasks(self):
        for deployment in self.service.deployments:
            own = [task for task in self.watch.alive if task.deployment_id == deployment.id]
            wanted = [task for task in own if task.is_wanted]
            deployment.running_count = sum(task.last_status == "RUNNING" for task in own)
            deployment.pending_count = len(wanted) - sum(task.last_status == "RUNNING" for task in wanted)
            deployment.desired_count = self.service.desired_count if deployment is self.primary else len(wanted)
        self.service.running_count = sum(task.last_status == "RUNNING" for task in self.watch.alive)
        self.service.pending_count = sum(item.pending_count for item in self.service.deployments)
        current = service_deployments.ongoing(self.service)
        if current:
            current.count(self.service, self.service.deployments)

    def _conclude(self):
        """Deployments without tasks disappear; the one that is left is complete when all that it wants is healthy."""
        with_tasks = {task.deployment_id for task in self.watch.alive}
        older = [deployment for deployment in self.service.deployments[1:] if deployment.id in with_tasks]
        self.service.deployments = [self.primary, *older]
        healthy = sum(task.is_healthy for task in self.watch.wanted)
        reached = not older and len(self.watch.wanted) == healthy == self.service.desired_count
        if reached and self.primary.rollout_state == deployments.IN_PROGRESS:
            events.deployment_completed(self.service, self.primary)
            deployments.complete(self.service, self.primary)
        steady = reached and len(self.watch.alive) == len(self.watch.wanted)
        if steady and not getattr(self.service, "is_steady", False):
            events.steady(self.service)
        self.service.is_steady = steady


def _numbers(some):
    healthy = sum(task.is_healthy for task in some)
    return rollout.Tasks(starting=len(some) - healthy, healthy=healthy)


def _first(some, count):
    return sorted(some, key=lambda task: task.is_healthy)[:count]


def _tags(service, definition):
    """The tags of a task: those to propagate, and those that ECS manages ("Tag your Amazon ECS resources")."""
    source = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}.get(service.propagate_tags)
    managed = {"aws:ecs:serviceName": service.name, "aws:ecs:clusterName": service.cluster_name}
    if not service.enable_ecs_managed_tags:
        managed = {}
    return [*(source or ()), *({"key": key, "value": value} for key, value in managed.items())]
