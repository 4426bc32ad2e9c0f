"""The control plane in the process of the test: no server, no waiting; the test is the clock and the data plane."""

import functools
import unittest
from unittest import mock

import boto3
from moto import mock_aws
from moto.autoscaling.models import autoscaling_backends
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends

from support import CONTAINER, CREDENTIALS, FARGATE, REGION, Aws, unique

import layer
from control import clock, data_plane, faults, loop, targets, tasks

ACCOUNT = "123456789012"
START = 1_700_000_000.0


@functools.lru_cache(maxsize=None)
def patched_moto():
    """Patches wrap what is there, so they are applied once in a process."""
    layer.apply()


@functools.lru_cache(maxsize=None)
def client_in_process(service):
    names = {name.lower(): value for name, value in CREDENTIALS.items()}
    return boto3.Session(region_name=REGION, **names).client(service)


class InProcess(Aws):
    def client(self, service):
        return client_in_process(service)


def report_target(arn, target_id, port, state):
    """The load balancer's report on a target as it is registered now."""
    _, _, _, region, account, _ = arn.split(":", 5)
    group, key = elbv2_backends[account][region].target_groups[arn], f"{target_id}:{port}"
    target = group.targets.get(key) or group.draining.get(key) or {"Registration": 0}
    place = {"targetGroupArn": arn, "id": target_id, "port": port, "registration": target["Registration"]}
    targets.report([{**place, "state": state}])


class ControlTest(unittest.TestCase):
    """`self.aws` are the APIs, `self.pass_time` lets the scheduler go on. Each test has its own ECS and Auto Scaling;
    EC2, which takes long to set up, keeps what former tests left.
    """

    attached = True

    @classmethod
    def setUpClass(cls):
        patched_moto()
        moto = mock_aws()
        moto.start(reset=False)
        cls.addClassCleanup(moto.stop)
        cls.aws = InProcess(None)

    def setUp(self):
        self.now = START
        faults.told.clear()
        for backends in (ecs_backends, autoscaling_backends):
            backends[ACCOUNT][REGION].reset()
        for patch in (
            mock.patch.object(clock, "now", lambda: self.now),
            mock.patch.object(data_plane, "attached", lambda: self.attached),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    @property
    def backend(self):
        return ecs_backends[ACCOUNT][REGION]

    def pass_time(self, seconds=0.1):
        self.now += seconds
        loop.tick(self.now)
        self.assertEqual(faults.told, set())

    def serve(self, rounds=6):
        """Time passes, and the data plane does as it is told: starts what is to run, stops what is to stop."""
        for _ in range(rounds):
            self.pass_time()
            for task in tasks.view(self.backend):
                self.obey(task)
        self.pass_time()

    def obey(self, seen):
        task = self.task(seen["arn"])
        if seen["desired"] == "run" and task.last_status == "PENDING":
            self.report(seen["arn"], "RUNNING")
        elif seen["desired"] != "run":
            self.report(seen["arn"], "STOPPED", exit_code=143 if seen["desired"] == "stop" else 137)

    def report(self, arn, status, exit_code=None, ports=((5000, 32768),), address="127.1.2.3", **why):
        ports = [{"containerPort": container, "hostPort": host} for container, host in ports]
        code = {} if exit_code is None else {"exitCode": exit_code}
        container = {"name": "app", "runtimeId": "1", "ports": ports if status == "RUNNING" else [], **code}
        seen = {"arn": arn, "lastStatus": status, "address": address, "containers": [container], **why}
        tasks.report(self.backend, seen)

    def task(self, arn):
        return self.backend.tasks[arn.split("/")[-2]][arn]

    def provider(self, size=(0, 4), protection="ENABLED", draining="ENABLED", group=None, **scaling):
        """(name of a capacity provider, name of its autoscaling group); `group`: parameters of CreateAutoScalingGroup."""
        least, most = size
        group = self.aws.autoscaling_group(
            MinSize=least, MaxSize=most, NewInstancesProtectedFromScaleIn=True, **(group or {})
        )
        name = unique("cp")
        self.aws.ecs.create_capacity_provider(
            name=name,
            autoScalingGroupProvider={
                "autoScalingGroupArn": self.aws.described_group(group)["AutoScalingGroupARN"],
                "managedTerminationProtection": protection,
                "managedDraining": draining,
                "managedScaling": {"status": "ENABLED", "targetCapacity": 100, **scaling},
            },
        )
        return name, group

    def run_task(self, cluster, memory=900, **request):
        """RunTask with a task definition for EC2 of so much memory; the whole answer."""
        if "taskDefinition" not in request:
            request["taskDefinition"] = self.aws.task_definition(containerDefinitions=[{**CONTAINER, "memory": memory}])
        return self.aws.ecs.run_task(cluster=cluster, **request)

    def described(self, cluster, *arns):
        return self.aws.ecs.describe_tasks(cluster=cluster, tasks=list(arns))["tasks"]

    def states(self, cluster, answer):
        return [task["lastStatus"] for task in self.described(cluster, *(task["taskArn"] for task in answer["tasks"]))]

    def instances_of(self, group):
        return self.aws.described_group(group)["Instances"]

    def group_in_moto(self, name):
        return autoscaling_backends[ACCOUNT][REGION].autoscaling_groups[name]


def by_strategy(provider):
    return {"capacityProviderStrategy": [{"capacityProvider": provider, "weight": 1}]}


def fargate_task(aws, **container):
    definition = {"name": "app", "image": "app:1", "portMappings": [{"containerPort": 5000}], **container}
    return aws.task_definition(containerDefinitions=[definition], **FARGATE)
