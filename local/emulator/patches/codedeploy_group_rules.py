"""AWS CodeDeploy: what CreateDeploymentGroup and UpdateDeploymentGroup refuse, whatever is deployed (moto 5.2.1)."""

import json

from moto.codedeploy.responses import CodeDeployResponse
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends

from control import traffic
from patches.codedeploy import no_application, require_name
from patches.codedeploy_configs import config_of
from patches.codedeploy_groups import SETTINGS, group_of
from refusing import Refusal, as_list, before

SERVICE_PRINCIPAL = "codedeploy.amazonaws.com"
# "CodeDeploy quotas".
ALARMS_MAX = 10
ALARM_NAME_MAX = 255
# API_CreateDeploymentGroup: what is used when none is named.
DEFAULT_CONFIG = "CodeDeployDefault.OneAtATime"


class ProposedGroup:
    """The group as it would be after the request: what the request gives, else what the group has."""

    def __init__(self, response, request):
        self.backend = response.codedeploy_backend
        self.account, self.region = response.current_account, response.region
        application = self.backend.applications.get(request.get("applicationName"))
        if application is None:
            raise no_application(request.get("applicationName"))
        self.application = application
        self.name = request.get("deploymentGroupName") or request.get("currentDeploymentGroupName")
        existing = None
        if "currentDeploymentGroupName" in request:
            existing = group_of(self.backend, application.application_name, self.name)
        for parameter, attribute in SETTINGS.items():
            given = request.get(parameter)
            setattr(self, attribute, given if given is not None else getattr(existing, attribute, None))

    @property
    def is_ecs(self):
        return self.application.compute_platform == "ECS"

    @property
    def elbv2(self):
        return elbv2_backends[self.account][self.region]

    @property
    def pair(self):
        pairs = (self.load_balancer_info or {}).get("targetGroupPairInfoList") or []
        return pairs[0] if len(pairs) == 1 else {}

    @property
    def listeners(self):
        """ARNs of the production and the test listeners."""
        production = (self.pair.get("prodTrafficRoute") or {}).get("listenerArns") or []
        test = (self.pair.get("testTrafficRoute") or {}).get("listenerArns") or []
        return production, test


def check_each_group(check, ecs_only=True):
    """Runs the check on each group that is to be made or changed, before moto sees it."""

    @before(CodeDeployResponse, "create_deployment_group", "update_deployment_group")
    def group(response, request):
        proposed = ProposedGroup(response, request)
        if proposed.is_ecs or not ecs_only:
            check(proposed)


def require_valid_names_of_groups():
    """Symptom (moto 5.2.1): deployment groups may have any name.
    AWS: InvalidDeploymentGroupNameException ("CodeDeploy quotas").
    """

    @before(CodeDeployResponse, "create_deployment_group")
    def group(_response, request):
        require_name("ApplicationName", request.get("applicationName"))
        require_name("DeploymentGroupName", request.get("deploymentGroupName"))


def require_a_role_that_codedeploy_may_assume():
    """Symptom (moto 5.2.1): the service role of a group may be any text.
    AWS: RoleRequiredException, InvalidRoleException; the role has to exist and to trust codedeploy.amazonaws.com.
    """

    def role(group):
        arn = group.service_role_arn
        if not arn:
            raise Refusal("RoleRequiredException", "Service role ARN is required")
        roles = iam_backends[group.account]["aws"].roles.values()
        found = next((item for item in roles if item.arn == arn), None)
        if found is None or not _trusts_codedeploy(found.assume_role_policy_document):
            raise Refusal(
                "InvalidRoleException",
                f"AWS CodeDeploy does not have the permissions required to assume the role {arn}.",
            )

    check_each_group(role, ecs_only=False)


def _trusts_codedeploy(document):
    statements = as_list(json.loads(document).get("Statement") or [])
    return any(
        statement.get("Effect") == "Allow"
        and isinstance(statement.get("Principal"), dict)
        and any(
            principal == SERVICE_PRINCIPAL or principal.startswith("codedeploy.")
            for principal in as_list(statement["Principal"].get("Service") or [])
        )
        for statement in statements
    )


def require_a_configuration_of_the_platform():
    """Symptom (moto 5.2.1): a group names a deployment configuration that does not exist, or one for another compute
    platform.
    AWS: DeploymentConfigDoesNotExistException, InvalidDeploymentConfigNameException; a Network Load Balancer shifts
    traffic all at once only.
    """

    def configuration(group):
        name = str(group.deployment_config_name or DEFAULT_CONFIG)
        found = config_of(group.backend, name)
        platform = group.application.compute_platform
        if found["computePlatform"] != platform:
            raise Refusal(
                "InvalidDeploymentConfigNameException",
                f"Deployment configuration {name} is for the compute platform {found['computePlatform']}, but the "
                f"application is for {platform}.",
            )
        if not group.is_ecs or found["trafficRoutingConfig"]["type"] == "AllAtOnce":
            return
        balancers = [traffic.balancer_of(group.elbv2, arn) for arn in group.listeners[0]]
        if any(balancer and balancer.type == "network" for balancer in balancers):
            raise Refusal(
                "InvalidTrafficRoutingConfigurationException",
                "Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing instead when you "
                "create/update Deployment group.",
            )

    check_each_group(configuration, ecs_only=False)


def require_alarms_and_rollbacks_that_agree():
    """Symptom (moto 5.2.1): alarms are enabled without an alarm, with one alarm twice or with eleven; rollbacks are
    enabled without an event, or for an alarm where there is none.
    AWS: InvalidAlarmConfigException, AlarmsLimitExceededException, InvalidAutoRollbackConfigException.
    """

    def alarms(group):
        check_alarms(group.alarm_configuration or {})
        check_rollback(group.auto_rollback_configuration or {})

    check_each_group(alarms, ecs_only=False)


def check_alarms(given):
    """Refuses an AlarmConfiguration ("Possible causes" of InvalidAlarmConfigException)."""
    names = [alarm.get("name") for alarm in given.get("alarms") or []]
    if len(names) > ALARMS_MAX:
        raise Refusal("AlarmsLimitExceededException", f"The maximum number of alarms is {ALARMS_MAX}")
    if given.get("enabled") and not names:
        raise _no_alarms("The alarm configuration is enabled, but the alarm list is empty.")
    if any(not name or len(name) > ALARM_NAME_MAX for name in names):
        raise _no_alarms("The alarm name is empty or null or exceeds the limit of 255 characters.")
    if len(set(names)) < len(names):
        raise _no_alarms("Two alarms with the same name have been specified.")


def _no_alarms(message):
    return Refusal("InvalidAlarmConfigException", message)


def check_rollback(given):
    """Refuses an AutoRollbackConfiguration."""
    if given.get("enabled") and not given.get("events"):
        message = "Automatic rollback is enabled, but no event that triggers it is given."
        raise Refusal("InvalidAutoRollbackConfigException", message)


# Of two checks the later runs first.
PATCHES = (
    require_alarms_and_rollbacks_that_agree,
    require_a_configuration_of_the_platform,
    require_a_role_that_codedeploy_may_assume,
    require_valid_names_of_groups,
)
