"""Service deployments, as DescribeServiceDeployments returns them: the history of what was deployed, and how it ended.

Statuses and fields: API_ServiceDeployment. The newest is first in `service.service_deployments`.
"""

import random

from control import circuit_breaker, clock

# AWS keeps them for 90 days.
KEPT = 100
ROLLBACKS = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
ONGOING = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", *ROLLBACKS)
NO_CANDIDATE = "No rollback candidate was found to run the rollback."


class ServiceDeployment:
    def __init__(self, service, revision, sources):
        self.service_deployment_arn = (
            f"{service.arn.replace(':service/', ':service-deployment/')}/{random.randrange(10**18, 10**19)}"
        )
        self.service_arn, self.cluster_arn = service.arn, service.cluster_arn
        self.created_at = self.updated_at = clock.timestamp()
        self.started_at = self.finished_at = self.stopped_at = None
        self.status, self.status_reason = "PENDING", None
        self.revision, self.sources = revision, sources
        self.target_service_revision_arn = revision.service_revision_arn
        self.target_service_revision = _summary(revision, service.desired_count)
        self.source_service_revisions = [_summary(source, 0) for source in sources]
        self.deployment_configuration = service.deployment_configuration
        self.rollback = None
        self._breaker_enabled, self.breaker_triggered = circuit_breaker.is_enabled(service), False
        self._failures, self._threshold = 0, circuit_breaker.threshold(service.desired_count)

    @property
    def is_ongoing(self):
        return self.status in ONGOING

    @property
    def deployment_circuit_breaker(self):
        return {"status": self._breaker_status(), "failureCount": self._failures, "threshold": self._threshold}

    def _breaker_status(self):
        if not self._breaker_enabled:
            return "DISABLED"
        if self.breaker_triggered:
            return "TRIGGERED"
        return "MONITORING" if self.is_ongoing else "MONITORING_COMPLETE"

    def move(self, status, reason=None):
        self.status = status
        self.status_reason = reason or self.status_reason
        self.updated_at = clock.timestamp()
        if status in ("STOPPED", "STOP_REQUESTED"):
            self.stopped_at = self.updated_at
        if not self.is_ongoing:
            self.finished_at = self.updated_at

    def count(self, service, deployments):
        """Takes over the numbers of tasks of the deployments it is about, and the failures of the one it deploys."""
        by_revision = {deployment.revision: deployment for deployment in deployments}
        self.target_service_revision = _counted(self.revision, by_revision)
        self.source_service_revisions = [_counted(source, by_revision) for source in self.sources]
        if self.status == "IN_PROGRESS" and self.revision in by_revision:
            self._failures = by_revision[self.revision].failed_tasks
            self._threshold = circuit_breaker.threshold(service.desired_count)


def _summary(revision, requested, running=0, pending=0):
    return {
        "arn": revision.service_revision_arn,
        "requestedTaskCount": requested,
        "runningTaskCount": running,
        "pendingTaskCount": pending,
    }


def _counted(revision, by_revision):
    deployment = by_revision.get(revision)
    if deployment is None:
        return _summary(revision, 0)
    return _summary(revision, deployment.desired_count, deployment.running_count, deployment.pending_count)


def begin(service, revision, sources):
    """A new deployment takes the place of one that is still going on."""
    current = ongoing(service)
    if current:
        current.move("STOPPED", "Service deployment was stopped because a newer service deployment was started.")
    service.service_deployments = [ServiceDeployment(service, revision, sources), *history(service)][:KEPT]


def history(service):
    return getattr(service, "service_deployments", [])


def ongoing(service):
    """The service deployment that is not at its end; None if there is none."""
    newest = next(iter(history(service)), None)
    return newest if newest and newest.is_ongoing else None


def start(service):
    """The scheduler has taken it on."""
    current = ongoing(service)
    if current and current.status == "PENDING":
        current.move("IN_PROGRESS")
        current.started_at = current.updated_at


def complete(service):
    """What was to run runs: the deployment, or the rollback of it."""
    current = ongoing(service)
    if current:
        start(service)
        current.move("ROLLBACK_SUCCESSFUL" if current.rollback else "SUCCESSFUL")


def roll_back(service, target, reason):
    current = ongoing(service)
    if current:
        current.rollback = {
            "reason": reason,
            "startedAt": clock.timestamp(),
            "serviceRevisionArn": target.revision.service_revision_arn,
        }
        current.move("ROLLBACK_IN_PROGRESS", reason)


def end(service, status, reason):
    """It has come to nothing: STOPPED or ROLLBACK_FAILED."""
    current = ongoing(service)
    if current:
        current.move(status, reason)
