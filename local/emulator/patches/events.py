"""Amazon EventBridge: what no target may lack (moto 5.2.1)."""

from moto.events.responses import EventsHandler

from refusing import Refusal, before

# "Using IAM roles to grant access to EventBridge targets": the services that are called by a role; SNS, SQS, Lambda and
# log groups have policies of their own.
CALLED_BY_A_ROLE = ("codebuild", "codepipeline", "ecs", "states", "kinesis", "firehose", "ssm", "batch")
TARGETS_OF_A_RULE = 5


def require_a_role_where_events_start_something():
    """Symptom (moto 5.2.1): a pipeline, a build or a task may be a target without a role, and never start.
    AWS: ValidationException.
    """

    @before(EventsHandler, "put_targets")
    def role(_response, request):
        for target in request.get("Targets") or []:
            service = (target["Arn"].split(":") + [""] * 3)[2]
            if service in CALLED_BY_A_ROLE and not target.get("RoleArn"):
                raise Refusal("ValidationException", f"RoleArn is required for target {target['Arn']}.")


def limit_the_targets_of_a_rule():
    """Symptom (moto 5.2.1): a rule may have any number of targets.
    AWS: LimitExceededException beyond five ("Amazon EventBridge quotas").
    """

    @before(EventsHandler, "put_targets")
    def count(response, request):
        backend = response.events_backend
        bus = backend.event_buses.get((request.get("EventBusName") or "default").split("/")[-1])
        rule = bus.rules.get(request.get("Rule")) if bus else None
        held = {target["Id"] for target in rule.targets} if rule else set()
        if len(held | {target["Id"] for target in request.get("Targets") or []}) > TARGETS_OF_A_RULE:
            raise Refusal("LimitExceededException", "The requested resource exceeds the maximum number allowed.")


PATCHES = (require_a_role_where_events_start_something, limit_the_targets_of_a_rule)
