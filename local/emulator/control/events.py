"""Service events in the words of ECS ("Amazon ECS service event messages", Developer Guide), newest first."""

import uuid

from control import clock

# DescribeServices: "A maximum of 100 of the latest events are displayed."
EVENTS_KEPT = 100
MORE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


def add(service, message, subject=""):
    told = f"(service {service.name}{subject}) {message}"
    event = {"id": str(uuid.uuid4()), "createdAt": clock.timestamp(), "message": told}
    service.events.insert(0, event)
    del service.events[EVENTS_KEPT:]


def started(service, tasks):
    add(service, f"has started {len(tasks)} tasks: {_named(tasks)}.")


def stopped(service, tasks):
    add(service, f"has stopped {len(tasks)} running tasks: {_named(tasks)}.")


def registered(service, target_group_arn, count):
    add(service, f"registered {count} targets in (target-group {target_group_arn})")


def deregistered(service, target_group_arn, count):
    add(service, f"deregistered {count} targets in (target-group {target_group_arn})")


def draining(service, deployment_id, count):
    add(service, f"has begun draining connections on {count} tasks.", f", taskSet {deployment_id}")


def unhealthy(service, task, port, target_group_arn, description):
    where = f"(instance {task.instance_id})" if task.instance_id else f"(task {task.id})"
    reason = f"(reason {description})"
    add(service, f"{where} (port {port}) is unhealthy in (target-group {target_group_arn}) due to {reason}")


def failed(service, task):
    """A task has ended by itself. ECS tells the reason in the task alone; here it is in the event too."""
    codes = [container["exitCode"] for container in task.containers if container.get("exitCode") is not None]
    exit_codes = f", exit code {', '.join(map(str, codes))}" if codes else ""
    verb = "failed to start" if task.stop_code == "TaskFailedToStart" else "has stopped"
    add(service, f"(task {task.id}) {verb} (reason {task.stopped_reason}{exit_codes}).")


def could_not_launch(service, message):
    add(service, f"failed to launch a task with (error {message}).")


def could_not_place(service, reason):
    add(service, reason)


def inconsistent(service):
    add(service, f"is unable to consistently start tasks successfully. {MORE}")


def blocked(service):
    add(
        service,
        "was unable to stop or start tasks during a deployment because of the service deployment configuration. "
        f"Update the minimumHealthyPercent or maximumPercent value and try again. {MORE}",
    )


def deployment_completed(service, deployment):
    add(service, f"(deployment {deployment.id}) deployment completed.")


def deployment_failed(service, deployment):
    add(service, f"(deployment {deployment.id}) deployment failed: tasks failed to start.")


def deployment_stopped(service, deployment):
    add(service, f"(deployment {deployment.id}) deployment stopped.")


def rolling_back(service, deployment):
    add(service, f"rolling back to deployment {deployment.id}.")


def steady(service):
    add(service, "has reached a steady state.")


def _named(tasks):
    return " ".join(f"(task {task.id})" for task in tasks)
