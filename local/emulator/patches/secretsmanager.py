"""AWS Secrets Manager: what no secret may be called (moto 5.2.1)."""

import re

from moto.secretsmanager.responses import SecretsManagerResponse

from refusing import Refusal, before

# "CreateSecret" of the API reference.
NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")


def require_a_secret_name():
    """Symptom (moto 5.2.1): secrets may have any name.
    AWS: ValidationException. Names that begin with `rds!` and the like belong to services, which make them by
    themselves.
    """

    @before(SecretsManagerResponse, "create_secret")
    def name(_response, request):
        name = request.get("Name") or ""
        if not NAME.fullmatch(name):
            raise Refusal(
                "ValidationException",
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: "
                "-/_+=.@",
            )


PATCHES = (require_a_secret_name,)
