"""A service that scales, in the process of the test: the test is the clock and says what is measured."""

from unittest import mock

from control_test import ACCOUNT, ControlTest, fargate_task
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.elbv2.models import elbv2_backends
from moto.events.models import events_backends
from support import REGION

from control import measures, waits

DIMENSION = "ecs:service:DesiredCount"
CPU, MEMORY = "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"
MIB = 1024 * 1024
# Of each task of `fargate_task`.
RESERVED_CPUS, RESERVED_MIB = 0.25, 512


class ScaledTest(ControlTest):
    """`self.pass_minutes` lets minutes of CloudWatch pass, in which all tasks of the service use what the test says."""

    time_scale = 1.0

    def setUp(self):
        super().setUp()
        for backends in (applicationautoscaling_backends, cloudwatch_backends, elbv2_backends, events_backends):
            backends[ACCOUNT][REGION].reset()
        for name, value in (("time_scale", self.time_scale), ("started", self.now)):
            patch = mock.patch.object(waits, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def running_service(self, count=2, **options):
        self.service = self.aws.service(
            self.aws.cluster("FARGATE"),
            taskDefinition=fargate_task(self.aws),
            launchType="FARGATE",
            networkConfiguration=self.aws.awsvpc(),
            desiredCount=count,
            **options,
        )
        self.serve(12)
        return self.service

    @property
    def address(self):
        """What names the service as a scalable target."""
        _, cluster, name = self.service["serviceArn"].split(":", 5)[5].split("/")
        return {"ServiceNamespace": "ecs", "ResourceId": f"service/{cluster}/{name}", "ScalableDimension": DIMENSION}

    def register(self, least=1, most=10, **options):
        scaling = self.aws.application_autoscaling
        scaling.register_scalable_target(**self.address, MinCapacity=least, MaxCapacity=most, **options)

    def track(self, metric=CPU, target=50.0, name=None, out=60, in_=300, **options):
        specification = {"PredefinedMetricSpecification": {"PredefinedMetricType": metric}}
        if isinstance(metric, dict):
            specification = metric
        configuration = {"TargetValue": target, "ScaleOutCooldown": out, "ScaleInCooldown": in_, **specification}
        return self.aws.application_autoscaling.put_scaling_policy(
            **self.address,
            PolicyName=name or (metric if isinstance(metric, str) else "own"),
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={**configuration, **options},
        )

    def measure(self, cpu=None, memory=10, seconds=5):
        """What the data plane would tell of the tasks, in per cent of what they reserve."""
        running = [
            task for task in self.backend.tasks[self.cluster].values() if task.last_status == "RUNNING"
        ]
        told = [
            {
                "arn": task.task_arn,
                "cpuSeconds": cpu / 100 * RESERVED_CPUS * seconds,
                "memoryBytes": int(memory / 100 * RESERVED_MIB * MIB),
            }
            for task in running
        ]
        self.take(seconds=seconds, tasks=told)

    def take(self, **told):
        measures.take(measures.validated({"seconds": 5, "tasks": [], "targets": [], "loadBalancers": [], **told}))

    @property
    def cluster(self):
        return self.service["clusterArn"].split("/")[-1]

    def pass_minutes(self, count, cpu=None, memory=10):
        """`cpu`: per cent that each task uses, or a function of how many are desired; None: nothing is measured."""
        for _ in range(count):
            end = (self.now // self.minute + 1) * self.minute
            self.now = end - self.minute / 2
            if cpu is not None:
                self.measure(cpu(self.desired) if callable(cpu) else cpu, memory)
            self.now = end
            self.pass_time(0.001)
            self.serve(4)

    @property
    def minute(self):
        return 60 / self.time_scale

    @property
    def desired(self):
        return self.aws.described_service(self.service)["desiredCount"]

    def activities(self, **options):
        found = self.aws.application_autoscaling.describe_scaling_activities(**self.address, **options)
        return found["ScalingActivities"]
