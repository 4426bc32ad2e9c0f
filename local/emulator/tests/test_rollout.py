"""The planner of rolling updates: examples, and properties over random histories."""

import random
import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control.rollout import Limits, Plan, Tasks, plan

HISTORIES = 400
STEPS = 60


class Examples(unittest.TestCase):
    def test_the_limits_are_rounded_towards_safety(self):
        limits = Limits(desired=3, minimum_healthy_percent=50, maximum_percent=150)
        self.assertEqual((limits.lower, limits.upper), (2, 4))

    def test_a_new_service_starts_all_its_tasks(self):
        self.assertEqual(plan(Limits(3, 100, 200), Tasks(), Tasks()), Plan(start=3))

    def test_new_tasks_start_beside_the_old_ones(self):
        self.assertEqual(plan(Limits(2, 100, 200), Tasks(), Tasks(healthy=2)), Plan(start=2))

    def test_an_old_task_goes_for_each_healthy_new_one(self):
        self.assertEqual(plan(Limits(2, 100, 200), Tasks(1, 1), Tasks(healthy=2)), Plan(stop_old=1))

    def test_old_tasks_make_room_where_there_is_none(self):
        self.assertEqual(plan(Limits(4, 50, 100), Tasks(), Tasks(healthy=4)), Plan(stop_old=2))
        self.assertEqual(plan(Limits(4, 50, 100), Tasks(), Tasks(healthy=2)), Plan(start=2))

    def test_old_tasks_stay_while_there_is_room_for_all_new_ones(self):
        self.assertEqual(plan(Limits(4, 50, 200), Tasks(), Tasks(healthy=4)), Plan(start=4))

    def test_old_tasks_that_are_not_healthy_go_first(self):
        self.assertEqual(plan(Limits(2, 100, 200), Tasks(healthy=1), Tasks(1, 1)), Plan(start=1, stop_old=1))

    def test_scaling_in_stops_what_is_not_healthy_first(self):
        self.assertEqual(plan(Limits(1, 100, 200), Tasks(starting=1, healthy=1), Tasks()), Plan(stop_new=1))

    def test_limits_without_any_room_are_blocked(self):
        self.assertTrue(plan(Limits(2, 100, 100), Tasks(), Tasks(healthy=2)).blocked)
        self.assertFalse(plan(Limits(2, 100, 100), Tasks(), Tasks(healthy=2), stopping=1).blocked)

    def test_a_failed_deployment_starts_nothing_and_the_old_tasks_stay(self):
        self.assertEqual(plan(Limits(2, 100, 200), Tasks(), Tasks(healthy=2), may_start=False), Plan())

    def test_an_old_task_that_dies_while_new_ones_fail_is_replaced(self):
        step = plan(Limits(2, 100, 200), Tasks(starting=2), Tasks(healthy=1), failing=True, old_replaceable=True)
        self.assertEqual(step, Plan(start_old=1))
        after = plan(Limits(2, 100, 200), Tasks(starting=2), Tasks(1, 1), failing=True, old_replaceable=True)
        self.assertEqual(after, Plan())


class History:
    """A service under a random configuration whose tasks start, get healthy, die and end as chance has it."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        desired = self.random.randint(0, 8)
        minimum = self.random.choice((0, 25, 50, 66, 100))
        self.limits = Limits(desired, minimum, self.random.choice((100, 125, 150, 200)))
        self.new = [0, 0]
        self.old = [self.random.randint(0, 3), self.random.randint(0, 10)]
        self.stopping = 0
        self.failing = False
        self.blocked = False

    @property
    def can_end(self):
        return self.limits.upper > self.limits.desired or self.limits.lower < self.limits.desired

    def step(self, check):
        before = (Tasks(*self.new), Tasks(*self.old))
        step = plan(self.limits, *before, failing=self.failing, old_replaceable=True, stopping=self.stopping)
        self.blocked = step.blocked
        self._stop(self.new, step.stop_new)
        self._stop(self.old, step.stop_old)
        self.new[0] += step.start
        self.old[0] += step.start_old
        self.stopping += step.stop_new + step.stop_old
        check(self, before)

    def _stop(self, tasks, count):
        idle = min(tasks[0], count)
        tasks[0] -= idle
        tasks[1] -= count - idle

    def chance(self):
        """One random thing happens, a failure as likely as anything else."""
        tasks = self.random.choice((self.new, self.old))
        kind = self.random.choice(("healthy", "healthy", "fails", "dies", "stops"))
        if kind == "healthy" and tasks[0]:
            tasks[0], tasks[1] = tasks[0] - 1, tasks[1] + 1
            self.failing = self.failing and tasks is not self.new
        elif kind == "fails" and tasks[0]:
            tasks[0] -= 1
            self.failing = self.failing or tasks is self.new
        elif kind == "dies" and tasks[1]:
            tasks[1] -= 1
        elif kind == "stops" and self.stopping:
            self.stopping -= 1

    def calm(self):
        """All that starts gets healthy, all that stops is gone."""
        for tasks in (self.new, self.old):
            tasks[:] = [0, sum(tasks)]
        self.stopping = 0
        self.failing = False


class Properties(unittest.TestCase):
    def histories(self):
        for seed in range(HISTORIES):
            with self.subTest(seed=seed):
                yield History(seed)

    def test_our_stops_never_go_below_the_lower_limit(self):
        def check(history, before):
            healthy_before = before[0].healthy + before[1].healthy
            healthy = history.new[1] + history.old[1]
            self.assertGreaterEqual(healthy, min(healthy_before, history.limits.lower))

        self._run(check)

    def test_our_starts_never_go_above_the_upper_limit(self):
        def check(history, before):
            total_before = before[0].total + before[1].total
            self.assertLessEqual(sum(history.new) + sum(history.old), max(total_before, history.limits.upper))
            self.assertGreaterEqual(min(*history.new, *history.old), 0)

        self._run(check)

    def _run(self, check):
        for history in self.histories():
            for _ in range(STEPS):
                history.step(check)
                history.chance()

    def test_it_ends_with_the_desired_new_tasks_after_any_failures(self):
        for history in self.histories():
            for _ in range(self.disturbances(history)):
                history.step(lambda *_: None)
                history.chance()
            for _ in range(4 * history.limits.desired + 20):
                history.calm()
                history.step(lambda *_: None)
            if history.can_end or not sum(history.old):
                self.assertEqual((history.new, history.old), ([0, history.limits.desired], [0, 0]))
            else:
                self.assertTrue(history.blocked)

    def disturbances(self, history):
        return history.random.randint(0, STEPS)

    def test_it_comes_to_rest(self):
        for history in self.histories():
            for _ in range(4 * history.limits.desired + 20):
                history.calm()
                history.step(lambda *_: None)
            at_rest = (list(history.new), list(history.old))
            history.step(lambda *_: None)
            self.assertEqual((history.new, history.old), at_rest)


if __name__ == "__main__":
    unittest.main()
