"""The tokens of Amazon Cognito: the keys of a user pool, what it signs with them, and who may sign in.

Source: Amazon Cognito Developer Guide, "Understanding user pool JSON web tokens (JWTs)", "Refresh tokens", "Verifying
JSON web tokens".
"""

import base64
import hashlib
import secrets
import uuid

from joserfc import jwk, jwt
from moto.cognitoidp.models import UserStatus

from control import clock

ALGORITHM = "RS256"
KEY_BITS = 2048
SECONDS = {"seconds": 1, "minutes": 60, "hours": 60 * 60, "days": 24 * 60 * 60}
# What a client has that does not say ("CreateUserPoolClient"): an hour, an hour, 30 days.
DEFAULT_VALIDITY = {"AccessToken": (1, "hours"), "IdToken": (1, "hours"), "RefreshToken": (30, "days")}
OPENID = "openid"


class Declined(Exception):
    """No tokens: the message is the error of RFC 6749, such as `invalid_grant`."""


def keys(pool):
    """The pool's keys, the one that it signs with last. Made when they are needed first: it takes a while."""
    if not hasattr(pool, "signing_keys"):
        pool.signing_keys = [_new_key()]
    return pool.signing_keys


def rotate(pool):
    """From now on the pool signs with a new key; what former keys signed can still be verified. Returns its id."""
    pool.signing_keys = [*keys(pool), _new_key()]
    return pool.signing_keys[-1].kid


def public_keys(pool):
    """The pool's JSON web key set."""
    return {"keys": [key.as_dict(private=False) for key in keys(pool)]}


def _new_key():
    kid = base64.b64encode(secrets.token_bytes(32)).decode()
    return jwk.RSAKey.generate_key(KEY_BITS, {"kid": kid, "alg": ALGORITHM, "use": "sig"})


def signed(pool, claims):
    key = keys(pool)[-1]
    return jwt.encode({"kid": key.kid, "alg": ALGORITHM}, claims, key, algorithms=[ALGORITHM])


def validity(client, kind):
    """For how many seconds a token of this kind (`AccessToken`...) of a client is valid."""
    return validity_of(client.extended_config, kind)


def validity_of(config, kind):
    """The same of what is asked for, or kept, of a client."""
    default, default_unit = DEFAULT_VALIDITY[kind]
    unit = (config.get("TokenValidityUnits") or {}).get(kind) or default_unit
    return (config.get(f"{kind}Validity") or default) * SECONDS[unit]


def refusal_of(pool, username, password):
    """Why nobody signs in with this name and password; None for a user who does."""
    user = pool._get_user(username)
    if user is None or not user.enabled or user.password is None or user.password != password:
        return "NotAuthorizedException"
    reasons = {
        UserStatus.UNCONFIRMED: "UserNotConfirmedException",
        UserStatus.RESET_REQUIRED: "PasswordResetRequiredException",
        UserStatus.FORCE_CHANGE_PASSWORD: "NewPasswordRequired",
    }
    return reasons.get(user.status)


def granted(pool, client, username, scopes, nonce=None):
    """The answer of the token endpoint to a user who has signed in. No scopes: all that the client may have."""
    user, allowed = pool._get_user(username), client.extended_config.get("AllowedOAuthScopes") or []
    if user is None or not user.enabled or user.status != UserStatus.CONFIRMED:
        raise Declined("invalid_grant")
    if not set(scopes) <= set(allowed):
        raise Declined("invalid_scope")
    now, origin = int(clock.now()), str(uuid.uuid4())
    grant = {"client": client.id, "username": user.username, "scopes": list(scopes) or allowed, "auth_time": now}
    grant.update(origin=origin, until=now + validity(client, "RefreshToken"), nonce=nonce)
    refresh_token = secrets.token_urlsafe(96)
    _grants(pool)[refresh_token] = grant
    # moto's own actions on refresh tokens: GlobalSignOut revokes them here.
    pool.refresh_tokens[refresh_token] = (client.id, user.username, origin)
    return {**_tokens(pool, client, user, grant), "refresh_token": refresh_token}


def refreshed(pool, client, refresh_token):
    """New tokens for a refresh token, which stays valid."""
    grant = _grants(pool).get(refresh_token)
    known = grant and pool.refresh_tokens.get(refresh_token) and grant["client"] == client.id
    user = pool._get_user(grant["username"]) if known else None
    if user is None or not user.enabled or grant["until"] <= clock.now():
        raise Declined("invalid_grant")
    return _tokens(pool, client, user, grant)


def _grants(pool):
    if not hasattr(pool, "grants"):
        pool.grants = {}
    return pool.grants


def _tokens(pool, client, user, grant):
    expires_in = validity(client, "AccessToken")
    groups = sorted(group.group_name for group in user.groups)
    shared = {
        "sub": user.id,
        "iss": f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}",
        "origin_jti": grant["origin"],
        "auth_time": grant["auth_time"],
        "iat": int(clock.now()),
        **({"cognito:groups": groups} if groups else {}),
    }
    access = {
        **shared,
        "version": 2,
        "client_id": client.id,
        "token_use": "access",
        "scope": " ".join(grant["scopes"]),
        "exp": shared["iat"] + expires_in,
        "jti": str(uuid.uuid4()),
        "username": user.username,
    }
    answer = {"access_token": signed(pool, access), "expires_in": expires_in, "token_type": "Bearer"}
    if OPENID in grant["scopes"]:
        answer["id_token"] = signed(pool, {**shared, **_identity(client, user, grant, answer["access_token"])})
    # moto's actions that take an access token (GetUser...) know it by this.
    pool.access_tokens[answer["access_token"]] = (client.id, user.username)
    return answer


def _identity(client, user, grant, access_token):
    """The claims that an id token has besides. `at_hash`: OpenID Connect Core, section 3.1.3.6."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims = {
        "aud": client.id,
        "token_use": "id",
        "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
        "cognito:username": user.username,
        "exp": int(clock.now()) + validity(client, "IdToken"),
        "jti": str(uuid.uuid4()),
        **({"nonce": grant["nonce"]} if grant["nonce"] else {}),
    }
    known = user.attribute_lookup
    if {"email", "profile"} & set(grant["scopes"]) and "email" in known:
        claims.update(email=known["email"], email_verified=known.get("email_verified") == "true")
    return claims
