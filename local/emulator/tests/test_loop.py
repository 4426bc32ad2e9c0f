"""When the control plane ticks: how long it waits in between, what wakes it, and what keeps it quick."""

import io
import json
import threading
import unittest
from unittest import mock

from blue_green_test import BlueGreenTest
from codedeploy_stack import blue_green
from control_test import by_strategy, fargate_task, report_target

from control import calls, http, loop, pace, targets, tasks, waits

# A test that is right waits for none of it.
FAR_SECONDS = 30


class Event:
    """An event that is set, or not, as the test says; for how long somebody was ready to wait for it."""

    def __init__(self, *woken):
        self._woken = iter(woken)
        self.waited = []
        self.cleared = 0

    def wait(self, seconds):
        self.waited.append(round(seconds, 3))
        return next(self._woken, False)

    def clear(self):
        self.cleared += 1


class PaceTest(unittest.TestCase):
    def waits(self, *, busy, woken=()):
        """The seconds before each tick, the first one excepted, which comes quickly; `busy`: what each tick tells."""
        slept, event = [], Event(*woken)
        paced = pace.Pace(event, slept.append)
        for each in busy:
            paced.wait()
            paced.went(each)
        self.assertEqual((set(slept), event.cleared), ({pace.QUICK_SECONDS}, len(busy)))
        return [round(pace.QUICK_SECONDS + seconds, 3) for seconds in event.waited][1:]

    def test_with_nothing_to_do_it_ticks_less_and_less_often_down_to_once_a_second(self):
        self.assertEqual(self.waits(busy=[False] * 7), [0.2, 0.4, 0.8, 1.0, 1.0, 1.0])

    def test_while_something_is_under_way_it_ticks_ten_times_a_second(self):
        self.assertEqual(self.waits(busy=[True] * 5), [0.1] * 4)

    def test_it_is_quick_again_from_the_tick_on_that_found_something_to_do(self):
        self.assertEqual(self.waits(busy=[False, False, False, True, False, False]), [0.2, 0.4, 0.8, 0.1, 0.2])

    def test_it_is_quick_again_after_it_was_woken(self):
        waits = self.waits(busy=[False] * 6, woken=[False, False, False, True])
        self.assertEqual(waits, [0.2, 0.4, 0.8, 0.1, 0.2])

    def test_it_waits_no_longer_than_until_something_is_due(self):
        slept, event = [], Event()
        paced = pace.Pace(event, slept.append)
        for _ in range(10):
            paced.went(False)
        for seconds in (0.75, pace.QUICK_SECONDS, 0, FAR_SECONDS):
            paced.wait(seconds)
        self.assertEqual(event.waited, [0.65, 0, 0, 0.9])

    def test_who_wakes_it_ends_the_long_wait(self):
        with mock.patch.object(pace, "CALM_SECONDS", FAR_SECONDS):
            paced, over = pace.Pace(), threading.Event()
            for _ in range(10):
                paced.went(False)
            waiter = threading.Thread(target=lambda: (paced.wait(), over.set()), daemon=True)
            waiter.start()
            self.assertFalse(over.wait(3 * pace.QUICK_SECONDS))
            paced.wake()
            self.assertTrue(over.wait(FAR_SECONDS / 2))

    def test_a_wake_during_a_tick_is_for_the_next_one(self):
        with mock.patch.object(pace, "CALM_SECONDS", FAR_SECONDS):
            paced, over = pace.Pace(), threading.Event()
            for _ in range(10):
                paced.went(False)
            paced.wake()
            paced.wait()
            paced.wake()
            paced.went(False)
            waiter = threading.Thread(target=lambda: (paced.wait(), over.set()), daemon=True)
            waiter.start()
            self.assertTrue(over.wait(FAR_SECONDS / 2))


def request(method="POST", path="/", body=b"", **headers):
    named = {name if name == "CONTENT_TYPE" else f"HTTP_{name}": value for name, value in headers.items()}
    path, _, query = path.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_LENGTH": str(len(body))}
    return {**environ, "wsgi.input": io.BytesIO(body), **named}


def form(text):
    return request(body=text.encode(), CONTENT_TYPE="application/x-www-form-urlencoded; charset=utf-8")


def target(operation):
    return request(body=b"{}", X_AMZ_TARGET=f"AmazonEC2ContainerServiceV20141113.{operation}")


CBOR = "/service/GraniteServiceVersion20100801/operation/"
LOOKING = {
    "ECS": target("DescribeServices"),
    "ECS, a list": target("ListTasks"),
    "several at once": target("BatchGetBuilds"),
    "the query protocol": form("Version=2015-12-01&Action=DescribeTargetHealth"),
    "the query protocol by GET": request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15"),
    "CBOR": request(path=CBOR + "DescribeAlarms"),
    "REST": request("GET", "/2013-04-01/hostedzone"),
    "the head of an object": request("HEAD", "/bucket/key"),
    "lines of logs, which no tick looks at": target("PutLogEvents"),
    "data of metrics, which have time until the minute is over": request(path=CBOR + "PutMetricData"),
}
CHANGING = {
    "ECS": target("UpdateService"),
    "the query protocol": form("Action=RegisterTargets&Version=2015-12-01"),
    "the query protocol by GET": request("GET", "/?Action=RegisterTargets"),
    "CBOR": request(path=CBOR + "SetAlarmState"),
    "REST": request("DELETE", "/v2/apis/a"),
    "an object": request("PUT", "/bucket/Describe"),
    "a form that names no operation": form("a=b"),
    "a reset": request("POST", "/moto-api/reset"),
}


class Calls(unittest.TestCase):
    def test_those_that_only_look(self):
        for name, environ in LOOKING.items():
            self.assertFalse(calls.may_change_something(environ), name)

    def test_those_that_may_change_something(self):
        for name, environ in CHANGING.items():
            self.assertTrue(calls.may_change_something(environ), name)

    def test_the_body_can_be_read_once_more(self):
        environ = form("Action=RegisterTargets&Version=2015-12-01")
        calls.may_change_something(environ)
        self.assertEqual(environ["wsgi.input"].read(), b"Action=RegisterTargets&Version=2015-12-01")


class Waking(unittest.TestCase):
    """The WSGI application, with an AWS that answers with nothing."""

    def wakes(self, environ, application=lambda _environ, _start: []):
        with mock.patch.object(loop.Loop, "wake") as wake:
            try:
                http.beside(application, threading.Lock())(environ, lambda *_: None)
            except ZeroDivisionError:
                pass
            return wake.call_count

    def test_a_call_that_may_change_something_wakes_the_loop_after_it(self):
        order = []
        with mock.patch.object(loop.Loop, "wake", lambda _loop: order.append("woken")):
            answers = http.beside(lambda _environ, _start: order.append("called"), threading.Lock())
            answers(target("UpdateService"), None)
        self.assertEqual(order, ["called", "woken"])

    def test_a_call_that_fails_wakes_it_too(self):
        self.assertEqual(self.wakes(target("UpdateService"), lambda *_: 1 / 0), 1)

    def test_a_call_that_only_looks_does_not(self):
        self.assertEqual(self.wakes(target("DescribeServices")), 0)

    def test_calls_of_the_data_plane_and_of_tests_wake_it(self):
        report = json.dumps({"tasks": [], "targets": []}).encode()
        self.assertEqual(self.wakes(request(path="/_local/report", body=report)), 1)
        self.assertEqual(self.wakes(request(path="/_local/mail-faults", body=b'{"throttle": 0}')), 1)
        self.assertEqual(self.wakes(request("GET", "/_local/inbox")), 0)

    def test_what_was_measured_waits_for_its_minute(self):
        body = json.dumps({"seconds": 5, "tasks": [], "targets": [], "loadBalancers": []}).encode()
        self.assertEqual(self.wakes(request(path="/_local/measures", body=body)), 0)


class LoopTest(BlueGreenTest):
    def on_fargate(self):
        return {
            "taskDefinition": fargate_task(self.aws),
            "launchType": "FARGATE",
            "networkConfiguration": self.aws.awsvpc(),
        }

    def service(self, **options):
        """One on Fargate behind a target group."""
        balancer = {"targetGroupArn": self.aws.served_target_group("ip"), "containerName": "app", "containerPort": 5000}
        return self.aws.service(
            self.aws.cluster("FARGATE"), **self.on_fargate(), loadBalancers=[balancer], **options
        )


class UnderWay(LoopTest):
    """What is under way keeps the loop quick; where nothing is, it is left to calm down."""

    def test_nothing_is_where_there_is_nothing(self):
        self.assertFalse(loop.is_under_way())

    def test_a_service_is_until_it_is_steady(self):
        service = self.service()
        self.assertTrue(loop.is_under_way())
        self.serve(rounds=1)
        self.assertTrue(loop.is_under_way())
        self.serve()
        self.assertFalse(loop.is_under_way())
        self.aws.ecs.update_service(cluster=service["clusterArn"], service=service["serviceName"], desiredCount=3)
        self.pass_time()
        self.assertTrue(loop.is_under_way())
        self.serve()
        self.assertFalse(loop.is_under_way())

    def test_a_service_that_is_deleted_is_until_it_is_gone(self):
        service = self.service()
        self.serve()
        self.aws.ecs.delete_service(cluster=service["clusterArn"], service=service["serviceName"], force=True)
        self.assertTrue(loop.is_under_way())
        self.serve()
        self.assertFalse(loop.is_under_way())

    def test_a_service_of_which_a_task_fails_its_health_checks_is(self):
        service = self.service(healthCheckGracePeriodSeconds=60)
        self.serve()
        task = self.task(self.aws.ecs.list_tasks(cluster=service["clusterArn"])["taskArns"][0])
        report_target(*targets.of(task)[0], "unhealthy")
        self.pass_time()
        self.assertEqual((task.is_wanted, loop.is_under_way()), (True, True))

    def test_a_service_whose_deployment_was_given_up_is_not(self):
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
        service = self.service(deploymentConfiguration=breaker)
        for _ in range(200):
            self.pass_time(5)
            for seen in tasks.view(self.backend):
                self.report(seen["arn"], "STOPPED", exit_code=1)
        described = self.aws.described_service(service)
        self.assertEqual([each["rolloutState"] for each in described["deployments"]], ["FAILED"])
        self.assertFalse(loop.is_under_way())

    def test_a_service_that_others_deploy_is_not(self):
        self.service(deploymentController={"type": "EXTERNAL"})
        self.pass_time()
        self.assertFalse(loop.is_under_way())

    def test_targets_that_drain_are(self):
        group = self.aws.served_target_group("ip")
        place = [{"Id": "10.0.0.9", "Port": 80}]
        self.aws.elbv2.register_targets(TargetGroupArn=group, Targets=place)
        self.assertFalse(loop.is_under_way())
        self.aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=place)
        self.assertTrue(loop.is_under_way())
        self.pass_time(303)
        self.assertFalse(loop.is_under_way())

    def test_a_task_is_until_it_runs_and_from_when_it_is_to_stop(self):
        cluster = self.aws.cluster("FARGATE")
        ran = self.run_task(cluster, **self.on_fargate())
        arn = ran["tasks"][0]["taskArn"]
        self.assertTrue(loop.is_under_way())
        self.report(arn, "RUNNING")
        self.assertFalse(loop.is_under_way())
        self.aws.ecs.stop_task(cluster=cluster, task=arn)
        self.assertTrue(loop.is_under_way())
        self.report(arn, "STOPPED", exit_code=143)
        self.assertFalse(loop.is_under_way())

    def test_a_task_that_waits_for_an_instance_is(self):
        provider, _ = self.provider(size=(0, 0))
        self.run_task(self.aws.cluster(provider), **by_strategy(provider))
        self.pass_time(60)
        self.assertTrue(loop.is_under_way())

    def test_an_instance_that_is_drained_and_an_instance_refresh_are(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, memory=2000, **by_strategy(provider))
        self.serve()
        self.assertFalse(loop.is_under_way())
        self.aws.autoscaling.start_instance_refresh(
            AutoScalingGroupName=group, Preferences={"ScaleInProtectedInstances": "Refresh"}
        )
        self.assertTrue(loop.is_under_way())
        self.pass_time()
        self.aws.autoscaling.cancel_instance_refresh(AutoScalingGroupName=group)
        self.assertTrue(loop.is_under_way())
        self.aws.ecs.stop_task(cluster=cluster, task=ran["tasks"][0]["taskArn"])
        self.serve()
        self.assertFalse(loop.is_under_way())

    def test_a_deployment_of_codedeploy_is_to_the_end_of_its_waits(self):
        stack = self.stack(group={"blueGreenDeploymentConfiguration": blue_green(bake_minutes=5)})
        self.assertFalse(loop.is_under_way())
        deployment = stack.deploy()
        self.assertTrue(loop.is_under_way())
        self.serve(rounds=20)
        self.assertEqual(self.status(stack, deployment), "InProgress")
        self.assertTrue(loop.is_under_way())
        self.pass_minutes(6)
        self.serve()
        self.assertEqual(self.status(stack, deployment), "Succeeded")
        self.assertFalse(loop.is_under_way())

    def test_what_cannot_be_told_is(self):
        with mock.patch.object(loop, "LASTING", (None,)), mock.patch("sys.stderr", io.StringIO()):
            self.service()
            self.assertTrue(loop.is_under_way())


class Rounds(LoopTest):
    """One round of the background thread after the other."""

    def setUp(self):
        super().setUp()
        self.loop, self.told = loop.Loop(threading.Lock()), []
        self.loop._pace = mock.Mock(went=lambda busy: self.told.append(busy))

    def busy(self):
        self.loop.wait_and_tick()
        return self.told[-1]

    def test_each_waits_first(self):
        self.loop.wait_and_tick()
        self.loop._pace.wait.assert_called_once_with(pace.CALM_SECONDS)

    def test_each_waits_until_the_next_minute_is_over_at_most(self):
        self.aws.cluster()
        with mock.patch.object(waits, "time_scale", 120.0):
            for now, seconds in ((1000.0, 0.5), (1000.3, 0.2), (1000.5, 0.5)):
                self.now = now
                self.loop.wait_and_tick()
                self.loop.wait_and_tick()
                self.assertAlmostEqual(self.loop._pace.wait.call_args.args[0], seconds)

    def test_one_that_changed_the_view_is_busy_and_the_next_is_not(self):
        self.assertTrue(self.busy())
        self.assertFalse(self.busy())
        self.aws.target_group("ip")
        self.assertEqual((self.busy(), self.busy()), (True, False))

    def test_one_that_left_something_under_way_is_busy(self):
        self.run_task(self.aws.cluster("FARGATE"), **self.on_fargate())
        self.assertEqual([self.busy() for _ in range(4)], [True] * 4)

    def test_they_take_the_turn_for_the_tick_and_give_it_back(self):
        turn = threading.Lock()
        rounds = loop.Loop(turn)
        rounds._pace = mock.Mock(wait=lambda _seconds: self.assertFalse(turn.locked()))
        with mock.patch.object(loop, "tick", lambda _now: self.assertTrue(turn.locked())):
            rounds.wait_and_tick()
        self.assertFalse(turn.locked())


if __name__ == "__main__":
    unittest.main()
