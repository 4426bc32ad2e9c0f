"""AWS CodeDeploy: deployment groups (moto 5.2.1)."""

import json

from moto.codedeploy.models import DeploymentGroup
from moto.codedeploy.responses import CodeDeployResponse

from control import codedeploy
from patches.codedeploy import arn, move_tags, no_application, require_name
from patching import add, replace, wrap
from refusing import Refusal, parameters

# The settings of a deployment group: by the parameter of Create- and UpdateDeploymentGroup, moto's attribute.
SETTINGS = {
    "deploymentConfigName": "deployment_config_name",
    "serviceRoleArn": "service_role_arn",
    "ec2TagFilters": "ec2_tag_filters",
    "ec2TagSet": "ec2_tag_set",
    "onPremisesInstanceTagFilters": "on_premises_instance_tag_filters",
    "onPremisesTagSet": "on_premises_tag_set",
    "autoScalingGroups": "auto_scaling_groups",
    "triggerConfigurations": "trigger_configurations",
    "alarmConfiguration": "alarm_configuration",
    "autoRollbackConfiguration": "auto_rollback_configuration",
    "outdatedInstancesStrategy": "outdated_instances_strategy",
    "deploymentStyle": "deployment_style",
    "blueGreenDeploymentConfiguration": "blue_green_deployment_configuration",
    "loadBalancerInfo": "load_balancer_info",
    "ecsServices": "ecs_services",
    "terminationHookEnabled": "termination_hook_enabled",
}
BATCH_MAX = 100


def group_of(backend, application, name):
    """moto's deployment group. Raises what CodeDeploy answers where there is none."""
    if application not in backend.applications:
        raise no_application(application)
    group = backend.deployment_groups.get(application, {}).get(name)
    if group is None:
        raise Refusal("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
    return group


def tell_the_alarms_of_a_group():
    """Symptom (moto 5.2.1): alarm_configuration of aws_codedeploy_deployment_group plans as a change for ever:
    GetDeploymentGroup returns `alarmConfiguration: {}`.
    AWS: returns the alarms that the group was given.
    """

    @wrap(DeploymentGroup, "to_dict")
    def to_dict(original, group):
        return {**original(group), "alarmConfiguration": group.alarm_configuration or {}}


def tell_the_last_deployments_of_a_group():
    """Symptom (moto 5.2.1): lastAttemptedDeployment, lastSuccessfulDeployment and targetRevision of a group are empty.
    AWS: the newest deployment, the newest that succeeded, and the revision of that.
    """

    @replace(CodeDeployResponse, "get_deployment_group")
    def get(response):
        request, backend = parameters(response), response.codedeploy_backend
        group = group_of(backend, request.get("applicationName"), request.get("deploymentGroupName"))
        return json.dumps({"deploymentGroupInfo": info(backend, group)})


def info(backend, group):
    """The DeploymentGroupInfo."""
    name, application = group.deployment_group_name, group.application.application_name
    own = [
        item
        for item in backend.deployments.values()
        if (item.application_name, item.deployment_group_name) == (application, name)
    ]
    succeeded = [item for item in own if item.status == codedeploy.SUCCEEDED]
    shown = group.to_dict()
    for key, found in (("lastAttemptedDeployment", own), ("lastSuccessfulDeployment", succeeded)):
        shown[key] = _summary(found[-1]) if found else {}
    if succeeded:
        shown["targetRevision"] = codedeploy.without_content(succeeded[-1].settings["revision"])
    return shown


def _summary(deployment):
    summary = {
        "deploymentId": deployment.deployment_id,
        "status": deployment.status,
        "createTime": deployment.created_at,
        "endTime": deployment.ended_at,
    }
    return {name: value for name, value in summary.items() if value is not None}


def update_deployment_groups():
    """Symptom (moto 5.2.1): UpdateDeploymentGroup is not implemented: HTTP 500.
    AWS: what a request does not name stays; a group can be renamed.
    """

    @add(CodeDeployResponse, "update_deployment_group")
    def update(response):
        request, backend = parameters(response), response.codedeploy_backend
        application, name = request.get("applicationName"), request.get("currentDeploymentGroupName")
        group = group_of(backend, application, name)
        new = request.get("newDeploymentGroupName") or name
        if new != name:
            _rename(backend, group, application, new)
        for parameter, attribute in SETTINGS.items():
            if request.get(parameter) is not None:
                setattr(group, attribute, request[parameter])
        return json.dumps({"hooksNotCleanedUp": []})


def _rename(backend, group, application, new):
    require_name("DeploymentGroupName", new)
    groups, name = backend.deployment_groups[application], group.deployment_group_name
    if new in groups:
        raise Refusal("DeploymentGroupAlreadyExistsException", f"Deployment group already exists: {new}")
    groups[new] = groups.pop(name)
    group.deployment_group_name = new
    former = arn(backend, "deploymentgroup", f"{application}/{name}")
    move_tags(backend, former, arn(backend, "deploymentgroup", f"{application}/{new}"))


def delete_deployment_groups():
    """Symptom (moto 5.2.1): DeleteDeploymentGroup is not implemented: HTTP 500.
    AWS: deletes the group; to delete one that does not exist is no fault.
    """

    @add(CodeDeployResponse, "delete_deployment_group")
    def delete(response):
        request, backend = parameters(response), response.codedeploy_backend
        application, name = request.get("applicationName"), request.get("deploymentGroupName")
        backend.deployment_groups.get(application, {}).pop(name, None)
        backend.tagger.delete_all_tags_for_resource(arn(backend, "deploymentgroup", f"{application}/{name}"))
        return json.dumps({"hooksNotCleanedUp": []})


def get_many_deployment_groups():
    """Symptom (moto 5.2.1): BatchGetDeploymentGroups is not implemented: HTTP 500.
    AWS: up to 100 groups of an application at once; those that do not exist are told in errorMessage.
    """

    @add(CodeDeployResponse, "batch_get_deployment_groups")
    def batch_get(response):
        request, backend = parameters(response), response.codedeploy_backend
        application, names = request.get("applicationName"), request.get("deploymentGroupNames") or []
        if application not in backend.applications:
            raise no_application(application)
        if len(names) > BATCH_MAX:
            raise Refusal("BatchLimitExceededException", f"At most {BATCH_MAX} deployment groups can be asked for")
        known = backend.deployment_groups.get(application, {})
        missing = [name for name in names if name not in known]
        answer = {"deploymentGroupsInfo": [info(backend, known[name]) for name in names if name in known]}
        if missing:
            answer["errorMessage"] = f"No Deployment Group found for name: {', '.join(missing)}"
        return json.dumps(answer)


PATCHES = (
    tell_the_alarms_of_a_group,
    tell_the_last_deployments_of_a_group,
    update_deployment_groups,
    delete_deployment_groups,
    get_many_deployment_groups,
)
