"""AWS CodeDeploy: what deployment groups for Amazon ECS, which deploy blue/green, have to be (moto 5.2.1)."""

from moto.ecs.models import ecs_backends

from control import traffic
from patches.codedeploy_group_rules import check_each_group
from refusing import Refusal

# API_DeploymentReadyOption, API_BlueInstanceTerminationOption: "The maximum setting is 2880 minutes (2 days)."
WAIT_MAX_MINUTES = 2880
STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}



def require_blue_green_for_ecs():
    """Symptom (moto 5.2.1): a group for ECS is made that deploys in place, without traffic control, or that does not
    say what becomes of blue.
    AWS: InvalidDeploymentStyleException, InvalidBlueGreenDeploymentConfigurationException.
    """

    def style(group):
        given = group.deployment_style or {}
        if {name: given.get(name) for name in STYLE} != STYLE:
            raise Refusal(
                "InvalidDeploymentStyleException",
                "For ECS deployment, the deployment type must be BLUE_GREEN, and deployment option must be "
                "WITH_TRAFFIC_CONTROL.",
            )

    def configuration(group):
        given = group.blue_green_deployment_configuration or {}
        if not given:
            raise _not_blue_green("blueGreenDeploymentConfiguration must be specified")
        if given.get("greenFleetProvisioningOption"):
            raise _not_blue_green("greenFleetProvisioningOption must not be specified")
        _check_end_of_blue(given.get("terminateBlueInstancesOnDeploymentSuccess"))
        _check_ready_option(given.get("deploymentReadyOption"))

    check_each_group(configuration)
    check_each_group(style)


def _check_end_of_blue(given):
    if not given:
        raise _not_blue_green("terminateBlueInstancesOnDeploymentSuccess must be specified")
    if given.get("action", "TERMINATE") != "TERMINATE":
        raise _not_blue_green("the action of terminateBlueInstancesOnDeploymentSuccess must be TERMINATE")
    _check_wait("terminationWaitTimeInMinutes", given.get("terminationWaitTimeInMinutes") or 0)


def _check_ready_option(given):
    if not given:
        raise _not_blue_green("deploymentReadyOption must be specified")
    wait, action = given.get("waitTimeInMinutes") or 0, given.get("actionOnTimeout", "CONTINUE_DEPLOYMENT")
    _check_wait("waitTimeInMinutes", wait)
    if action == "CONTINUE_DEPLOYMENT" and wait:
        raise _not_blue_green("waitTimeInMinutes must be 0 with the actionOnTimeout CONTINUE_DEPLOYMENT")
    if action == "STOP_DEPLOYMENT" and not wait:
        raise _not_blue_green("waitTimeInMinutes must be at least 1 with the actionOnTimeout STOP_DEPLOYMENT")


def _check_wait(name, minutes):
    if not 0 <= minutes <= WAIT_MAX_MINUTES:
        raise _not_blue_green(f"{name} must be from 0 to {WAIT_MAX_MINUTES}, but is {minutes}")


def _not_blue_green(fault):
    return Refusal("InvalidBlueGreenDeploymentConfigurationException", f"For ECS deployment group, {fault}")


def require_a_pair_of_target_groups():
    """Symptom (moto 5.2.1): a group for ECS names any number of target groups and listeners, whether they exist,
    belong to one load balancer, or not.
    AWS: InvalidLoadBalancerInfoException, InvalidTargetGroupPairException.
    """

    def balancing(group):
        given = group.load_balancer_info or {}
        if not given:
            raise _no_balancing("For ECS deployment group, loadBalancerInfo must be specified")
        for name, words in (("elbInfoList", "elbInfo"), ("targetGroupInfoList", "targetGroupInfo")):
            if given.get(name):
                raise _no_balancing(f"For ECS deployment group, loadBalancerInfo must not contain {words} list")
        names = [item.get("name") for item in group.pair.get("targetGroups") or []]
        if len(set(names)) != 2 or len(names) != 2:
            named = ", ".join(map(str, names)) or "none"
            raise _no_pair(f"It must name two different target groups, but names {named}")
        _check_groups(group, names)

    check_each_group(balancing)


def _check_groups(group, names):
    missing = [name for name in names if traffic.group_named(group.elbv2, name) is None]
    if missing:
        raise _no_pair(f"The target group {missing[0]} does not exist")
    production, test = group.listeners
    if len(production) != 1 or len(test) > 1:
        raise _no_balancing(
            "For ECS deployment group, there must be one production listener, and at most one for tests"
        )
    if set(production) & set(test):
        raise _no_balancing("For ECS deployment group, the production and the test listener must be different")
    balancers = [traffic.balancer_of(group.elbv2, arn) for arn in (*production, *test)]
    if None in balancers:
        missing = (*production, *test)[balancers.index(None)]
        raise _no_balancing(f"For ECS deployment group, the listener {missing} does not exist")
    vpcs = {traffic.group_named(group.elbv2, name).vpc_id for name in names} | {item.vpc_id for item in balancers}
    if len({item.arn for item in balancers}) > 1 or len(vpcs) > 1:
        raise _no_pair("Listeners must belong to one load balancer, target groups to its VPC")


def _no_balancing(message):
    return Refusal("InvalidLoadBalancerInfoException", message)


def _no_pair(fault):
    return Refusal(
        "InvalidTargetGroupPairException",
        "A deployment group associated with an application that uses the ECS compute platform must contain a valid "
        f"pair of target groups that identify a load balancer. {fault}.",
    )


def require_a_service_that_codedeploy_deploys():
    """Symptom (moto 5.2.1): a group is made for a service that does not exist, that ECS itself deploys, or that another
    group has.
    AWS: InvalidECSServiceException; ECSServiceMappingLimitExceededException.
    """

    def service(group):
        names = group.ecs_services or []
        if len(names) != 1:
            raise _no_service(f"For ECS deployment group, exactly one ECS service must be specified, not {len(names)}.")
        cluster, name = names[0].get("clusterName"), names[0].get("serviceName")
        found = ecs_backends[group.account][group.region].services.get(f"{cluster}:{name}")
        if found is None or found.status == "INACTIVE":
            raise _no_service(
                f"Could not load ECS service information for cluster: {cluster}, service: {name}. Cause: the service "
                "does not exist."
            )
        if found.deployment_controller["type"] != "CODE_DEPLOY":
            raise _no_service(
                "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller."
            )
        pair = [traffic.group_named(group.elbv2, item["name"]) for item in group.pair["targetGroups"]]
        if not any(item.arn == balancer["targetGroupArn"] for item in pair for balancer in found.load_balancers):
            raise _no_pair(f"One must be the target group of the ECS service {name}")
        if any(other != (group.application.application_name, group.name) for other in _groups_of(group, names[0])):
            raise Refusal(
                "ECSServiceMappingLimitExceededException",
                f"The Amazon ECS service {name} is already associated with another deployment group.",
            )

    check_each_group(service)


def _groups_of(group, service):
    """(application, name) of each deployment group of the service."""
    for application, by_name in group.backend.deployment_groups.items():
        for name, other in by_name.items():
            if service in (other.ecs_services or []):
                yield application, name


def _no_service(message):
    return Refusal("InvalidECSServiceException", message)


# Of two checks the later runs first.
PATCHES = (
    require_a_service_that_codedeploy_deploys,
    require_a_pair_of_target_groups,
    require_blue_green_for_ecs,
)
