"""AWS CodeDeploy: deployments to Amazon ECS (moto 5.2.1). What becomes of them is decided in control/blue_green.py."""

import json

from botocore.utils import parse_to_aware_datetime
from moto.codedeploy.responses import CodeDeployResponse
from moto.ecs.models import ecs_backends

from control import blue_green, codedeploy
from patches.codedeploy import no_application, require_name
from patches.codedeploy_configs import config_of
from patches.codedeploy_group_rules import check_alarms, check_rollback
from patches.codedeploy_groups import group_of, info
from patches.codedeploy_revisions import appspec_of, hashed
from patches.ecs_service_rules import check_task_set
from patching import add, replace, wrap
from refusing import Refusal, parameters

# What CreateDeployment is given, the deployment keeps.
KEPT = ("revision", "description", "autoRollbackConfiguration", "overrideAlarmConfiguration")
BATCH_MAX = 25
NO_MORE_COMMANDS = "No more commands will be scheduled for execution in the deployment instances"


def create_deployments():
    """Symptom (moto 5.2.1): a deployment has the id of a UUID, any configuration and revision, and stays Created for
    ever, as many of a group as are asked for.
    AWS: `d-` and nine letters or digits; RevisionRequiredException, InvalidRevisionException,
    DeploymentConfigDoesNotExistException; DeploymentLimitExceededException while another one of the group is going on.
    What is wrong in the AppSpec file itself fails the deployment.
    """

    @wrap(CodeDeployResponse, "create_deployment")
    def create_deployment(original, response):
        request, backend = parameters(response), response.codedeploy_backend
        application = backend.applications.get(request.get("applicationName"))
        require_name("ApplicationName", request.get("applicationName"))
        if application is None:
            raise no_application(request["applicationName"])
        if application.compute_platform != "ECS":
            return original(response)
        require_name("DeploymentGroupName", request.get("deploymentGroupName"))
        group = group_of(backend, application.application_name, request["deploymentGroupName"])
        deployment = _deployment(response, request, group)
        backend.deployments[deployment.deployment_id] = deployment
        return json.dumps({"deploymentId": deployment.deployment_id})


def _deployment(response, request, group):
    backend = response.codedeploy_backend
    name = request.get("deploymentConfigName") or group.deployment_config_name
    config = config_of(backend, name)
    if config["computePlatform"] != "ECS":
        raise Refusal(
            "InvalidDeploymentConfigNameException",
            f"Deployment configuration {name} is not for the compute platform ECS.",
        )
    check_alarms(request.get("overrideAlarmConfiguration") or {})
    check_rollback(request.get("autoRollbackConfiguration") or {})
    content = appspec_of(response, request.get("revision"))
    current = next((item for item in _of_group(backend, group) if item.is_ongoing), None)
    if current:
        raise Refusal(
            "DeploymentLimitExceededException",
            f"The Deployment Group '{group.deployment_group_name}' already has an active Deployment "
            f"'{current.deployment_id}'",
        )
    settings = {key: request[key] for key in KEPT if request.get(key) is not None}
    settings.update(deploymentConfigName=name, revision=hashed(settings["revision"], content))
    return codedeploy.Deployment(
        info(backend, group), config["trafficRoutingConfig"], settings, content, check=check_task_set
    )


def _of_group(backend, group):
    names = group.application.application_name, group.deployment_group_name
    found = [item for item in backend.deployments.values() if isinstance(item, codedeploy.Deployment)]
    return [item for item in found if (item.application_name, item.deployment_group_name) == names]


def tell_how_deployments_do():
    """Symptom (moto 5.2.1): a deployment to ECS is `Created`, with an overview of instances and texts for times.
    AWS: tells its status, what has gone wrong, and the deployment that rolls it back; no overview of instances, and not
    the content of the AppSpec file.
    """

    @wrap(CodeDeployResponse, "get_deployment")
    def get_deployment(original, response):
        deployment = _known(response)
        return json.dumps({"deploymentInfo": deployment.shown()}) if _is_ours(deployment) else original(response)

    @wrap(CodeDeployResponse, "batch_get_deployments")
    def batch_get_deployments(_original, response):
        ids, known = parameters(response).get("deploymentIds") or [], response.codedeploy_backend.deployments
        if len(ids) > BATCH_MAX:
            raise Refusal("BatchLimitExceededException", f"At most {BATCH_MAX} deployments can be asked for")
        found = [known[name] for name in ids if name in known]
        return json.dumps({"deploymentsInfo": [item.shown() if _is_ours(item) else item.to_dict() for item in found]})


def _is_ours(deployment):
    return isinstance(deployment, codedeploy.Deployment)


def _known(response):
    name = parameters(response).get("deploymentId")
    if not name:
        raise Refusal("DeploymentIdRequiredException", "Deployment ID is required")
    if name not in response.codedeploy_backend.deployments:
        raise Refusal("DeploymentDoesNotExistException", f"The deployment {name} could not be found")
    return response.codedeploy_backend.deployments[name]


def list_deployments_by_what_is_asked():
    """Symptom (moto 5.2.1): ListDeployments heeds statuses for a deployment group only, and no time; the oldest come
    first.
    AWS: statuses and times select from all; the newest come first.
    """

    @replace(CodeDeployResponse, "list_deployments")
    def list_deployments(response):
        request, backend = parameters(response), response.codedeploy_backend
        application, group = request.get("applicationName"), request.get("deploymentGroupName")
        if application and not group:
            raise Refusal("DeploymentGroupNameRequiredException", "Deployment group name is required")
        if group and not application:
            raise Refusal("ApplicationNameRequiredException", "Application name is required")
        if application:
            group_of(backend, application, group)
        found = [
            item
            for item in backend.deployments.values()
            if not application or (item.application_name, item.deployment_group_name) == (application, group)
        ]
        newest_first = [item.deployment_id for item in reversed(found) if _asked_for(item, request)]
        return json.dumps({"deployments": newest_first})


def _asked_for(deployment, request):
    statuses, times = request.get("includeOnlyStatuses"), request.get("createTimeRange") or {}
    created = deployment.created_at if _is_ours(deployment) else 0
    return (not statuses or deployment.status in statuses) and (
        _seconds(times.get("start"), created) <= created <= _seconds(times.get("end"), created)
    )


def _seconds(given, default):
    return default if given is None else parse_to_aware_datetime(given).timestamp()


def tell_the_targets_of_deployments():
    """Symptom (moto 5.2.1): ListDeploymentTargets, GetDeploymentTarget and BatchGetDeploymentTargets are not
    implemented: HTTP 500.
    AWS: the only target of a deployment to ECS is the service, `cluster:service`, with its lifecycle events and the
    task sets.
    """

    @add(CodeDeployResponse, "list_deployment_targets")
    def list_deployment_targets(response):
        return json.dumps({"targetIds": [_of_ecs(response).target_id]})

    @add(CodeDeployResponse, "get_deployment_target")
    def get_deployment_target(response):
        target_id = parameters(response).get("targetId")
        return json.dumps({"deploymentTarget": _target(response, _of_ecs(response), target_id)})

    @add(CodeDeployResponse, "batch_get_deployment_targets")
    def batch_get_deployment_targets(response):
        ids, deployment = parameters(response).get("targetIds") or [], _of_ecs(response)
        return json.dumps({"deploymentTargets": [_target(response, deployment, target_id) for target_id in ids]})


def _of_ecs(response):
    deployment = _known(response)
    if not _is_ours(deployment):
        raise Refusal("UnsupportedActionForDeploymentTypeException", "Only deployments to ECS are performed here.")
    return deployment


def _target(response, deployment, target_id):
    if not target_id:
        raise Refusal("DeploymentTargetIdRequiredException", "Deployment target ID is required")
    if target_id != deployment.target_id:
        raise Refusal(
            "DeploymentTargetDoesNotExistException",
            f"No deployment target {target_id} found for deployment {deployment.deployment_id}",
        )
    place = f"arn:aws:ecs:{response.region}:{response.current_account}:service"
    return deployment.target(f"{place}/{deployment.cluster_name}/{deployment.service_name}")


def stop_deployments():
    """Symptom (moto 5.2.1): StopDeployment is not implemented: HTTP 500.
    AWS: the deployment is Stopped; traffic and task sets stay as they are, or, with a rollback, return to what they
    were. DeploymentAlreadyCompletedException for one that has ended.
    """

    @add(CodeDeployResponse, "stop_deployment")
    def stop_deployment(response):
        deployment = _ongoing(response)
        if deployment.creator == "codeDeployRollback":
            raise Refusal("UnsupportedActionForDeploymentTypeException", "A rollback cannot be stopped.")
        ecs = ecs_backends[response.current_account][response.region]
        roll_back = parameters(response).get("autoRollbackEnabled")
        blue_green.stop(ecs, response.codedeploy_backend, deployment, roll_back)
        return json.dumps({"status": "Succeeded", "statusMessage": NO_MORE_COMMANDS})


def _ongoing(response):
    deployment = _of_ecs(response)
    if not deployment.is_ongoing:
        raise Refusal(
            "DeploymentAlreadyCompletedException", f"The deployment {deployment.deployment_id} is already completed"
        )
    return deployment


def continue_deployments():
    """Symptom (moto 5.2.1): ContinueDeployment is not implemented: HTTP 500.
    AWS: READY_WAIT, the default, lets a deployment that is Ready shift its traffic; TERMINATION_WAIT ends blue at once.
    """

    @add(CodeDeployResponse, "continue_deployment")
    def continue_deployment(response):
        deployment = _ongoing(response)
        wait = parameters(response).get("deploymentWaitType") or "READY_WAIT"
        stages = {"READY_WAIT": "ready", "TERMINATION_WAIT": "bake"}
        if wait not in stages:
            message = f"The wait type {wait} is not one of {', '.join(stages)}"
            raise Refusal("InvalidDeploymentWaitTypeException", message)
        if deployment.stage != stages[wait]:
            raise Refusal(
                "DeploymentIsNotInReadyStateException",
                f"The deployment {deployment.deployment_id} does not wait for {wait}",
            )
        ecs = ecs_backends[response.current_account][response.region]
        blue_green.Course(ecs, response.codedeploy_backend, deployment).continue_deployment()
        return "{}"


PATCHES = (
    create_deployments,
    tell_how_deployments_do,
    list_deployments_by_what_is_asked,
    tell_the_targets_of_deployments,
    stop_deployments,
    continue_deployments,
)
