"""A blue/green deployment in the process of the test: the test is the clock, the agent and the load balancer."""

import hashlib
from unittest import mock

from codedeploy_stack import Stack
from control_test import ACCOUNT, ControlTest
from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy.models import codedeploy_backends
from moto.elbv2.models import elbv2_backends
from support import REGION

from control import lifecycle, targets, waits

MINUTE = 10.0
SUCCEEDED = dict.fromkeys(lifecycle.EVENTS, "Succeeded")


class BlueGreenTest(ControlTest):
    """`self.serve()` runs tasks and checks targets. A task behaves as the tag of its image says: `exit` ends at once,
    `sick` is never healthy, `slow` never starts.
    """

    def setUp(self):
        super().setUp()
        codedeploy_backends[ACCOUNT][REGION].reset()
        cloudwatch_backends[ACCOUNT][REGION].reset()
        elbv2_backends[ACCOUNT][REGION].reset()
        patch = mock.patch.object(waits, "minute_seconds", MINUTE)
        patch.start()
        self.addCleanup(patch.stop)

    def stack(self, group=None, **options):
        """A Stack whose service runs, with its deployment group."""
        stack = Stack(self.aws, **options)
        stack.group(**(group or {}))
        self.serve()
        return stack

    def obey(self, seen):
        task, arn = self.task(seen["arn"]), seen["arn"]
        tag = task.definition.container_definitions[0]["image"].split(":")[1]
        if seen["desired"] != "run":
            self.report(arn, "STOPPED", exit_code=143)
        elif task.last_status == "PENDING" and tag == "exit":
            self.report(arn, "STOPPED", exit_code=1)
        elif task.last_status == "PENDING" and tag != "slow":
            self.report(arn, "RUNNING", address=address_of(arn))

    def serve(self, rounds=8):
        for _ in range(rounds):
            super().serve(1)
            self.check_targets()

    def check_targets(self):
        sick = {
            address_of(arn)
            for by_arn in self.backend.tasks.values()
            for arn, task in by_arn.items()
            if task.definition.container_definitions[0]["image"].endswith(":sick")
        }
        reports = []
        for group in elbv2_backends[ACCOUNT][REGION].target_groups.values():
            for target in group.targets.values():
                reports.append(_seen(group, target, "unhealthy" if target["Id"] in sick else "healthy"))
            reports += [_seen(group, target, "drained") for target in group.draining.values()]
        targets.report(reports)

    def pass_minutes(self, minutes):
        """Lets so many of CodeDeploy's minutes pass, and what goes on meanwhile go on."""
        end = self.now + minutes * MINUTE
        while self.now < end - 0.1:
            # A round of `serve` takes two tenths of a second.
            self.now = min(end, self.now + 1) - 0.2
            self.serve(1)

    def status(self, stack, deployment):
        return stack.deployment(deployment)["status"]

    def error(self, stack, deployment):
        """(status, error code, message)."""
        found = stack.deployment(deployment)
        return found["status"], found["errorInformation"]["code"], found["errorInformation"]["message"]

    def images(self, stack):
        """Tags of the images of the tasks that are to go on, sorted."""
        tasks = [task for task in self.backend.tasks.get(stack.cluster, {}).values() if task.is_wanted]
        return sorted(task.definition.container_definitions[0]["image"].split(":")[1] for task in tasks)

    def shares(self, stack):
        """(weight of the first target group, weight of the second) of the production listener."""
        weights = stack.weights(stack.production)
        return weights.get(stack.blue, 0), weights.get(stack.green, 0)

    def set_alarm(self, name, state="ALARM"):
        self.aws.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")

    def alarm(self, name):
        self.aws.cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/ApplicationELB",
            MetricName="HTTPCode_Target_5XX_Count",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        return {"enabled": True, "alarms": [{"name": name}]}


def address_of(arn):
    first, second = hashlib.sha256(arn.encode()).digest()[:2]
    return f"127.9.{first}.{second}"


def _seen(group, target, state):
    place = {"targetGroupArn": group.arn, "id": target["Id"], "port": target["Port"]}
    return {**place, "registration": target["Registration"], "state": state}
