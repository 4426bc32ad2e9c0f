"""The control plane's heartbeat: a step towards what is to be, often while something is under way, else now and then.

Everything here but `Loop.wake` runs under the server's turn lock: moto's state is plain dictionaries.
"""

import threading

from moto.ecs.models import ecs_backends

from control import blue_green, capacity, clock, data_plane, discovery, minutes, pace, services, targets, tasks, view
from control.faults import told_once

# In the order in which one thing lets the next happen.
STEPS = (minutes, targets, tasks, services, discovery, blue_green, capacity)
# Those with something that time alone brings about, or that takes several rounds.
LASTING = (targets, tasks, services, blue_green, capacity)


def tick(now):
    """One round for every account and region in use. A step that fails keeps none of the others from being taken."""
    for _, _, backend in list(ecs_backends.iter_backends()):
        for step in STEPS:
            with told_once(f"a tick of {step.__name__}"):
                step.tick(backend, now)


def is_under_way():
    """Whether anything is on its way to what it is to be: the next round may change it though nobody asks for more."""
    with told_once("looking at what is under way"):
        return any(step.is_under_way(backend) for _, _, backend in ecs_backends.iter_backends() for step in LASTING)
    return True


def seconds_until_due():
    """How long until something is to happen at a certain time, whether anybody asks for it or not."""
    now = clock.now()
    due = [minutes.next_due(backend, now) for _, _, backend in list(ecs_backends.iter_backends())]
    return max(min(due, default=now + pace.CALM_SECONDS) - now, 0)


class Loop:
    """Ticks in the background from the first `attach` on, and wakes those who wait for another view."""

    def __init__(self, turn):
        self.changed = threading.Condition(turn)
        self.view = view.Published()
        self._pace = pace.Pace()
        self._until_due = pace.CALM_SECONDS

    def attach(self):
        """Starts the scheduler, once; the caller has the turn."""
        if data_plane.attached():
            return
        data_plane.attach()
        self.tick()
        threading.Thread(target=self._run, name="control plane", daemon=True).start()

    def wake(self):
        """Something may have changed: the next tick is due. For any thread, with or without the turn."""
        self._pace.wake()

    def tick(self):
        """Ticks at once; the caller has the turn. True if the view is another one now."""
        tick(clock.now())
        changed = False
        with told_once("the view"):
            changed = self.view.refresh()
        if changed:
            self.changed.notify_all()
        return changed

    def wait_and_tick(self):
        """Waits until the next tick is due, and takes it."""
        self._pace.wait(self._until_due)
        with self.changed:
            self._pace.went(busy=self.tick() or is_under_way())
            self._until_due = seconds_until_due()

    def _run(self):
        while True:
            self.wait_and_tick()
