"""How long to wait before the next task is started while tasks fail ("Service throttle logic", Developer Guide)."""

FIRST_SECONDS = 0.5
MOST_SECONDS = 30
# After so many failures in a row ECS says so in an event.
INCONSISTENT_AFTER = 3


class Backoff:
    """Doubles with each failure; ends when a task is healthy."""

    def __init__(self):
        self.failures = 0
        self._next_at = 0

    def failed(self, now):
        """Notes a failure; true if it is the one that makes the starts inconsistent."""
        wait = min(MOST_SECONDS, FIRST_SECONDS * 2 ** min(self.failures, 10))
        self.failures += 1
        self._next_at = now + wait
        return self.failures == INCONSISTENT_AFTER

    def succeeded(self):
        self.failures = 0
        self._next_at = 0

    def is_over(self, now):
        return now >= self._next_at
