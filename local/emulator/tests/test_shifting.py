"""How traffic shifts: numbers only."""

import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control import shifting


def linear(percentage, interval):
    part = {"linearPercentage": percentage, "linearInterval": interval}
    return {"type": "TimeBasedLinear", "timeBasedLinear": part}


def canary(percentage, interval):
    part = {"canaryPercentage": percentage, "canaryInterval": interval}
    return {"type": "TimeBasedCanary", "timeBasedCanary": part}


class Shifting(unittest.TestCase):
    def percents(self, routing, *minutes):
        return [shifting.percent(routing, minute) for minute in minutes]

    def test_all_at_once(self):
        self.assertEqual(self.percents({"type": "AllAtOnce"}, 0, 5), [100, 100])

    def test_a_canary_is_followed_by_the_rest(self):
        self.assertEqual(self.percents(canary(10, 5), 0, 4.99, 5, 50), [10, 10, 100, 100])

    def test_linear_increments_are_equal(self):
        self.assertEqual(self.percents(linear(25, 2), 0, 1.9, 2, 4, 5.9, 6, 60), [25, 25, 50, 75, 75, 100, 100])

    def test_the_last_increment_is_what_is_left(self):
        self.assertEqual(self.percents(linear(30, 1), 0, 1, 2, 3), [30, 60, 90, 100])

    def test_the_time_from_the_first_to_the_last_shift(self):
        routings = {"type": "AllAtOnce"}, canary(10, 5), linear(10, 1), linear(25, 2), linear(30, 1)
        self.assertEqual([shifting.total_minutes(routing) for routing in routings], [0, 5, 9, 6, 3])


if __name__ == "__main__":
    unittest.main()
