"""The service scheduler by a clock of the test's own: waiting times, and whole deployments under random failures."""

import random
import unittest
from unittest import mock

from control_test import ControlTest, fargate_task, report_target
from support import CONTAINER, Network, unique

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
        for place in targets.of(task):
            report_target(*place, state)


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
        with mock.patch.object(tasks, "create", wraps=tasks.create) as tried:
            for _ in range(300):
                self.pass_time(0.3)
        # After 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 and 61.5 s.
        self.assertEqual(tried.call_count, 8)
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

    def test_a_security_group_that_is_gone_is_told(self):
        network = Network(self.aws, ("us-east-1a",))
        configuration = {"subnets": network.subnets, "securityGroups": [network.group]}
        service = self.service(desiredCount=1, networkConfiguration={"awsvpcConfiguration": configuration})
        self.aws.ec2.delete_security_group(GroupId=network.group)
        self.pass_time()
        self.assertEqual(self.pending(), [])
        self.assertIn(f"The security group '{network.group}' does not exist.", self.messages(service)[0])
        with self.assertRaisesRegex(Exception, "InvalidGroup.NotFound"):
            self.aws.ec2.describe_security_groups(GroupIds=[network.group])

    def test_they_go_on_when_another_step_fails(self):
        self.service(desiredCount=1)
        with mock.patch.object(targets, "tick", side_effect=ValueError("broken")), mock.patch("sys.stderr") as told:
            loop.tick(self.now)
        self.assertEqual(len(self.pending()), 1)
        self.assertIn("emulator: a tick of control.targets failed:", told.write.call_args_list[0].args[0])

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

    def test_base_and_weight_count_the_tasks_of_the_deployment_only(self):
        cluster = self.aws.cluster("FARGATE", "FARGATE_SPOT")
        strategy = [
            {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
            {"capacityProvider": "FARGATE_SPOT", "weight": 1},
        ]
        requested = {"networkConfiguration": self.aws.awsvpc(), "capacityProviderStrategy": strategy}
        for _ in range(2):
            ran = self.run_task(cluster, taskDefinition=fargate_task(self.aws), count=2, **requested)
            self.assertEqual([task["capacityProviderName"] for task in ran["tasks"]], ["FARGATE", "FARGATE_SPOT"])
        service = self.aws.service(cluster, taskDefinition=fargate_task(self.aws), **requested)
        self.pass_time()
        first, second = tasks.of_service(self.backend, self.in_moto(service))
        self.assertEqual((first.capacity_provider_name, second.capacity_provider_name), ("FARGATE", "FARGATE_SPOT"))
        self.report(first.task_arn, "STOPPED", exit_code=1)
        self.pass_time()
        self.pass_time(1)
        (_, replacement) = tasks.of_service(self.backend, self.in_moto(service))
        self.assertEqual(replacement.capacity_provider_name, "FARGATE")

    def test_of_too_many_tasks_the_youngest_stop_and_the_state_is_steady_once_they_have(self):
        service = self.service(balanced=False, desiredCount=2)
        self.serve()
        self.pass_time(1)
        self.assertEqual(self.messages(service)[-1], "has reached a steady state.")
        older, younger = tasks.of_service(self.backend, self.in_moto(service))
        self.aws.ecs.update_service(cluster=service["clusterArn"], service=service["serviceName"], desiredCount=1)
        self.pass_time()
        self.assertEqual((older.last_status, younger.last_status), ("RUNNING", "STOPPING"))
        self.assertEqual(self.messages(service)[-1], f"has stopped 1 running tasks: (task {younger.id}).")
        self.report(younger.task_arn, "STOPPED", exit_code=143)
        self.pass_time()
        self.assertEqual(self.messages(service)[-1], "has reached a steady state.")

    def test_events_are_kept_up_to_100(self):
        service = self.service(balanced=False, desiredCount=1)
        for _ in range(150):
            self.pass_time(40)
            for arn in self.pending():
                self.report(arn, "STOPPED", exit_code=1)
        self.assertEqual(len(self.in_moto(service).events), 100)


class FailingDeployments(SchedulingTest):
    configuration = {}

    def setUp(self):
        super().setUp()
        self.failing = set()
        self.served = self.service(balanced=False, desiredCount=2, deploymentConfiguration=self.configuration)
        self.settle()

    def obey(self, seen):
        if seen["desired"] == "run" and self.task(seen["arn"]).deployment_id in self.failing:
            self.report(seen["arn"], "STOPPED", exit_code=1)
        else:
            super().obey(seen)

    def settle(self):
        for _ in range(40):
            self.pass_time(1)
            self.serve(rounds=2)

    def deploy(self, fails):
        """Id of the new deployment, on which the scheduler has yet to act."""
        names = {"cluster": self.served["clusterArn"], "service": self.served["serviceName"]}
        new = self.aws.ecs.update_service(**names, forceNewDeployment=True)["service"]["deployments"][0]["id"]
        if fails:
            self.failing.add(new)
        return new

    def state(self):
        return self.primary(self.served).id, self.primary(self.served).rollout_state


class WithoutBreaker(FailingDeployments):
    def test_an_old_task_that_dies_is_replaced_by_an_old_one_as_long_as_new_ones_fail(self):
        (former,) = self.in_moto(self.served).deployments
        self.deploy(fails=True)
        self.settle()
        victim, other = [task for task in self.running() if task.deployment_id == former.id]
        self.report(victim.task_arn, "STOPPED", exit_code=1)
        self.settle()
        left = [task for task in self.running() if task.deployment_id == former.id]
        self.assertEqual((len(left), other in left, victim in left), (2, True, False))

    def running(self):
        found = tasks.of_service(self.backend, self.in_moto(self.served))
        return [task for task in found if task.last_status == "RUNNING"]


class Rollbacks(FailingDeployments):
    configuration = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}

    def until_the_rollback_to(self, deployment_id):
        self.deploy(fails=True)
        for _ in range(200):
            self.serve(rounds=1)
            if self.primary(self.served).id == deployment_id:
                return
        self.fail("no rollback")

    def test_what_was_completed_last_is_returned_to_even_after_a_rollback_that_an_update_ended(self):
        good = self.primary(self.served).id
        self.until_the_rollback_to(good)
        self.deploy(fails=True)
        self.settle()
        self.assertEqual(self.state(), (good, "COMPLETED"))

    def test_a_rollback_that_fails_too_ends_there(self):
        good = self.primary(self.served).id
        for task in tasks.of_service(self.backend, self.in_moto(self.served)):
            self.report(task.task_arn, "STOPPED", exit_code=1)
        self.failing.add(good)
        self.deploy(fails=True)
        self.settle()
        self.assertEqual(self.state(), (good, "FAILED"))
        newest = self.in_moto(self.served).service_deployments[0]
        self.assertEqual((newest.status, len(self.pending())), ("ROLLBACK_FAILED", 0))

    def test_what_failed_as_a_rollback_may_be_returned_to_later(self):
        good = self.primary(self.served).id
        self.test_a_rollback_that_fails_too_ends_there()
        self.failing.remove(good)
        self.deploy(fails=True)
        self.settle()
        self.assertEqual(self.state(), (good, "COMPLETED"))


class Chance:
    """A data plane whose tasks start, get healthy, fail, die and drain at random times."""

    def __init__(self, test, seed, failing=0.3):
        self.test, self.random, self.failing = test, random.Random(seed), failing

    def act(self):
        for seen in tasks.view(self.test.backend):
            task = self.test.task(seen["arn"])
            for place in targets.of(task):
                self._see(task, place)
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

    def _see(self, task, place):
        if not task.is_wanted:
            state = "drained"
        else:
            state = "unhealthy" if self.random.random() < self.failing / 4 else "healthy"
        if self.random.random() < 0.5:
            report_target(*place, state)


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
    def test_services_that_others_deploy_are_left_alone(self):
        service = self.service(
            serviceName=unique("external"), deploymentController={"type": "EXTERNAL"}, balanced=False
        )
        self.serve()
        self.assertEqual((self.messages(service), self.in_moto(service).running_count), ([], 0))

    def test_tasks_that_run_task_started_are_not_counted(self):
        service = self.service(balanced=False, desiredCount=0)
        for group in ("batch", f"service:{service['serviceName']}"):
            self.run_task(
                service["clusterArn"],
                taskDefinition=fargate_task(self.aws, name=CONTAINER["name"]),
                launchType="FARGATE",
                networkConfiguration=self.aws.awsvpc(),
                group=group,
            )
        self.serve()
        self.assertEqual(self.in_moto(service).running_count, 0)
        self.assertEqual(self.primary(service).rollout_state, "COMPLETED")


if __name__ == "__main__":
    unittest.main()
