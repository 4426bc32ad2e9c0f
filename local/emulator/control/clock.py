"""The time that the control plane goes by. Tests put another function in the place of `now`."""

import time
from datetime import datetime, timezone


def now():
    """Seconds since 1970."""
    return time.time()


def timestamp():
    """Now, as the APIs return times."""
    return datetime.fromtimestamp(now(), timezone.utc)


def text(seconds):
    """A time as events have it: 2026-11-22T12:30:00Z."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
