"""What the data plane may say of what it measured, and the metrics that come of it, and of what is counted."""

import copy
import unittest

from control_test import by_strategy
from scaled_service import MIB, ScaledTest

from control import measures
from control.reports import Nonsense

ARN = "arn:aws:ecs:us-east-1:123456789012:task/shop/1"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop/1"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1"
TARGET = {
    "targetGroupArn": GROUP,
    "loadBalancerArn": BALANCER,
    "id": "127.1.2.3",
    "port": 5000,
    "requests": 3,
    "statuses": {"2": 2, "5": 1},
    "responseSeconds": [0.1, 0.2, 0.6],
    "connectionErrors": 1,
}
GOOD = {
    "seconds": 5,
    "tasks": [{"arn": ARN, "cpuSeconds": 0.5, "memoryBytes": MIB}],
    "targets": [TARGET],
    "loadBalancers": [{"arn": BALANCER, "requests": 3, "ownStatuses": {"4": 2, "5": 1}}],
}
# (where, what is there instead, the message).
REFUSED = (
    (("seconds",), 0, "seconds must be above 0, at most 3600, but is 0"),
    (("seconds",), True, "seconds must be above 0, at most 3600, but is True"),
    (("tasks",), None, "tasks must be a list, but is None"),
    (("targets",), {}, "targets must be a list, but is {}"),
    (("loadBalancers",), 1, "loadBalancers must be a list, but is 1"),
    (("tasks", 0), "x", "tasks[0] must be an object, but is 'x'"),
    (("tasks", 0, "arn"), "x", "tasks[0].arn must be the ARN of a task, but is 'x'"),
    (("tasks", 0, "cpuSeconds"), -1, "tasks[0].cpuSeconds must be a number, 0 or more, but is -1"),
    (("tasks", 0, "cpuSeconds"), float("nan"), "tasks[0].cpuSeconds must be a number, 0 or more, but is nan"),
    (("tasks", 0, "memoryBytes"), "1", "tasks[0].memoryBytes must be a number, 0 or more, but is '1'"),
    (("targets", 0), None, "targets[0] must be an object, but is None"),
    (("targets", 0, "targetGroupArn"), "", "targets[0].targetGroupArn must be the ARN of a target group, but is ''"),
    (("targets", 0, "loadBalancerArn"), 1, "targets[0].loadBalancerArn must be the ARN of a load balancer, but is 1"),
    (("targets", 0, "id"), "", "targets[0].id must be a text, but is ''"),
    (("targets", 0, "port"), 0, "targets[0].port must be a port from 1 to 65535, but is 0"),
    (("targets", 0, "requests"), 1.5, "targets[0].requests must be a whole number, 0 or more, but is 1.5"),
    (("targets", 0, "connectionErrors"), -1, "targets[0].connectionErrors must be a whole number, 0 or more, but is -1"),
    (("targets", 0, "statuses"), [], "targets[0].statuses must be an object, but is []"),
    (("targets", 0, "statuses"), {"200": 1}, "must be by the first digit of a status, 1 to 5, but is '200'"),
    (("targets", 0, "statuses", "2"), -2, "targets[0].statuses.2 must be a whole number, 0 or more, but is -2"),
    (("targets", 0, "responseSeconds"), [1] * 1001, "targets[0].responseSeconds must be a list of at most 1000"),
    (("targets", 0, "responseSeconds", 1), "1", "targets[0].responseSeconds[1] must be a number, 0 or more, but is '1'"),
    (("loadBalancers", 0), 1, "loadBalancers[0] must be an object, but is 1"),
    (("loadBalancers", 0, "arn"), "x", "loadBalancers[0].arn must be the ARN of a load balancer, but is 'x'"),
    (("loadBalancers", 0, "requests"), None, "loadBalancers[0].requests must be a whole number, 0 or more"),
    (("loadBalancers", 0, "ownStatuses"), None, "loadBalancers[0].ownStatuses must be an object, but is None"),
)


class Validation(unittest.TestCase):
    def test_what_the_data_plane_says_is_taken(self):
        self.assertEqual(measures.validated(GOOD), GOOD)

    def test_what_cannot_be_meant_is_refused(self):
        for path, given, message in REFUSED:
            with self.subTest(path=path, given=given):
                changed = copy.deepcopy(GOOD)
                owner = changed
                for step in path[:-1]:
                    owner = owner[step]
                owner[path[-1]] = given
                with self.assertRaises(Nonsense) as caught:
                    measures.validated(changed)
                self.assertIn(message, str(caught.exception))

    def test_measures_are_an_object(self):
        with self.assertRaisesRegex(Nonsense, r"the measures must be an object, but is \[\]"):
            measures.validated([])


class MetricsTest(ScaledTest):
    def statistics(self, namespace, name, statistics=("Average",), **dimensions):
        """The values of the only datapoint of the last minutes; None without one."""
        found = self.aws.cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=self.now - 600,
            EndTime=self.now + 60,
            Period=60,
            Statistics=list(statistics),
        )["Datapoints"]
        values = [[point[each] for each in statistics] for point in found]
        return values[-1] if values else None

    @property
    def of_service(self):
        return {"ClusterName": self.cluster, "ServiceName": self.service["serviceName"]}


class Tasks(MetricsTest):
    def test_a_datum_of_each_task_in_per_cent_of_what_it_reserves(self):
        self.running_service(2)
        tasks = list(self.backend.tasks[self.cluster].values())
        told = [
            {"arn": task.task_arn, "cpuSeconds": 0.25 * (1 + number), "memoryBytes": 128 * MIB}
            for number, task in enumerate(tasks)
        ]
        self.take(seconds=5, tasks=told)
        everything = ("Average", "Minimum", "Maximum", "SampleCount")
        self.assertEqual(self.statistics("AWS/ECS", "CPUUtilization", everything, **self.of_service), [30, 20, 40, 2])
        self.assertEqual(self.statistics("AWS/ECS", "MemoryUtilization", **self.of_service), [25])

    def test_a_task_that_is_no_service_s_and_one_that_is_gone_are_of_no_metric(self):
        self.service = {"clusterArn": "cluster/" + self.aws.cluster("FARGATE"), "serviceName": "none"}
        self.take(tasks=[{"arn": ARN, "cpuSeconds": 1, "memoryBytes": 1}])
        self.assertEqual(self.aws.cloudwatch.list_metrics()["Metrics"], [])

    def test_with_container_insights_the_tasks_are_counted_each_minute(self):
        self.running_service(3)
        self.pass_minutes(1)
        self.assertIsNone(self.statistics("ECS/ContainerInsights", "RunningTaskCount", **self.of_service))
        settings = [{"name": "containerInsights", "value": "enhanced"}]
        self.aws.ecs.update_cluster(cluster=self.cluster, settings=settings)
        self.pass_minutes(1)
        counts = ("RunningTaskCount", "PendingTaskCount", "DesiredTaskCount", "DeploymentCount")
        found = [self.statistics("ECS/ContainerInsights", name, **self.of_service) for name in counts]
        self.assertEqual(found, [[3], [0], [3], [1]])


class LoadBalancers(MetricsTest):
    def setUp(self):
        super().setUp()
        self.group = self.aws.target_group("ip")
        self.balancer = self.aws.load_balancer()
        self.aws.listener(self.balancer, self.group)
        registered = {"targetGroupArn": self.group, "containerName": "app", "containerPort": 5000}
        self.running_service(1, loadBalancers=[registered])
        self.of_balancer = {"LoadBalancer": self.balancer.partition(":loadbalancer/")[2]}
        self.of_group = {"TargetGroup": self.group.rpartition(":")[2]}
        self.target = {**TARGET, "targetGroupArn": self.group, "loadBalancerArn": self.balancer}

    def value(self, name, statistic, **dimensions):
        found = self.statistics("AWS/ApplicationELB", name, (statistic,), **dimensions)
        return found and found[0]

    def test_requests_by_target_group_and_load_balancer(self):
        balancer = {"arn": self.balancer, "requests": 3, "ownStatuses": {"4": 2, "5": 1}}
        self.take(targets=[self.target], loadBalancers=[balancer])
        both = {**self.of_group, **self.of_balancer}
        for name, statistic, dimensions, expected in (
            ("RequestCount", "Sum", both, 3),
            ("RequestCount", "Sum", self.of_balancer, 3),
            ("RequestCountPerTarget", "Sum", both, 3),
            ("RequestCountPerTarget", "Sum", self.of_group, 3),
            ("HTTPCode_Target_2XX_Count", "Sum", both, 2),
            ("HTTPCode_Target_5XX_Count", "Sum", self.of_balancer, 1),
            ("HTTPCode_Target_5XX_Count", "Average", both, 1),
            ("HTTPCode_Target_3XX_Count", "Sum", both, None),
            ("TargetConnectionErrorCount", "Sum", both, 1),
            ("TargetResponseTime", "Maximum", both, 0.6),
            ("TargetResponseTime", "SampleCount", self.of_balancer, 3),
            ("HTTPCode_ELB_4XX_Count", "Sum", self.of_balancer, 2),
            ("HTTPCode_ELB_5XX_Count", "Sum", self.of_balancer, 1),
        ):
            self.assertEqual(self.value(name, statistic, **dimensions), expected, f"{name} {dimensions}")

    def test_requests_are_divided_among_the_healthy_targets(self):
        register = self.aws.elbv2.register_targets
        for number in range(4):
            register(TargetGroupArn=self.group, Targets=[{"Id": f"10.0.0.{number + 10}", "Port": 80}])
        targets = self.backend_group().targets
        for number, each in enumerate(targets.values()):
            each["State"] = "healthy" if number < 3 else "unhealthy"
        self.take(targets=[{**self.target, "requests": 12}])
        self.assertEqual(self.value("RequestCountPerTarget", "Sum", **self.of_group), 4)

    def backend_group(self):
        from moto.elbv2.models import elbv2_backends

        return elbv2_backends["123456789012"]["us-east-1"].target_groups[self.group]

    def test_hosts_are_counted_each_minute_and_no_requests_are_none(self):
        both = {**self.of_group, **self.of_balancer}
        (target,) = self.backend_group().targets.values()
        target["State"] = "healthy"
        self.pass_minutes(1)
        counts = [self.value(name, "Maximum", **both) for name in ("HealthyHostCount", "UnHealthyHostCount")]
        self.assertEqual(counts, [1, 0])
        self.assertEqual(self.value("RequestCount", "Sum", **self.of_balancer), 0)
        self.assertEqual(self.value("RequestCountPerTarget", "Sum", **both), 0)

    def test_what_is_gone_is_of_no_metric(self):
        self.take(targets=[TARGET], loadBalancers=[{"arn": BALANCER, "requests": 1, "ownStatuses": {}}])
        self.assertEqual(self.aws.cloudwatch.list_metrics(Namespace="AWS/ApplicationELB")["Metrics"], [])


class Capacity(MetricsTest):
    def test_groups_that_collect_metrics_and_capacity_providers(self):
        provider, group = self.provider(size=(0, 4))
        cluster = self.aws.cluster(provider)
        self.run_task(cluster, **by_strategy(provider))
        self.serve(12)
        self.aws.autoscaling.enable_metrics_collection(
            AutoScalingGroupName=group, Granularity="1Minute", Metrics=["GroupInServiceInstances"]
        )
        self.pass_minutes(1)
        size = self.statistics("AWS/AutoScaling", "GroupInServiceInstances", AutoScalingGroupName=group)
        self.assertEqual(size, [1])
        self.assertIsNone(self.statistics("AWS/AutoScaling", "GroupDesiredCapacity", AutoScalingGroupName=group))
        names = {"CapacityProviderName": provider, "ClusterName": cluster}
        reservation = self.statistics("AWS/ECS/ManagedScaling", "CapacityProviderReservation", **names)
        self.assertEqual(reservation, [100])


if __name__ == "__main__":
    unittest.main()
