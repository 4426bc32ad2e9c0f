"""Amazon Cognito: user pools, clients and domains that Terraform can manage, and keys of their own (moto 5.2.1)."""

import base64
import json

from moto.cognitoidp import urls
from moto.cognitoidp.models import (
    CognitoIdpBackend,
    CognitoIdpUserPool,
    CognitoIdpUserPoolClient,
    CognitoIdpUserPoolDomain,
)
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

import cognito_tokens
from control import sign_in
from control.reports import Unknown
from patching import add, wrap
from refusing import parameters

# Members of CreateUserPool that UpdateUserPool lacks.
FROM_CREATION = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
KEY_SET = "{0}/(?P<user_pool_id>[^/]+)/.well-known/jwks.json$"


def tag_user_pools():
    """Symptom (moto 5.2.1): TagResource, UntagResource and ListTagsForResource: HTTP 500 at a change of tags.
    AWS: the tags of a pool are those of its UserPoolTags.
    """

    @add(CognitoIdpResponse, "tag_resource")
    def tag_resource(response):
        request = parameters(response)
        tags = _tags(response.backend, request["ResourceArn"])
        tags.update(request["Tags"])
        return EmptyResult()

    @add(CognitoIdpResponse, "untag_resource")
    def untag_resource(response):
        request = parameters(response)
        tags = _tags(response.backend, request["ResourceArn"])
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return EmptyResult()

    @add(CognitoIdpResponse, "list_tags_for_resource")
    def list_tags_for_resource(response):
        return ActionResult({"Tags": dict(_tags(response.backend, parameters(response)["ResourceArn"]))})


def _tags(backend, arn):
    pool = backend.describe_user_pool(arn.rpartition("/")[2])
    return pool.extended_config.setdefault("UserPoolTags", {})


def keep_what_a_change_of_a_pool_leaves_out():
    """Symptom (moto 5.2.1): UpdateUserPool takes from a pool its tags, and what it can have from its creation only: a
    second plan replaces the pool with all its users; a changed MFA is not changed, nor is LastModifiedDate.
    AWS: keeps what a change cannot change, and the tags that it is not told of.
    """

    @wrap(CognitoIdpBackend, "update_user_pool")
    def update_user_pool(original, backend, user_pool_id, extended_config):
        pool = backend.describe_user_pool(user_pool_id)
        kept = {name: pool.extended_config[name] for name in FROM_CREATION if name in pool.extended_config}
        original(backend, user_pool_id, {"UserPoolTags": _tags(backend, pool.arn), **extended_config, **kept})
        pool.mfa_config = pool.extended_config.pop("MfaConfiguration", None) or pool.mfa_config
        pool.last_modified_date = utcnow()


def change_resource_servers():
    """Symptom (moto 5.2.1): UpdateResourceServer and DeleteResourceServer: HTTP 500; the scopes of a server can't be
    changed, and a server outlives the destroy.
    AWS: changes the name and the scopes, all of them; deletes.
    """

    @add(CognitoIdpResponse, "update_resource_server")
    def update_resource_server(response):
        request = parameters(response)
        server = response.backend.describe_resource_server(request["UserPoolId"], request["Identifier"])
        server.name, server.scopes = request["Name"], request.get("Scopes") or []
        return ActionResult({"ResourceServer": server.to_json()})

    @add(CognitoIdpResponse, "delete_resource_server")
    def delete_resource_server(response):
        request = parameters(response)
        server = response.backend.describe_resource_server(request["UserPoolId"], request["Identifier"])
        del response.backend.describe_user_pool(server.user_pool_id).resource_servers[server.identifier]
        return EmptyResult()


def forget_what_a_change_of_a_client_leaves_out():
    """Symptom (moto 5.2.1): UpdateUserPoolClient keeps what it is not told: a callback URL, a scope or a validity that
    a configuration no longer has stays.
    AWS: sets what is left out to its default ("UpdateUserPoolClient").
    """

    @wrap(CognitoIdpBackend, "update_user_pool_client")
    def update_user_pool_client(original, backend, user_pool_id, client_id, extended_config):
        client = backend.describe_user_pool_client(user_pool_id, client_id)
        fresh = CognitoIdpUserPoolClient(user_pool_id, client.generate_secret, {})
        client.extended_config = {**fresh.extended_config, "ClientName": client.extended_config.get("ClientName")}
        return original(backend, user_pool_id, client_id, extended_config)


def tell_whose_domain_it_is():
    """Symptom (moto 5.2.1): the account of a domain is another one each time it is read.
    AWS: the account of its pool.
    """

    @wrap(CognitoIdpUserPoolDomain, "to_json")
    def to_json(original, domain, extended=True):
        told = original(domain, extended)
        if "AWSAccountId" in told:
            told["AWSAccountId"] = sign_in.pool_of(domain.user_pool_id).account_id
        return told


def sign_with_keys_of_the_pool():
    """Symptom (moto 5.2.1): all pools sign with one key, which is in moto's source code: what one signs, all have
    signed, and so has whoever likes to; the key set is that of pools that do not exist, too.
    AWS: keys of its own for each pool ("Verifying JSON web tokens").
    """

    @wrap(CognitoIdpUserPool, "create_jwt")
    def create_jwt(original, pool, client_id, username, token_use, expires_in=None, extra_data=None):
        client = pool.clients.get(client_id)
        kind = "IdToken" if token_use == "id" else "AccessToken"
        seconds = cognito_tokens.validity(client, kind) if client else expires_in
        token, _ = original(pool, client_id, username, token_use, seconds, extra_data)
        return cognito_tokens.signed(pool, _claims(token)), seconds

    urls.url_paths[KEY_SET] = serve_key_set


def _claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def serve_key_set(request, *_):
    """`/<pool>/.well-known/jwks.json`"""
    headers = {"Content-Type": "application/json"}
    try:
        pool = sign_in.pool_of(request.path.strip("/").split("/")[0])
    except Unknown as unknown:
        return 404, headers, json.dumps({"message": str(unknown)})
    return 200, headers, json.dumps(cognito_tokens.public_keys(pool))


PATCHES = (
    tag_user_pools,
    keep_what_a_change_of_a_pool_leaves_out,
    change_resource_servers,
    forget_what_a_change_of_a_client_leaves_out,
    tell_whose_domain_it_is,
    sign_with_keys_of_the_pool,
)
