"""When schedules fall due, against a slow but plain search, and around changes of the clocks."""

import random
import unittest
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import support  # noqa: F401 (makes the emulator's modules importable)

from control import schedules

BERLIN = "Europe/Berlin"


def seconds(text, zone="UTC"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def due(expression, after, zone="UTC", since=0):
    found = schedules.next_after(expression, zone, since, seconds(after, zone))
    return found and datetime.fromtimestamp(found, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


class Cron(unittest.TestCase):
    def test_what_comes_next(self):
        cases = (
            ("cron(0 22 * * ? *)", "2026-11-22 21:59:59", "2026-11-22 22:00:00"),
            ("cron(0 22 * * ? *)", "2026-11-22 22:00:00", "2026-11-23 22:00:00"),
            ("cron(0/15 8-10 ? * MON-FRI *)", "2026-11-22 12:00:00", "2026-11-23 08:00:00"),
            ("cron(0/15 8-10 ? * MON-FRI *)", "2026-11-23 10:45:00", "2026-11-24 08:00:00"),
            ("cron(0 0 L * ? *)", "2026-02-01 00:00:00", "2026-02-28 00:00:00"),
            ("cron(0 0 29 2 ? *)", "2026-03-01 00:00:00", "2028-02-29 00:00:00"),
            ("cron(0 0 15W * ? *)", "2026-11-01 00:00:00", "2026-11-16 00:00:00"),
            ("cron(0 0 1W * ? *)", "2026-10-31 00:00:00", "2026-11-02 00:00:00"),
            ("cron(0 0 LW * ? *)", "2026-10-31 00:00:00", "2026-11-30 00:00:00"),
            ("cron(0 9 ? * 2#1 *)", "2026-11-03 00:00:00", "2026-12-07 09:00:00"),
            ("cron(0 9 ? * 6L *)", "2026-11-22 00:00:00", "2026-11-27 09:00:00"),
            ("cron(0 9 ? * L *)", "2026-11-22 00:00:00", "2026-11-28 09:00:00"),
            ("cron(30 6 1,15 JAN,JUL ? 2027)", "2026-11-22 00:00:00", "2027-01-01 06:30:00"),
            ("cron(* * * * ? *)", "2026-11-22 23:59:30", "2026-11-23 00:00:00"),
        )
        for expression, after, expected in cases:
            self.assertEqual(due(expression, after), expected, expression)

    def test_a_year_that_is_over_never_comes(self):
        self.assertIsNone(due("cron(0 0 1 1 ? 2020)", "2026-11-22 00:00:00"))
        self.assertIsNone(due("cron(0 0 30 2 ? *)", "2026-11-22 00:00:00"))

    def test_it_goes_by_the_clocks_of_its_time_zone(self):
        summer, winter = seconds("2026-07-01 20:00:00"), seconds("2026-12-01 21:00:00")
        for after, expected in (("2026-07-01 00:00:00", summer), ("2026-12-01 00:00:00", winter)):
            found = schedules.next_after("cron(0 22 * * ? *)", BERLIN, 0, seconds(after))
            self.assertEqual(found, expected)

    def test_each_time_above_the_last_also_when_clocks_change(self):
        for start in ("2026-03-28 22:00:00", "2026-10-24 22:00:00"):
            moment, end = seconds(start), seconds(start) + 2 * 86400
            seen = []
            while moment < end:
                moment = schedules.next_after("cron(0 * * * ? *)", BERLIN, 0, moment)
                seen.append(moment)
            self.assertEqual(seen, sorted(set(seen)))
            self.assertIn(len(seen), (47, 48, 49))

    def test_it_is_what_a_search_minute_by_minute_finds(self):
        chance = random.Random(22)
        for _ in range(60):
            expression, fits = self.any_expression(chance)
            after = seconds("2026-01-01 00:00:00") + chance.randrange(300 * 86400)
            found = schedules.next_after(expression, "UTC", 0, after)
            moment = datetime.fromtimestamp(after, timezone.utc).replace(second=0, microsecond=0) + timedelta(minutes=1)
            while not fits(moment):
                moment += timedelta(minutes=1)
            self.assertEqual(found, moment.timestamp(), expression)

    def any_expression(self, chance):
        """A cron expression that comes round within a week or so, and whether a time fits it."""
        minute, step = chance.randrange(60), chance.choice([1, 7, 20])
        first = chance.randrange(24)
        last = chance.randrange(first, 24)
        weekday = chance.randrange(1, 8)

        def fits(moment):
            on_weekday = moment.isoweekday() % 7 + 1 == weekday
            in_hours = first <= moment.hour <= last
            return on_weekday and in_hours and moment.minute >= minute and (moment.minute - minute) % step == 0

        return f"cron({minute}/{step} {first}-{last} ? * {weekday} *)", fits


class Others(unittest.TestCase):
    def test_rates_count_from_their_beginning(self):
        for after, expected in ((1000, 1300), (1299, 1300), (1300, 1600), (99_000, 99_100)):
            self.assertEqual(schedules.next_after("rate(5 minutes)", "UTC", 1000, after), expected)
        self.assertEqual(schedules.next_after("rate(1 day)", "UTC", 0, 1), 86400)
        self.assertEqual(schedules.next_after("rate(2 hours)", "UTC", 0, 1), 7200)

    def test_a_time_comes_once_by_the_clocks_of_its_zone(self):
        at = "at(2026-11-22T12:00:00)"
        self.assertEqual(schedules.next_after(at, BERLIN, 0, 0), seconds("2026-11-22 11:00:00"))
        self.assertIsNone(due(at, "2026-11-22 12:00:00"))


if __name__ == "__main__":
    unittest.main()
