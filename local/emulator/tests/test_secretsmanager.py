"""What Secrets Manager refuses: our emulator against stock moto, which takes it."""

import string
import unittest

from support import PatchTest, unique


def create(aws, name):
    return aws.secretsmanager.create_secret(Name=name, SecretString="{}")["ARN"]


class Secrets(PatchTest):
    def test_require_a_secret_name(self):
        for refused in ("with blank", "rds!db-1", "semi;colon"):
            self.assert_refused("ValidationException", "Invalid name.", create, unique(refused))
        create(self.ours, unique("shop/local/cart_+=.@-"))

    def test_random_passwords_are_as_asked(self):
        asked = {"PasswordLength": 40, "ExcludePunctuation": True}
        one, other = (self.ours.secretsmanager.get_random_password(**asked)["RandomPassword"] for _ in range(2))
        self.assertEqual((len(one), set(one) - set(string.ascii_letters + string.digits)), (40, set()))
        self.assertNotEqual(one, other)


if __name__ == "__main__":
    unittest.main()
