"""What scales services: stock moto against our emulator. The course of it: test_scaling.py."""

import time
import unittest
from datetime import datetime, timezone
from urllib.request import urlopen

from support import SERVER, Aws, PatchTest, Server, stock, sys
from test_application_autoscaling import TRACKING, target

LABEL = "app/shop/50dc6c495c0c9188/targetgroup/shop/6d0ecf831eec9f09"


def put_policy(aws, address, **configuration):
    return aws.application_autoscaling.put_scaling_policy(
        PolicyName="policy",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
        **address,
    )


def watched(aws, **configuration):
    """(metric, statistic, comparison, threshold, periods, dimensions) of each alarm of a policy."""
    address, _ = target(aws)
    names = [alarm["AlarmName"] for alarm in put_policy(aws, address, **configuration)["Alarms"]]
    alarms = aws.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    return [
        (
            alarm.get("MetricName"),
            alarm.get("Statistic"),
            alarm["ComparisonOperator"],
            alarm["Threshold"],
            alarm["EvaluationPeriods"],
            {each["Name"]: each["Value"].split("/")[0] for each in alarm["Dimensions"]}.keys(),
        )
        for alarm in alarms
    ]


def predefined(name, **more):
    return {"PredefinedMetricSpecification": {"PredefinedMetricType": name, **more}}


OF_SERVICE = {"ClusterName", "ServiceName"}
OF_GROUP = {"LoadBalancer", "TargetGroup"}


class Alarms(PatchTest):
    def test_watch_the_metric_of_a_policy(self):
        requests = {"TargetValue": 1000, **predefined("ALBRequestCountPerTarget", ResourceLabel=LABEL)}
        stock = watched(self.stock, **requests)
        self.assertEqual([each[:4] for each in stock][0], ("CPUUtilization", "Average", "GreaterThanThreshold", 6.0))
        self.assertEqual(
            watched(self.ours, **requests),
            [
                ("RequestCountPerTarget", "Sum", "GreaterThanThreshold", 1000.0, 3, OF_GROUP),
                ("RequestCountPerTarget", "Sum", "LessThanThreshold", 900.0, 15, OF_GROUP),
            ],
        )
        self.assertEqual(
            watched(self.ours, **TRACKING),
            [
                ("CPUUtilization", "Average", "GreaterThanThreshold", 75.0, 3, OF_SERVICE),
                ("CPUUtilization", "Average", "LessThanThreshold", 67.5, 15, OF_SERVICE),
            ],
        )

    def test_memory_and_own_metrics(self):
        memory = watched(self.ours, TargetValue=80, **predefined("ECSServiceAverageMemoryUtilization"))
        self.assertEqual([each[0] for each in memory], ["MemoryUtilization"] * 2)
        own = {"Namespace": "Queue", "MetricName": "Backlog", "Statistic": "Maximum"}
        given = {**own, "Dimensions": [{"Name": "Queue", "Value": "mail"}]}
        found = watched(self.ours, TargetValue=10, CustomizedMetricSpecification=given)
        self.assertEqual(found[0], ("Backlog", "Maximum", "GreaterThanThreshold", 10.0, 3, {"Queue"}))

    def test_without_scale_in_there_is_no_low_alarm(self):
        found = watched(self.ours, **TRACKING, DisableScaleIn=True)
        self.assertEqual([each[2] for each in found], ["GreaterThanThreshold"])

    def test_they_name_their_policy_and_the_load_balancer_of_its_label(self):
        address, _ = target(self.ours)
        requests = predefined("ALBRequestCountPerTarget", ResourceLabel=LABEL)
        policy = put_policy(self.ours, address, TargetValue=1000, **requests)
        name = policy["Alarms"][0]["AlarmName"]
        self.assertRegex(name, rf"^TargetTracking-{address['ResourceId']}-AlarmHigh-[0-9a-f-]{{36}}$")
        (alarm,) = self.ours.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        self.assertEqual(alarm["AlarmActions"], [policy["PolicyARN"]])
        dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        label = {"LoadBalancer": "app/shop/50dc6c495c0c9188", "TargetGroup": "targetgroup/shop/6d0ecf831eec9f09"}
        self.assertEqual(dimensions, label)


class Targets(PatchTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = Server([sys.executable, str(SERVER), "--time-scale", "600", "--exit-with-parent"])
        cls.addClassCleanup(server.stop)
        cls.own = Aws(server.url)
        # The scheduler starts with the first request for the view.
        with urlopen(f"{server.url}/_local/view") as answer:
            answer.read()

    def test_bring_services_within_their_bounds(self):
        self.assertEqual(desired_after(self.stock, put_bounds), 2)
        self.assertEqual(desired_after(self.own, put_bounds), 3)

    def test_wait_for_scheduled_actions(self):
        self.assertEqual(desired_after(self.stock, schedule), 2)
        self.assertEqual(desired_after(self.own, schedule), 3)

    def test_tell_scaling_activities(self):
        self.assert_server_error(causes, self.stock)
        self.assertEqual(causes(self.own), ["minimum capacity was set to 3"])

    def test_activities_are_told_page_by_page(self):
        address, _ = target(self.own)
        for least in (3, 4, 5):
            put_bounds(self.own, address, least)
            wait_for_desired(self.own, address, least)
        ask = self.own.application_autoscaling.describe_scaling_activities
        first = ask(ServiceNamespace="ecs", ResourceId=address["ResourceId"], MaxResults=2)
        rest = ask(ServiceNamespace="ecs", ResourceId=address["ResourceId"], NextToken=first["NextToken"])
        told = [each["Description"][-2] for each in [*first["ScalingActivities"], *rest["ScalingActivities"]]]
        self.assertEqual(told, ["5", "4", "3"])
        self.assert_error(
            "InvalidNextTokenException", "x", lambda: ask(ServiceNamespace="ecs", NextToken="x")
        )


def put_bounds(aws, address, least=3):
    aws.application_autoscaling.register_scalable_target(**address, MinCapacity=least, MaxCapacity=5)


def schedule(aws, address):
    """One that is due in a moment: by the clock of our emulator, which goes 600 times as fast."""
    aws.application_autoscaling.put_scheduled_action(
        ScheduledActionName="soon",
        Schedule="rate(1 minute)",
        StartTime=datetime.fromtimestamp(time.time(), timezone.utc),
        ScalableTargetAction={"MinCapacity": 3, "MaxCapacity": 5},
        **address,
    )


def desired_after(aws, act):
    address, _ = target(aws)
    act(aws, address)
    return wait_for_desired(aws, address, 3)


def wait_for_desired(aws, address, count, seconds=20):
    """The desired count, as soon as it is this; our emulator needs a moment, stock moto never gets there."""
    end = time.monotonic() + (1 if aws.url == stock().url else seconds)
    while (found := desired(aws, address)) != count and time.monotonic() < end:
        time.sleep(0.05)
    return found


def desired(aws, address):
    _, cluster, service = address["ResourceId"].split("/")
    return aws.ecs.describe_services(cluster=cluster, services=[service])["services"][0]["desiredCount"]


def causes(aws):
    address, _ = target(aws)
    ask = aws.application_autoscaling.describe_scaling_activities
    ask(ServiceNamespace="ecs")
    put_bounds(aws, address)
    wait_for_desired(aws, address, 3)
    found = ask(ServiceNamespace="ecs", ResourceId=address["ResourceId"])["ScalingActivities"]
    return [activity["Cause"] for activity in found]


if __name__ == "__main__":
    unittest.main()
