"""How a patch refuses requests: by a check that sees a request, with AWS's parameter names, before moto does."""

import json

from moto.core.exceptions import ServiceException

from patching import wrap


class Refusal(ServiceException):
    """AWS's answer to a request that it refuses: `Refusal(code, message)`."""


def before(responses, *actions):
    """Decorator: `check(response, request)` runs before each of these actions of a service's responses.

    `response` gives access to the service's backend, `request` holds the parameters.
    """

    def decorate(check):
        for action in actions:
            _guard(responses, action, check)
        return check

    return decorate


def _guard(responses, action, check):
    @wrap(responses, action)
    def guarded(original, response):
        check(response, parameters(response))
        return original(response)


def parameters(response):
    """The parameters of a request, by AWS's names. Where moto does not read them by the API model, they are JSON."""
    if response.automated_parameter_parsing:
        return response.params
    return json.loads(response.body or "{}")


def as_list(value):
    """A policy document writes a list of one as its only member."""
    return value if isinstance(value, list) else [value]
