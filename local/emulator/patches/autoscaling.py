"""Amazon EC2 Auto Scaling: sizes, instances, updates, deletion and instance refresh of groups (moto 5.2.1)."""

import contextlib
import copy
import uuid

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from control import capacity as capacity_providers
from control import groups, refresh
from patching import add, replace, wrap

UNFINISHED = ("Pending", "InProgress")
USER_REQUEST = "a user request explicitly set group desired capacity"
TERMINATED = (
    "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or "
    "stopped."
)


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


def spread_instances_over_the_zones():
    """Symptom (moto 5.2.1): all instances of a group are in its first subnet, whatever the number of zones.
    AWS: divides them evenly among the Availability Zones.
    """

    @wrap(FakeAutoScalingGroup, "replace_autoscaling_group_instances")
    def start(original, group, count, propagated_tags):
        subnets, zones = group.vpc_zone_identifier, group.availability_zones
        try:
            for _ in range(count):
                group.vpc_zone_identifier, group.availability_zones = subnets, zones
                subnet, zone = groups.subnet_for_next(group)
                group.vpc_zone_identifier, group.availability_zones = subnet, [zone]
                original(group, 1, dict(propagated_tags))
        finally:
            group.vpc_zone_identifier, group.availability_zones = subnets, zones


def tell_scaling_activities():
    """Symptom (moto 5.2.1): DescribeScalingActivities answers with an empty list, always.
    AWS: each start and end of an instance, the newest first, with its cause.
    """

    @wrap(FakeAutoScalingGroup, "replace_autoscaling_group_instances")
    def start(original, group, count, propagated_tags):
        known = list(group.instance_states)
        original(group, count, propagated_tags)
        groups.note_launches(group, [state for state in group.instance_states if state not in known])

    @wrap(AutoScalingBackend, "notify_terminate_instances")
    def notify_terminate_instances(original, backend, instance_ids):
        """Instances that a person terminates are replaced."""
        with contextlib.ExitStack() as causes:
            for group in backend.autoscaling_groups.values():
                causes.enter_context(groups.because(group, TERMINATED))
            original(backend, instance_ids)

    @replace(AutoScalingResponse, "describe_scaling_activities")
    def describe_scaling_activities(response):
        name = response._get_param("AutoScalingGroupName")
        wanted = response._get_param("ActivityIds", [])
        described = response.autoscaling_backend.autoscaling_groups.values()
        found = [
            activity
            for group in described
            for activity in groups.activities(group)
            if name in (None, group.name) and (not wanted or activity.activity_id in wanted)
        ]
        return ActionResult({"Activities": found})


def end_instances_as_aws_does():
    """Symptom (moto 5.2.1): a smaller DesiredCapacity ends any of the instances, at once, with the tasks on them.
    AWS: the default termination policy keeps the zones even and takes the oldest first. Where an ECS capacity provider
    manages the draining, an instance with tasks waits (Terminating:Wait) until they have gone elsewhere.
    """

    @wrap(FakeAutoScalingGroup, "set_desired_capacity")
    def set_desired_capacity(original, group, new_capacity):
        capacity = group.min_size if new_capacity is None else new_capacity
        if group.__dict__.get("is_being_deleted"):
            group.desired_capacity = capacity
            groups.terminate(group, list(group.instance_states))
            return
        with _cause_of_the_change(group, capacity):
            if _is_weighted(group.mixed_instances_policy) or not capacity_providers.resize(group, capacity):
                original(group, capacity)


def _cause_of_the_change(group, capacity):
    """Of a change that nobody has given a cause: a request. A group that is being made has no size yet."""
    if group.__dict__.get("cause"):
        return contextlib.nullcontext()
    former = group.__dict__.get("desired_capacity")
    words = USER_REQUEST if former is not None else "a user request created an AutoScalingGroup"
    return groups.because(group, groups.changing(words, former or 0, capacity))


def protect_instances_of_the_group():
    """Symptom (moto 5.2.1): SetInstanceProtection in a group that does not exist: HTTP 500; of an instance that is not
    in the group: nothing happens, and nothing is said.
    AWS: ValidationError. What a person protects stays so until it is set otherwise, whatever ECS protects by itself.
    """

    @replace(AutoScalingBackend, "set_instance_protection")
    def set_instance_protection(backend, group_name, instance_ids, protected):
        group = _group_of(backend, group_name)
        states = {state.instance_id: state for state in group.instance_states}
        for instance_id in instance_ids:
            if instance_id not in states:
                raise ValidationError(f"The instance {instance_id} is not part of Auto Scaling group {group_name}.")
            capacity_providers.set_protection(states[instance_id], protected)


def _group_of(backend, name):
    if name not in backend.autoscaling_groups:
        raise ValidationError(f"AutoScalingGroup name not found - no such group: {name}")
    return backend.autoscaling_groups[name]


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
        if group:
            group.is_being_deleted = True
        return original(response)


def refresh_instances():
    """Symptom (moto 5.2.1): a change of the launch template of an aws_autoscaling_group with `instance_refresh`
    fails with HTTP 500: StartInstanceRefresh, DescribeInstanceRefreshes and CancelInstanceRefresh do not exist.
    AWS: starts one refresh at a time, which replaces the instances. Here a refresh of a group without instances is
    Successful at once; one with instances is InProgress, and goes on while there is a data plane (control/refresh.py).
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
    group = _group_of(response.autoscaling_backend, response._get_param("AutoScalingGroupName"))
    return group, group.__dict__.setdefault("instance_refreshes", [])


def _new_refresh(group, request):
    started = {
        "InstanceRefreshId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "StartTime": utcnow(),
        "Preferences": request.get("Preferences", {}),
        "Strategy": request.get("Strategy", "Rolling"),
    }
    refresh.begin(group, started)
    if group.instance_states:
        return {**started, "Status": "InProgress", "PercentageComplete": 0}
    return {**started, "Status": "Successful", "PercentageComplete": 100, "EndTime": utcnow()}


PATCHES = (
    start_as_many_instances_as_desired,
    spread_instances_over_the_zones,
    tell_scaling_activities,
    end_instances_as_aws_does,
    protect_instances_of_the_group,
    keep_the_mixed_instances_policy_when_updating,
    keep_the_default_instance_warmup,
    delete_a_group_as_aws_does,
    refresh_instances,
)
