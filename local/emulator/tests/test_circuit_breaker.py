"""When a deployment is given up, and how long to wait between starts of failing tasks."""

import types
import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control import backoff, circuit_breaker


def service(desired=2, enable=True, rollback=False):
    breaker = {"enable": enable, "rollback": rollback}
    return types.SimpleNamespace(
        desired_count=desired, deployment_configuration={"deploymentCircuitBreaker": breaker}
    )


def deployment(failed_tasks, state="IN_PROGRESS", halted=False):
    return types.SimpleNamespace(failed_tasks=failed_tasks, rollout_state=state, halted=halted)


class Breaker(unittest.TestCase):
    def test_the_threshold_is_half_of_the_desired_count_within_bounds(self):
        thresholds = {desired: circuit_breaker.threshold(desired) for desired in (0, 1, 6, 7, 25, 399, 400, 401, 1000)}
        self.assertEqual(
            thresholds, {0: 3, 1: 3, 6: 3, 7: 4, 25: 13, 399: 200, 400: 200, 401: 200, 1000: 200}
        )

    def test_it_trips_at_the_threshold(self):
        trips = [circuit_breaker.trips(service(), deployment(failed)) for failed in (2, 3, 4)]
        self.assertEqual(trips, [False, True, True])

    def test_it_trips_for_what_is_in_progress_only(self):
        self.assertFalse(circuit_breaker.trips(service(), deployment(9, state="COMPLETED")))
        self.assertFalse(circuit_breaker.trips(service(), deployment(9, halted=True)))

    def test_it_does_nothing_unless_enabled(self):
        self.assertFalse(circuit_breaker.trips(service(enable=False), deployment(9)))
        self.assertFalse(circuit_breaker.rolls_back(service(enable=False, rollback=True)))
        self.assertTrue(circuit_breaker.rolls_back(service(rollback=True)))


class Backoff(unittest.TestCase):
    def waits(self, failures):
        starts, now, waits = backoff.Backoff(), 1000.0, []
        for _ in range(failures):
            starts.failed(now)
            wait = next(tenths for tenths in range(0, 400) if starts.is_over(now + tenths / 10)) / 10
            waits.append(wait)
            now += wait
        return waits

    def test_it_doubles_up_to_30_seconds(self):
        self.assertEqual(self.waits(9), [0.5, 1, 2, 4, 8, 16, 30, 30, 30])

    def test_it_ends_with_a_healthy_task(self):
        starts = backoff.Backoff()
        starts.failed(0)
        self.assertFalse(starts.is_over(0.4))
        starts.succeeded()
        self.assertTrue(starts.is_over(0.4))
        starts.failed(1)
        self.assertTrue(starts.is_over(1.5))

    def test_the_third_failure_in_a_row_is_told(self):
        starts = backoff.Backoff()
        self.assertEqual([starts.failed(0) for _ in range(5)], [False, False, True, False, False])


if __name__ == "__main__":
    unittest.main()
