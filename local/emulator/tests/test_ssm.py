"""What PutParameter refuses: stock moto against our emulator."""

import unittest

from support import PatchTest, unique


def put(aws, **options):
    request = {"Name": "/" + unique("parameter"), "Type": "String", "Value": "x", **options}
    aws.ssm.put_parameter(**request)


class Parameters(PatchTest):
    def test_require_a_valid_parameter_name(self):
        refused = (
            ("ValidationException", "Only a mix of letters, numbers", "/a b"),
            ("ValidationException", "must not be longer than 1011 characters", "/" + "a" * 1011),
            ("ValidationException", "must be a fully qualified name", "a/b"),
            ("HierarchyLevelLimitExceededException", "a maximum of 15 levels", "/a" * 16),
        )
        for code, message, name in refused:
            with self.subTest(message):
                self.assert_refused(code, message, lambda aws: put(aws, Name=name))
        for name in ("/a" * 15, "plain.name_1-2"):
            put(self.ours, Name=name)

    def test_limit_the_size_of_standard_parameters(self):
        message = "Standard tier parameters support a maximum parameter value of 4096 characters."
        self.assert_refused("ValidationException", message, lambda aws: put(aws, Value="x" * 4097))
        put(self.ours, Value="x" * 4096)
        put(self.ours, Value="x" * 4097, Tier="Advanced")


if __name__ == "__main__":
    unittest.main()
