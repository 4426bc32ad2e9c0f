"""What the sign-in pages of this machine ask of the emulated Cognito: passwords, tokens, keys."""

import json
from http import HTTPStatus

from moto.cognitoidp.models import cognitoidp_backends

import cognito_tokens
from control.reports import Nonsense, Unknown


def sign_in(asked):
    """`{"pool", "client", "username", "password"}`: whether that user may sign in."""
    pool, _ = _named(asked, "username", "password")
    reason = cognito_tokens.refusal_of(pool, asked["username"], asked["password"])
    if reason:
        return HTTPStatus.UNAUTHORIZED, json.dumps({"reason": reason}).encode()
    return HTTPStatus.OK, json.dumps({"username": pool._get_user(asked["username"]).username}).encode()


def tokens(asked):
    """`{"pool", "client", "username", "scopes"}`, and `nonce` if there is one: tokens for a user who has signed in."""
    pool, client = _named(asked, "username")
    scopes, nonce = asked.get("scopes", []), asked.get("nonce")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise Nonsense('"scopes" must be a list of texts')
    if nonce is not None and not isinstance(nonce, str):
        raise Nonsense('"nonce" must be a text')
    return _answer(lambda: cognito_tokens.granted(pool, client, asked["username"], scopes, nonce))


def refresh(asked):
    """`{"pool", "client", "refresh_token"}`: new tokens."""
    pool, client = _named(asked, "refresh_token")
    return _answer(lambda: cognito_tokens.refreshed(pool, client, asked["refresh_token"]))


def rotate_key(asked):
    """`{"pool"}`: the pool signs with a new key from now on; the former stay in its key set."""
    _require_texts(asked, "pool")
    return HTTPStatus.OK, json.dumps({"kid": cognito_tokens.rotate(pool_of(asked["pool"]))}).encode()


def pool_of(pool_id):
    """The pool of an id, of any account; the region is in the id."""
    for _, _, backend in list(cognitoidp_backends.iter_backends()):
        if pool_id in backend.user_pools:
            return backend.user_pools[pool_id]
    raise Unknown(f"there is no user pool {pool_id}")


def _answer(make):
    try:
        return HTTPStatus.OK, json.dumps(make()).encode()
    except cognito_tokens.Declined as declined:
        return HTTPStatus.BAD_REQUEST, json.dumps({"error": str(declined)}).encode()


def _named(asked, *members):
    """The pool and the client that are asked for."""
    _require_texts(asked, "pool", "client", *members)
    pool = pool_of(asked["pool"])
    client = pool.clients.get(asked["client"])
    if client is None:
        raise Unknown(f"the user pool {pool.id} has no client {asked['client']}")
    return pool, client


def _require_texts(asked, *members):
    if not isinstance(asked, dict) or not all(isinstance(asked.get(member), str) for member in members):
        raise Nonsense(f"the body must be an object with the texts {', '.join(members)}")
