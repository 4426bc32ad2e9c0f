"""Amazon EC2 Auto Scaling: sizes, updates, deletion and instance refresh of groups (moto 5.2.1)."""

import copy
import uuid

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from patching import add, wrap

UNFINISHED = ("Pending", "InProgress")


def start_as_many_instances_as_desired():
    """Symptom (moto 5.2.1): aws_autoscaling_group with a mixed instances policy (base 1, 50 % on demand, capacity 2)
    waits ten minutes for capacity and fails: the shares are rounded down, 1 of 2 instances is started.
    AWS: without weights the group has as many instances as desired, however they are divided.
    """

    @wrap(FakeAutoScalingGroup, "set_desired_capacity")
    def set_desired_capacity(original, group, new_capacity):
        policy = group.mixed_instances_policy
        if _is_weighted(policy):
            return original(group, new_capacity)
        group.mixed_instances_policy = None
        try:
            return original(group, new_capacity)
        finally:
            group.mixed_instances_policy = policy


def _is_weighted(policy):
    overrides = (policy or {}).get("LaunchTemplate", {}).get("Overrides", [])
    return any("WeightedCapacity" in override for override in overrides)


def keep_the_mixed_instances_policy_when_updating():
    """Symptom (moto 5.2.1): UpdateAutoScalingGroup of, say, MaxSize alone loses the mixed instances policy; the next
    plan adds the whole `mixed_instances_policy` block again.
    AWS: what a request does not name stays.
    """

    @wrap(FakeAutoScalingGroup, "update")
    def update(original, group, **changes):
        names_a_launch_source = changes["launch_template"] or changes["launch_config_name"]
        if changes["mixed_instances_policy"] is None and not names_a_launch_source:
            changes["mixed_instances_policy"] = _requestable(group.mixed_instances_policy)
        return original(group, **changes)


def _requestable(policy):
    """The policy as a request may give it: moto keeps both id and name of the launch template, and refuses both."""
    policy = copy.deepcopy(policy)
    if policy:
        policy["LaunchTemplate"]["LaunchTemplateSpecification"].pop("LaunchTemplateName", None)
    return policy


def keep_the_default_instance_warmup():
    """Symptom (moto 5.2.1): every plan of an aws_autoscaling_group shows `default_instance_warmup = 0 -> 60`: the value
    is dropped.
    AWS: keeps it, and DescribeAutoScalingGroups returns it.
    """

    for action in ("create_auto_scaling_group", "update_auto_scaling_group"):

        @wrap(AutoScalingResponse, action)
        def keep(original, response):
            result = original(response)
            warmup = response._get_int_param("DefaultInstanceWarmup")
            if warmup is not None:
                groups = response.autoscaling_backend.autoscaling_groups
                groups[response._get_param("AutoScalingGroupName")].default_instance_warmup = warmup
            return result


def delete_a_group_as_aws_does():
    """Symptom (moto 5.2.1): DeleteAutoScalingGroup without ForceDelete succeeds while instances run, and instances
    that are protected from scale-in stay running without a group for ever.
    AWS: refused with ResourceInUse while the group has instances; ForceDelete terminates all of them.
    """

    @wrap(AutoScalingResponse, "delete_auto_scaling_group")
    def delete_auto_scaling_group(original, response):
        group = response.autoscaling_backend.autoscaling_groups.get(response._get_param("AutoScalingGroupName"))
        if group and group.instance_states and not response._get_bool_param("ForceDelete", False):
            raise AutoscalingClientError(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) "
                "still in the group.",
            )
        for state in group.instance_states if group else ():
            state.protected_from_scale_in = False
        return original(response)


def refresh_instances():
    """Symptom (moto 5.2.1): a change of the launch template of an aws_autoscaling_group with `instance_refresh`
    fails with HTTP 500: StartInstanceRefresh, DescribeInstanceRefreshes and CancelInstanceRefresh do not exist.
    AWS: starts one refresh at a time, which replaces the instances. Here a refresh of a group without instances is
    Successful at once; with instances it stays InProgress, for nothing here replaces them.
    """

    @add(AutoScalingResponse, "start_instance_refresh")
    def start_instance_refresh(response):
        group, refreshes = _refreshes(response)
        if any(refresh["Status"] in UNFINISHED for refresh in refreshes):
            raise AutoscalingClientError(
                "InstanceRefreshInProgress", "An Instance Refresh is already in progress and blocks the execution of "
                "this Instance Refresh."
            )
        refreshes.insert(0, _new_refresh(group, response._get_params()))
        return ActionResult({"InstanceRefreshId": refreshes[0]["InstanceRefreshId"]})

    @add(AutoScalingResponse, "describe_instance_refreshes")
    def describe_instance_refreshes(response):
        _, refreshes = _refreshes(response)
        wanted = response._get_param("InstanceRefreshIds", [])
        chosen = [refresh for refresh in refreshes if not wanted or refresh["InstanceRefreshId"] in wanted]
        return ActionResult({"InstanceRefreshes": chosen})

    @add(AutoScalingResponse, "cancel_instance_refresh")
    def cancel_instance_refresh(response):
        _, refreshes = _refreshes(response)
        running = next((refresh for refresh in refreshes if refresh["Status"] in UNFINISHED), None)
        if not running:
            raise AutoscalingClientError(
                "ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found for Auto Scaling "
                f"group {response._get_param('AutoScalingGroupName')}"
            )
        running.update(Status="Cancelled", EndTime=utcnow())
        return ActionResult({"InstanceRefreshId": running["InstanceRefreshId"]})


def _refreshes(response):
    name = response._get_param("AutoScalingGroupName")
    group = response.autoscaling_backend.autoscaling_groups.get(name)
    if not group:
        raise ValidationError(f"AutoScalingGroup name not found - no such group: {name}")
    return group, group.__dict__.setdefault("instance_refreshes", [])


def _new_refresh(group, request):
    to_update = len(group.instance_states)
    started = {
        "InstanceRefreshId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "StartTime": utcnow(),
        "InstancesToUpdate": to_update,
        "Preferences": request.get("Preferences", {}),
        "Strategy": request.get("Strategy", "Rolling"),
    }
    if to_update:
        return {**started, "Status": "InProgress", "PercentageComplete": 0}
    return {**started, "Status": "Successful", "PercentageComplete": 100, "EndTime": utcnow()}


PATCHES = (
    start_as_many_instances_as_desired,
    keep_the_mixed_instances_policy_when_updating,
    keep_the_default_instance_warmup,
    delete_a_group_as_aws_does,
    refresh_instances,
)
