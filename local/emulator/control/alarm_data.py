"""The datapoints that an alarm looks at: of its metric, or of its metric math."""

from control import metric_math, waits
from control.alarm_rules import Rule


def rule_of(alarm):
    """The Rule of moto's alarm; None of one that is not told by a threshold (composite, anomaly detection)."""
    if alarm.rule is not None or alarm.threshold is None or alarm.threshold_metric_id:
        return None
    count = int(alarm.evaluation_periods)
    return Rule(
        alarm.comparison_operator,
        float(alarm.threshold),
        count,
        int(alarm.datapoints_to_alarm or count),
        alarm.treat_missing_data or "missing",
    )


def period_of(alarm):
    """In CloudWatch's seconds. Of metric math the longest of its metrics'."""
    periods = [query.metric_stat.period for query in alarm.metric_data_queries if query.metric_stat]
    periods += [query.period for query in alarm.metric_data_queries if query.period]
    return int(alarm.period or max(map(int, periods), default=60))


def points(store, alarm, count, end):
    """(time, value or None, sample count) of the alarm's last `count` periods before `end`, the oldest first.

    The periods end when it is looked at ("Alarm evaluation": a sliding window), so each minute sees all of the last one.
    """
    width = waits.scaled(period_of(alarm))
    starts = [end - width * number for number in range(count, 0, -1)]
    value_of = _of_queries(store, alarm) if alarm.metric_data_queries else _of_metric(store, alarm)
    return [(start, *value_of(start, start + width)) for start in starts]


def _of_metric(store, alarm):
    dimensions = {dimension.name: dimension.value for dimension in alarm.dimensions}
    series = store.find(alarm.namespace, alarm.metric_name, dimensions)
    return _statistic_of(series, alarm.statistic or alarm.extended_statistic, alarm.unit)


def _statistic_of(series, statistic, unit):
    """Data of another unit than the alarm's is none ("PutMetricAlarm", Unit)."""
    if series is None or (unit and series.unit and unit != series.unit):
        return lambda _start, _end: (None, None)

    def value_of(start, end):
        found = series.between(start, end)
        return (found.value(statistic), found.count) if found else (None, None)

    return value_of


def _of_queries(store, alarm):
    """Of the query that returns data. One that is not understood here has no data."""
    queries = {query.id: query for query in alarm.metric_data_queries}
    returned = [query for query in queries.values() if query.return_data is not False]
    try:
        value_of = _of_query(store, queries, returned[0].id if returned else None, ())
    except metric_math.Unsupported:
        return lambda _start, _end: (None, None)

    def safely(start, end):
        try:
            return value_of(start, end)
        except metric_math.Unsupported:
            return None, None

    return safely


def _of_query(store, queries, name, asked):
    query = queries.get(name)
    if query is None or name in asked:
        raise metric_math.Unsupported(name)
    if query.metric_stat:
        metric = query.metric_stat.metric
        dimensions = {dimension.name: dimension.value for dimension in metric.dimensions}
        series = store.find(metric.namespace, metric.metric_name, dimensions)
        return _statistic_of(series, query.metric_stat.stat, query.metric_stat.unit)
    parsed = metric_math.parse(query.expression or "")
    inner = {each: _of_query(store, queries, each, (*asked, name)) for each in metric_math.names(parsed)}

    def value_of(start, end):
        values = {each: of_one(start, end)[0] for each, of_one in inner.items()}
        return metric_math.value(parsed, values), None

    return value_of
