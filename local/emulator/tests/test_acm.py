"""What RequestCertificate refuses: stock moto against our emulator."""

import unittest

from support import PatchTest


def request(aws, name):
    aws.acm.request_certificate(DomainName=name, ValidationMethod="DNS")


class Certificates(PatchTest):
    def test_limit_the_first_name_of_a_certificate(self):
        name = "a" * 53 + ".example.com"
        self.assert_server_error(request, self.stock, name)
        self.assert_error("ValidationException", "is longer than 64 characters", request, self.ours, name)
        request(self.ours, name[1:])


if __name__ == "__main__":
    unittest.main()
