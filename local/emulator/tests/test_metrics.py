"""What is kept of metrics: statistics of each minute, for a time, in little memory."""

import math
import random
import unittest
from unittest import mock

import support  # noqa: F401 (makes the emulator's modules importable)

from control import metrics, waits

START = 1_700_000_040.0


def series(values, start=START, every=60):
    made = metrics.Series(metrics.MINUTE)
    for number, value in enumerate(values):
        made.statistics_at(start + number * every).add(value)
    return made


class Statistics(unittest.TestCase):
    def test_a_set_of_values(self):
        found = series([1, 2, 6], every=1).between(START, START + 60)
        values = [found.value(name) for name in ("Average", "Sum", "Minimum", "Maximum", "SampleCount", "TM(10%:90%)")]
        self.assertEqual(values, [3, 9, 1, 6, 3, None])

    def test_percentiles_are_right_within_one_per_cent(self):
        chance = random.Random(1)
        values = [chance.lognormvariate(0, 2) for _ in range(2000)]
        found = series(values, every=0.01).between(START, START + 60)
        for percent in (1, 50, 90, 99, 99.9, 100):
            exact = sorted(values)[math.ceil(len(values) * percent / 100) - 1]
            self.assertAlmostEqual(found.value(f"p{percent}") / exact, 1, delta=0.0101)
        self.assertEqual(found.value("p100"), max(values))

    def test_percentiles_of_values_of_any_sign_are_in_order(self):
        found = series([-100, -1, 0, 1, 100], every=1).between(START, START + 60)
        told = [round(found.value(f"p{percent}")) for percent in (20, 40, 60, 80, 100)]
        self.assertEqual(told, [-100, -1, 0, 1, 100])

    def test_what_is_no_percentile(self):
        for name in ("p", "p101", "Average", "pnan"):
            self.assertIsNone(metrics.percentile_of(name), name)


class Slots(unittest.TestCase):
    def test_a_span_has_what_begins_in_it(self):
        minutes = series([1, 2, 4, 8])
        self.assertEqual(minutes.between(START + 60, START + 180).value("Sum"), 6)
        self.assertIsNone(minutes.between(START + 240, START + 600))
        self.assertIsNone(metrics.Series(60).between(0, 10**10))

    def test_data_that_come_late_are_where_they_belong(self):
        minutes = series([1, 2])
        minutes.statistics_at(START - 120).add(4)
        self.assertEqual(minutes.starts(), [START - 120, START, START + 60])
        self.assertEqual(minutes.between(START - 120, START).value("Sum"), 4)

    def test_the_last_three_hours_are_kept(self):
        minutes = series(range(1000))
        self.assertEqual(len(minutes.starts()), 180)
        self.assertEqual(minutes.between(0, 10**10).value("Minimum"), 820)
        minutes.statistics_at(START - 10**6).add(1)
        self.assertEqual(minutes.between(0, 10**10).value("Minimum"), 820)

    def test_minutes_are_those_of_the_time_scale(self):
        with mock.patch.object(waits, "time_scale", 60.0):
            minutes = series([1, 2, 4], every=1)
            self.assertEqual(minutes.between(START + 1, START + 3).value("Sum"), 6)
            self.assertEqual(len(minutes.starts()), 3)

    def test_every_minute_of_any_time_scale_holds_its_own(self):
        for scale in (1.0, 3.0, 7.0, 60.0, 600.0):
            with mock.patch.object(waits, "time_scale", scale):
                width = 60 / scale
                first = metrics.slot_of(START, width)
                minutes = metrics.Series(metrics.MINUTE)
                for number in range(100):
                    minutes.statistics_at((first + number) * width).add(number)
                for number in range(100):
                    end = (first + number + 1) * width
                    self.assertEqual(minutes.between(end - width, end).value("Sum"), number)


class Stores(unittest.TestCase):
    def test_a_metric_is_its_namespace_name_and_all_dimensions(self):
        store = metrics.Store()
        store.add("N", "m", {"a": "1", "b": "2"}, START, 5)
        self.assertIsNotNone(store.find("N", "m", {"b": "2", "a": "1"}))
        for other in (("N", "m", {"a": "1"}), ("N", "m", {}), ("N", "n", {"a": "1", "b": "2"}), ("M", "m", {})):
            self.assertIsNone(store.find(*other))

    def test_no_more_metrics_are_kept_than_there_is_memory_for(self):
        store = metrics.Store()
        with mock.patch.object(metrics, "METRICS_KEPT", 3):
            for name in "abcad":
                store.add("N", name, {}, START, 1)
        self.assertEqual([name for (_, name, _), _ in store.all()], ["c", "a", "d"])


if __name__ == "__main__":
    unittest.main()
