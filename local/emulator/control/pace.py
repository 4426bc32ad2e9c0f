"""How long to wait from one tick to the next."""

import math
import threading
import time

# From one tick to the next while something is under way, and at least.
QUICK_SECONDS = 0.1
# And at most: nothing is known to change then, so that is how late comes what was overlooked.
CALM_SECONDS = 1.0


class Pace:
    """Waits `QUICK_SECONDS` as long as ticks have something to do, and then twice as long each time, up to
    `CALM_SECONDS`. `wake` ends the longer wait, and the pace is quick again.
    """

    def __init__(self, woken=None, sleep=time.sleep):
        self._woken, self._sleep = woken or threading.Event(), sleep
        self._seconds = QUICK_SECONDS
        self._was_woken = False

    def wake(self):
        self._woken.set()

    def wait(self, at_most=math.inf):
        """Returns when the next tick is due, in `at_most` seconds if nothing comes before (but not sooner than
        `QUICK_SECONDS`). Many wakes within `QUICK_SECONDS` are one tick.
        """
        self._sleep(QUICK_SECONDS)
        self._was_woken = self._woken.wait(max(min(self._seconds, at_most) - QUICK_SECONDS, 0))
        # Before the tick: who wakes while it is going on may have come too late for it.
        self._woken.clear()

    def went(self, busy):
        """A tick is over; `busy`: it changed something, or something is under way."""
        is_quick = busy or self._was_woken
        self._seconds = QUICK_SECONDS if is_quick else min(self._seconds * 2, CALM_SECONDS)
