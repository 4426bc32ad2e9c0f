"""What CloudWatch keeps of metrics: for each, a statistic set for each minute of its last three hours.

Source: CloudWatch User Guide, "Metrics concepts". moto keeps every datum in one list that each call walks through.
Minutes are those of `--time-scale`; metrics of high resolution are kept for each ten seconds. A percentile is right
within one per cent, as values are counted in classes of that width.
"""

import math
from collections import Counter, OrderedDict

from control import waits

MINUTE, HIGH_RESOLUTION = 60, 10
KEPT_SECONDS = 3 * 3600
# "CloudWatch quotas" knows no such limit: here, memory has one.
METRICS_KEPT = 5_000
CLASS_WIDTH = math.log(1.02)


class Statistics:
    """A statistic set, with the distribution of its values."""

    __slots__ = ("count", "sum", "minimum", "maximum", "_classes")

    def __init__(self):
        self.count, self.sum = 0.0, 0.0
        self.minimum, self.maximum = math.inf, -math.inf
        self._classes = Counter()

    def add(self, value, count=1.0):
        self.add_set(count, value * count, value, value)

    def add_set(self, count, total, minimum, maximum):
        """Of a set given without its values the distribution is that of its mean."""
        if not count:
            return
        self.count, self.sum = self.count + count, self.sum + total
        self.minimum, self.maximum = min(self.minimum, minimum), max(self.maximum, maximum)
        self._classes[_class(total / count)] += count

    def merge(self, other):
        self.count, self.sum = self.count + other.count, self.sum + other.sum
        self.minimum, self.maximum = min(self.minimum, other.minimum), max(self.maximum, other.maximum)
        self._classes.update(other._classes)

    def value(self, statistic):
        """Of `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount` or a percentile (`p95`); None for any other."""
        simple = {
            "Average": self.sum / self.count,
            "Sum": self.sum,
            "Minimum": self.minimum,
            "Maximum": self.maximum,
            "SampleCount": self.count,
        }
        percent = percentile_of(statistic)
        return simple.get(statistic) if percent is None else self._percentile(percent)

    def _percentile(self, percent):
        rank, passed = self.count * percent / 100, 0.0
        for key in sorted(self._classes):
            passed += self._classes[key]
            if passed >= rank:
                return min(max(_middle(key), self.minimum), self.maximum)
        return self.maximum


def percentile_of(statistic):
    """95.0 of `p95`; None of what is no percentile."""
    try:
        percent = float(statistic[1:]) if statistic.startswith("p") else -1
    except ValueError:
        return None
    return percent if 0 <= percent <= 100 else None


def _class(value):
    """(sign, class of the magnitude): sorted as the values are."""
    if value == 0:
        return (0, 0)
    sign = 1 if value > 0 else -1
    return (sign, sign * round(math.log(abs(value)) / CLASS_WIDTH))


def _middle(key):
    sign, number = key
    return sign * math.exp(sign * number * CLASS_WIDTH)


class Series:
    """One metric. Its slots are numbered from 1970 on; `resolution`: the seconds of CloudWatch that each is long."""

    def __init__(self, resolution):
        self.resolution = resolution
        self.unit = None
        self._slots = OrderedDict()

    @property
    def width(self):
        """Of a slot, in real seconds."""
        return waits.scaled(self.resolution)

    def statistics_at(self, when):
        """The statistic set to which a value of this time belongs."""
        slot = slot_of(when, self.width)
        if slot in self._slots:
            return self._slots[slot]
        made = self._slots[slot] = Statistics()
        if slot < max(self._slots):
            self._slots = OrderedDict(sorted(self._slots.items()))
        self._drop_old()
        return made

    def _drop_old(self):
        oldest = next(reversed(self._slots)) - KEPT_SECONDS // self.resolution
        while next(iter(self._slots)) <= oldest:
            self._slots.popitem(last=False)

    def between(self, start, end):
        """The statistics of all slots that begin in [start, end); None if there are none."""
        first, last = max(_ceil(start, self.width), self._first), min(_ceil(end, self.width), self._last + 1)
        found = [self._slots[slot] for slot in range(first, last) if slot in self._slots]
        if not found:
            return None
        merged = Statistics()
        for each in found:
            merged.merge(each)
        return merged

    def starts(self):
        """When each slot begins."""
        return [slot * self.width for slot in self._slots]

    @property
    def _first(self):
        return next(iter(self._slots), 0)

    @property
    def _last(self):
        return next(reversed(self._slots), -1)


# A boundary of slots that a division has missed by less than this is one.
EDGE = 1e-6


def slot_of(when, width):
    """The number of the slot that a time is in."""
    return math.floor(when / width + EDGE)


def _ceil(when, width):
    return math.ceil(when / width - EDGE)


class Store:
    """The metrics of an account in a region, by namespace, name and dimensions; those written to last come last."""

    def __init__(self):
        self._series = OrderedDict()

    def series(self, namespace, name, dimensions, resolution=MINUTE, unit=None):
        """The metric, made if there is none; `dimensions` is a dictionary."""
        key = key_of(namespace, name, dimensions)
        found = self._series.get(key)
        if found is None:
            found = self._series[key] = Series(resolution)
        self._series.move_to_end(key)
        if len(self._series) > METRICS_KEPT:
            self._series.popitem(last=False)
        found.unit = unit or found.unit
        return found

    def add(self, namespace, name, dimensions, when, value, *, count=1.0, unit=None):
        self.series(namespace, name, dimensions, unit=unit).statistics_at(when).add(value, count)

    def find(self, namespace, name, dimensions):
        """The metric with exactly these dimensions; None if nothing was ever told of it."""
        return self._series.get(key_of(namespace, name, dimensions))

    def all(self):
        """((namespace, name, dimensions as a sorted tuple of pairs), series) of each metric."""
        return self._series.items()


def key_of(namespace, name, dimensions):
    return namespace, name, tuple(sorted(dimensions.items()))
