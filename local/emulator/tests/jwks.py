"""What the tests of tokens share: a token is verified with the key set of its pool, as a service does it."""

from api_things import get
from joserfc import jwk, jwt


def verified(aws, pool_id, token):
    """The claims of a token that a key of the pool has signed."""
    status, keys = get(aws, f"{pool_id}/.well-known/jwks.json")
    if status != 200:
        raise AssertionError(keys)
    return jwt.decode(token, jwk.KeySet.import_key_set(keys), algorithms=["RS256"]).claims
