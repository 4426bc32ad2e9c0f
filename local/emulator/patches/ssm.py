"""AWS Systems Manager: what PutParameter refuses (moto 5.2.1)."""

import re

from moto.ssm.exceptions import ValidationException
from moto.ssm.responses import SimpleSystemManagerResponse

from refusing import Refusal, before

# "PutParameter" of the API reference.
NAME = re.compile(r"[a-zA-Z0-9_.\-/]+")
NAME_MAX = 1011
LEVELS_MAX = 15
STANDARD_VALUE_MAX = 4096


def require_a_valid_parameter_name():
    """Symptom (moto 5.2.1): parameters may have any name and any number of levels.
    AWS: ValidationException, HierarchyLevelLimitExceededException.
    """

    @before(SimpleSystemManagerResponse, "put_parameter")
    def name(_response, request):
        name = request["Name"]
        if not NAME.fullmatch(name):
            raise ValidationException(
                "Only a mix of letters, numbers and the following 4 symbols .-_/ are allowed."
            )
        if len(name) > NAME_MAX:
            raise ValidationException(f"Parameter name must not be longer than {NAME_MAX} characters.")
        if "/" in name and not name.startswith("/"):
            raise ValidationException("Parameter name must be a fully qualified name.")
        if name.count("/") > LEVELS_MAX:
            raise Refusal(
                "HierarchyLevelLimitExceededException",
                f"A parameter name hierarchy can have a maximum of {LEVELS_MAX} levels.",
            )


def limit_the_size_of_standard_parameters():
    """Symptom (moto 5.2.1): a standard parameter of more than 4 KB is taken.
    AWS: ValidationException.
    """

    @before(SimpleSystemManagerResponse, "put_parameter")
    def size(_response, request):
        if request.get("Tier", "Standard") == "Standard" and len(request.get("Value") or "") > STANDARD_VALUE_MAX:
            raise ValidationException(
                f"Standard tier parameters support a maximum parameter value of {STANDARD_VALUE_MAX} characters. To "
                "create a larger parameter value, upgrade the parameter to use the advanced-parameter tier."
            )


PATCHES = (require_a_valid_parameter_name, limit_the_size_of_standard_parameters)
