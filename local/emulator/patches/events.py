"""Amazon EventBridge: what no target may lack, and which of them events go to (moto 5.2.1)."""

from moto.events.models import Rule
from moto.events.responses import EventsHandler

import event_bus
from patching import wrap
from refusing import Refusal, before

# "Using IAM roles to grant access to EventBridge targets": the services that are called by a role; SNS, SQS, Lambda and
# log groups have policies of their own.
CALLED_BY_A_ROLE = ("codebuild", "codepipeline", "ecs", "states", "kinesis", "firehose", "ssm", "batch")
TARGETS_OF_A_RULE = 5
# Whose targets moto sends events to. Those of the others (pipelines, builds, functions) hear of nothing here.
TOLD_BY_MOTO = ("events", "logs", "sqs")


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


def tell_topics():
    """Symptom (moto 5.2.1): PutEvents: HTTP 500 if a rule that matches has a topic as its target.
    AWS: publishes the event, or what the rule's target makes of it, if the topic's policy allows it.
    """

    @wrap(Rule, "send_to_targets")
    def send_to_targets(original, rule, event, transform_input=True):
        if not rule.event_pattern.matches_event(event):
            return
        everyone = rule.targets
        for target in everyone:
            if _service_of(target) == "sns":
                event_bus.tell_topic(rule, target, event)
        rule.targets = [target for target in everyone if _service_of(target) in TOLD_BY_MOTO]
        try:
            original(rule, event, transform_input)
        finally:
            rule.targets = everyone


def _service_of(target):
    return (target["Arn"].split(":") + [""] * 3)[2]


def tell_nothing_by_rules_that_are_off():
    """Symptom (moto 5.2.1): a rule that is disabled tells its targets of events, and so does one with a schedule alone,
    of all events.
    AWS: neither does.
    """

    @wrap(Rule, "send_to_targets")
    def send_to_targets(original, rule, event, transform_input=True):
        if rule.state != "DISABLED" and rule.event_pattern.dump() is not None:
            original(rule, event, transform_input)


PATCHES = (
    require_a_role_where_events_start_something,
    limit_the_targets_of_a_rule,
    tell_topics,
    tell_nothing_by_rules_that_are_off,
)
