"""The life of a task, state by state; the test is the data plane."""

import unittest

from control_test import ControlTest, by_strategy, fargate_task, report_target
from support import CONTAINER, FARGATE

from control import targets, tasks


class Life(ControlTest):
    def pending(self, **options):
        """A task on Fargate that the data plane is to start: (cluster, ARN)."""
        cluster = self.aws.cluster()
        ran = self.run_task(
            cluster,
            taskDefinition=fargate_task(self.aws),
            launchType="FARGATE",
            networkConfiguration=self.aws.awsvpc(),
            **options,
        )
        return cluster, ran["tasks"][0]["taskArn"]

    def seen(self):
        return [(seen["arn"], seen["desired"]) for seen in tasks.view(self.backend)]

    def shown(self, cluster, arn):
        task = self.described(cluster, arn)[0]
        return task["lastStatus"], task["desiredStatus"]

    def test_it_is_pending_until_it_is_reported_as_running(self):
        cluster, arn = self.pending()
        self.pass_time(60)
        self.assertEqual((self.shown(cluster, arn), self.seen()), (("PENDING", "RUNNING"), [(arn, "run")]))
        self.report(arn, "RUNNING")
        self.assertEqual((self.shown(cluster, arn), self.seen()), (("RUNNING", "RUNNING"), [(arn, "run")]))

    def test_the_view_says_what_is_to_run_where(self):
        _, arn = self.pending(overrides={"containerOverrides": [{"name": "app", "command": ["x"]}]}, group="batch")
        (seen,) = tasks.view(self.backend)
        task = self.task(arn)
        self.assertEqual(
            seen,
            {
                "arn": arn,
                "group": "batch",
                "launchType": "FARGATE",
                "taskDefinitionArn": task.task_definition_arn,
                "overrides": {
                    "containerOverrides": [{"name": "app", "command": ["x"]}],
                    "inferenceAcceleratorOverrides": [],
                },
                "desired": "run",
            },
        )

    def test_on_an_instance_the_view_names_it(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        self.run_task(cluster, **by_strategy(provider))
        self.pass_time()
        self.pass_time()
        (seen,) = tasks.view(self.backend)
        self.assertEqual((seen["instanceId"], seen["launchType"]), (self.instances_of(group)[0]["InstanceId"], "EC2"))

    def test_the_version_counts_the_states_it_goes_through(self):
        cluster, arn = self.pending()
        self.report(arn, "RUNNING")
        self.report(arn, "STOPPED", exit_code=0)
        # PROVISIONING, PENDING, ACTIVATING, RUNNING, DEPROVISIONING, STOPPED
        self.assertEqual(self.described(cluster, arn)[0]["version"], 6)

    def test_what_stops_by_itself_keeps_its_own_reason(self):
        cluster, arn = self.pending()
        self.report(arn, "RUNNING")
        self.report(arn, "STOPPED", exit_code=3)
        task = self.described(cluster, arn)[0]
        self.assertEqual((task["stopCode"], task["containers"][0]["exitCode"]), ("EssentialContainerExited", 3))
        self.assertEqual(self.seen(), [])

    def test_a_stop_is_asked_for_and_then_reported(self):
        cluster, arn = self.pending()
        self.report(arn, "RUNNING")
        for reason in ("first", "second"):
            tasks.stop(self.backend, self.task(arn), reason=reason, stop_code="UserInitiated")
        self.assertEqual((self.shown(cluster, arn), self.seen()), (("STOPPING", "STOPPED"), [(arn, "stop")]))
        self.report(arn, "STOPPED", exit_code=143, stopCode="EssentialContainerExited", stoppedReason="died")
        task = self.described(cluster, arn)[0]
        self.assertEqual((task["stopCode"], task["stoppedReason"]), ("UserInitiated", "first"))

    def test_a_late_report_of_running_does_not_bring_back_what_is_stopping(self):
        cluster, arn = self.pending()
        tasks.stop(self.backend, self.task(arn), reason="no", stop_code="UserInitiated")
        self.report(arn, "RUNNING")
        self.assertEqual(self.shown(cluster, arn), ("STOPPING", "STOPPED"))

    def test_reports_of_what_is_gone_are_ignored(self):
        cluster, arn = self.pending()
        self.report(arn, "STOPPED", exit_code=0)
        before = self.described(cluster, arn)
        self.now += 1
        self.report(arn, "RUNNING")
        self.report(arn, "STOPPED", exit_code=1)
        self.assertEqual(self.described(cluster, arn), before)
        self.report(f"{arn}0", "RUNNING")

    def test_a_kill_is_no_stop(self):
        cluster, arn = self.pending()
        self.report(arn, "RUNNING")
        tasks.kill(self.task(arn))
        self.assertEqual((self.shown(cluster, arn), self.seen()), (("RUNNING", "RUNNING"), [(arn, "kill")]))
        self.report(arn, "STOPPED", exit_code=137)
        self.assertEqual(self.described(cluster, arn)[0]["stopCode"], "EssentialContainerExited")

    def test_one_that_waits_for_an_instance_can_be_stopped(self):
        provider, group = self.provider(size=(0, 0))
        cluster = self.aws.cluster(provider)
        first, second = [one["taskArn"] for one in self.run_task(cluster, count=2, **by_strategy(provider))["tasks"]]
        self.assertEqual((self.shown(cluster, first), self.seen()), (("PROVISIONING", "RUNNING"), []))
        self.aws.ecs.stop_task(cluster=cluster, task=second)
        self.assertEqual(self.shown(cluster, second), ("STOPPED", "STOPPED"))
        self.aws.autoscaling.update_auto_scaling_group(AutoScalingGroupName=group, MaxSize=1)
        self.pass_time()
        self.pass_time()
        self.assertEqual(self.seen(), [(first, "run")])

    def test_the_newest_stopped_tasks_stay(self):
        cluster, arn = self.pending()
        task = self.task(arn)
        arns = []
        for _ in range(tasks.STOPPED_TASKS_KEPT + 3):
            self.now += 1
            (made,) = tasks.create(
                self.backend,
                cluster,
                task.definition,
                group="g",
                started_by=None,
                launch_type="FARGATE",
                network_configuration=self.aws.awsvpc(),
            )
            self.report(made.task_arn, "STOPPED", exit_code=0)
            arns.append(made.task_arn)
        self.pass_time()
        self.assertEqual(list(self.backend.tasks[cluster]), [arn, *arns[3:]])


class Targets(ControlTest):
    """Tasks of a service behind a target group."""

    def setUp(self):
        super().setUp()
        self.group = self.aws.served_target_group("ip")
        self.service = self.aws.service(
            self.aws.cluster("FARGATE"),
            taskDefinition=self.aws.task_definition(**FARGATE),
            launchType="FARGATE",
            desiredCount=1,
            networkConfiguration=self.aws.awsvpc(),
            loadBalancers=[{"targetGroupArn": self.group, "containerName": "app", "containerPort": 5000}],
        )
        self.pass_time()
        self.arn = next(iter(self.backend.tasks[self.service["clusterArn"].split("/")[1]]))

    def health(self):
        found = self.aws.elbv2.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return [(item["Target"]["Id"], item["Target"]["Port"], item["TargetHealth"]["State"]) for item in found]

    def test_a_running_task_is_a_target_and_a_stopping_one_drains_first(self):
        self.assertEqual(self.health(), [])
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.assertEqual(self.health(), [("127.1.2.3", 5000, "initial")])
        tasks.stop(self.backend, self.task(self.arn), reason="r", stop_code="ServiceSchedulerInitiated")
        self.assertEqual((self.task(self.arn).last_status, self.health()[0][2]), ("DEACTIVATING", "draining"))
        self.assertEqual([seen["desired"] for seen in tasks.view(self.backend) if seen["arn"] == self.arn], ["run"])
        self.pass_time(1)
        self.assertEqual(self.task(self.arn).last_status, "DEACTIVATING")
        self.target("drained", 5000)
        self.pass_time()
        self.assertEqual(self.task(self.arn).last_status, "STOPPING")
        self.assertEqual([seen["desired"] for seen in tasks.view(self.backend) if seen["arn"] == self.arn], ["stop"])

    def target(self, state, port):
        self.see(state, self.group, port)

    def test_a_task_that_has_drained_has_no_part_in_the_next_target_on_its_port(self):
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.aws.ecs.stop_task(cluster=self.service["clusterArn"], task=self.arn)
        self.target("drained", 5000)
        self.pass_time()
        (_, successor) = self.backend.tasks[self.service["clusterArn"].split("/")[1]]
        self.report(successor, "RUNNING", ports=((5000, 5000),))
        self.assertEqual(targets.of(self.task(self.arn)), [])
        self.report(self.arn, "STOPPED", exit_code=143)
        self.assertEqual(self.health(), [("127.1.2.3", 5000, "initial")])

    def test_a_task_that_dies_while_its_target_drains_is_no_target_at_once(self):
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.aws.ecs.stop_task(cluster=self.service["clusterArn"], task=self.arn)
        self.assertEqual(self.health()[0][2], "draining")
        self.report(self.arn, "STOPPED", exit_code=137)
        self.assertEqual(self.health(), [])

    def test_a_late_report_of_draining_takes_no_target_away(self):
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.target("drained", 5000)
        self.assertEqual(self.health(), [("127.1.2.3", 5000, "initial")])

    def test_a_task_that_dies_is_no_target_at_once(self):
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.report(self.arn, "STOPPED", exit_code=1)
        self.assertEqual(self.health(), [])

    def test_a_task_is_healthy_when_it_is_so_in_each_of_its_target_groups(self):
        ports = 5000, 5001
        groups = [self.aws.served_target_group("ip") for _ in ports]
        container = {**CONTAINER, "portMappings": [{"containerPort": port} for port in ports]}
        service = self.aws.service(
            self.aws.cluster("FARGATE"),
            taskDefinition=self.aws.task_definition(containerDefinitions=[container], **FARGATE),
            launchType="FARGATE",
            desiredCount=1,
            networkConfiguration=self.aws.awsvpc(),
            loadBalancers=[
                {"targetGroupArn": group, "containerName": "app", "containerPort": port}
                for group, port in zip(groups, ports)
            ],
        )
        self.pass_time()
        (arn,) = self.backend.tasks[service["clusterArn"].split("/")[1]]
        self.report(arn, "RUNNING", ports=((5000, 5000),))
        self.see("healthy", groups[0], 5000)
        self.assertEqual(targets.health(self.task(arn)), "initial")
        self.report(arn, "RUNNING", ports=((5000, 5000), (5001, 5001)))
        for state, expected in (("initial", "initial"), ("unhealthy", "unhealthy"), ("healthy", "healthy")):
            self.see("healthy", groups[0], 5000)
            self.see(state, groups[1], 5001)
            self.assertEqual(targets.health(self.task(arn)), expected)

    def see(self, state, group, port):
        report_target(group, "127.1.2.3", port, state)

    def test_a_task_that_is_reported_elsewhere_is_a_target_there(self):
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.target("healthy", 5000)
        self.report(self.arn, "RUNNING", ports=((5000, 5000),))
        self.assertEqual(self.health(), [("127.1.2.3", 5000, "healthy")])
        self.report(self.arn, "RUNNING", ports=((5000, 6000),))
        self.assertEqual(self.health(), [("127.1.2.3", 6000, "initial")])


if __name__ == "__main__":
    unittest.main()
