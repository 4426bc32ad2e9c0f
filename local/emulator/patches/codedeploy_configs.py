"""AWS CodeDeploy: deployment configurations (moto 5.2.1 has none)."""

import json
import uuid

from moto.codedeploy.models import CodeDeployBackend
from moto.codedeploy.responses import CodeDeployResponse

from control import clock, shifting
from patches.codedeploy import require_name
from patching import add, wrap
from refusing import Refusal, parameters

# "CodeDeploy quotas": minutes between the first and the last shift of a canary or linear deployment.
SHIFT_MAX_MINUTES = 2880
PERCENTAGES = range(1, 100)
# What each type of routing has to say: its part, the percentage and the interval in it.
TIMED = {
    "TimeBasedCanary": ("timeBasedCanary", "canaryPercentage", "canaryInterval"),
    "TimeBasedLinear": ("timeBasedLinear", "linearPercentage", "linearInterval"),
}
RESERVED = "CodeDeployDefault."


def _canary(percentage, interval):
    part = {"canaryPercentage": percentage, "canaryInterval": interval}
    return {"type": "TimeBasedCanary", "timeBasedCanary": part}


def _linear(percentage, interval):
    part = {"linearPercentage": percentage, "linearInterval": interval}
    return {"type": "TimeBasedLinear", "timeBasedLinear": part}


# "Predefined deployment configurations": by name, the compute platform and the routing or the healthy hosts.
PREDEFINED = {
    "AllAtOnce": ("Server", {"minimumHealthyHosts": {"type": "HOST_COUNT", "value": 0}}),
    "HalfAtATime": ("Server", {"minimumHealthyHosts": {"type": "FLEET_PERCENT", "value": 50}}),
    "OneAtATime": ("Server", {"minimumHealthyHosts": {"type": "HOST_COUNT", "value": 1}}),
    "ECSAllAtOnce": ("ECS", {"trafficRoutingConfig": {"type": "AllAtOnce"}}),
    "ECSCanary10Percent5Minutes": ("ECS", {"trafficRoutingConfig": _canary(10, 5)}),
    "ECSCanary10Percent15Minutes": ("ECS", {"trafficRoutingConfig": _canary(10, 15)}),
    "ECSLinear10PercentEvery1Minutes": ("ECS", {"trafficRoutingConfig": _linear(10, 1)}),
    "ECSLinear10PercentEvery3Minutes": ("ECS", {"trafficRoutingConfig": _linear(10, 3)}),
}


def keep_deployment_configurations():
    """Symptom (moto 5.2.1): CreateDeploymentConfig, GetDeploymentConfig, ListDeploymentConfigs and
    DeleteDeploymentConfig are not implemented: HTTP 500.
    AWS: has its own, whose names begin with CodeDeployDefault, beside those of the account. A configuration for ECS
    says how traffic shifts; one that a deployment group uses cannot be deleted.
    """

    @wrap(CodeDeployBackend, "__init__")
    def init(original, backend, *args, **kwargs):
        original(backend, *args, **kwargs)
        backend.deployment_configs = {
            f"{RESERVED}{name}": _config(f"{RESERVED}{name}", platform, settings)
            for name, (platform, settings) in PREDEFINED.items()
        }

    @add(CodeDeployResponse, "create_deployment_config")
    def create(response):
        request, known = parameters(response), response.codedeploy_backend.deployment_configs
        name = request.get("deploymentConfigName")
        require_name("DeploymentConfigName", name)
        if name.startswith(RESERVED):
            raise Refusal("InvalidDeploymentConfigNameException", f"Names must not begin with {RESERVED} : {name}")
        if name in known:
            raise Refusal("DeploymentConfigAlreadyExistsException", f"Deployment config already exists: {name}")
        known[name] = _config(name, request.get("computePlatform") or "Server", _settings(request))
        return json.dumps({"deploymentConfigId": known[name]["deploymentConfigId"]})

    @add(CodeDeployResponse, "get_deployment_config")
    def get(response):
        name = parameters(response).get("deploymentConfigName")
        return json.dumps({"deploymentConfigInfo": config_of(response.codedeploy_backend, name)})

    @add(CodeDeployResponse, "list_deployment_configs")
    def listed(response):
        return json.dumps({"deploymentConfigsList": sorted(response.codedeploy_backend.deployment_configs)})

    @add(CodeDeployResponse, "delete_deployment_config")
    def delete(response):
        name, backend = parameters(response).get("deploymentConfigName"), response.codedeploy_backend
        if (name or "").startswith(RESERVED):
            raise Refusal("InvalidOperationException", f"The deployment config {name} cannot be deleted")
        groups = [group for by_name in backend.deployment_groups.values() for group in by_name.values()]
        if any(group.deployment_config_name == name for group in groups):
            raise Refusal("DeploymentConfigInUseException", f"The deployment config is in use: {name}")
        backend.deployment_configs.pop(name, None)
        return "{}"


def config_of(backend, name):
    """The DeploymentConfigInfo of a name."""
    if name not in backend.deployment_configs:
        raise Refusal(
            "DeploymentConfigDoesNotExistException", f"No Deployment Configuration found for name: {name}"
        )
    return backend.deployment_configs[name]


def _config(name, platform, settings):
    return {
        "deploymentConfigId": str(uuid.uuid4()),
        "deploymentConfigName": name,
        "computePlatform": platform,
        "createTime": clock.now(),
        **settings,
    }


def _settings(request):
    platform = request.get("computePlatform") or "Server"
    if platform == "Server":
        if not request.get("minimumHealthyHosts"):
            raise Refusal("InvalidMinimumHealthyHostValueException", "minimumHealthyHosts must be specified")
        return {"minimumHealthyHosts": request["minimumHealthyHosts"]}
    if request.get("minimumHealthyHosts"):
        raise Refusal(
            "InvalidMinimumHealthyHostValueException", f"minimumHealthyHosts is not for the compute platform {platform}"
        )
    return {"trafficRoutingConfig": _routing(request.get("trafficRoutingConfig") or {})}


def _routing(given):
    """The routing, if traffic can be shifted so (API_TrafficRoutingConfig, "CodeDeploy quotas")."""
    kind = given.get("type")
    if kind == "AllAtOnce":
        return {"type": kind}
    if kind not in TIMED:
        raise _invalid(f"The type must be AllAtOnce, {' or '.join(TIMED)}, but is {kind}")
    part, percentage, interval = TIMED[kind]
    timed = given.get(part) or {}
    if timed.get(percentage) not in PERCENTAGES:
        raise _invalid(f"{percentage} must be from 1 to 99, but is {timed.get(percentage)}")
    if not isinstance(timed.get(interval), int) or timed[interval] < 1:
        raise _invalid(f"{interval} must be at least 1 minute, but is {timed.get(interval)}")
    routing = {"type": kind, part: {percentage: timed[percentage], interval: timed[interval]}}
    if shifting.total_minutes(routing) > SHIFT_MAX_MINUTES:
        raise _invalid(f"All traffic must have shifted within {SHIFT_MAX_MINUTES} minutes")
    return routing


def _invalid(fault):
    message = f"The traffic routing configuration is invalid. {fault}"
    return Refusal("InvalidTrafficRoutingConfigurationException", message)


PATCHES = (keep_deployment_configurations,)
