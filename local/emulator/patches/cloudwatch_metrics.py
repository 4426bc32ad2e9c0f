"""Amazon CloudWatch: the data of metrics (moto 5.2.1). What is kept of them, control/metrics.py knows."""

from datetime import datetime, timezone

from moto.cloudwatch.models import CloudWatchBackend, MetricDatumBase
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from control import clock, metric_math, metrics, publishing, waits
from patching import replace, wrap

# "PutMetricData": up to two hours in the future.
AHEAD_SECONDS = 2 * 3600


def keep_statistics_of_three_hours():
    """Symptom (moto 5.2.1): memory grows with each datum of PutMetricData, for ever, and each call that reads a metric
    walks through the data of all of them.
    AWS: keeps statistic sets, and drops them after a time.
    """

    @replace(CloudWatchBackend, "put_metric_data")
    def put_metric_data(backend, namespace, metric_data):
        for number, datum in enumerate(metric_data, start=1):
            backend._validate_parameters_put_metric_data(datum, number)
        for datum in metric_data:
            _keep(backend, namespace, datum)

    @wrap(CloudWatchBackend, "get_filtered_metrics")
    def get_filtered_metrics(original, backend, metric_name, namespace, dimensions):
        listed = original(backend, metric_name, namespace, dimensions)
        told = [_listed(key) for key, _ in publishing.store(backend).all()]
        return [*listed, *(metric for metric in told if metric.filter(namespace, metric_name, dimensions))]


def _keep(backend, namespace, datum):
    now = clock.now()
    stamp = datum.get("Timestamp")
    when = stamp.timestamp() if stamp else now
    resolution = metrics.HIGH_RESOLUTION if datum.get("StorageResolution") == 1 else metrics.MINUTE
    if not now - waits.scaled(metrics.KEPT_SECONDS) <= when <= now + AHEAD_SECONDS:
        return
    dimensions = {each["Name"]: each["Value"] for each in datum.get("Dimensions") or ()}
    series = publishing.store(backend).series(namespace, datum["MetricName"], dimensions, resolution, datum.get("Unit"))
    statistics = series.statistics_at(when)
    given = datum.get("StatisticValues")
    if datum.get("Values"):
        for value, count in zip(datum["Values"], datum.get("Counts") or [1] * len(datum["Values"])):
            statistics.add(float(value), float(count))
    elif given:
        numbers = (float(given[name]) for name in ("SampleCount", "Sum", "Minimum", "Maximum"))
        statistics.add_set(*numbers)
    else:
        statistics.add(float(datum.get("Value") or 0))


def _listed(key):
    namespace, name, dimensions = key
    told = [{"Name": dimension, "Value": value} for dimension, value in dimensions]
    return MetricDatumBase(namespace, name, told, None)


def tell_statistics():
    """Symptom (moto 5.2.1): GetMetricStatistics takes the data of metrics that have other dimensions besides, and knows no
    percentiles.
    AWS: a metric is its namespace, name and all its dimensions; ExtendedStatistics has the percentiles asked for.
    """

    @wrap(CloudWatchResponse, "get_metric_statistics")
    def get_metric_statistics(original, response):
        request = response.params
        dimensions = _dimensions(request.get("Dimensions"))
        found = publishing.store(response.cloudwatch_backend).find(
            request["Namespace"], request["MetricName"], dimensions
        )
        asked = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
        if found is None or not any(asked):
            return original(response)
        span = _span(request["StartTime"], request["EndTime"], int(request["Period"]))
        unit = request.get("Unit")
        windows = _windows(found, *span) if not unit or unit == found.unit else {}
        points = [_datapoint(start, statistics, found.unit, *asked) for start, statistics in windows.items()]
        return ActionResult({"Label": request["MetricName"], "Datapoints": points})


def _datapoint(start, statistics, unit, simple, extended):
    point = {"Timestamp": datetime.fromtimestamp(start, timezone.utc), "Unit": unit or "None"}
    point |= {name: statistics.value(name) for name in simple}
    return point | ({"ExtendedStatistics": {name: statistics.value(name) for name in extended}} if extended else {})


def _dimensions(given):
    return {each["Name"]: each["Value"] for each in given or ()}


def _span(start, end, period):
    """(first second, last second, period): the periods begin at multiples of their length."""
    first = start.timestamp() // period * period
    return first, end.timestamp(), period


def _windows(series, first, end, period):
    """{start of a period: its statistics}, of those periods that have data."""
    starts = sorted({start // period * period for start in series.starts() if first <= start < end})
    return {start: series.between(start, min(start + period, end)) for start in starts}


def calculate_metric_math():
    """Symptom (moto 5.2.1): an expression of GetMetricData has values if it is the id of a query that returns data, and
    else none.
    AWS: calculates it, from queries that return data and such that do not.
    """

    @wrap(CloudWatchBackend, "get_metric_data")
    def get_metric_data(original, backend, queries, start_time, end_time, scan_by="TimestampAscending"):
        original(backend, [], start_time, end_time, scan_by)
        known = {query["Id"]: query for query in queries}
        results = []
        for query in queries:
            if query.get("ReturnData", True):
                points = sorted(_points(backend, known, query["Id"], start_time, end_time, ()).items())
                points = points if scan_by == "TimestampAscending" else points[::-1]
                results.append(_result(query, points))
        return results


def _result(query, points):
    name = query["MetricStat"]["Metric"]["MetricName"] if "MetricStat" in query else query["Id"]
    return {
        "id": query["Id"],
        "label": query.get("Label") or name,
        "values": [value for _, value in points],
        "timestamps": [datetime.fromtimestamp(start, timezone.utc) for start, _ in points],
        "status_code": "Complete",
    }


def _points(backend, known, name, start, end, asked):
    """{start of a period: value} of a query. What is not understood here has none, nor has what asks for itself."""
    query = known.get(name)
    if query is None or name in asked:
        return {}
    if "MetricStat" in query:
        return _of_metric(backend, query["MetricStat"], start, end)
    try:
        parsed = metric_math.parse(query["Expression"])
        inner = {
            each: _points(backend, known, each, start, end, (*asked, name)) for each in metric_math.names(parsed)
        }
        times = {moment for points in inner.values() for moment in points}
        values = {
            moment: metric_math.value(parsed, {each: points.get(moment) for each, points in inner.items()})
            for moment in times
        }
    except metric_math.Unsupported:
        return {}
    return {moment: value for moment, value in values.items() if value is not None}


def _of_metric(backend, stat, start, end):
    metric = stat["Metric"]
    dimensions = _dimensions(metric.get("Dimensions"))
    series = publishing.store(backend).find(metric["Namespace"], metric["MetricName"], dimensions)
    if series is None or (stat.get("Unit") and series.unit != stat["Unit"]):
        return {}
    windows = _windows(series, *_span(start, end, int(stat["Period"])))
    values = {moment: statistics.value(stat["Stat"]) for moment, statistics in windows.items()}
    return {moment: value for moment, value in values.items() if value is not None}


PATCHES = (keep_statistics_of_three_hours, tell_statistics, calculate_metric_math)
