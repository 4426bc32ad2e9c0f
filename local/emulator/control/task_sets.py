"""Task sets: the tasks of one revision of a service that CodeDeploy deploys, and the scheduler of such services.

Sources: API_TaskSet; ECS Developer Guide, "CodeDeploy blue/green deployments for Amazon ECS". A service has a PRIMARY
task set, whose settings are the service's own; during a deployment an ACTIVE one beside it (the green one, later the
blue one); and those that are DRAINING.
"""

import math
import random

from control import backoff, clock, rollout
from control.round import Round, first, numbers

# The settings of a service that are those of its PRIMARY task set.
SHARED = (
    "task_definition",
    "capacity_provider_strategy",
    "launch_type",
    "load_balancers",
    "network_configuration",
    "platform_family",
    "platform_version",
    "service_registries",
)
STABILIZING, STEADY = "STABILIZING", "STEADY_STATE"
# Tasks of a set are replaced one for one: there is room for as many again.
LEAST_PERCENT, MOST_PERCENT = 100, 200


class TaskSet:
    """A task set as DescribeTaskSets returns it (moto finds `task_set_arn` for `taskSetArn`).

    `settings`: those of SHARED that differ from the service's.
    """

    def __init__(self, service, *, status="ACTIVE", deployment_id=None, settings=None):
        self._service = service
        self.id = f"ecs-svc/{random.randrange(10**18, 10**19)}"
        self.service_arn, self.cluster_arn = service.arn, service.cluster_arn
        self.task_set_arn = f"{service.arn.replace(':service/', ':task-set/')}/{self.id}"
        self.status = status
        self.external_id = deployment_id
        self.started_by = "CODE_DEPLOY" if deployment_id else None
        for name in SHARED:
            setattr(self, name, getattr(service, name, None))
        for name, value in (settings or {}).items():
            setattr(self, name, value)
        self.scale = {"value": 100.0, "unit": "PERCENT"}
        self.running_count = self.pending_count = 0
        self.tags = []
        self.created_at = self.updated_at = self.stability_status_at = clock.timestamp()
        self.stability_status = STABILIZING
        # Tasks that failed since the last one that was healthy.
        self.failed_tasks = 0
        self.starts = backoff.Backoff()

    @property
    def revision(self):
        """What its tasks are made of, as for the deployments of other services."""
        return self

    @property
    def computed_desired_count(self):
        """API_TaskSet: the service's desired count times the scale, always rounded up."""
        return math.ceil(self._service.desired_count * self.scale["value"] / 100)

    @property
    def target_group(self):
        """ARN of its target group; None without a load balancer."""
        return self.load_balancers[0].get("targetGroupArn") if self.load_balancers else None

    @property
    def is_steady(self):
        return self.stability_status == STEADY

    def settle(self, is_steady):
        status = STEADY if is_steady else STABILIZING
        if status != self.stability_status:
            self.stability_status, self.stability_status_at = status, clock.timestamp()

    def drain(self):
        """Scales it to nothing: its targets drain, its tasks stop, and then it is gone."""
        self.status, self.scale = "DRAINING", {"value": 0.0, "unit": "PERCENT"}
        self.updated_at = clock.timestamp()
        self.settle(False)


def begin(service):
    """The PRIMARY task set of a new service."""
    service.task_sets = [TaskSet(service, status="PRIMARY")]


def primary(service):
    return next(item for item in service.task_sets if item.status == "PRIMARY")


def add(service, deployment_id, settings):
    """Another task set, ACTIVE, beside the PRIMARY one."""
    added = TaskSet(service, deployment_id=deployment_id, settings=settings)
    service.task_sets = [*service.task_sets, added]
    return added


def promote(service, task_set):
    """UpdateServicePrimaryTaskSet: the service takes on the settings of the task set."""
    former = primary(service)
    former.status, task_set.status = "ACTIVE", "PRIMARY"
    former.updated_at = task_set.updated_at = clock.timestamp()
    for name in SHARED:
        setattr(service, name, getattr(task_set, name))


class TaskSetRound(Round):
    """A round of a service whose task sets CodeDeploy makes, shifts traffic between and ends."""

    @property
    def owners(self):
        return self.service.task_sets

    def run(self):
        self._look_at_tasks()
        for task_set in self.service.task_sets:
            self._scale(task_set)
        self._conclude()
        if self.service.status == "DRAINING" and not self.watch.alive:
            self.service.status, self.service.task_sets = "INACTIVE", []

    def _scale(self, task_set):
        own = [task for task in self.watch.wanted if task.deployment_id == task_set.id]
        staying = [task for task in own if not self._is_on_a_draining_instance(task)]
        leaving = [task for task in own if self._is_on_a_draining_instance(task)]
        limits = rollout.Limits(task_set.computed_desired_count, LEAST_PERCENT, MOST_PERCENT)
        plan = rollout.plan(limits, numbers(staying), numbers(leaving), failing=task_set.failed_tasks > 0)
        self._start(task_set, plan.start)
        going = [*first(reversed(staying), plan.stop_new), *first(leaving, plan.stop_old)]
        self._stop(going, f"Scaling activity initiated by (taskSet {task_set.id})")

    def _conclude(self):
        """Counts; a task set that drains is gone with its last task."""
        for task_set in self.service.task_sets:
            self._count_tasks_of(task_set)
            task_set.settle(self._is_steady(task_set))
        with_tasks = {task.deployment_id for task in self.watch.alive}
        self.service.task_sets = [
            item for item in self.service.task_sets if item.status != "DRAINING" or item.id in with_tasks
        ]
        self._count_tasks_of_the_service()
        self._tell_steadiness(all(item.is_steady for item in self.service.task_sets))

    def _is_steady(self, task_set):
        """API_TaskSet: as many tasks run as are desired, none is pending or stopping, all are healthy."""
        own = [task for task in self.watch.alive if task.deployment_id == task_set.id]
        healthy = sum(task.is_wanted and task.is_healthy for task in own)
        return len(own) == healthy == task_set.computed_desired_count
