"""What the tests of the control plane share: an emulator with a data plane, and services on it."""

import atexit
import contextlib
import functools
import sys
import time
import unittest

from fake_agent import FakeAgent
from support import CONTAINER, FARGATE, SERVER, Aws, Server, unique

SECONDS = 60
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def started():
    """An emulator and its data plane, and what ends both."""
    server = Server([sys.executable, str(SERVER), "--port", "0", "--exit-with-parent"])
    agent = FakeAgent(server.url).__enter__()

    def end():
        agent.__exit__()
        server.stop()

    return Aws(server.url), agent, end


@functools.lru_cache(maxsize=None)
def shared():
    aws, agent, end = started()
    atexit.register(end)
    return aws, agent


def until(happened, what="it"):
    """Asks again and again until it is so; what it answered is returned."""
    deadline = time.monotonic() + SECONDS
    while not (answer := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {SECONDS} s")
        time.sleep(0.02)
    return answer


class AttachedTest(unittest.TestCase):
    """The tests share an emulator and an agent; each service has a cluster of its own, and goes with its test."""

    own_emulator = False

    @classmethod
    def setUpClass(cls):
        if cls.own_emulator:
            cls.aws, cls.agent, end = started()
            cls.addClassCleanup(end)
        else:
            cls.aws, cls.agent = shared()

    def target_group(self):
        """One that is served, with a short draining time: a lost report costs seconds, not minutes."""
        group = self.aws.served_target_group("ip")
        attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": "1"}
        self.aws.elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[attribute])
        return group

    def revision(self, family, tag="1"):
        container = {**CONTAINER, "image": f"app:{tag}"}
        return self.aws.task_definition(family=family, containerDefinitions=[container], **FARGATE)

    def service(self, tag="1", group="", **options):
        """A service on Fargate behind a target group; `group=None`: without a load balancer."""
        group = self.target_group() if group == "" else group
        balancers = [{"targetGroupArn": group, "containerName": "app", "containerPort": 5000}] if group else []
        family = unique("family")
        request = {
            "taskDefinition": self.revision(family, tag),
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
            "networkConfiguration": self.aws.awsvpc(),
            "loadBalancers": balancers,
            "deploymentConfiguration": BREAKER,
            **options,
        }
        service = {"family": family, **self.aws.service(self.aws.cluster("FARGATE"), **request)}
        self.addCleanup(self.delete, service)
        return service

    def delete(self, service):
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        gone = self.aws.ecs.exceptions.ServiceNotFoundException, self.aws.ecs.exceptions.ClusterNotFoundException
        with contextlib.suppress(*gone):
            self.aws.ecs.delete_service(**names, force=True)

    def settled_service(self, *args, **options):
        service = self.service(*args, **options)
        self.wait_for_rollout(service)
        return service

    def update(self, service, tag=None, **changes):
        if tag is not None:
            changes["taskDefinition"] = self.revision(service["family"], tag)
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        return self.aws.ecs.update_service(**names, **changes)["service"]

    def described(self, service):
        return self.aws.described_service(service)

    def wait_until(self, happened, what):
        """Asks again and again until it is so; what it answered is returned."""
        deadline = time.monotonic() + SECONDS
        while not (answer := happened()):
            self.assertIsNone(self.agent.failure)
            self.assertLess(time.monotonic(), deadline, f"{what} did not happen within {SECONDS} s")
            time.sleep(0.02)
        return answer

    def wait_for_rollout(self, service):
        """Until one deployment is left, and it is no longer in progress."""

        def over():
            now = self.described(service)
            alone = len(now["deployments"]) == 1
            return now if alone and now["deployments"][0]["rolloutState"] != "IN_PROGRESS" else None

        return self.wait_until(over, "the end of the rollout")

    def messages(self, service):
        """The service events without the service's name, oldest first."""
        prefix = f"(service {service['serviceName']}"
        found = [event["message"] for event in reversed(self.described(service)["events"])]
        for message in found:
            self.assertTrue(message.startswith(prefix), message)
        return [message.removeprefix(prefix).removeprefix(") ") for message in found]

    def assert_told(self, service, pattern):
        self.assertRegex("\n".join(self.messages(service)), pattern)

    def tasks(self, service, status="RUNNING"):
        names = {"cluster": service["clusterArn"], "serviceName": service["serviceName"]}
        arns = self.aws.ecs.list_tasks(**names, desiredStatus=status)["taskArns"]
        return self.aws.ecs.describe_tasks(cluster=service["clusterArn"], tasks=arns)["tasks"] if arns else []

    def service_deployments(self, service):
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        listed = self.aws.ecs.list_service_deployments(**names)["serviceDeployments"]
        arns = [item["serviceDeploymentArn"] for item in listed]
        return self.aws.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]

    def health(self, group):
        found = self.aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return [item["TargetHealth"] for item in found]
