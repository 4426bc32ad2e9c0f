"""In which state an alarm is, from the datapoints that it looks at; numbers in, a state and its reason out.

Source: CloudWatch User Guide, "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data", whose tables
are the tests.
"""

import operator
from dataclasses import dataclass
from datetime import datetime, timezone

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
# "CloudWatch retrieves a higher number of data points than the number specified as Evaluation Periods."
MORE_PERIODS = 2

COMPARISONS = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Rule:
    """What an alarm is told by; `missing` is TreatMissingData."""

    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int
    missing: str = "missing"

    @property
    def looked_back(self):
        """How many periods it looks at."""
        return self.evaluation_periods + MORE_PERIODS

    def is_breached_by(self, value):
        return COMPARISONS[self.comparison][0](value, self.threshold)


def judge(rule, points, current):
    """(state, the real datapoints that it goes by, how many missing ones were filled in).

    `points`: (time, value or None) of the last `rule.looked_back` periods, the oldest first; `current`: the state that
    the alarm is in, which it stays in where nothing says otherwise.
    """
    real = [point for point in points if point[1] is not None]
    needed, count = rule.datapoints_to_alarm, rule.evaluation_periods
    if len(real) >= count:
        newest = real[-count:]
        return (ALARM if len(_breaching(rule, newest)) >= needed else OK), newest, 0
    lacking = count - len(real)
    breaching = len(_breaching(rule, real))
    if rule.missing == "breaching":
        return (ALARM if breaching + lacking >= needed else OK), real, lacking
    if rule.missing == "notBreaching":
        return (ALARM if breaching >= needed else OK), real, lacking
    return _judge_what_there_is(rule, points, real, current), real, 0


def _judge_what_there_is(rule, points, real, current):
    """TreatMissingData is `missing` or `ignore`."""
    if not real:
        return current if rule.missing == "ignore" else INSUFFICIENT_DATA
    breaching = len(_breaching(rule, real))
    if breaching >= rule.datapoints_to_alarm:
        return ALARM
    if breaching < len(real):
        return OK
    # All that there is breaches, but there is too little of it: "Avoiding premature transitions to alarm state".
    age = len(points) - next(index for index, point in enumerate(points) if point[1] is not None)
    return ALARM if rule.missing == "missing" and age >= rule.datapoints_to_alarm else current


def _breaching(rule, points):
    return [point for point in points if rule.is_breached_by(point[1])]


def reason(rule, state, points, filled):
    """Why, in CloudWatch's words; `points` and `filled` as `judge` gave them."""
    if state == INSUFFICIENT_DATA:
        count = rule.evaluation_periods
        return f"Insufficient Data: {_counted(count, 'datapoint')} {_was(count)} unknown."
    if not points:
        missing = _counted(rule.evaluation_periods, "period")
        treated = {"breaching": "Breaching", "notBreaching": "NonBreaching"}.get(rule.missing)
        return (
            f"Threshold Crossed: no datapoints were received for {missing} and "
            f"{_counted(filled, 'missing datapoint')} {_was(filled)} treated as [{treated}]."
        )
    found = [point for point in points if rule.is_breached_by(point[1]) == (state == ALARM)]
    told = ", ".join(f"{value} ({_day(when)})" for when, value in found)
    words = COMPARISONS[rule.comparison][1]
    not_ = "" if state == ALARM else "not "
    least = rule.datapoints_to_alarm if state == ALARM else rule.evaluation_periods - rule.datapoints_to_alarm + 1
    turn = "OK -> ALARM" if state == ALARM else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(found)} out of the last {_counted(len(points), 'datapoint')} [{told}] "
        f"{_was(len(found))} {not_}{words} the threshold ({rule.threshold}) "
        f"(minimum {_counted(least, 'datapoint')} for {turn} transition)."
    )


def _counted(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _was(count):
    return "was" if count == 1 else "were"


def _day(when):
    return datetime.fromtimestamp(when, timezone.utc).strftime("%d/%m/%y %H:%M:%S")
