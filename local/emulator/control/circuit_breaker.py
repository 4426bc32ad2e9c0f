"""The circuit breaker ("How the Amazon ECS deployment circuit breaker detects failures", Developer Guide)."""

import math

MINIMUM_THRESHOLD = 3
MAXIMUM_THRESHOLD = 200
SHARE_OF_DESIRED = 0.5


def threshold(desired_count):
    """How many tasks may fail in a row, none in between being healthy, until the deployment has failed."""
    return max(MINIMUM_THRESHOLD, min(MAXIMUM_THRESHOLD, math.ceil(SHARE_OF_DESIRED * desired_count)))


def is_enabled(service):
    return bool(_settings(service).get("enable"))


def rolls_back(service):
    return is_enabled(service) and bool(_settings(service).get("rollback"))


def trips(service, deployment):
    """Whether the deployment is to be given up now. One that is completed cannot fail any more."""
    in_progress = deployment.rollout_state == "IN_PROGRESS" and not deployment.halted
    return is_enabled(service) and in_progress and deployment.failed_tasks >= threshold(service.desired_count)


def _settings(service):
    return (service.deployment_configuration or {}).get("deploymentCircuitBreaker") or {}
