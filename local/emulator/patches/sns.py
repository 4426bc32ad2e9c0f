"""Amazon SNS: topics that services of AWS publish to, and subscriptions by e-mail (moto 5.2.1)."""

import json

from moto.sns.models import Subscription
from moto.sns.responses import SNSResponse
from moto.sns.utils import make_arn_for_topic

import inbox
import mail_addresses
from patching import wrap
from refusing import Refusal, as_list, before

SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
DEFAULT_SUBJECT = "AWS Notification Message"
SERVICE = "sns:"


def deliver_to_subscriptions_by_mail():
    """Symptom (moto 5.2.1): what is published reaches no e-mail subscription.
    AWS: sends a mail, once the subscriber has confirmed. Here: into the inbox of this machine, and nobody has to
    confirm.
    """

    @wrap(Subscription, "publish")
    def publish(original, subscription, message, message_id, **told):
        original(subscription, message, message_id, **told)
        matcher = subscription._filter_policy_matcher
        if subscription.protocol not in ("email", "email-json"):
            return
        if matcher is not None and not matcher.matches(told.get("message_attributes"), message):
            return
        if told.get("message_structure") == "json":
            message = subscription._parse_message_structure(message, subscription.protocol)
        subject = told.get("subject") or DEFAULT_SUBJECT
        if subscription.protocol == "email-json":
            message = json.dumps(subscription.get_post_data(message, message_id, told.get("subject")))
        inbox.deliver(message_id, SENDER, subject, to=[subscription.endpoint], text=message)


def require_an_address_of_a_subscription():
    """Symptom (moto 5.2.1): a subscription by e-mail may have any endpoint.
    AWS: InvalidParameter.
    """

    @before(SNSResponse, "subscribe")
    def address(_response, request):
        if request.get("Protocol") in ("email", "email-json") and mail_addresses.fault(request.get("Endpoint") or ""):
            raise Refusal("InvalidParameter", "Invalid parameter: Email address")


def require_a_policy_of_the_topic():
    """Symptom (moto 5.2.1): a topic's policy may be any JSON, also one for another topic or for actions of another
    service; what is no JSON: HTTP 500.
    AWS: InvalidParameter ("Access policy language key concepts").
    """

    @before(SNSResponse, "set_topic_attributes")
    def policy(_response, request):
        if request.get("AttributeName") == "Policy":
            _require_policy(request.get("AttributeValue") or "", request.get("TopicArn"))

    @before(SNSResponse, "create_topic")
    def first_policy(response, request):
        text = (request.get("Attributes") or {}).get("Policy")
        if text:
            arn = make_arn_for_topic(response.current_account, request.get("Name"), response.region)
            _require_policy(text, arn)


def _require_policy(text, topic):
    try:
        statements = as_list(json.loads(text)["Statement"])
    except (ValueError, KeyError, TypeError):
        raise _invalid("Policy Error: null") from None
    for statement in statements:
        if not isinstance(statement, dict) or not (statement.get("Principal") or statement.get("NotPrincipal")):
            raise _invalid("Policy Error: PrincipalNotFound")
        actions = as_list(statement.get("Action") or statement.get("NotAction") or [])
        if not actions or any(action != "*" and not action.lower().startswith(SERVICE) for action in actions):
            raise _invalid("Policy statement action out of service scope!")
        for resource in as_list(statement.get("Resource") or []):
            if resource not in ("*", topic):
                raise _invalid(f"Policy statement must apply to a single resource: {topic}, not {resource}")


def _invalid(message):
    return Refusal("InvalidParameter", f"Invalid parameter: {message}")


PATCHES = (
    deliver_to_subscriptions_by_mail,
    require_an_address_of_a_subscription,
    require_a_policy_of_the_topic,
)
