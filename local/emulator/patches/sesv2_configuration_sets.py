"""Amazon SES (API version 2): configuration sets and where their events go (moto 5.2.1)."""

import json

from moto.ses.models import ConfigurationSet
from moto.ses.utils import get_arn
from moto.sesv2.responses import SESV2Response

import topics
from patching import add, replace, wrap
from refusing import Refusal, before, parameters

# "CreateConfigurationSet" of the API reference: what it has where nothing is said.
DEFAULTS = {
    "ReputationOptions": {"ReputationMetricsEnabled": False},
    "SendingOptions": {"SendingEnabled": True},
}
OPTIONS = (*DEFAULTS, "DeliveryOptions", "TrackingOptions", "SuppressionOptions", "VdmOptions", "ArchivingOptions")
DESTINATIONS = (
    "CloudWatchDestination",
    "EventBridgeDestination",
    "KinesisFirehoseDestination",
    "PinpointDestination",
    "SnsDestination",
)
MOST_DESTINATIONS = 10
PUBLISHER = "ses.amazonaws.com"
VALIDATION = "Successfully validated SNS topic for Amazon SES event publishing."


def show_configuration_sets_as_they_are():
    """Symptom (moto 5.2.1): the provider can't read a configuration set: "expected Enabled to be of type *bool, got
    map[string]interface {} instead".
    AWS: the options with their defaults; those that say nothing are absent.
    """

    @wrap(ConfigurationSet, "__init__")
    def initialise(original, made, *arguments, **options):
        original(made, *arguments, **options)
        given = {
            "DeliveryOptions": made.delivery_options,
            "ReputationOptions": made.reputation_options,
            "SendingOptions": made.enabled,
            "TrackingOptions": made.tracking_options,
            "SuppressionOptions": made.suppression_options,
            "VdmOptions": made.vdm_options,
        }
        made.options = {name: {**DEFAULTS.get(name, {}), **value} for name, value in given.items()}
        made.event_destinations = {}

    @replace(SESV2Response, "get_configuration_set")
    def get_configuration_set(response):
        found = find(response)
        tags = response.sesv2_backend.list_tags_for_resource(arn_of(response.sesv2_backend, found))
        options = {name: value for name, value in found.options.items() if value}
        return json.dumps({"ConfigurationSetName": found.configuration_set_name, "Tags": tags, **options})


def find(response):
    """The configuration set that the request names."""
    return named(response.sesv2_backend, response._get_param("ConfigurationSetName"))


def named(backend, name):
    found = backend.core_backend.config_sets.get(name)
    if found is None:
        raise Refusal("NotFoundException", f"Configuration set <{name}> does not exist.")
    return found


def arn_of(backend, configuration_set):
    return get_arn(backend, "ses", f"configuration-set/{configuration_set.configuration_set_name}")


def change_configuration_sets():
    """Symptom (moto 5.2.1): PutConfigurationSetDeliveryOptions and its like: HTTP 404.
    AWS: each replaces one part of the options.
    """

    def putting(name):
        def put(response):
            configuration_set, request = find(response), parameters(response)
            given = {member: value for member, value in request.items() if member != "ConfigurationSetName"}
            if name == "VdmOptions":
                given = request.get("VdmOptions") or {}
            configuration_set.options[name] = {**DEFAULTS.get(name, {}), **given}
            return "{}"

        return put

    for name in OPTIONS:
        action = name.removesuffix("Options").lower()
        add(SESV2Response, f"put_configuration_set_{action}_options")(putting(name))


def refuse_unknown_and_second_configuration_sets():
    """Symptom (moto 5.2.1): errors have names of the API's version 1 (ConfigurationSetAlreadyExists), which SDKs of
    version 2 do not know, and the deletion of an unknown configuration set: HTTP 500.
    AWS: AlreadyExistsException, NotFoundException.
    """

    @before(SESV2Response, "create_configuration_set")
    def create(response, request):
        name = request.get("ConfigurationSetName") or ""
        if name in response.sesv2_backend.core_backend.config_sets:
            raise Refusal("AlreadyExistsException", f"Configuration set <{name}> already exists.")

    @wrap(SESV2Response, "delete_configuration_set")
    def delete(original, response):
        backend, found = response.sesv2_backend, find(response)
        backend.core_backend.tagger.delete_all_tags_for_resource(arn_of(backend, found))
        return original(response)


def keep_event_destinations():
    """Symptom (moto 5.2.1): CreateConfigurationSetEventDestination, GetConfigurationSetEventDestinations,
    UpdateConfigurationSetEventDestination and DeleteConfigurationSetEventDestination: HTTP 404.
    AWS: up to ten destinations of a configuration set, by name. A topic of SNS gets a first message.
    """

    @add(SESV2Response, "create_configuration_set_event_destination")
    def create(response):
        request, destinations = parameters(response), find(response).event_destinations
        name = request.get("EventDestinationName") or ""
        if name in destinations:
            raise Refusal("AlreadyExistsException", f"Event destination <{name}> already exists.")
        if len(destinations) >= MOST_DESTINATIONS:
            raise Refusal("LimitExceededException", "Event destination limit exceeded for the configuration set.")
        return _keep(response, name, request)

    @add(SESV2Response, "get_configuration_set_event_destinations")
    def get(response):
        return json.dumps({"EventDestinations": list(find(response).event_destinations.values())})

    @add(SESV2Response, "update_configuration_set_event_destination")
    def update(response):
        return _keep(response, _existing(response), parameters(response))

    @add(SESV2Response, "delete_configuration_set_event_destination")
    def delete(response):
        del find(response).event_destinations[_existing(response)]
        return "{}"


def _existing(response):
    name = response._get_param("EventDestinationName")
    if name not in find(response).event_destinations:
        raise Refusal("NotFoundException", f"Event destination <{name}> does not exist.")
    return name


def _keep(response, name, request):
    definition, configuration_set = request.get("EventDestination") or {}, find(response)
    configuration_set.event_destinations[name] = {"Name": name, "Enabled": False, **definition}
    topic = _topic(response, definition)
    if topic:
        topics.publish(topic, VALIDATION, subject="Amazon SES")
    return "{}"


def _topic(response, definition):
    arn = (definition.get("SnsDestination") or {}).get("TopicArn")
    return topics.find(response.current_account, response.region, arn) if arn else None


def require_a_destination_that_takes_events():
    """Symptom (moto 5.2.1): there are no event destinations, so none is without a place to go.
    AWS: BadRequestException for a destination that is of no type or of two, without an event, or with a topic that does
    not exist or does not let Amazon SES publish ("Set up an Amazon SNS event destination for event publishing").
    """

    actions = "create_configuration_set_event_destination", "update_configuration_set_event_destination"

    @before(SESV2Response, *actions)
    def destination(response, request):
        definition = request.get("EventDestination") or {}
        given = [name for name in DESTINATIONS if definition.get(name)]
        if len(given) != 1:
            raise _bad(f"Exactly one type of event destination must be specified, but there are {len(given)}.")
        if not definition.get("MatchingEventTypes"):
            raise _bad("At least one matching event type must be specified.")
        if given == ["SnsDestination"]:
            _require_topic(response, definition)


def _require_topic(response, definition):
    arn, topic = definition["SnsDestination"]["TopicArn"], _topic(response, definition)
    if topic is None:
        raise _bad(f"SNS topic <{arn}> not found.")
    source = arn_of(response.sesv2_backend, find(response))
    hindrance = topics.hindrance(topic, PUBLISHER, source)
    if hindrance:
        raise _bad(f"Could not publish to SNS topic <{arn}>: {hindrance}.")


def _bad(message):
    return Refusal("BadRequestException", message)


PATCHES = (
    show_configuration_sets_as_they_are,
    change_configuration_sets,
    refuse_unknown_and_second_configuration_sets,
    keep_event_destinations,
    require_a_destination_that_takes_events,
)
