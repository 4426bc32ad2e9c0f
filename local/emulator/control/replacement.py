"""The replacement task set of a deployment: its settings, from the AppSpec file and the task set that it replaces.

Sources: CodeDeploy User Guide, "AppSpec 'resources' section for Amazon ECS deployments"; aws/containers-roadmap#1752.
"""

import uuid

from moto.core.exceptions import ServiceException

from control import appspec
from control.codedeploy import Fault

ECS_REFUSED = (
    "The ECS service cannot be updated due to an unexpected error: {} (Service: AmazonECS; Status Code: 400; Error "
    "Code: {}; Request ID: {}; Proxy: null). Check your ECS service status."
)
HOOKS = "The lifecycle event hooks of the AppSpec file are not supported by this emulator: {}."
NO_REVISION = "The deployment failed because the AppSpec file could not be found where the revision says."


def settings(backend, service, deployment, target_group):
    """The settings (`task_sets.SHARED`) of green in this target group. Raises Fault where there can be none."""
    wanted = _read(deployment)
    try:
        definition = backend.describe_task_definition(wanted.task_definition)
        made = _settings(wanted, definition, deployment.blue, target_group)
        deployment.check(service, definition, made)
    except ServiceException as error:
        raise Fault("ECS_UPDATE_ERROR", ECS_REFUSED.format(error.message, error.code, uuid.uuid4())) from None
    return made


def _read(deployment):
    if deployment.content is None:
        raise Fault("REVISION_MISSING", NO_REVISION)
    try:
        wanted = appspec.parse(deployment.content)
    except appspec.Invalid as invalid:
        raise Fault("INVALID_REVISION", str(invalid)) from None
    if wanted.hooks:
        raise Fault("HOOK_EXECUTION_FAILURE", HOOKS.format(", ".join(wanted.hooks)))
    return wanted


def _settings(wanted, definition, blue, target_group):
    """Without a strategy in the AppSpec file green has a launch type, and so has the service from then on."""
    launch_type = None if wanted.capacity_provider_strategy else _launch_type(blue)
    is_fargate = launch_type == "FARGATE" or _is_on_fargate(wanted.capacity_provider_strategy)
    balancer = {
        "targetGroupArn": target_group,
        "containerName": wanted.container_name,
        "containerPort": wanted.container_port,
    }
    network = {"network_configuration": wanted.network_configuration} if wanted.network_configuration else {}
    return {
        "task_definition": definition.arn,
        "load_balancers": [balancer],
        "capacity_provider_strategy": wanted.capacity_provider_strategy,
        "launch_type": launch_type,
        "platform_version": wanted.platform_version or ("LATEST" if is_fargate else None),
        "platform_family": "Linux" if is_fargate else None,
        **network,
    }


def _launch_type(blue):
    return blue.launch_type or ("FARGATE" if _is_on_fargate(blue.capacity_provider_strategy) else "EC2")


def _is_on_fargate(strategy):
    return any(item["capacityProvider"].startswith("FARGATE") for item in strategy or [])
