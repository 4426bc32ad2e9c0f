"""All services: the lengths, ranges, patterns and words that the API models allow (moto 5.2.1)."""

import functools
import re

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from patching import wrap
from refusing import Refusal, parameters

# Services that hold requests to their model, with the error that each answers. The others (EC2, S3, Route 53) say
# hardly anything in their models, and other words.
ERROR_CODES = {
    "acm": "ValidationException",
    "application-autoscaling": "ValidationException",
    "autoscaling": "ValidationError",
    "cloudwatch": "ValidationError",
    "codeconnections": "ValidationException",
    "codebuild": "InvalidInputException",
    "codepipeline": "ValidationException",
    "cognito-idp": "InvalidParameterException",
    "ecr": "InvalidParameterException",
    "ecs": "InvalidParameterException",
    "elbv2": "ValidationError",
    "events": "ValidationException",
    "iam": "ValidationError",
    "kms": "ValidationException",
    "logs": "InvalidParameterException",
    "secretsmanager": "ValidationException",
    "servicediscovery": "InvalidInput",
    "sesv2": "BadRequestException",
    "ssm": "ValidationException",
}
SENSITIVE = object()
CLIENT_EXCEPTIONS = ("RegisterTaskDefinition", "CreateCapacityProvider", "UpdateCapacityProvider")

# The patterns are Java's. In Python \w is the letters and numbers of all languages and the underscore, which all
# patterns with \p{L} take as well; patterns without are read as ASCII.
JAVA_TO_PYTHON = {
    # Letters, marks, symbols, numbers and punctuation: whatever is no blank and no control character.
    r"\p{L}\p{M}\p{S}\p{N}\p{P}": "!-~\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2060-\u2fff\u3001-\U0010ffff",
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    r"\p{Print}": "[ -~]",
    r"[\w-_]": r"[\w_-]",
    r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff",
}


def hold_requests_to_the_api_models():
    """Symptom (moto 5.2.1): a repository called `a`, a role name of 65 characters, a health check every 4 seconds, a
    log retention... what the API models rule out is taken, but for the few checks that moto has written out.
    AWS: the service's validation error, which names the parameter and the constraint ("Common errors" of each API
    reference).
    """

    @wrap(BaseResponse, "call_action")
    def call_action(original, response):
        faults = _faults_of(response)
        if not faults:
            return original(response)
        return response.serialized(ActionResult(_refusal(response, faults)))


def _faults_of(response):
    if response.boto3_service_name not in ERROR_CODES:
        return []
    model = get_service_model(response.boto3_service_name)
    action = response._get_action()
    if action not in model.operation_names:
        return []
    shape = model.operation_model(action).input_shape
    return list(_check(shape, parameters(response), "")) if shape else []


def _refusal(response, faults):
    if response.boto3_service_name == "ecr":
        _, path, constraint = faults[0]
        return Refusal(
            "InvalidParameterException", f"Invalid parameter at '{path}' failed to satisfy constraint: '{constraint}'"
        )
    code = ERROR_CODES[response.boto3_service_name]
    if response.boto3_service_name == "ecs" and response._get_action() in CLIENT_EXCEPTIONS:
        code = "ClientException"
    told = "; ".join(
        f"Value{_shown(value)} at '{path}' failed to satisfy constraint: {constraint}"
        for value, path, constraint in faults
    )
    return Refusal(code, f"{len(faults)} validation error{'s' * (len(faults) > 1)} detected: {told}")


def _shown(value):
    """AWS shows no value that its model calls sensitive, such as a password."""
    return "" if value is SENSITIVE else f" '{value}'"


def _check(shape, value, path):
    """Every (value, path, constraint) of a parameter that its shape does not allow, members first to last."""
    if value is None:
        return
    shown = SENSITIVE if shape.metadata.get("sensitive") else value
    yield from ((shown, path, constraint) for constraint in _unmet(shape, value))
    for member, inner, name in _members(shape, value):
        yield from _check(member, inner, f"{path}.{name}" if path else name)


def _members(shape, value):
    if shape.type_name == "structure":
        known = {name: member for name, member in shape.members.items() if name in value}
        return [(member, value[name], name[0].lower() + name[1:]) for name, member in known.items()]
    if shape.type_name == "list":
        return [(shape.member, item, f"{index}.member") for index, item in enumerate(value, start=1)]
    if shape.type_name == "map":
        keys = [(shape.key, key, "key") for key in value]
        return keys + [(shape.value, item, "value") for item in value.values()]
    return []


def _unmet(shape, value):
    low, high, pattern = (shape.metadata.get(name) for name in ("min", "max", "pattern"))
    sized = isinstance(value, (str, list, dict))
    size = len(value) if sized else value
    measure = "length" if sized else "value"
    if isinstance(size, (int, float)) and not isinstance(size, bool):
        if low is not None and size < low:
            yield f"Member must have {measure} greater than or equal to {low}"
        if high is not None and size > high:
            yield f"Member must have {measure} less than or equal to {high}"
    if isinstance(value, str):
        if pattern is not None and not python_pattern(pattern).fullmatch(value):
            yield f"Member must satisfy regular expression pattern: {pattern}"
        words = getattr(shape, "enum", None)
        if words and value not in words:
            yield f"Member must satisfy enum value set: [{', '.join(words)}]"


@functools.lru_cache(maxsize=None)
def python_pattern(pattern):
    """A pattern of an API model, compiled."""
    flags = re.DOTALL if r"\p{L}" in pattern else re.DOTALL | re.ASCII
    for java, python in JAVA_TO_PYTHON.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern, flags)


PATCHES = (hold_requests_to_the_api_models,)
