"""In which state an alarm is: the tables of the CloudWatch User Guide, and its words."""

import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control.alarm_rules import ALARM, INSUFFICIENT_DATA, OK, Rule, judge, reason

KEEP = "the state that it is in"
# "Configuring how CloudWatch alarms treat missing data": 0 does not breach, X breaches, - is missing; the newest last.
# Under missing, ignore, breaching, notBreaching.
THREE_OF_THREE = {
    "0 - X - X": (OK, OK, OK, OK),
    "0 - - - -": (OK, OK, OK, OK),
    "- - - - -": (INSUFFICIENT_DATA, KEEP, ALARM, OK),
    "0 X X - X": (ALARM, ALARM, ALARM, ALARM),
    "- - X - -": (ALARM, KEEP, ALARM, OK),
}
TWO_OF_THREE = {
    "0 - X - X": (ALARM, ALARM, ALARM, ALARM),
    "0 0 X 0 X": (ALARM, ALARM, ALARM, ALARM),
    "0 - X - -": (OK, OK, ALARM, OK),
    "- - - - 0": (OK, OK, ALARM, OK),
    "- - - X -": (ALARM, KEEP, ALARM, OK),
}
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
VALUES = {"0": 1.0, "X": 9.0, "-": None}


def rule(needed=3, count=3, missing="missing", comparison="GreaterThanThreshold"):
    return Rule(comparison, 5.0, count, needed, missing)


def points(text):
    return [(60.0 * number, VALUES[each]) for number, each in enumerate(text.split())]


class States(unittest.TestCase):
    def assert_table(self, table, needed):
        for text, states in table.items():
            for treatment, expected in zip(TREATMENTS, states):
                for current in (OK, ALARM, INSUFFICIENT_DATA):
                    with self.subTest(f"{text} {treatment} from {current}"):
                        state, _, _ = judge(rule(needed, missing=treatment), points(text), current)
                        self.assertEqual(state, current if expected == KEEP else expected)

    def test_three_of_three(self):
        self.assert_table(THREE_OF_THREE, 3)

    def test_two_of_three(self):
        self.assert_table(TWO_OF_THREE, 2)

    def test_a_first_breaching_datapoint_is_too_few(self):
        self.assertEqual(judge(rule(), points("- - - - X"), INSUFFICIENT_DATA)[0], INSUFFICIENT_DATA)
        self.assertEqual(judge(rule(), points("- - - X X"), INSUFFICIENT_DATA)[0], INSUFFICIENT_DATA)
        self.assertEqual(judge(rule(), points("- - X X X"), INSUFFICIENT_DATA)[0], ALARM)

    def test_the_comparisons(self):
        cases = (
            ("GreaterThanThreshold", (False, False, True)),
            ("GreaterThanOrEqualToThreshold", (False, True, True)),
            ("LessThanThreshold", (True, False, False)),
            ("LessThanOrEqualToThreshold", (True, True, False)),
        )
        for comparison, breaches in cases:
            compared = rule(comparison=comparison)
            self.assertEqual(tuple(compared.is_breached_by(value) for value in (4.0, 5.0, 6.0)), breaches)


class Reasons(unittest.TestCase):
    def told(self, text, current=OK, **options):
        given = rule(**options)
        state, evaluated, filled = judge(given, points(text), current)
        return reason(given, state, evaluated, filled)

    def test_of_an_alarm(self):
        self.assertEqual(
            self.told("X 0 X", needed=2),
            "Threshold Crossed: 2 out of the last 3 datapoints [9.0 (01/01/70 00:00:00), 9.0 (01/01/70 00:02:00)] were "
            "greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).",
        )

    def test_of_ok(self):
        self.assertEqual(
            self.told("0", count=1, needed=1),
            "Threshold Crossed: 1 out of the last 1 datapoint [1.0 (01/01/70 00:00:00)] was not greater than the "
            "threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).",
        )

    def test_of_too_little_data(self):
        self.assertEqual(self.told("- -", count=1, needed=1), "Insufficient Data: 1 datapoint was unknown.")
        self.assertEqual(self.told("- - -"), "Insufficient Data: 3 datapoints were unknown.")

    def test_of_missing_data_that_is_treated_as_something(self):
        self.assertEqual(
            self.told("- - -", missing="breaching"),
            "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as "
            "[Breaching].",
        )
        self.assertIn("treated as [NonBreaching]", self.told("- - -", missing="notBreaching"))


if __name__ == "__main__":
    unittest.main()
