"""The control plane's heartbeat: every tenth of a second and after each report, one step towards what is to be.

Everything here runs under the server's turn lock: moto's state is plain dictionaries.
"""

import threading

from moto.ecs.models import ecs_backends

from control import blue_green, capacity, clock, data_plane, discovery, services, targets, tasks, view
from control.faults import told_once

TICK_SECONDS = 0.1
# In the order in which one thing lets the next happen.
STEPS = (targets, tasks, services, discovery, blue_green, capacity)


def tick(now):
    """One round for every account and region in use. A step that fails keeps none of the others from being taken."""
    for _, _, backend in list(ecs_backends.iter_backends()):
        for step in STEPS:
            with told_once(f"a tick of {step.__name__}"):
                step.tick(backend, now)


class Loop:
    """Ticks in the background from the first `attach` on, and wakes those who wait for another view."""

    def __init__(self, turn):
        self.changed = threading.Condition(turn)
        self.view = view.Published()

    def attach(self):
        """Starts the scheduler, once; the caller has the turn."""
        if data_plane.attached():
            return
        data_plane.attach()
        self.tick()
        threading.Thread(target=self._run, name="control plane", daemon=True).start()

    def tick(self):
        """Ticks at once; the caller has the turn."""
        tick(clock.now())
        with told_once("the view"):
            if self.view.refresh():
                self.changed.notify_all()

    def _run(self):
        pause = threading.Event()
        while not pause.wait(TICK_SECONDS):
            with self.changed:
                self.tick()
