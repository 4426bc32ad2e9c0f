"""What the service scheduler sees of a service's tasks from one round to the next, and tells in events."""

from collections import Counter

from control import events, targets, tasks

# A running task without a health check counts as healthy once it has run for so long: one that exits at start is none.
SETTLED_SECONDS = 1
# How a task stops that nobody asked to.
BY_ITSELF = ("TaskFailedToStart", "EssentialContainerExited")
# A reason why tasks cannot be placed is told again after so long.
UNPLACED_TOLD_SECONDS = 60


class Watch:
    """The tasks of one service in this round. Each gets `running_since`, `ever_healthy` and `is_healthy`."""

    def __init__(self, backend, service, now):
        self.service, self.now = service, now
        # Not stopped yet, in the order in which they were started.
        self.alive = tasks.of_service(backend, service)
        # Ended by themselves since the last round, without ever having been healthy.
        self.failed = []
        # Healthy for the first time.
        self.recovered = []
        # Running, with a target that fails its health checks.
        self.unhealthy = []
        self._look_at_the_dead()
        self._look_at_the_living()

    @property
    def wanted(self):
        """Those that are to go on."""
        return [task for task in self.alive if task.is_wanted]

    def add(self, started):
        for task in started:
            task.is_healthy = False
        self.alive = [*self.alive, *started]
        self._remember()

    def _remember(self):
        self.service.watched_tasks = list(self.alive)

    def _look_at_the_dead(self):
        dead = [task for task in getattr(self.service, "watched_tasks", ()) if task.is_stopped]
        self.tell_deregistered(self.registered(dead), draining=False)
        for task in dead:
            if task.stop_code in BY_ITSELF:
                events.failed(self.service, task)
                if not task.ever_healthy:
                    self.failed.append(task)
        self._remember()

    def _look_at_the_living(self):
        new = Counter()
        for task in self.alive:
            if task.last_status == "RUNNING":
                self._look_at(task, new)
            else:
                task.is_healthy = False
            if task.unplaced_reason:
                self.tell_unplaced(task.unplaced_reason)
        for arn, count in new.items():
            events.registered(self.service, arn, count)

    def _look_at(self, task, new):
        if not hasattr(task, "running_since"):
            task.running_since = self.now
        told = getattr(task, "told_registered", ())
        now_registered = [arn for arn, _, _ in targets.of(task)]
        if now_registered != told:
            new.update(arn for arn in now_registered if arn not in told)
            task.told_registered = now_registered
        state = targets.health(task)
        if state == "unhealthy":
            self.unhealthy.append(task)
        settled = state is None and self.now - task.running_since >= SETTLED_SECONDS
        task.is_healthy = state == "healthy" or settled
        if task.is_healthy and not task.ever_healthy:
            task.ever_healthy = True
            self.recovered.append(task)

    def registered(self, some):
        """(target group ARN, deployment id) of each target that the events have told of, and now untold."""
        found = [(arn, task.deployment_id) for task in some for arn in getattr(task, "told_registered", ())]
        for task in some:
            task.told_registered = ()
        return found

    def tell_deregistered(self, registered, draining):
        for arn, count in Counter(arn for arn, _ in registered).items():
            events.deregistered(self.service, arn, count)
        for deployment_id, count in Counter(deployment_id for _, deployment_id in registered).items():
            if draining:
                events.draining(self.service, deployment_id, count)

    def tell_unplaced(self, reason):
        told, at = getattr(self.service, "unplaced_told", (None, 0))
        if reason != told or self.now - at >= UNPLACED_TOLD_SECONDS:
            self.service.unplaced_told = (reason, self.now)
            events.could_not_place(self.service, reason)
