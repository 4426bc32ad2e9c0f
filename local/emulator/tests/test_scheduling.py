"""The service scheduler by a clock of the test's own: waiting times, and whole deployments under random failures."""

import random
import unittest

from control_test import ControlTest, fargate_task
from support import CONTAINER, unique

from control import clock, loop, targets, tasks

SEEDS = 12
STEPS = 120
# A random history needs so many more rounds at most to come to its end once nothing fails any more.
QUIET_STEPS = 600


class SchedulingTest(ControlTest):
    def service(self, balanced=True, **options):
        group = self.aws.served_target_group("ip") if balanced else None
        balancers = [{"targetGroupArn": group, "containerName": "app", "containerPort": 5000}] if group else []
        return self.aws.service(
            self.aws.cluster("FARGATE"),
            **{
                "taskDefinition": fargate_task(self.aws),
                "launchType": "FARGATE",
                "networkConfiguration": self.aws.awsvpc(),
                "loadBalancers": balancers,
                **options,
            },
        )

    def in_moto(self, service):
        return self.backend.services[f"{service['clusterArn'].split('/')[1]}:{service['serviceName']}"]

    def messages(self, service):
        return [event["message"].split(") ", 1)[1] for event in reversed(self.in_moto(service).events)]

    def primary(self, service):
        return self.in_moto(service).deployments[0]

    def pending(self):
        return [item["arn"] for item in tasks.view(self.backend) if self.task(item["arn"]).last_status == "PENDING"]

    def see(self, task, state):
        """The load balancer's report on the targets of a task."""
        targets.report(
            [{"targetGroupArn": arn, "id": name, "port": port, "state": state} for arn, name, port in targets.of(task)]
        )


class Times(SchedulingTest):
    def test_starts_of_failing_tasks_come_at_doubling_intervals(self):
        self.service(desiredCount=1)
        starts = []
        while len(starts) < 9:
            self.pass_time()
            for arn in self.pending():
                starts.append(self.now)
                self.report(arn, "STOPPED", exit_code=1)
        waits = [round(later - earlier, 1) for earlier, later in zip(starts, starts[1:])]
        for wait, expected in zip(waits, (0.5, 1, 2, 4, 8, 16, 30, 30)):
            # The round that sees the failure, and the one that is the first after the wait.
            self.assertTrue(expected <= wait <= expected + 0.3, waits)

    def test_the_grace_period_begins_with_running(self):
        service = self.service(desiredCount=1, healthCheckGracePeriodSeconds=60)
        self.pass_time()
        self.pass_time(100)
        (arn,) = self.pending()
        self.report(arn, "RUNNING")
        self.pass_time(0.1)
        self.see(self.task(arn), "unhealthy")
        self.pass_time(59.8)
        self.assertTrue(self.task(arn).is_wanted)
        self.pass_time(0.3)
        self.assertFalse(self.task(arn).is_wanted)
        self.assertEqual(self.primary(service).failed_tasks, 1)
        group = service["loadBalancers"][0]["targetGroupArn"]
        self.assertEqual(self.task(arn).stopped_reason, f"Task failed ELB health checks in (target-group {group})")
        self.assertEqual(self.task(arn).stop_code, "ServiceSchedulerInitiated")

    def test_a_healthy_task_that_turns_unhealthy_is_no_failure_of_the_deployment(self):
        service = self.service(desiredCount=1)
        self.pass_time()
        (arn,) = self.pending()
        self.report(arn, "RUNNING")
        for state in ("healthy", "unhealthy"):
            self.see(self.task(arn), state)
            self.pass_time()
        self.assertEqual((self.task(arn).is_wanted, self.primary(service).failed_tasks), (False, 0))

    def test_without_a_health_check_a_task_has_to_run_for_a_second(self):
        service = self.service(balanced=False, desiredCount=1)
        self.pass_time()
        self.report(*self.pending(), "RUNNING")
        self.pass_time()
        self.pass_time(0.8)
        self.assertEqual(self.primary(service).rollout_state, "IN_PROGRESS")
        self.pass_time(0.3)
        self.assertEqual(self.primary(service).rollout_state, "COMPLETED")

    def test_an_exit_before_that_second_is_a_failure(self):
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
        service = self.service(balanced=False, desiredCount=1, deploymentConfiguration=breaker)
        for _ in range(60):
            self.pass_time()
            for arn in self.pending():
                self.report(arn, "RUNNING")
                self.pass_time()
                self.report(arn, "STOPPED", exit_code=1)
        self.assertEqual(self.primary(service).rollout_state, "FAILED")
        self.assertEqual(len([text for text in self.messages(service) if "has started" in text]), 3)

    def test_a_target_drains_no_longer_than_its_delay_and_a_little_more(self):
        service = self.service(desiredCount=1)
        self.serve()
        (task,) = tasks.of_service(self.backend, self.in_moto(service))
        self.see(task, "healthy")
        self.aws.ecs.update_service(cluster=service["clusterArn"], service=service["serviceName"], desiredCount=0)
        self.pass_time()
        self.assertEqual(task.last_status, "DEACTIVATING")
        self.pass_time(300)
        self.assertEqual(task.last_status, "DEACTIVATING")
        self.pass_time(3)
        self.assertEqual(task.last_status, "STOPPING")


class Starts(SchedulingTest):
    def test_a_task_without_room_is_told_once_a_minute_and_fails_nothing(self):
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
        service = self.aws.service(
            self.aws.cluster(),
            taskDefinition=self.aws.task_definition(),
            launchType="EC2",
            deploymentConfiguration=breaker,
        )
        for _ in range(300):
            self.pass_time(0.3)
        told = [text for text in self.messages(service) if text.startswith("was unable to place a task because no")]
        self.assertEqual((len(told), len(self.messages(service))), (2, 2))
        self.assertEqual((self.primary(service).rollout_state, self.primary(service).failed_tasks), ("IN_PROGRESS", 0))

    def test_a_task_that_cannot_be_made_is_told_with_the_error(self):
        service = self.service(desiredCount=1)
        self.primary(service).revision.task_definition = "missing:1"
        self.pass_time()
        self.assertEqual(
            self.messages(service), ["failed to launch a task with (error Unable to describe task definition.)."]
        )
        self.assertEqual(self.primary(service).failed_tasks, 1)

    def test_tasks_carry_what_the_service_says(self):
        service = self.service(
            desiredCount=1,
            tags=[{"key": "team", "value": "a"}],
            propagateTags="SERVICE",
            enableECSManagedTags=True,
            enableExecuteCommand=True,
        )
        self.pass_time()
        (task,) = tasks.of_service(self.backend, self.in_moto(service))
        tags = {tag["key"]: tag["value"] for tag in task.tags}
        cluster = service["clusterArn"].split("/")[1]
        expected = {"team": "a", "aws:ecs:serviceName": service["serviceName"], "aws:ecs:clusterName": cluster}
        self.assertEqual(tags, expected)
        self.assertEqual((task.group, task.started_by), (f"service:{service['serviceName']}", self.primary(service).id))
        self.assertTrue(task.enable_execute_command)

    def test_tasks_carry_no_tags_unless_asked_to(self):
        service = self.service(desiredCount=1, tags=[{"key": "team", "value": "a"}])
        self.pass_time()
        (task,) = tasks.of_service(self.backend, self.in_moto(service))
        self.assertEqual(([*task.tags], task.enable_execute_command), ([], False))

    def test_events_are_kept_up_to_100(self):
        service = self.service(balanced=False, desiredCount=1)
        for _ in range(150):
            self.pass_time(40)
            for arn in self.pending():
                self.report(arn, "STOPPED", exit_code=1)
        self.assertEqual(len(self.in_moto(service).events), 100)


class Chance:
    """A data plane whose tasks start, get healthy, fail, die and drain at random times."""

    def __init__(self, test, seed, failing=0.3):
        self.test, self.random, self.failing = test, random.Random(seed), failing

    def act(self):
        for seen in tasks.view(self.test.backend):
            task = self.test.task(seen["arn"])
            for arn, name, port in targets.of(task):
                self._see(task, {"targetGroupArn": arn, "id": name, "port": port})
            if seen["desired"] != "run":
                self._maybe(0.5, seen["arn"], "STOPPED", exit_code=143)
            elif task.last_status == "PENDING":
                failed = self.random.random() < self.failing
                self._maybe(0.5, seen["arn"], *(("STOPPED", 1) if failed else ("RUNNING",)))
            elif task.last_status == "RUNNING":
                self._maybe(self.failing / 20, seen["arn"], "STOPPED", exit_code=137)

    def _maybe(self, probability, arn, status, exit_code=None):
        if self.random.random() < probability:
            address = f"127.{self.random.randint(1, 250)}.{self.random.randint(1, 250)}.{self.random.randint(1, 250)}"
            self.test.report(arn, status, exit_code=exit_code, address=address)

    def _see(self, task, target):
        if not task.is_wanted:
            state = "drained"
        else:
            state = "unhealthy" if self.random.random() < self.failing / 4 else "healthy"
        if self.random.random() < 0.5:
            targets.report([{**target, "state": state}])


class Histories(SchedulingTest):
    """What holds at every moment of any history, and how each ends."""

    def histories(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed):
                chance = random.Random(seed)
                self.setUp()
                minimum, maximum = chance.choice(((50, 100), (50, 200), (100, 150), (100, 200)))
                configuration = {
                    "minimumHealthyPercent": minimum,
                    "maximumPercent": maximum,
                    "deploymentCircuitBreaker": {"enable": chance.random() < 0.5, "rollback": True},
                }
                service = self.service(desiredCount=chance.randint(1, 5), deploymentConfiguration=configuration)
                yield seed, chance, service

    def healthy(self, service):
        return sum(
            task.is_wanted and targets.health(task) == "healthy"
            for task in tasks.of_service(self.backend, self.in_moto(service))
        )

    def change(self, chance, service):
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        change = chance.choice(({"forceNewDeployment": True}, {"desiredCount": chance.randint(0, 6)}))
        self.aws.ecs.update_service(**names, **change)

    def test_the_limits_hold_at_every_moment_and_it_ends(self):
        for seed, chance, service in self.histories():
            data_plane = Chance(self, seed)
            for _ in range(STEPS):
                if chance.random() < 0.05:
                    self.change(chance, service)
                self.check_one_round(service)
                data_plane.act()
            names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
            self.aws.ecs.update_service(**names, forceNewDeployment=True, desiredCount=3)
            data_plane.failing = 0
            self.go_on_until_complete(service, data_plane)
            self.check_end(service)

    def go_on_until_complete(self, service, data_plane):
        for _ in range(QUIET_STEPS):
            self.check_one_round(service)
            data_plane.act()
            if self.in_moto(service).is_steady:
                return

    def check_one_round(self, service):
        """One round alone, so that what changes in it is the scheduler's doing."""
        moto = self.in_moto(service)
        self.now += 0.1
        before = self.healthy(service), len(self.wanted(moto))
        loop.tick(clock.now())
        after = self.healthy(service), len(self.wanted(moto))
        configuration = moto.deployment_configuration
        lower = -(-moto.desired_count * configuration["minimumHealthyPercent"] // 100)
        self.assertGreaterEqual(after[0], min(before[0], lower), (before, after))
        upper = moto.desired_count * configuration["maximumPercent"] // 100
        self.assertLessEqual(after[1], max(before[1], upper), (before, after))

    def wanted(self, moto):
        return [task for task in tasks.of_service(self.backend, moto) if task.is_wanted]

    def check_end(self, service):
        moto = self.in_moto(service)
        (deployment,) = moto.deployments
        self.assertEqual((deployment.status, deployment.rollout_state), ("PRIMARY", "COMPLETED"))
        self.assertEqual((moto.running_count, moto.pending_count, self.healthy(service)), (3, 0, 3))
        self.assertEqual({task.deployment_id for task in self.wanted(moto)}, {deployment.id})
        self.assertEqual(self.messages(service)[-1], "has reached a steady state.")


class OtherServices(SchedulingTest):
    def test_services_with_task_sets_are_left_alone(self):
        for controller in ("EXTERNAL", "CODE_DEPLOY"):
            service = self.service(
                serviceName=unique("external"), deploymentController={"type": controller}, balanced=False
            )
            self.serve()
            self.assertEqual((self.messages(service), self.in_moto(service).running_count), ([], 0))

    def test_tasks_of_other_groups_are_not_counted(self):
        service = self.service(balanced=False, desiredCount=0)
        cluster = service["clusterArn"]
        self.run_task(
            cluster,
            taskDefinition=fargate_task(self.aws, name=CONTAINER["name"]),
            launchType="FARGATE",
            networkConfiguration=self.aws.awsvpc(),
        )
        self.serve()
        self.assertEqual(self.in_moto(service).running_count, 0)
        self.assertEqual(self.primary(service).rollout_state, "COMPLETED")


if __name__ == "__main__":
    unittest.main()
