"""What deployments tell EventBridge of themselves.

Sources: ECS Developer Guide, "Amazon ECS service deployment state change events"; CodeDeploy User Guide, "Monitoring
deployments with Amazon CloudWatch Events".
"""

import event_bus
from control import clock, codedeploy

ECS_TYPE = "ECS Deployment State Change"
# By rollout state: eventType, eventName.
OF_ECS = {
    "IN_PROGRESS": ("INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS"),
    "COMPLETED": ("INFO", "SERVICE_DEPLOYMENT_COMPLETED"),
    "FAILED": ("ERROR", "SERVICE_DEPLOYMENT_FAILED"),
}
CODEDEPLOY_TYPE = "CodeDeploy Deployment State-change Notification"
STARTED = "START"
# By status. Of a deployment that waits for a person, and ends later, both are told.
OF_CODEDEPLOY = {
    codedeploy.READY: "READY",
    codedeploy.SUCCEEDED: "SUCCESS",
    codedeploy.FAILED: "FAILURE",
    codedeploy.STOPPED: "STOP",
}


def of_ecs(service, deployment):
    """The rollout state of a deployment is another one."""
    kind, name = OF_ECS[deployment.rollout_state]
    detail = {
        "eventType": kind,
        "eventName": name,
        "deploymentId": deployment.id,
        "updatedAt": clock.text(deployment.updated_at.timestamp()),
        "reason": deployment.rollout_state_reason,
    }
    event_bus.put(service._backend, "aws.ecs", ECS_TYPE, detail, [service.arn])


def of_codedeploy(backend, deployment):
    """Looks whether there is something to tell of it that was not told."""
    told = deployment.__dict__.setdefault("told_states", set())
    reached = [STARTED] if deployment.started_at else []
    reached += [OF_CODEDEPLOY[deployment.status]] if deployment.status in OF_CODEDEPLOY else []
    for state in reached:
        if state not in told:
            told.add(state)
            _tell(backend, deployment, state)


def _tell(backend, deployment, state):
    application, group = deployment.application_name, deployment.deployment_group_name
    arn = f"arn:aws:codedeploy:{backend.region_name}:{backend.account_id}"
    detail = {
        "region": backend.region_name,
        "deploymentId": deployment.deployment_id,
        "state": state,
        "application": application,
        "deploymentGroup": group,
        "instanceGroupId": deployment.group.get("deploymentGroupId"),
    }
    resources = [f"{arn}:application:{application}", f"{arn}:deploymentgroup:{application}/{group}"]
    event_bus.put(backend, "aws.codedeploy", CODEDEPLOY_TYPE, detail, resources)
