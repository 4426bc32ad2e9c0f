"""The AppSpec file of an Amazon ECS deployment, in YAML or JSON; its keys in any case.

Source: CodeDeploy User Guide, "AppSpec 'resources' section for Amazon ECS deployments".
"""

from dataclasses import dataclass

import yaml

RESOURCE_TYPE = "AWS::ECS::Service"
INVALID = (
    "The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an "
    "invalid configuration. "
)
NOT_YAML = "The input AppSpec file is a not well-formed yaml. The template cannot be parsed."


class Invalid(Exception):
    """The AppSpec file cannot be deployed; the message is CodeDeploy's."""

    def __init__(self, fault):
        super().__init__(INVALID + fault)


@dataclass(frozen=True)
class TargetService:
    """What the file says of the replacement task set; None is what it does not say."""

    task_definition: str
    container_name: str
    container_port: int
    platform_version: str | None
    network_configuration: dict | None
    # As CreateTaskSet takes it; empty: the file names none.
    capacity_provider_strategy: list
    hooks: tuple


def parse(content):
    """The TargetService of the file. Raises Invalid."""
    document = _lowered(_read(content))
    if not isinstance(document, dict):
        raise Invalid(NOT_YAML)
    properties = _properties(document)
    balancer = _required(properties, "LoadBalancerInfo", dict)
    return TargetService(
        task_definition=_required(properties, "TaskDefinition", str),
        container_name=_required(balancer, "ContainerName", str),
        container_port=_port(balancer),
        platform_version=properties.get("platformversion"),
        network_configuration=_network(properties.get("networkconfiguration")),
        capacity_provider_strategy=[_item(item) for item in properties.get("capacityproviderstrategy") or []],
        hooks=tuple(name for hook in document.get("hooks") or [] for name in hook),
    )


def _read(content):
    try:
        return yaml.safe_load(content or "")
    except yaml.YAMLError:
        raise Invalid(NOT_YAML) from None


def _lowered(value):
    """With keys in lower case: CodeDeploy and the tools that write the file disagree about theirs."""
    if isinstance(value, dict):
        return {str(key).lower(): _lowered(inner) for key, inner in value.items()}
    return [_lowered(inner) for inner in value] if isinstance(value, list) else value


def _properties(document):
    resources = document.get("resources")
    if not isinstance(resources, list) or len(resources) != 1 or not isinstance(resources[0], dict):
        raise Invalid("The AppSpec file must have a Resources section with exactly one resource, TargetService.")
    (resource,) = resources[0].values() if len(resources[0]) == 1 else (None,)
    if not isinstance(resource, dict) or resource.get("type") != RESOURCE_TYPE:
        raise Invalid(f"The Type of the resource in the AppSpec file must be {RESOURCE_TYPE}.")
    return _required(resource, "Properties", dict)


def _required(owner, name, kind):
    value = owner.get(name.lower())
    if not isinstance(value, kind) or not value:
        raise Invalid(f"The AppSpec file must specify the property {name}.")
    return value


def _port(balancer):
    """JSON files that were made from templates have it as a text."""
    port = balancer.get("containerport")
    if isinstance(port, bool) or not str(port).isdecimal():
        raise Invalid("The AppSpec file must specify the property ContainerPort.")
    return int(port)


def _network(given):
    awsvpc = (given or {}).get("awsvpcconfiguration")
    if not awsvpc:
        return None
    return {
        "awsvpcConfiguration": {
            "subnets": awsvpc.get("subnets") or [],
            "securityGroups": awsvpc.get("securitygroups") or [],
            "assignPublicIp": awsvpc.get("assignpublicip") or "DISABLED",
        }
    }


def _item(given):
    if not isinstance(given, dict) or not given.get("capacityprovider"):
        raise Invalid("The AppSpec file must specify the property CapacityProvider of each item of the strategy.")
    return {
        "capacityProvider": given["capacityprovider"],
        "weight": int(given.get("weight") or 0),
        "base": int(given.get("base") or 0),
    }
