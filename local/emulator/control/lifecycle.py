"""The lifecycle events of an Amazon ECS deployment, as GetDeploymentTarget returns them.

Source: CodeDeploy User Guide, "AppSpec 'hooks' section for an Amazon ECS deployment".
"""

from control import clock

EVENTS = (
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
)
PENDING, IN_PROGRESS, SUCCEEDED, FAILED, SKIPPED = "Pending", "InProgress", "Succeeded", "Failed", "Skipped"


class Lifecycle:
    """The events of one deployment, in order; each ends before the next begins."""

    def __init__(self):
        self._events = {name: {"lifecycleEventName": name, "status": PENDING} for name in EVENTS}
        self.updated_at = clock.now()

    def begin(self, name):
        self._set(name, IN_PROGRESS, startTime=clock.now())

    def succeed(self, *names):
        for name in names:
            self._end(name, SUCCEEDED)

    def skip(self, *names):
        for name in names:
            self._set(name, SKIPPED)

    def fail(self):
        """The event that goes on has failed, and those that would have come are skipped."""
        for name, event in self._events.items():
            if event["status"] == IN_PROGRESS:
                self._end(name, FAILED)
            elif event["status"] == PENDING:
                self.skip(name)

    def _end(self, name, status):
        now = clock.now()
        self._set(name, status, startTime=self._events[name].get("startTime", now), endTime=now)

    def _set(self, name, status, **times):
        self._events[name].update(status=status, **times)
        self.updated_at = clock.now()

    def listed(self):
        return [dict(event) for event in self._events.values()]
