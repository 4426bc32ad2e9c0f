"""The ECS service scheduler: how many tasks of which deployment each service is to have, and what has become of them.

Sources: ECS Developer Guide, "Amazon ECS services", "Deploy Amazon ECS services by replacing tasks", "How the Amazon
ECS deployment circuit breaker detects failures", "Service throttle logic".
"""

from control import circuit_breaker, deployments, events, rollout, service_deployments, task_sets
from control.faults import told_once
from control.round import Round, first, numbers


def tick(backend, now):
    """One round of each service that is not deleted. Those with the controller EXTERNAL are left alone."""
    for service in list(backend.services.values()):
        round_of = ROUNDS.get(service.deployment_controller["type"])
        if service.status != "INACTIVE" and round_of:
            with told_once(f"a round of {service.name}"):
                round_of(backend, service, now).run()


def is_under_way(backend):
    """Whether a service is not what it is to be. One whose deployment was given up is as it will be."""
    return any(
        service.deployment_controller["type"] in ROUNDS and _is_moving(service) for service in backend.services.values()
    )


def _is_moving(service):
    if service.status == "DRAINING":
        return True
    given_up = [deployment.halted for deployment in service.deployments] == [True]
    return service.status == "ACTIVE" and not getattr(service, "is_steady", False) and not given_up


def delete(service):
    """DeleteService: no desired tasks any more; INACTIVE once the last one has stopped."""
    service.status = "DRAINING"
    service.desired_count = 0
    service_deployments.end(service, "STOPPED", "Service deployment was stopped because the service was deleted.")


class RollingRound(Round):
    """A round of a service that ECS itself deploys, by replacing tasks."""

    @property
    def owners(self):
        return self.service.deployments

    @property
    def primary(self):
        return self.service.deployments[0]

    def run(self):
        self._look_at_tasks()
        if self.service.status == "DRAINING":
            self._drain()
            return
        self._judge()
        self._step()
        self._count_tasks()
        self._conclude()

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
            numbers(new),
            numbers(old),
            may_start=not self.primary.halted,
            failing=self.primary.failed_tasks > 0,
            old_replaceable=former is not None,
            stopping=len(self.watch.alive) - len(self.watch.wanted),
        )
        self._start(self.primary, plan.start)
        self._start(former, plan.start_old)
        # Of the new ones the youngest go first, of the old ones the oldest; of both, those that are not healthy.
        going = [*first(reversed(new), plan.stop_new), *first(old, plan.stop_old)]
        self._stop(going, self._scaling())
        if plan.blocked and not self.primary.blocked_told:
            self.primary.blocked_told = True
            events.blocked(self.service)

    def _is_to_stay(self, task):
        """Tasks of older deployments are replaced, and so are those on container instances that are DRAINING."""
        return task.deployment_id == self.primary.id and not self._is_on_a_draining_instance(task)

    def _limits(self):
        configuration = self.service.deployment_configuration
        return rollout.Limits(
            self.service.desired_count, configuration["minimumHealthyPercent"], configuration["maximumPercent"]
        )

    def _scaling(self):
        return f"Scaling activity initiated by (deployment {self.primary.id})"

    def _count_tasks(self):
        for deployment in self.service.deployments:
            wanted = self._count_tasks_of(deployment)
            deployment.desired_count = self.service.desired_count if deployment is self.primary else wanted
        self._count_tasks_of_the_service()
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
        self._tell_steadiness(reached and len(self.watch.alive) == len(self.watch.wanted))


ROUNDS = {"ECS": RollingRound, "CODE_DEPLOY": task_sets.TaskSetRound}
