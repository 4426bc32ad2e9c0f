"""What CreateLaunchTemplate refuses: stock moto against our emulator."""

import base64
import unittest

from support import PatchTest


class LaunchTemplates(PatchTest):
    def test_require_a_valid_launch_template_name(self):
        for name in ("ab", "a" * 129, "a bc"):
            self.assert_refused(
                "InvalidLaunchTemplateName.MalformedException",
                "must be between 3 and 128 characters",
                lambda aws, name=name: named(aws, name),
            )

    def test_require_launch_template_data_within_limits(self):
        refused = (
            ("User data is limited to 16384 bytes", {"UserData": user_data(16385)}),
            ("Value (65) for parameter HttpPutResponseHopLimit", {"MetadataOptions": {"HttpPutResponseHopLimit": 65}}),
        )
        for message, data in refused:
            self.assert_refused("InvalidParameterValue", message, lambda aws, data=data: aws.launch_template(**data))
        self.ours.launch_template(UserData=user_data(16384), MetadataOptions={"HttpPutResponseHopLimit": 64})


def named(aws, name):
    aws.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={"ImageId": "ami-12c6146b"})


def user_data(size):
    return base64.b64encode(b"#" * size).decode()


if __name__ == "__main__":
    unittest.main()
