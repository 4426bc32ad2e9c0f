"""Whether something on this machine runs tasks: without a data plane nothing is scheduled and nothing is checked."""

_attached = False


def attached():
    """True once somebody has asked for the view."""
    return _attached


def attach():
    global _attached
    _attached = True
