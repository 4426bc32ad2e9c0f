"""Amazon EC2: what CreateLaunchTemplate and CreateLaunchTemplateVersion refuse (moto 5.2.1)."""

import base64
import re

from moto.ec2.responses import EC2Response

from refusing import Refusal, before

# "CreateLaunchTemplate" of the API reference.
NAME = re.compile(r"[a-zA-Z0-9().\-/_]{3,128}")
# "Run commands when you launch an EC2 instance with user data input": before it is encoded.
USER_DATA_MAX_BYTES = 16384
# "LaunchTemplateInstanceMetadataOptionsRequest" of the API reference.
HOP_LIMITS = range(1, 65)


def require_a_valid_launch_template_name():
    """Symptom (moto 5.2.1): a launch template may have any name.
    AWS: InvalidLaunchTemplateName.MalformedException; 3 to 128 characters.
    """

    @before(EC2Response, "create_launch_template")
    def name(_response, request):
        if not NAME.fullmatch(request["LaunchTemplateName"]):
            raise Refusal(
                "InvalidLaunchTemplateName.MalformedException",
                "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and "
                "the following characters: - ( ) . / _.",
            )


def require_launch_template_data_within_limits():
    """Symptom (moto 5.2.1): user data of more than 16 KB, and a metadata hop limit of 65, are taken.
    AWS: InvalidParameterValue.
    """

    @before(EC2Response, "create_launch_template", "create_launch_template_version")
    def data(_response, request):
        given = request.get("LaunchTemplateData") or {}
        if _size(given.get("UserData") or "") > USER_DATA_MAX_BYTES:
            raise Refusal("InvalidParameterValue", f"User data is limited to {USER_DATA_MAX_BYTES} bytes")
        hop_limit = (given.get("MetadataOptions") or {}).get("HttpPutResponseHopLimit")
        if hop_limit is not None and hop_limit not in HOP_LIMITS:
            raise Refusal(
                "InvalidParameterValue",
                f"Value ({hop_limit}) for parameter HttpPutResponseHopLimit is invalid. Valid values are between 1 "
                "and 64.",
            )


def _size(user_data):
    """In bytes; of what is not Base64, moto says so by itself."""
    try:
        return len(base64.b64decode(user_data, validate=True))
    except ValueError:
        return 0


PATCHES = (
    require_a_valid_launch_template_name,
    require_launch_template_data_within_limits,
)
