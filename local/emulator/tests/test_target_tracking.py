"""The planner of target tracking: numbers in, a number of tasks out."""

import random
import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control import target_tracking
from control.target_tracking import Grown, Policy, needed, scale_in, scale_out

RUNS = 3000


def policy(metric, target=50.0, name="cpu", *, high=None, low=None, scales_in=True):
    return Policy(
        name=name,
        target=target,
        metric=metric,
        is_high=metric > target if high is None else high,
        is_low=metric < 0.9 * target if low is None else low,
        highest=metric,
        scales_in=scales_in,
    )


class Needed(unittest.TestCase):
    def test_the_number_is_in_proportion_and_rounded_up(self):
        cases = ((2, 90, 50, 4), (2, 100, 50, 4), (2, 101, 50, 5), (4, 25, 50, 2), (3, 50, 50, 3), (0, 90, 50, 0))
        for capacity, metric, target, expected in cases:
            self.assertEqual(needed(capacity, metric, target), expected)

    def test_a_fault_of_rounding_is_no_task_more(self):
        self.assertEqual(needed(3, 0.1 + 0.2, 0.3), 3)


class Out(unittest.TestCase):
    def test_a_policy_without_its_alarm_asks_for_nothing(self):
        self.assertIsNone(scale_out([policy(90, high=False)], 2, 10))

    def test_within_a_cooldown_the_need_is_reckoned_from_where_it_began(self):
        self.assertIsNone(scale_out([policy(100)], 4, 10, Grown(2, 4)))
        self.assertEqual(scale_out([policy(101)], 4, 10, Grown(2, 4)).capacity, 5)

    def test_a_service_above_its_most_is_not_scaled_in_by_it(self):
        self.assertIsNone(scale_out([policy(90)], 12, 10))


class In(unittest.TestCase):
    def test_half_of_the_way_and_one_task_at_least(self):
        for capacity, metric, expected in ((10, 5, 6), (10, 25, 8), (10, 41, 9), (2, 0, 1), (1, 0, None)):
            step = scale_in([policy(metric, low=True)], capacity, 0 if expected is None and capacity > 1 else 1)
            self.assertEqual(step and step.capacity, expected, (capacity, metric))

    def test_a_policy_without_data_keeps_every_task(self):
        silent = Policy("memory", 50.0, None, is_high=False, is_low=False)
        self.assertIsNone(scale_in([policy(1), silent], 10, 1))

    def test_a_policy_that_does_not_scale_in_keeps_every_task_while_its_metric_is_high(self):
        self.assertIsNone(scale_in([policy(1), policy(51, scales_in=False)], 10, 1))
        self.assertIsNotNone(scale_in([policy(1), policy(49, scales_in=False)], 10, 1))

    def test_a_service_below_its_least_is_not_scaled_out_by_it(self):
        self.assertIsNone(scale_in([policy(1)], 2, 4))


class Properties(unittest.TestCase):
    """For any metrics, targets, sizes and bounds."""

    def setUp(self):
        self.random = random.Random(20261122)

    def cases(self):
        for _ in range(RUNS):
            least = self.random.randint(0, 10)
            most = least + self.random.randint(0, 20)
            policies = [self.any_policy(str(number)) for number in range(self.random.randint(1, 3))]
            yield least, most, self.random.randint(least, most), policies

    def any_policy(self, name):
        target = self.random.uniform(1, 1000)
        return policy(target * self.random.uniform(0, 3), target, name, scales_in=self.random.random() < 0.8)

    def test_the_number_stays_within_the_bounds(self):
        for least, most, capacity, policies in self.cases():
            for step in (scale_out(policies, capacity, most), scale_in(policies, capacity, least)):
                if step:
                    self.assertTrue(least <= step.capacity <= most)

    def test_out_is_up_and_in_is_down(self):
        for least, most, capacity, policies in self.cases():
            out, in_ = scale_out(policies, capacity, most), scale_in(policies, capacity, least)
            self.assertTrue(out is None or out.capacity > capacity)
            self.assertTrue(in_ is None or in_.capacity < capacity)
            self.assertTrue(out is None or in_ is None)

    def test_it_never_scales_in_while_a_metric_is_above_its_target(self):
        for least, _, capacity, policies in self.cases():
            if any(each.metric > each.target for each in policies):
                self.assertIsNone(scale_in(policies, capacity, least))

    def test_after_a_scale_in_no_metric_of_a_policy_that_scales_in_is_above_its_target(self):
        for least, _, capacity, policies in self.cases():
            step = scale_in(policies, capacity, least)
            if step and step.capacity:
                for each in policies:
                    if each.scales_in:
                        self.assertLessEqual(each.metric * capacity / step.capacity, each.target * (1 + 1e-6))

    def test_after_a_scale_out_that_is_not_cut_off_every_metric_is_at_its_target(self):
        for _, _, capacity, policies in self.cases():
            step = scale_out(policies, capacity, 10**9)
            if step:
                worst = max(each.metric * capacity / step.capacity / each.target for each in policies)
                self.assertLessEqual(worst, 1 + 1e-6)

    def test_a_higher_metric_never_leads_to_fewer_tasks(self):
        for least, most, capacity, _ in self.cases():
            target = self.random.uniform(1, 100)
            metrics = sorted(self.random.uniform(0, 3 * target) for _ in range(6))
            sizes = [self.size_at(metric, target, capacity, least, most) for metric in metrics]
            self.assertEqual(sizes, sorted(sizes))

    def size_at(self, metric, target, capacity, least, most):
        policies = [policy(metric, target)]
        step = scale_out(policies, capacity, most) or scale_in(policies, capacity, least)
        return step.capacity if step else capacity

    def test_the_cooldown_never_makes_a_scale_out_larger(self):
        for _, most, capacity, policies in self.cases():
            grown = Grown(self.random.randint(0, capacity), capacity)
            during, after = scale_out(policies, capacity, most, grown), scale_out(policies, capacity, most)
            if during:
                self.assertLessEqual(during.capacity, after.capacity)


class Defaults(unittest.TestCase):
    def test_services_of_ecs_cool_down_for_five_minutes(self):
        self.assertEqual(target_tracking.DEFAULT_COOLDOWN_SECONDS, 300)


if __name__ == "__main__":
    unittest.main()
