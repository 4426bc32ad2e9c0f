"""How a patch changes moto: three verbs, each of which fails loudly when moto is not as the patch expects."""

import functools


class PatchError(Exception):
    """moto is not shaped as a patch was written for: the patch needs another look, not a work-around."""


def wrap(owner, name):
    """Decorator: `owner.name(...)` becomes `replacement(original, ...)`, where `original` is what moto had."""

    def decorate(replacement):
        original = _existing(owner, name)

        @functools.wraps(original)
        def patched(*args, **kwargs):
            return replacement(original, *args, **kwargs)

        setattr(owner, name, patched)
        return replacement

    return decorate


def replace(owner, name):
    """Decorator: the function (or property) takes the place of `owner.name`, which must exist."""

    def decorate(replacement):
        _existing(owner, name)
        setattr(owner, name, replacement)
        return replacement

    return decorate


def add(owner, name):
    """Decorator: `owner.name` is new. Refused once moto has it by itself, for then the patch can go."""

    def decorate(addition):
        if hasattr(owner, name):
            raise PatchError(f"{owner.__name__}.{name} exists in this moto: remove the patch that adds it")
        setattr(owner, name, addition)
        return addition

    return decorate


def _existing(owner, name):
    if not hasattr(owner, name):
        raise PatchError(f"{owner.__name__}.{name} does not exist in this moto: the patch for it has to be rewritten")
    return getattr(owner, name)
