"""The time that the control plane goes by. Tests put another function in the place of `now`."""

import time
from datetime import datetime, timezone


def now():
    """Seconds since 1970."""
    return time.time()


def timestamp():
    """Now, as the APIs return times."""
    return datetime.fromtimestamp(now(), timezone.utc)
