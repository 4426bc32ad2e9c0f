"""All services: what no tag may be called (moto 5.2.1)."""

from moto.core.responses import ActionResult, BaseResponse

from patching import wrap
from refusing import Refusal, parameters

# Service -> error code. EC2 has words of its own; the others share a library.
ERROR_CODES = {
    "ec2": "InvalidParameterValue",
    "ecr": "InvalidTagParameterException",
    "ecs": "InvalidParameterException",
    "elbv2": "ValidationError",
    "iam": "InvalidInput",
    "logs": "InvalidParameterException",
    "ssm": "ValidationException",
}
WORDS = "aws: prefixed tag key names are not allowed for external use."
WORDS_OF_EC2 = "Tag keys starting with 'aws:' are reserved for internal use"


def refuse_reserved_tag_keys():
    """Symptom (moto 5.2.1): resources are tagged with keys that begin with `aws:`.
    AWS: refuses them ("Tag naming limits and requirements"); the code differs by service.
    """

    @wrap(BaseResponse, "call_action")
    def call_action(original, response):
        code = ERROR_CODES.get(response.boto3_service_name)
        if not code or not any(key.lower().startswith("aws:") for key in _given_keys(parameters(response))):
            return original(response)
        words = WORDS_OF_EC2 if response.boto3_service_name == "ec2" else WORDS
        return response.serialized(ActionResult(Refusal(code, words)))


def _given_keys(request):
    """The keys of the tags of a request; EC2 nests those of new resources in `TagSpecifications`."""
    nested = [tags for spec in request.get("TagSpecifications") or [] for tags in spec.get("Tags") or []]
    given = request.get("Tags") or request.get("tags") or nested
    if isinstance(given, dict):
        return list(given)
    return [tag.get("Key") or tag.get("key") or "" for tag in given]


PATCHES = (refuse_reserved_tag_keys,)
