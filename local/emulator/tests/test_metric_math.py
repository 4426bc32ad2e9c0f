"""Metric math: what it understands, and that it has no value where it does not."""

import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control import metric_math

VALUES = {"m1": 6.0, "m2": 4.0, "none": None}


def calculated(expression):
    return metric_math.value(metric_math.parse(expression), VALUES)


class MetricMath(unittest.TestCase):
    def test_what_is_calculated(self):
        cases = {
            "m1": 6,
            "m1/m2*100": 150,
            "m1 + m2 - 1.5": 8.5,
            "-(m1 - m2) * 2": -4,
            "m2^2": 16,
            "FILL(none, 0) / m1": 0,
            "FILL(m1, 0)": 6,
            "SUM([m1, m2, none])": 10,
            "AVG([m1, m2])": 5,
            "MAX([m1, m2]) - MIN([m1, m2])": 2,
            "ABS(m2 - m1) + CEIL(0.2) + FLOOR(1.9)": 4,
            "100": 100,
        }
        for expression, expected in cases.items():
            self.assertEqual(calculated(expression), expected, expression)

    def test_without_a_datum_and_divided_by_nothing_there_is_no_value(self):
        for expression in ("none + 1", "m1 / (m2 - 4)", "SUM([none])", "ABS(none)", "-none", "(0 - 8)^0.5"):
            self.assertIsNone(calculated(expression), expression)

    def test_the_ids_that_it_is_about(self):
        self.assertEqual(metric_math.names(metric_math.parse("FILL(a, 0) / SUM([b, c]) * 2")), {"a", "b", "c"})

    def test_what_is_not_understood(self):
        for expression in ("IF(m1 > 1, 1, 0)", "RATE(m1)", "m1 +", "SELECT AVG(x) FROM y", "SUM(METRICS())", "m1.real"):
            with self.assertRaises(metric_math.Unsupported, msg=expression):
                calculated(expression)


if __name__ == "__main__":
    unittest.main()
