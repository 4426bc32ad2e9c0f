"""What EventBridge makes of events for the targets of rules, and what deployments tell it."""

import io
import json
import unittest
from unittest import mock

from blue_green_test import BlueGreenTest
from codedeploy_stack import blue_green
from control_test import ACCOUNT, fargate_task
from moto.events.models import events_backends
from moto.sns.models import sns_backends
from support import REGION, unique

import event_bus
import inbox
from control import faults

EVENT = {
    "id": "1",
    "source": "aws.ecs",
    "time": "2026-11-22T12:00:00Z",
    "resources": ["arn:a", "arn:b"],
    "detail": {"reason": 'tasks "failed"', "count": 2, "state": None},
}


class Messages(unittest.TestCase):
    def test_without_more_the_whole_event(self):
        self.assertEqual(json.loads(event_bus.message({"Arn": "a"}, EVENT)), EVENT)

    def test_what_the_target_always_gets(self):
        self.assertEqual(event_bus.message({"Input": '{"a": 1}'}, EVENT), '{"a": 1}')

    def test_a_part(self):
        self.assertEqual(event_bus.message({"InputPath": "$.detail.count"}, EVENT), "2")

    def test_paths(self):
        for path, found in (
            ("$", EVENT),
            ("$.resources[1]", "arn:b"),
            ("$.resources[2]", None),
            ("$['detail'].count", 2),
            ("$.detail.count.more", None),
            ("$.nothing", None),
        ):
            self.assertEqual(event_bus.found_at(path, EVENT), found, path)

    def test_templates(self):
        paths = {"service": "$.resources[0]", "reason": "$.detail.reason", "n": "$.detail.count", "none": "$.x"}
        for template, expected in (
            ('"<service> has <n>: <reason>"', '"arn:a has 2: tasks \\"failed\\""'),
            ('{"service": <service>, "n": <n>}', '{"service": "arn:a", "n": 2}'),
            ('"<none><n>"', '"2"'),
            ('{"whole": <aws.events.event.json>}', json.dumps({"whole": EVENT})),
            ('"a <b> of nothing"', '"a  of nothing"'),
        ):
            given = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
            self.assertEqual(event_bus.message(given, EVENT), expected)


class EventTest(BlueGreenTest):
    def setUp(self):
        super().setUp()
        events_backends[ACCOUNT][REGION].reset()
        sns_backends[ACCOUNT][REGION].reset()
        inbox._mails.clear()
        self.addCleanup(inbox._mails.clear)

    def told(self, pattern):
        """A topic is told of what matches; the events are read by `self.events`."""
        topic = self.aws.sns.create_topic(Name=unique("topic"))["TopicArn"]
        principal = {"Service": "events.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": topic}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        self.aws.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
        rule = unique("rule")
        self.aws.events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
        self.aws.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": topic}])

    def events(self):
        return [json.loads(mail["text"]) for mail in inbox.mails()]

    def rolling_service(self, tag="1"):
        self.service = self.aws.service(
            self.aws.cluster("FARGATE"),
            taskDefinition=fargate_task(self.aws, image=f"app:{tag}"),
            launchType="FARGATE",
            networkConfiguration=self.aws.awsvpc(),
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        )
        return self.service

    def update(self, tag):
        self.aws.ecs.update_service(
            cluster=self.service["clusterArn"],
            service=self.service["serviceName"],
            taskDefinition=fargate_task(self.aws, image=f"app:{tag}"),
        )


class Deployments(EventTest):
    def names(self):
        return [event["detail"]["eventName"].removeprefix("SERVICE_DEPLOYMENT_") for event in self.events()]

    def test_a_deployment_that_is_begun_and_completed(self):
        self.told({"source": ["aws.ecs"]})
        service = self.rolling_service()
        self.assertEqual(self.names(), ["IN_PROGRESS"])
        self.serve(12)
        self.assertEqual(self.names(), ["IN_PROGRESS", "COMPLETED"])
        event = self.events()[1]
        deployment = self.aws.described_service(service)["deployments"][0]
        self.assertEqual(event["detail-type"], "ECS Deployment State Change")
        self.assertEqual(event["resources"], [service["serviceArn"]])
        self.assertEqual(event["detail"]["deploymentId"], deployment["id"])
        self.assertEqual(event["detail"]["eventType"], "INFO")
        self.assertEqual(event["detail"]["reason"], f"ECS deployment {deployment['id']} completed.")
        self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_a_deployment_that_fails_and_is_rolled_back(self):
        service = self.rolling_service()
        self.serve(12)
        self.told({"source": ["aws.ecs"]})
        self.update("exit")
        for _ in range(60):
            self.now += 5
            self.serve(1)
        self.assertEqual(self.names(), ["IN_PROGRESS", "FAILED", "IN_PROGRESS", "COMPLETED"])
        failed, back = self.events()[1:3]
        self.assertEqual((failed["detail"]["eventType"], failed["resources"]), ("ERROR", [service["serviceArn"]]))
        self.assertIn("circuit breaker: rolling back to deploymentId", back["detail"]["reason"])

    def test_a_target_that_is_gone_keeps_no_deployment_from_going_on(self):
        self.told({"source": ["aws.ecs"]})
        queue = "arn:aws:sqs:us-east-1:123456789012:gone"
        self.aws.events.put_rule(Name="queue", EventPattern=json.dumps({"source": ["aws.ecs"]}))
        self.aws.events.put_targets(Rule="queue", Targets=[{"Id": "1", "Arn": queue}])
        with mock.patch("sys.stderr", io.StringIO()) as stderr:
            service = self.rolling_service()
        faults.told.clear()
        self.assertIn("telling the targets of the rule queue failed", stderr.getvalue())
        self.assertEqual((service["status"], self.names()), ("ACTIVE", ["IN_PROGRESS"]))

    def test_a_rule_of_failures_alone_hears_of_no_others(self):
        self.told({"source": ["aws.ecs"], "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}})
        self.rolling_service()
        self.serve(12)
        self.assertEqual(self.events(), [])


class CodeDeploy(EventTest):
    def test_a_deployment_from_start_to_success(self):
        stack = self.stack(group={"blueGreenDeploymentConfiguration": blue_green(bake_minutes=0)})
        self.told({"source": ["aws.codedeploy"]})
        deployment = stack.deploy()
        self.serve(30)
        self.assertEqual(self.status(stack, deployment), "Succeeded")
        self.assertEqual([event["detail"]["state"] for event in self.events()], ["START", "SUCCESS"])
        event = self.events()[1]
        self.assertEqual(event["detail-type"], "CodeDeploy Deployment State-change Notification")
        self.assertEqual(event["detail"]["deploymentId"], deployment)
        self.assertRegex(event["resources"][0], r"^arn:aws:codedeploy:us-east-1:123456789012:application:")

    def test_one_that_is_stopped(self):
        stack = self.stack()
        self.told({"source": ["aws.codedeploy"]})
        deployment = stack.deploy()
        self.pass_time()
        self.aws.codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=False)
        self.pass_time()
        self.assertEqual([event["detail"]["state"] for event in self.events()], ["START", "STOP"])


if __name__ == "__main__":
    unittest.main()
