"""Amazon EC2 Auto Scaling: what the actions on groups refuse (moto 5.2.1)."""

from moto.autoscaling.responses import AutoScalingResponse
from moto.ec2.exceptions import InvalidLaunchTemplateVersionNotFound
from moto.ec2.models.instance_types import INSTANCE_TYPES

from refusing import Refusal, before

HEALTH_CHECK_TYPES = ("EC2", "ELB", "VPC_LATTICE", "EBS")


def _invalid(message):
    return Refusal("ValidationError", message)


def refuse_a_second_group_of_a_name():
    """Symptom (moto 5.2.1): a group replaces another of its name.
    AWS: AlreadyExists.
    """

    @before(AutoScalingResponse, "create_auto_scaling_group")
    def name(response, request):
        name = request["AutoScalingGroupName"]
        if name in response.autoscaling_backend.autoscaling_groups:
            raise Refusal(
                "AlreadyExists",
                f"AutoScalingGroup by this name already exists - A group with the name {name} already exists",
            )


def require_a_size_between_the_bounds():
    """Symptom (moto 5.2.1): groups with more least than most instances, or a desired capacity beyond the bounds, are
    made and updated.
    AWS: ValidationError. An update that moves a bound past the desired capacity moves that along.
    """

    @before(AutoScalingResponse, "create_auto_scaling_group", "update_auto_scaling_group")
    def bounds(response, request):
        group = response.autoscaling_backend.autoscaling_groups.get(request["AutoScalingGroupName"])
        least = _given(request, "MinSize", group and group.min_size)
        most = _given(request, "MaxSize", group and group.max_size)
        desired = request.get("DesiredCapacity")
        if least < 0:
            raise _invalid(f"Min bound, {least}, must be greater than or equal to 0")
        if most < least:
            raise _invalid(f"Max bound, {most}, must be greater than or equal to min bound, {least}")
        if desired is not None and not least <= desired <= most:
            raise _invalid(
                f"Desired capacity:{desired} must be between the specified min size:{least} and max size:{most}"
            )

    @before(AutoScalingResponse, "set_desired_capacity")
    def desired_capacity(response, request):
        name, desired = request["AutoScalingGroupName"], request["DesiredCapacity"]
        group = response.autoscaling_backend.autoscaling_groups.get(name)
        if group and not group.min_size <= desired <= group.max_size:
            side, bound = ("above max", group.max_size) if desired > group.max_size else ("below min", group.min_size)
            raise _invalid(
                f"New SetDesiredCapacity value {desired} is {side} value {bound} for the AutoScalingGroup."
            )


def _given(request, name, otherwise):
    value = request.get(name)
    return (otherwise or 0) if value is None else value


def require_settings_that_a_group_can_have():
    """Symptom (moto 5.2.1): any health check type and any share of on-demand instances are taken.
    AWS: ValidationError.
    """

    @before(AutoScalingResponse, "create_auto_scaling_group", "update_auto_scaling_group")
    def settings(_response, request):
        for kind in (request.get("HealthCheckType") or "EC2").split(","):
            if kind not in HEALTH_CHECK_TYPES:
                raise _invalid(f"Invalid Health Check Type [{kind}]")
        distribution = (request.get("MixedInstancesPolicy") or {}).get("InstancesDistribution") or {}
        percent = distribution.get("OnDemandPercentageAboveBaseCapacity")
        if percent is not None and not 0 <= percent <= 100:
            raise _invalid(f"OnDemandPercentageAboveBaseCapacity {percent} must be between 0 and 100")


def require_subnets_of_one_vpc():
    """Symptom (moto 5.2.1): a group over the subnets of two VPCs is made.
    AWS: ValidationError.
    """

    @before(AutoScalingResponse, "create_auto_scaling_group", "update_auto_scaling_group")
    def subnets(response, request):
        ids = [name for name in (request.get("VPCZoneIdentifier") or "").split(",") if name]
        vpcs = {response.autoscaling_backend.ec2_backend.get_subnet(name).vpc_id for name in ids}
        if len(vpcs) > 1:
            raise _invalid("The subnets specified in VPCZoneIdentifier have to belong to the same VPC")


def require_a_usable_launch_template():
    """Symptom (moto 5.2.1): a group is made whose launch template lacks the version asked for, or names an image or
    an instance type that does not exist; its instances would never start.
    AWS: ValidationError, "You must use a valid fully-formed launch template".
    """

    @before(AutoScalingResponse, "create_auto_scaling_group", "update_auto_scaling_group")
    def launch_template(response, request):
        mixed = (request.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
        named = request.get("LaunchTemplate") or mixed.get("LaunchTemplateSpecification")
        types = [override.get("InstanceType") for override in mixed.get("Overrides") or []]
        ec2 = response.autoscaling_backend.ec2_backend
        if named:
            version = _version(ec2, named)
            types.append(version.instance_type)
            if version.image_id.startswith("ami-") and version.image_id not in ec2.amis:
                raise _malformed(f"The image id '[{version.image_id}]' does not exist")
        for name in filter(None, types):
            if name not in INSTANCE_TYPES:
                raise _malformed(f"Invalid instance type: '{name}'")


def _version(ec2, named):
    if named.get("LaunchTemplateId"):
        template = ec2.get_launch_template(named["LaunchTemplateId"])
    else:
        template = ec2.get_launch_template_by_name(named["LaunchTemplateName"])
    number = named.get("Version") or "$Default"
    try:
        return template.get_version(number)
    except (InvalidLaunchTemplateVersionNotFound, IndexError, ValueError):
        raise _malformed(f"The specified launch template version {number} does not exist") from None


def _malformed(reason):
    return _invalid(f"You must use a valid fully-formed launch template. {reason}")


PATCHES = (
    refuse_a_second_group_of_a_name,
    require_a_size_between_the_bounds,
    require_settings_that_a_group_can_have,
    require_subnets_of_one_vpc,
    require_a_usable_launch_template,
)
