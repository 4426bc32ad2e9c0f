"""When scheduled actions fall due: `at(...)`, `rate(...)` and `cron(...)` of Application Auto Scaling.

Source: Application Auto Scaling User Guide, "Schedule recurring scaling actions using cron expressions" and "... using
rate expressions". Times are seconds since 1970. What may be written is checked where actions are put
(patches/application_autoscaling_rules.py); here it is read.
"""

import calendar
import re
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()
YEARS = (1970, 2199)
# The calendar comes round after so many days, with all its weekdays.
DAYS_LOOKED_AHEAD = 28 * 366


def next_after(expression, zone, since, after):
    """The first time above `after` for which the expression asks, None if there is none any more.

    :param zone: name of the time zone in which `at` and `cron` are read
    :param since: a time from which `rate` counts, in both directions
    """
    kind, body = re.fullmatch(r"(at|rate|cron)\((.*)\)", expression).groups()
    if kind == "at":
        moment = _seconds(datetime.strptime(body, "%Y-%m-%dT%H:%M:%S"), ZoneInfo(zone))
        return moment if moment > after else None
    if kind == "rate":
        every = _rate_seconds(body)
        return since + ((after - since) // every + 1) * every
    return Cron(body).next_after(after, ZoneInfo(zone))


def _rate_seconds(body):
    count, unit = body.split()
    return int(count) * SECONDS[unit.rstrip("s")]


def _seconds(local, zone):
    return local.replace(tzinfo=zone).timestamp()


class Cron:
    """Six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year."""

    def __init__(self, body):
        minutes, hours, self._day, month, self._weekday, years = body.split()
        self._minutes = sorted(_numbers(minutes, 0, 59))
        self._hours = sorted(_numbers(hours, 0, 23))
        self._months = _numbers(month, 1, 12, MONTHS)
        self._years = _numbers(years, *YEARS)

    def next_after(self, after, zone):
        """The first time above `after` that matches in the time zone; None if there is none."""
        first = datetime.fromtimestamp(after, timezone.utc).astimezone(zone).date()
        day = first
        for _ in range(DAYS_LOOKED_AHEAD):
            if day.year > max(self._years):
                return None
            if self.matches(day):
                # Where clocks are put back or forward, the order of a day's times may not be that of its hours.
                moments = [moment for moment in self._moments(day, zone) if moment > after]
                if moments:
                    return min(moments)
            day += timedelta(days=1)
        return None

    def _moments(self, day, zone):
        for hour in self._hours:
            for minute in self._minutes:
                yield _seconds(datetime(day.year, day.month, day.day, hour, minute), zone)

    def matches(self, day):
        """Whether it is a day of the expression."""
        if day.year not in self._years or day.month not in self._months:
            return False
        return _is_day(self._day, day) and _is_weekday(self._weekday, day)


def _numbers(text, least, most, names=()):
    """The numbers that a field names: `*`, `5`, `MON`, `1-5`, each with a step, and lists of these."""
    found = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        start, _, end = span.partition("-")
        if start == "*":
            first, last = least, most
        else:
            first = _number(start, least, names)
            last = _number(end, least, names) if end else most if step else first
        found.update(range(first, last + 1, int(step or 1)))
    return found


def _number(text, least, names):
    return names.index(text.upper()) + least if text.upper() in names else int(text)


def _is_day(text, day):
    return any(_is_one_day(part, day) for part in text.split(","))


def _is_one_day(part, day):
    """`L`: the last of the month; `15W`: the weekday nearest to the 15th, in the same month; `LW`: the last weekday."""
    last = calendar.monthrange(day.year, day.month)[1]
    if part == "?":
        return True
    if part == "L":
        return day.day == last
    if part == "LW":
        return day == _nearest_weekday(day, last, last)
    if part.endswith("W"):
        return int(part[:-1]) <= last and day == _nearest_weekday(day, int(part[:-1]), last)
    return day.day in _numbers(part, 1, 31)


def _nearest_weekday(day, number, last):
    wanted = date(day.year, day.month, number)
    away = {5: -1, 6: 1}.get(wanted.weekday(), 0)
    if number + away > last:
        away = -2
    if number + away < 1:
        away = 2
    return wanted + timedelta(days=away)


def _is_weekday(text, day):
    return any(_is_one_weekday(part, day) for part in text.split(","))


def _is_one_weekday(part, day):
    """`L`: Saturday; `5L`: the last Thursday of the month; `2#1`: its first Monday."""
    number = day.isoweekday() % 7 + 1
    if part == "?":
        return True
    if part == "L":
        return number == 7
    if re.fullmatch(r"[1-7]L", part):
        return number == int(part[0]) and day.day + 7 > calendar.monthrange(day.year, day.month)[1]
    if re.fullmatch(r"[1-7]#[1-5]", part):
        return number == int(part[0]) and (day.day - 1) // 7 + 1 == int(part[2])
    return number in _numbers(part, 1, 7, DAYS)
