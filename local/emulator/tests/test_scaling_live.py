"""The whole of it in a server whose minutes are short: what is measured scales a service, and mails tell of it."""

import contextlib
import json
import sys
import threading
import unittest

from attached import until
from fake_agent import FakeAgent, get_view, post
from mails import inbox
from support import CONTAINER, FARGATE, SERVER, Aws, Server, unique

# A minute takes a fifth of a second.
TIME_SCALE = 300
MEASURED_EVERY_SECONDS = 0.04


class Live(unittest.TestCase):
    def setUp(self):
        server = Server([sys.executable, str(SERVER), "--time-scale", str(TIME_SCALE), "--exit-with-parent"])
        self.addCleanup(server.stop)
        self.aws = Aws(server.url)
        agent = FakeAgent(server.url)
        agent.__enter__()
        self.addCleanup(agent.__exit__)

    def test_load_scales_out_its_end_scales_in_and_an_alarm_tells_of_both(self):
        service = self.service()
        self.scales(service)
        name = self.alarm(service)
        with self.load(cpu=90):
            until(lambda: self.running(service) == 4, "four running tasks")
            until(lambda: self.told(name) == ["ALARM"], "a mail about the load")
        with self.load(cpu=1):
            until(lambda: self.running(service) == 1, "one running task")
            until(lambda: self.told(name) == ["ALARM", "OK"], "a mail about its end")
        descriptions = [each["Description"] for each in self.activities(service)]
        self.assertEqual(descriptions[-1], "Setting desired count to 4.")
        self.assertEqual(descriptions[0], "Setting desired count to 1.")

    def test_a_schedule_goes_by_the_faster_clock(self):
        service = self.service()
        address = self.scales(service)
        self.aws.application_autoscaling.put_scheduled_action(
            ScheduledActionName="more",
            Schedule="rate(5 minutes)",
            ScalableTargetAction={"MinCapacity": 3},
            **address,
        )
        until(lambda: self.running(service) == 3, "three running tasks")

    def service(self):
        definition = self.aws.task_definition(containerDefinitions=[CONTAINER], **FARGATE)
        service = self.aws.service(
            self.aws.cluster("FARGATE"),
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=self.aws.awsvpc(),
        )
        until(lambda: self.running(service) == 2, "two running tasks")
        return service

    def scales(self, service):
        _, cluster, name = service["serviceArn"].split(":", 5)[5].split("/")
        address = {
            "ServiceNamespace": "ecs",
            "ResourceId": f"service/{cluster}/{name}",
            "ScalableDimension": "ecs:service:DesiredCount",
        }
        scaling = self.aws.application_autoscaling
        scaling.register_scalable_target(**address, MinCapacity=1, MaxCapacity=4)
        scaling.put_scaling_policy(
            **address,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 50,
                "ScaleOutCooldown": 60,
                "ScaleInCooldown": 60,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            },
        )
        return address

    def alarm(self, service):
        _, cluster, name = service["serviceArn"].split(":", 5)[5].split("/")
        topic = self.aws.sns.create_topic(Name="load")["TopicArn"]
        self.aws.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
        alarm = unique("load")
        self.aws.cloudwatch.put_metric_alarm(
            AlarmName=alarm,
            Namespace="AWS/ECS",
            MetricName="CPUUtilization",
            Dimensions=[{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": name}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=5,
            DatapointsToAlarm=1,
            Threshold=80,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="ignore",
            AlarmActions=[topic],
            OKActions=[topic],
        )
        return alarm

    def told(self, alarm):
        """The states that mails told of, but for the first OK."""
        mails = [json.loads(mail["text"]) for mail in inbox(self.aws)]
        states = [mail["NewStateValue"] for mail in mails if mail["AlarmName"] == alarm]
        return states[1:] if states[:1] == ["OK"] else states

    @contextlib.contextmanager
    def load(self, cpu):
        """While it lasts, each task is measured to use so much of its processors, in per cent."""
        over = threading.Event()

        def measure():
            while not over.wait(MEASURED_EVERY_SECONDS):
                post(self.aws.url, "measures", self.measures(cpu))

        thread = threading.Thread(target=measure)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def measures(self, cpu):
        seconds = MEASURED_EVERY_SECONDS
        tasks = [
            {"arn": task["arn"], "cpuSeconds": cpu / 100 * 0.25 * seconds, "memoryBytes": 1024}
            for task in get_view(self.aws.url)["tasks"]
        ]
        return {"seconds": seconds, "tasks": tasks, "targets": [], "loadBalancers": []}

    def running(self, service):
        described = self.aws.described_service(service)
        return described["runningCount"] if described["runningCount"] == described["desiredCount"] else None

    def activities(self, service):
        found = self.aws.application_autoscaling.describe_scaling_activities(
            ServiceNamespace="ecs", ResourceId=service["serviceArn"].split(":")[5]
        )
        return found["ScalingActivities"]


if __name__ == "__main__":
    unittest.main()
