"""The endpoints under /_local/: the view, its revision and the waiting for it, reports, and what is refused."""

import json
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request

from attached import AttachedTest
from fake_agent import get_view, post
from support import SERVER, Aws, Server, unique

TASK_ARN = "arn:aws:ecs:us-east-1:123456789012:task/cluster/0123456789abcdef0123456789abcdef"
TASK = {"arn": TASK_ARN, "lastStatus": "RUNNING", "address": "127.0.0.2", "containers": []}
TARGET = {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg/1", "id": "i-1", "registration": 1}


def answer(url, path):
    """Status and body of a GET."""
    try:
        with urllib.request.urlopen(f"{url}/_local/{path}", timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Unattached(unittest.TestCase):
    def test_without_a_data_plane_nothing_is_scheduled(self):
        server = Server([sys.executable, str(SERVER), "--exit-with-parent"])
        self.addCleanup(server.stop)
        aws = Aws(server.url)
        service = aws.service(aws.cluster(), taskDefinition=aws.task_definition(), launchType="EC2")
        time.sleep(0.3)
        now = aws.described_service(service)
        self.assertEqual((now["events"], now["deployments"][0]["rolloutState"]), ([], "IN_PROGRESS"))
        self.assertEqual(post(aws.url, "report", {"tasks": [], "targets": []}), (204, None))
        self.assertEqual(aws.described_service(service)["events"], [])
        aws.ecs.delete_service(cluster=service["clusterArn"], service=service["serviceName"], force=True)
        self.assertEqual(aws.described_service(service)["status"], "INACTIVE")

    def test_the_first_view_starts_the_scheduler(self):
        server = Server([sys.executable, str(SERVER), "--exit-with-parent"])
        self.addCleanup(server.stop)
        aws = Aws(server.url)
        service = aws.service(aws.cluster(), taskDefinition=aws.task_definition(), launchType="EC2")
        get_view(aws.url)
        (event,) = aws.described_service(service)["events"]
        self.assertIn("was unable to place a task because no container instance met all", event["message"])


class View(AttachedTest):
    def view(self):
        return get_view(self.aws.url)

    def test_the_revision_goes_up_with_the_content_only(self):
        self.settled_service(desiredCount=1)
        first = self.wait_until(self.unchanged, "rest")
        self.aws.target_group("ip")
        self.assertEqual(get_view(self.aws.url, since=first, wait=5)["revision"], first + 1)

    def unchanged(self):
        """The revision, if it is the same for half a second."""
        first = self.view()["revision"]
        time.sleep(0.5)
        return first if self.view()["revision"] == first else None

    def test_who_waits_is_woken_by_a_change(self):
        revision, seen = self.wait_until(self.unchanged, "rest"), []
        waiter = threading.Thread(target=lambda: seen.append((get_view(self.aws.url, revision, 20), time.monotonic())))
        waiter.start()
        time.sleep(0.3)
        self.assertEqual(seen, [])
        changed = time.monotonic()
        self.aws.target_group("ip")
        waiter.join()
        view, at = seen[0]
        self.assertGreater(view["revision"], revision)
        # Long before its time was up, however slow the machine is.
        self.assertLess(at - changed, 15)

    def test_the_time_of_waiting_is_kept_to(self):
        query = f"view?since={self.wait_until(self.unchanged, 'rest')}&wait=1"
        asked = time.monotonic()
        self.assertEqual(answer(self.aws.url, query), (204, b""))
        self.assertGreaterEqual(time.monotonic() - asked, 1)

    def test_those_who_wait_hold_up_nobody(self):
        revision = self.wait_until(self.unchanged, "rest")
        waiters = [threading.Thread(target=get_view, args=(self.aws.url, revision, 20)) for _ in range(4)]
        for waiter in waiters:
            waiter.start()
        self.aws.sts.get_caller_identity()
        self.assertTrue(all(waiter.is_alive() for waiter in waiters))
        self.aws.target_group("ip")
        for waiter in waiters:
            waiter.join()

    def test_tasks_and_their_task_definitions(self):
        service = self.settled_service()
        view = self.view()
        tasks = [task for task in view["tasks"] if task["taskDefinitionArn"] == service["taskDefinition"]]
        self.assertEqual([task["desired"] for task in tasks], ["run", "run"])
        self.assertEqual({task["launchType"] for task in tasks}, {"FARGATE"})
        self.assertEqual({task["group"] for task in tasks}, {f"service:{service['serviceName']}"})
        definition = view["taskDefinitions"][service["taskDefinition"]]
        described = self.aws.ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        self.assertEqual(definition["containerDefinitions"], described["containerDefinitions"])
        self.assertEqual((definition["family"], definition["revision"]), (service["family"], 1))

    def test_load_balancers_with_names_attributes_and_rules(self):
        balancer, groups = self.aws.load_balancer(), [self.aws.target_group("ip") for _ in range(2)]
        listener = self.aws.listener(balancer)
        self.aws.elbv2.create_rule(
            ListenerArn=listener, Priority=7, Conditions=CONDITIONS, Actions=[weighted(*groups)]
        )
        self.aws.elbv2.create_rule(
            ListenerArn=listener,
            Priority=3,
            Conditions=[{"Field": "path-pattern", "Values": ["/old/*"]}],
            Actions=[REDIRECT],
        )
        plain = self.aws.target_group("ip")
        self.aws.elbv2.create_rule(
            ListenerArn=listener, Priority=9, Conditions=CONDITIONS[:1], Actions=[forward(plain)]
        )
        self.alias(balancer, "app.example.test.")
        (seen,) = [item for item in self.view_with_aliases()["loadBalancers"] if item["arn"] == balancer]
        self.assertEqual(seen["aliases"], ["app.example.test"])
        self.assertEqual(seen["dnsName"], f"{seen['name']}-1.us-east-1.elb.amazonaws.com")
        self.assertEqual(seen["attributes"]["deletion_protection.enabled"], "false")
        (listener,) = seen["listeners"]
        self.assertEqual((listener["port"], listener["protocol"]), (80, "HTTP"))
        rules = {rule["Priority"]: rule for rule in listener["rules"]}
        self.assertEqual(sorted(rules), ["3", "7", "9", "default"])
        self.assertEqual(rules["7"]["Conditions"], CONDITIONS)
        self.assertEqual([item["Weight"] for item in rules["7"]["Actions"][0]["ForwardConfig"]["TargetGroups"]], [3, 1])
        self.assertEqual(rules["3"]["Conditions"][0]["PathPatternConfig"], {"Values": ["/old/*"]})
        self.assertEqual(rules["3"]["Actions"][0]["RedirectConfig"]["StatusCode"], "HTTP_301")
        (share,) = rules["9"]["Actions"][0]["ForwardConfig"]["TargetGroups"]
        self.assertEqual(share, {"TargetGroupArn": plain, "Weight": 1})
        self.assertEqual(rules["default"]["IsDefault"], True)
        self.assertEqual(rules["default"]["Actions"][0]["FixedResponseConfig"], {"StatusCode": "404"})

    def alias(self, balancer, name):
        described = self.aws.elbv2.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]
        made = self.aws.route53.create_hosted_zone(Name="example.test", CallerReference=unique("zone"))
        zone = made["HostedZone"]["Id"]
        target = {
            "HostedZoneId": described["CanonicalHostedZoneId"],
            "DNSName": f"dualstack.{described['DNSName']}.",
            "EvaluateTargetHealth": True,
        }
        change = {"Action": "CREATE", "ResourceRecordSet": {"Name": name, "Type": "A", "AliasTarget": target}}
        self.aws.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})

    def view_with_aliases(self):
        def with_alias():
            view = self.view()
            return view if any(item["aliases"] for item in view["loadBalancers"]) else None

        return self.wait_until(with_alias, "the alias")

    def test_target_groups_with_health_checks_and_attributes(self):
        made = self.aws.elbv2.create_target_group(
            Name=unique("tg"),
            Protocol="HTTP",
            Port=80,
            VpcId=self.aws.network.vpc,
            TargetType="ip",
            HealthCheckPath="/healthcheck",
            HealthCheckIntervalSeconds=7,
            HealthCheckTimeoutSeconds=3,
            HealthyThresholdCount=2,
            UnhealthyThresholdCount=4,
            Matcher={"HttpCode": "200-299"},
        )["TargetGroups"][0]
        group = self.wait_until(lambda: self.group(made["TargetGroupArn"]), "the target group")
        self.assertEqual((group["name"], group["targetType"], group["targets"]), (made["TargetGroupName"], "ip", []))
        self.assertEqual(
            group["healthCheck"],
            {
                "path": "/healthcheck",
                "port": "traffic-port",
                "intervalSeconds": 7,
                "timeoutSeconds": 3,
                "healthyThreshold": 2,
                "unhealthyThreshold": 4,
                "matcher": "200-299",
            },
        )
        self.assertEqual(group["attributes"]["deregistration_delay.timeout_seconds"], "300")

    def group(self, arn):
        return next((item for item in self.view()["targetGroups"] if item["arn"] == arn), None)


CONDITIONS = [
    {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/a/*"]}},
    {"Field": "host-header", "HostHeaderConfig": {"Values": ["app.example.test"]}},
    {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
]
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}


def forward(group):
    return {"Type": "forward", "TargetGroupArn": group}


def weighted(*groups):
    shares = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in zip(groups, (3, 1))]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": shares}}


class Refusals(AttachedTest):
    def assert_refused(self, body, message, endpoint="report"):
        status, said = post(self.aws.url, endpoint, body)
        self.assertEqual(status, 400)
        self.assertIn(message, said)

    def test_nonsense_in_a_report(self):
        for body, message in (
            (b"{", "the body is not JSON"),
            ([], "the report must be an object, but is []"),
            ({"tasks": []}, "targets must be a list, but is None"),
            ({"tasks": {}, "targets": []}, "tasks must be a list, but is {}"),
            ({"tasks": [1], "targets": []}, "tasks[0] must be an object, but is 1"),
        ):
            self.assert_refused(body, message)

    def test_nonsense_about_a_task(self):
        for change, message in (
            ({"arn": "task"}, "tasks[0].arn must be the ARN of a task, but is 'task'"),
            ({"lastStatus": "PENDING"}, "tasks[0].lastStatus must be one of RUNNING, STOPPED, but is 'PENDING'"),
            ({"stopCode": "Bad"}, "tasks[0].stopCode must be one of TaskFailedToStart, EssentialContainerExited"),
            ({"stoppedReason": 1}, "tasks[0].stoppedReason must be a text, but is 1"),
            ({"address": None}, "tasks[0].address must be an address"),
            ({"containers": [{"ports": []}]}, "tasks[0].containers[0].name must be a text, but is None"),
            ({"containers": [{"name": "a", "ports": [], "exitCode": "1"}]}, "containers[0].exitCode must be a whole"),
            ({"containers": [{"name": "a", "ports": [{"hostPort": 1}]}]}, "ports[0].containerPort must be a port"),
        ):
            self.assert_refused({"tasks": [{**TASK, **change}], "targets": []}, message)

    def test_nonsense_about_a_target(self):
        for target, message in (
            (TARGET, "targets[0].port must be a port from 1 to 65535, but is None"),
            ({**TARGET, "port": 65536, "state": "healthy"}, "but is 65536"),
            ({**TARGET, "port": 80, "registration": None}, "targets[0].registration must be a whole number, but is None"),
            ({**TARGET, "port": 80, "state": "ok"}, "must be one of initial, healthy, unhealthy, drained, but is 'ok'"),
        ):
            self.assert_refused({"tasks": [], "targets": [target]}, message)

    def test_reports_of_what_is_no_more_are_ignored(self):
        report = {"tasks": [TASK], "targets": [{**TARGET, "port": 80, "state": "healthy"}]}
        self.assertEqual(post(self.aws.url, "report", report), (204, None))
        elsewhere = {**TASK, "arn": TASK_ARN.replace("us-east-1", "mars-1")}
        self.assertEqual(post(self.aws.url, "report", {"tasks": [elsewhere], "targets": []}), (204, None))

    def test_nonsense_in_a_query(self):
        for query, message in (
            ("since=-1", "since must be a whole number from 0"),
            ("wait=soon", "wait must be a whole number from 0 to 60, but is 'soon'"),
            ("wait=61", "wait must be a whole number from 0 to 60, but is '61'"),
        ):
            status, body = answer(self.aws.url, f"view?{query}")
            self.assertEqual(status, 400)
            self.assertIn(message, json.loads(body)["message"])

    def test_tasks_to_kill(self):
        self.assert_refused({}, 'the body must be {"task": ARN or id}', "kill")
        self.assertEqual(post(self.aws.url, "kill", {"task": "x"}), (404, "no task x runs here"))

    def test_a_task_that_waits_for_an_instance_cannot_be_killed(self):
        group = self.aws.described_group(self.aws.autoscaling_group(MaxSize=0))["AutoScalingGroupARN"]
        provider = unique("cp")
        scaling = {"managedScaling": {"status": "ENABLED"}, "managedTerminationProtection": "DISABLED"}
        self.aws.ecs.create_capacity_provider(
            name=provider, autoScalingGroupProvider={"autoScalingGroupArn": group, **scaling}
        )
        strategy = [{"capacityProvider": provider, "weight": 1}]
        cluster, definition = self.aws.cluster(provider), self.aws.task_definition()
        ran = self.aws.ecs.run_task(cluster=cluster, taskDefinition=definition, capacityProviderStrategy=strategy)
        (task,) = ran["tasks"]
        name = task["taskArn"].rsplit("/", 1)[1]
        self.assertEqual(task["lastStatus"], "PROVISIONING")
        self.assertEqual(post(self.aws.url, "kill", {"task": name}), (404, f"no task {name} runs here"))
        self.aws.ecs.stop_task(cluster=cluster, task=name)

    def test_nonsense_that_was_measured(self):
        self.assert_refused({}, "seconds must be above 0, at most 3600, but is None", "measures")
        self.assert_refused([], "the measures must be an object, but is []", "measures")
        self.assertEqual(answer(self.aws.url, "measures")[0], 405)

    def test_nonsense_about_mails(self):
        for body in ({}, [], {"throttle": -1}, {"throttle": 1.5}, {"throttle": True}, {"throttle": 1, "bounce": 1}):
            self.assert_refused(body, 'the body must be {"throttle": N}', "mail-faults")
        self.assert_refused({"throttle": 1_000_001}, "is from 0 to 1000000", "mail-faults")
        status, body = answer(self.aws.url, "inbox?since=new")
        self.assertEqual((status, json.loads(body)["message"][:34]), (400, "since must be a whole number from "))

    def test_other_endpoints_and_methods(self):
        status, body = answer(self.aws.url, "views")
        self.assertEqual(status, 404)
        known = "/_local/view, /_local/report, /_local/measures, /_local/kill, /_local/inbox, /_local/mail-faults"
        self.assertIn(known, json.loads(body)["message"])
        self.assertEqual(answer(self.aws.url, "mail-faults")[0], 405)
        self.assertEqual(answer(self.aws.url, "report")[0], 405)
        self.assertEqual(post(self.aws.url, "view", {}), (405, "/_local/view takes GET only"))


class Reset(AttachedTest):
    own_emulator = True

    def test_the_emulator_can_be_reset_while_attached(self):
        self.settled_service(desiredCount=1)
        with urllib.request.urlopen(f"{self.aws.url}/moto-api/reset", data=b"", timeout=30):
            pass
        self.wait_until(lambda: get_view(self.aws.url)["tasks"] == [], "an empty view")
        type(self).aws = Aws(self.aws.url)
        self.assertEqual(self.wait_for_rollout(self.service())["runningCount"], 2)


if __name__ == "__main__":
    unittest.main()
