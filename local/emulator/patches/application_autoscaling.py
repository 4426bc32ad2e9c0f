"""Application Auto Scaling: scalable targets and their policies (moto 5.2.1)."""

import json

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

from patching import add, wrap
from refusing import Refusal


def tag_scalable_targets():
    """Symptom (moto 5.2.1): aws_appautoscaling_target fails at apply, plan and destroy with
    `listing tags for Application Auto Scaling Target (...): ... StatusCode: 500`: ListTagsForResource, TagResource
    and UntagResource do not exist, and RegisterScalableTarget drops its Tags.
    AWS: a scalable target carries tags; they go with it. A missing target is a ResourceNotFoundException.
    """

    @wrap(ApplicationAutoScalingResponse, "register_scalable_target")
    def register_scalable_target(original, response):
        result = original(response)
        _tags(response, json.loads(result)["ScalableTargetARN"]).update(response._get_param("Tags") or {})
        return result

    @add(ApplicationAutoScalingResponse, "list_tags_for_resource")
    def list_tags_for_resource(response):
        return json.dumps({"Tags": _tags(response, response._get_param("ResourceARN"))})

    @add(ApplicationAutoScalingResponse, "tag_resource")
    def tag_resource(response):
        _tags(response, response._get_param("ResourceARN")).update(response._get_param("Tags") or {})
        return json.dumps({})

    @add(ApplicationAutoScalingResponse, "untag_resource")
    def untag_resource(response):
        tags = _tags(response, response._get_param("ResourceARN"))
        for key in response._get_param("TagKeys") or []:
            tags.pop(key, None)
        return json.dumps({})


def _tags(response, arn):
    """The tags of the target with this ARN, kept on the target itself so that they end with it."""
    backend = response.applicationautoscaling_backend
    for targets in backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target.__dict__.setdefault("tags", {})
    raise JsonRESTError("ResourceNotFoundException", f"No scalable target found for resource ARN: {arn}")


def replace_the_alarms_of_a_changed_policy():
    """Symptom (moto 5.2.1): PutScalingPolicy of a policy that exists leaves the alarms of the former one for ever, and
    changes the policy's ARN.
    AWS: the policy keeps its ARN, and only the alarms that it names exist.
    """

    @wrap(ApplicationAutoscalingBackend, "put_scaling_policy")
    def put_scaling_policy(original, backend, **request):
        of_target = (request["service_namespace"], request["resource_id"], request["scalable_dimension"])
        key = FakeApplicationAutoscalingPolicy.formulate_key(*of_target, request["policy_name"])
        former = backend.policies.get(key)
        policy = original(backend, **request)
        if former:
            former.delete_alarms(backend.account_id, backend.region_name)
            policy.policy_arn = former.policy_arn
        return policy


def forget_policies_with_their_target():
    """Symptom (moto 5.2.1): policies and scheduled actions stay after DeregisterScalableTarget, and come back with
    the next target of the same name.
    AWS: deregistering a scalable target deletes its scaling policies and scheduled actions.
    """

    @wrap(ApplicationAutoscalingBackend, "deregister_scalable_target")
    def deregister_scalable_target(original, backend, namespace, resource_id, dimension):
        original(backend, namespace, resource_id, dimension)
        of_target = (namespace, resource_id, dimension)
        for policy in [policy for policy in backend.policies.values() if _target_of(policy) == of_target]:
            backend.delete_scaling_policy(policy.policy_name, *of_target)
        backend.scheduled_actions = [action for action in backend.scheduled_actions if _target_of(action) != of_target]


def _target_of(thing):
    return (thing.service_namespace, thing.resource_id, thing.scalable_dimension)


def list_policies_of_the_named_resource_only():
    """Symptom (moto 5.2.1): DescribeScalingPolicies for `service/jenkins-ecs/service-ab` also returns the policies
    of `service/jenkins-ecs/service-a`: the resource id is searched for as a part of the one asked for.
    AWS: the resource id is compared whole.
    """

    @wrap(ApplicationAutoscalingBackend, "describe_scaling_policies")
    def describe_scaling_policies(
        original, backend, service_namespace, resource_id, scalable_dimension, max_results, next_token
    ):
        everything = backend.policies
        backend.policies = {
            key: policy for key, policy in everything.items() if resource_id in (None, policy.resource_id)
        }
        try:
            return original(backend, service_namespace, resource_id, scalable_dimension, max_results, next_token)
        finally:
            backend.policies = everything


def find_no_policy_that_is_gone():
    """Symptom (moto 5.2.1): a policy that is deleted twice: ValidationException. A destroy fails when the answer to the first
    call is lost, for the provider asks again.
    AWS: ObjectNotFoundException, by which the provider knows that the policy is gone.
    """

    @wrap(ApplicationAutoscalingBackend, "delete_scaling_policy")
    def delete_scaling_policy(original, backend, policy_name, service_namespace, resource_id, scalable_dimension):
        address = (service_namespace, resource_id, scalable_dimension, policy_name)
        if FakeApplicationAutoscalingPolicy.formulate_key(*address) not in backend.policies:
            raise Refusal(
                "ObjectNotFoundException",
                f"No scaling policy found for service namespace: {service_namespace}, resource ID: {resource_id}, "
                f"scalable dimension: {scalable_dimension}, policy name: {policy_name}",
            )
        original(backend, policy_name, service_namespace, resource_id, scalable_dimension)


PATCHES = (
    tag_scalable_targets,
    replace_the_alarms_of_a_changed_policy,
    forget_policies_with_their_target,
    list_policies_of_the_named_resource_only,
    find_no_policy_that_is_gone,
)
