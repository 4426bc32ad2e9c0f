"""Faults of the control plane itself: they would come back with each tick, so each is told once, on stderr."""

import contextlib
import sys
import traceback

told = set()


@contextlib.contextmanager
def told_once(what):
    """What fails inside is told, and does not keep the rest from going on."""
    try:
        yield
    except Exception:
        fault = traceback.format_exc()
        if fault not in told:
            told.add(fault)
            print(f"emulator: {what} failed:\n{fault}", file=sys.stderr, flush=True)
