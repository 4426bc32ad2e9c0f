"""Deployments of a service, as DescribeServices returns them, and the service revisions that they deploy.

The attributes are named as the API names them (moto finds `rollout_state` for `rolloutState`). What becomes of a
deployment is told in `control.service_deployments` too, which is the newer API of the same thing.
"""

import random

from control import backoff, clock, data_plane, deployment_events, discovery, events, service_deployments

# The settings of a service that a service revision keeps, and a rollback restores.
REVISED = (
    "task_definition",
    "capacity_provider_strategy",
    "launch_type",
    "platform_version",
    "platform_family",
    "load_balancers",
    "service_registries",
    "network_configuration",
    "service_connect_configuration",
    "volume_configurations",
)
IN_PROGRESS, COMPLETED, FAILED = "IN_PROGRESS", "COMPLETED", "FAILED"


class ServiceRevision:
    """The settings of a service at the time of a deployment; never changes."""

    def __init__(self, service):
        for name in REVISED:
            setattr(self, name, getattr(service, name, None))
        self.service_arn, self.cluster_arn = service.arn, service.cluster_arn
        self.service_revision_arn = f"{service.arn.replace(':service/', ':service-revision/')}/{_nineteen_digits()}"
        self.created_at = clock.timestamp()
        self.guard_duty_enabled = False
        self.container_images = self._images(service)

    @staticmethod
    def _images(service):
        if not service.task_definition:
            return []
        definition = service._backend.describe_task_definition(service.task_definition)
        return [
            {"containerName": container["name"], "image": container.get("image")}
            for container in definition.container_definitions
        ]


class Deployment:
    """One of `service.deployments`: the PRIMARY one comes first, then those that still have tasks (ACTIVE)."""

    def __init__(self, service):
        self.id = f"ecs-svc/{_nineteen_digits()}"
        self.status = "PRIMARY"
        self.revision = ServiceRevision(service)
        for name in REVISED:
            setattr(self, name, getattr(self.revision, name))
        self.desired_count = service.desired_count
        self.pending_count = self.running_count = 0
        self.created_at = self.updated_at = clock.timestamp()
        # Tasks that failed since the last one that was healthy; what the circuit breaker counts.
        self.failed_tasks = 0
        self.starts = backoff.Backoff()
        # Given up, or stopped by a person: it starts no more tasks.
        self.halted = False
        self.was_completed = False
        self.blocked_told = False
        self.set_state(IN_PROGRESS, f"ECS deployment {self.id} in progress.")

    def set_state(self, state, reason):
        self.rollout_state, self.rollout_state_reason = state, reason
        self.updated_at = clock.timestamp()


def begin(service):
    """A new PRIMARY deployment of the service as it now is. The former ones become ACTIVE."""
    former = service.deployments if data_plane.attached() else service.deployments[:1]
    for deployment in former:
        deployment.status = "ACTIVE"
    deployment = Deployment(service)
    service_deployments.begin(service, deployment.revision, [other.revision for other in former])
    service.deployments = [deployment, *former]
    deployment.service_connect_resources = discovery.offer(service)
    deployment_events.of_ecs(service, deployment)
    _complete_without_tasks(service)


def resize(service):
    """A changed desired count is the PRIMARY deployment's too."""
    if service.deployments and service.deployments[0].desired_count != service.desired_count:
        primary = service.deployments[0]
        primary.desired_count, primary.updated_at = service.desired_count, clock.timestamp()
        _complete_without_tasks(service)


def _complete_without_tasks(service):
    """Where nobody runs tasks, a deployment is complete that wants none."""
    primary = service.deployments[0]
    if not data_plane.attached() and not service.desired_count and primary.rollout_state == IN_PROGRESS:
        complete(service, primary)


def complete(service, deployment):
    """Its desired tasks run and are healthy, and no others are left: rollbacks will return to it."""
    deployment.set_state(COMPLETED, f"ECS deployment {deployment.id} completed.")
    deployment.was_completed = True
    service.last_completed = deployment
    service_deployments.complete(service)
    deployment_events.of_ecs(service, deployment)


def fail(service, deployment):
    """The circuit breaker has opened."""
    deployment.halted = True
    deployment.set_state(FAILED, "ECS deployment circuit breaker: tasks failed to start.")
    events.deployment_failed(service, deployment)
    deployment_events.of_ecs(service, deployment)


def stop(service, deployment):
    """StopServiceDeployment has asked for it."""
    deployment.halted = True
    deployment.set_state(FAILED, f"ECS deployment {deployment.id} stopped.")
    events.deployment_stopped(service, deployment)
    deployment_events.of_ecs(service, deployment)


def candidate(service, failed):
    """The deployment to roll back to: the last that was completed, unless it is the one that failed (now, as the target
    of a rollback). None if there is none.
    """
    last = getattr(service, "last_completed", None)
    return last if last is not failed else None


def roll_back(service, target, cause):
    """Makes `target` the PRIMARY deployment again, and the service what it was then. `cause` begins the reason."""
    others = [deployment for deployment in service.deployments if deployment is not target]
    for deployment in others:
        deployment.status = "ACTIVE"
    service.deployments = [target, *others]
    for name in REVISED:
        setattr(service, name, getattr(target.revision, name))
    target.service_connect_resources = discovery.offer(service)
    target.status, target.desired_count = "PRIMARY", service.desired_count
    target.failed_tasks, target.starts, target.halted = 0, backoff.Backoff(), False
    target.set_state(IN_PROGRESS, f"{cause}: rolling back to deploymentId {target.id}.")
    events.rolling_back(service, target)
    deployment_events.of_ecs(service, target)


def _nineteen_digits():
    return random.randrange(10**18, 10**19)
