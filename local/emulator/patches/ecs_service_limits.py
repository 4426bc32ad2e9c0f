"""Amazon ECS: the values that services and clusters may have (moto 5.2.1)."""

import re

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

from refusing import Refusal, before

# "CreateService" and "CreateCluster" of the API reference.
NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
GRACE_PERIOD_MAX_SECONDS = 2_147_483_647
# "Amazon ECS service quotas".
TARGET_GROUPS_MAX = 5
SECURITY_GROUPS_MAX = 5
SUBNETS_MAX = 16
CONTAINER_INSIGHTS = ("enhanced", "enabled", "disabled")


def require_valid_names_of_services_and_clusters():
    """Symptom (moto 5.2.1): services and clusters may have any name.
    AWS: InvalidParameterException; up to 255 letters, digits, underscores and hyphens.
    """

    @before(EC2ContainerServiceResponse, "create_service")
    def service(_response, request):
        if not NAME.fullmatch(request["serviceName"]):
            raise InvalidParameterException("Service name contains invalid characters.")

    @before(EC2ContainerServiceResponse, "create_cluster")
    def cluster(_response, request):
        if not NAME.fullmatch(request.get("clusterName") or "default"):
            raise InvalidParameterException("Cluster name contains invalid characters.")


def require_cluster_settings_that_ecs_knows():
    """Symptom (moto 5.2.1): any value of `containerInsights`, and logging of ECS Exec to nowhere, are taken.
    AWS: InvalidParameterException ("ClusterSetting", "ExecuteCommandConfiguration").
    """

    @before(EC2ContainerServiceResponse, "create_cluster", "update_cluster")
    def settings(_response, request):
        for setting in request.get("settings") or []:
            if setting.get("name") == "containerInsights" and setting.get("value") not in CONTAINER_INSIGHTS:
                raise InvalidParameterException(
                    f"Invalid value '{setting.get('value')}' for setting containerInsights. Valid values are "
                    f"{', '.join(CONTAINER_INSIGHTS)}."
                )
        exec_configuration = (request.get("configuration") or {}).get("executeCommandConfiguration") or {}
        if exec_configuration.get("logging") == "OVERRIDE" and not exec_configuration.get("logConfiguration"):
            raise InvalidParameterException("logConfiguration must be specified when logging is OVERRIDE.")


def require_counts_that_services_can_have():
    """Symptom (moto 5.2.1): a service without a desired count, or with less than none, a negative grace period, and
    percentages with which no deployment could ever go on are taken.
    AWS: InvalidParameterException ("CreateService", "DeploymentConfiguration").
    """

    @before(EC2ContainerServiceResponse, "create_service")
    def desired_count(_response, request):
        if request.get("desiredCount") is None and request.get("schedulingStrategy", "REPLICA") == "REPLICA":
            raise InvalidParameterException("desiredCount must be specified for the scheduling strategy REPLICA.")

    @before(EC2ContainerServiceResponse, "create_service", "update_service")
    def counts(_response, request):
        if (request.get("desiredCount") or 0) < 0:
            raise InvalidParameterException("desiredCount must not be negative.")
        if not 0 <= (request.get("healthCheckGracePeriodSeconds") or 0) <= GRACE_PERIOD_MAX_SECONDS:
            raise InvalidParameterException(
                f"healthCheckGracePeriodSeconds must be between 0 and {GRACE_PERIOD_MAX_SECONDS}."
            )
        configuration = request.get("deploymentConfiguration") or {}
        least, most = configuration.get("minimumHealthyPercent"), configuration.get("maximumPercent")
        if (least or 0) < 0 or (most or 0) < 0:
            raise InvalidParameterException("minimumHealthyPercent and maximumPercent must not be negative.")
        if least == most == 100 and request.get("schedulingStrategy", "REPLICA") == "REPLICA":
            raise InvalidParameterException(
                "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."
            )


def require_a_strategy_that_places_tasks():
    """Symptom (moto 5.2.1): a capacity provider strategy whose weights are all 0, or with two bases, is taken.
    AWS: InvalidParameterException ("CapacityProviderStrategyItem").
    """

    @before(EC2ContainerServiceResponse, "create_service", "update_service", "run_task")
    def strategy(_response, request):
        items = request.get("capacityProviderStrategy") or []
        if items and not any(item.get("weight") for item in items):
            raise InvalidParameterException(
                "There are no capacity providers with a weight value greater than zero defined in the capacity "
                "provider strategy. At least one capacity provider must have a weight value greater than zero "
                "specified. Specify a valid capacity provider strategy and try again."
            )
        if sum(1 for item in items if item.get("base")) > 1:
            raise InvalidParameterException(
                "Only one capacity provider in a capacity provider strategy can have a base defined."
            )


def require_a_network_that_tasks_can_have():
    """Symptom (moto 5.2.1): a service over too many subnets, security groups or target groups, or with a security
    group of another VPC, is created.
    AWS: InvalidParameterException.
    """

    @before(EC2ContainerServiceResponse, "create_service", "update_service", "run_task")
    def network(response, request):
        if len(request.get("loadBalancers") or []) > TARGET_GROUPS_MAX:
            raise InvalidParameterException(f"loadBalancers can have at most {TARGET_GROUPS_MAX} items.")
        awsvpc = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        subnets, groups = awsvpc.get("subnets") or [], awsvpc.get("securityGroups") or []
        if len(subnets) > SUBNETS_MAX:
            raise InvalidParameterException(f"subnets can have at most {SUBNETS_MAX} items.")
        if len(groups) > SECURITY_GROUPS_MAX:
            raise InvalidParameterException(f"securityGroups can have at most {SECURITY_GROUPS_MAX} items.")
        _require_one_vpc(ec2_backends[response.current_account][response.region], subnets, groups)


def _require_one_vpc(ec2, subnets, groups):
    """Whether they exist, moto checks by itself."""
    known = {subnet.id: subnet.vpc_id for zone in ec2.subnets.values() for subnet in zone.values()}
    vpcs = {known[subnet] for subnet in subnets if subnet in known}
    for name in groups:
        group = ec2.get_security_group_from_id(name)
        if group and vpcs and group.vpc_id not in vpcs:
            raise InvalidParameterException(
                f"Security group {name} does not appear to belong to the same VPC as the input subnets."
            )


def require_managed_scaling_that_works():
    """Symptom (moto 5.2.1): a capacity provider may have any name, be of a group that does not exist, scale in steps of
    at least more than at most, and protect instances without managed scaling.
    AWS: ClientException. (That the group itself protects its instances, AWS asked for until 2024; now ECS sees to it:
    "Control the instances Amazon ECS terminates".)
    """

    @before(EC2ContainerServiceResponse, "create_capacity_provider", "update_capacity_provider")
    def managed_scaling(response, request):
        if not NAME.fullmatch(request["name"]):
            raise Refusal(
                "ClientException",
                "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters "
                "(upper and lowercase), numbers, underscores, and hyphens. Specify a valid name and try again.",
            )
        provider = request.get("autoScalingGroupProvider") or {}
        groups = autoscaling_backends[response.current_account][response.region].autoscaling_groups.values()
        if provider.get("autoScalingGroupArn") not in (None, *(group.arn for group in groups)):
            raise Refusal(
                "ClientException",
                "The specified Auto Scaling group ARN is invalid. Specify a valid Auto Scaling group ARN and try again.",
            )
        scaling = provider.get("managedScaling") or {}
        if (scaling.get("minimumScalingStepSize") or 1) > (scaling.get("maximumScalingStepSize") or 10_000):
            raise Refusal("ClientException", "The specified minimum scaling step size is invalid.")
        protects = provider.get("managedTerminationProtection") == "ENABLED"
        if protects and "autoScalingGroupArn" in provider and scaling.get("status") != "ENABLED":
            raise Refusal(
                "ClientException",
                "The managed termination protection setting for the capacity provider is invalid. To enable managed "
                "termination protection for a capacity provider, managed scaling must be enabled.",
            )


PATCHES = (
    require_valid_names_of_services_and_clusters,
    require_cluster_settings_that_ecs_knows,
    require_counts_that_services_can_have,
    require_a_strategy_that_places_tasks,
    require_a_network_that_tasks_can_have,
    require_managed_scaling_that_works,
)
