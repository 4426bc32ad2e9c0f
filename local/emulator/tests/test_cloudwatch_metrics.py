"""Data of metrics: stock moto against our emulator."""

import time
import unittest

from support import PatchTest, unique

from control.metrics import KEPT_SECONDS


def put(aws, namespace, name, *values, ago=30, **options):
    data = [{"MetricName": name, "Value": value, "Timestamp": time.time() - ago, **options} for value in values]
    aws.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)


def span(hours=5):
    return {"StartTime": time.time() - hours * 3600, "EndTime": time.time() + 60}


def statistics(aws, namespace, name, **options):
    request = {"Namespace": namespace, "MetricName": name, "Period": 86400, **span(), **options}
    return aws.cloudwatch.get_metric_statistics(**request)["Datapoints"]


def dimension(value):
    return [{"Name": "Service", "Value": value}]


class Kept(PatchTest):
    def test_keep_statistics_of_three_hours(self):
        self.assertEqual(kept(self.stock), 3)
        self.assertEqual(kept(self.ours), 2)

    def test_values_with_counts_and_statistic_sets(self):
        namespace = unique("N")
        data = [
            {"MetricName": "m", "Values": [1, 3], "Counts": [2, 1]},
            {"MetricName": "m", "StatisticValues": {"SampleCount": 2, "Sum": 10, "Minimum": 4, "Maximum": 6}},
            {"MetricName": "m"},
        ]
        self.ours.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
        names = ["SampleCount", "Sum", "Minimum", "Maximum"]
        (point,) = statistics(self.ours, namespace, "m", Statistics=names)
        self.assertEqual([point[name] for name in names], [6, 15, 0, 6])

    def test_what_cannot_be_a_datum_is_refused_and_nothing_kept(self):
        namespace = unique("N")
        data = [{"MetricName": "m", "Value": 1}, {"MetricName": "m", "Value": float("nan")}]
        put_data = self.ours.cloudwatch.put_metric_data
        self.assert_error("InvalidParameterValue", "NaN", lambda: put_data(Namespace=namespace, MetricData=data))
        self.assertEqual(self.ours.cloudwatch.list_metrics(Namespace=namespace)["Metrics"], [])

    def test_metrics_are_listed_with_their_dimensions(self):
        namespace = unique("N")
        for value in "ab":
            put(self.ours, namespace, "m", 1, Dimensions=dimension(value))
        listed = self.ours.cloudwatch.list_metrics(Namespace=namespace)["Metrics"]
        self.assertEqual([metric["Dimensions"] for metric in listed], [dimension("a"), dimension("b")])
        one = self.ours.cloudwatch.list_metrics(Namespace=namespace, Dimensions=dimension("b"))["Metrics"]
        self.assertEqual(len(one), 1)


def kept(aws):
    """How many of three data are still there, of which one is older than three hours."""
    namespace = unique("N")
    put(aws, namespace, "m", 1, 1)
    put(aws, namespace, "m", 1, ago=KEPT_SECONDS + 600)
    points = statistics(aws, namespace, "m", Statistics=["SampleCount"])
    return sum(point["SampleCount"] for point in points)


class Statistics(PatchTest):
    def test_tell_statistics(self):
        self.assertEqual(of_two_zones(self.stock), ([11], []))
        self.assertEqual(of_two_zones(self.ours), ([], [10]))

    def test_periods_begin_at_multiples_of_their_length(self):
        namespace, hour = unique("N"), time.time() // 3600 * 3600 - 3600
        for second in (0, 59, 60, 200):
            data = [{"MetricName": "m", "Value": 1, "Timestamp": hour + second}]
            self.ours.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
        found = statistics(self.ours, namespace, "m", Statistics=["Sum"], Period=60)
        told = {point["Timestamp"].timestamp() - hour: point["Sum"] for point in found}
        self.assertEqual(told, {0: 2, 60: 1, 180: 1})


def of_two_zones(aws):
    """The sums of a service that told of zones alone, and a percentile of one of its zones."""
    namespace, zones = unique("N"), ([*dimension("a"), {"Name": "Zone", "Value": zone}] for zone in "12")
    first, second = zones
    put(aws, namespace, "m", 10, Dimensions=first)
    put(aws, namespace, "m", 1, Dimensions=second)
    sums = statistics(aws, namespace, "m", Statistics=["Sum"], Dimensions=dimension("a"))
    percentiles = statistics(aws, namespace, "m", ExtendedStatistics=["p50"], Dimensions=first)
    told = [point["ExtendedStatistics"]["p50"] for point in percentiles if "ExtendedStatistics" in point]
    return [point["Sum"] for point in sums], told


class MetricMath(PatchTest):
    def test_calculate_metric_math(self):
        self.assertEqual(share_of_errors(self.stock), [])
        self.assertEqual(share_of_errors(self.ours), [25.0])

    def test_what_asks_for_itself_has_no_values(self):
        queries = [{"Id": "a", "Expression": "b + 1"}, {"Id": "b", "Expression": "a + 1"}]
        found = self.ours.cloudwatch.get_metric_data(MetricDataQueries=queries, **span())["MetricDataResults"]
        self.assertEqual([result["Values"] for result in found], [[], []])

    def test_the_newest_first_unless_asked_otherwise(self):
        namespace = unique("N")
        put(self.ours, namespace, "m", 1, ago=600)
        put(self.ours, namespace, "m", 2, ago=60)
        query = {"Id": "m", "MetricStat": stat(namespace, "m")}
        for options, expected in (({}, [2, 1]), ({"ScanBy": "TimestampAscending"}, [1, 2])):
            request = {"MetricDataQueries": [query], **span(), **options}
            found = self.ours.cloudwatch.get_metric_data(**request)["MetricDataResults"]
            self.assertEqual(found[0]["Values"], expected)


def stat(namespace, name, period=60):
    return {"Metric": {"Namespace": namespace, "MetricName": name}, "Period": period, "Stat": "Sum"}


def share_of_errors(aws):
    namespace = unique("N")
    put(aws, namespace, "errors", 2)
    put(aws, namespace, "requests", 8)
    queries = [
        {"Id": "share", "Expression": "errors / requests * 100"},
        {"Id": "errors", "MetricStat": stat(namespace, "errors"), "ReturnData": False},
        {"Id": "requests", "MetricStat": stat(namespace, "requests"), "ReturnData": False},
    ]
    (result,) = aws.cloudwatch.get_metric_data(MetricDataQueries=queries, **span())["MetricDataResults"]
    return result["Values"]


if __name__ == "__main__":
    unittest.main()
