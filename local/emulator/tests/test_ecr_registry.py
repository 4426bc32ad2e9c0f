"""The registry that images are pushed to: stock moto against our emulator, without and with a registry of its own."""

import sys
import time
import unittest
from base64 import b64decode

from support import REGION, SERVER, Aws, PatchTest, Server, unique

ADDRESS = "127.0.0.1:5123"
ON_AWS = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
CONSTANT = "AWS:123456789012-auth-token"


def repository_uri(aws, name):
    aws.ecr.create_repository(repositoryName=name)
    return aws.ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryUri"]


def authorization(aws):
    return aws.ecr.get_authorization_token()["authorizationData"][0]


def user_and_password(aws):
    return b64decode(authorization(aws)["authorizationToken"]).decode()


class Registry(PatchTest):
    def start(self, *arguments):
        server = Server([sys.executable, str(SERVER), "--exit-with-parent", *arguments])
        self.addCleanup(server.stop)
        return Aws(server.url)

    def test_name_the_registry_on_this_machine(self):
        name = unique("shop/cart")
        for aws in (self.stock, self.ours):
            self.assertEqual(repository_uri(aws, name), f"{ON_AWS}/{name}")
            self.assertEqual(authorization(aws)["proxyEndpoint"], f"https://{ON_AWS}")
        with_registry = self.start("--registry", ADDRESS)
        self.assertEqual(repository_uri(with_registry, name), f"{ADDRESS}/{name}")
        self.assertEqual(authorization(with_registry)["proxyEndpoint"], f"http://{ADDRESS}")

    def test_give_each_run_a_password(self):
        self.assertEqual(user_and_password(self.stock), CONSTANT)
        self.assertLess(authorization(self.stock)["expiresAt"].timestamp(), time.time())
        ours, others = user_and_password(self.ours), user_and_password(self.start())
        self.assertRegex(ours, r"^AWS:[\w-]{64}$")
        self.assertEqual(user_and_password(self.ours), ours)
        self.assertNotEqual(others, ours)
        seconds = authorization(self.ours)["expiresAt"].timestamp() - time.time()
        self.assertTrue(11.9 * 3600 < seconds < 12.1 * 3600, seconds)


if __name__ == "__main__":
    unittest.main()
