"""Amazon ECR: the registry that images are pushed to and pulled from (moto 5.2.1)."""

import secrets
import time
from base64 import b64encode

from moto.core.responses import ActionResult
from moto.ecr.models import Repository
from moto.ecr.responses import ECRResponse

import registry
from patching import replace, wrap

# Amazon ECR API Reference, GetAuthorizationToken: the token is valid for 12 hours.
TOKEN_SECONDS = 12 * 60 * 60

PASSWORD = secrets.token_urlsafe(48)


def name_the_registry_on_this_machine():
    """Symptom (moto 5.2.1): repositoryUri and proxyEndpoint name a host of AWS: what is pushed there leaves this machine.
    AWS: its own registry; here, with --registry, the one that serves what the emulator knows.
    """

    @wrap(Repository, "__init__")
    def initialise(original, repository, *arguments, **options):
        original(repository, *arguments, **options)
        if registry.address:
            repository.uri = f"{registry.address}/{repository.name}"


def give_each_run_a_password():
    """Symptom (moto 5.2.1): the password that GetAuthorizationToken gives is always 123456789012-auth-token, and expired
    in 2015.
    AWS: nobody can know it beforehand; it is valid for 12 hours.
    """

    @replace(ECRResponse, "get_authorization_token")
    def get_authorization_token(response):
        token = b64encode(f"AWS:{PASSWORD}".encode("ascii")).decode("ascii")
        ids = response._get_param("registryIds") or [response.current_account]
        given = {"authorizationToken": token, "expiresAt": time.time() + TOKEN_SECONDS}
        return ActionResult({"authorizationData": [{**given, "proxyEndpoint": _endpoint(response, i)} for i in ids]})


def _endpoint(response, registry_id):
    if registry.address:
        return f"http://{registry.address}"
    return f"https://{registry_id}.dkr.ecr.{response.region}.amazonaws.com"


PATCHES = (
    name_the_registry_on_this_machine,
    give_each_run_a_password,
)
