"""The service scheduler, through the API: rolling updates, replacement, scaling, deletion."""

import unittest

from attached import AttachedTest
from fake_agent import post
from support import unique


def counts(thing):
    return thing["desiredCount"], thing["runningCount"], thing["pendingCount"]


def states(service):
    return [(deployment["status"], deployment["rolloutState"]) for deployment in service["deployments"]]


class Rollouts(AttachedTest):
    def test_a_new_service_runs_its_tasks_and_is_complete(self):
        service = self.settled_service()
        now = self.described(service)
        (deployment,) = now["deployments"]
        self.assertEqual((counts(now), counts(deployment)), ((2, 2, 0), (2, 2, 0)))
        self.assertEqual(states(now), [("PRIMARY", "COMPLETED")])
        self.assertEqual(deployment["rolloutStateReason"], f"ECS deployment {deployment['id']} completed.")
        group = service["loadBalancers"][0]["targetGroupArn"]
        self.assertEqual(self.health(group), [{"State": "healthy"}] * 2)
        cluster = service["clusterArn"].split("/")[1]
        ids = sorted(arn.rsplit("/", 1)[1] for arn in self.agent.running() if f"/{cluster}/" in arn)
        messages = self.messages(service)
        self.assertEqual(sorted(messages[0].replace("(task ", "").rstrip(").").replace(")", "").split()[-2:]), ids)
        self.assertRegex(messages[0], r"^has started 2 tasks: \(task \w{32}\) \(task \w{32}\)\.$")
        self.assertEqual(
            messages[1:],
            [
                f"registered 2 targets in (target-group {group})",
                f"(deployment {deployment['id']}) deployment completed.",
                "has reached a steady state.",
            ],
        )

    def test_a_new_revision_takes_over(self):
        service = self.settled_service()
        former = self.described(service)["deployments"][0]
        updated = self.update(service, "2")
        self.assertEqual(states(updated), [("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "COMPLETED")])
        now = self.wait_for_rollout(service)
        (deployment,) = now["deployments"]
        self.assertEqual((states(now), counts(now)), ([("PRIMARY", "COMPLETED")], (2, 2, 0)))
        self.assertEqual(now["taskDefinition"], deployment["taskDefinition"])
        self.assertRegex(deployment["taskDefinition"], ":2$")
        group = service["loadBalancers"][0]["targetGroupArn"]
        self.assertEqual(
            [message for message in self.messages(service) if "started" not in message][3:],
            [
                f"registered 2 targets in (target-group {group})",
                *self.stop_messages(service, former, group),
                f"(deployment {deployment['id']}) deployment completed.",
                "has reached a steady state.",
            ],
        )

    def stop_messages(self, service, former, group):
        """Two tasks stop at once, or one after the other."""
        found = [message for message in self.messages(service) if "has stopped" in message]
        size = 2 if len(found) == 1 else 1
        return [
            message
            for stopped in found
            for message in (
                stopped,
                f"deregistered {size} targets in (target-group {group})",
                f", taskSet {former['id']}) has begun draining connections on {size} tasks.",
            )
        ]

    def test_old_tasks_stay_until_new_ones_are_healthy(self):
        service = self.settled_service(group=None)
        self.update(service, "slow")
        waiting = self.wait_until(lambda: self.with_pending(service, 2), "the start of two tasks")
        self.assertEqual(counts(waiting), (2, 2, 2))
        self.assertEqual([counts(item) for item in waiting["deployments"]], [(2, 0, 2), (2, 2, 0)])
        for task in self.tasks(service):
            self.agent.let_start(task["taskArn"])
        self.assertEqual(states(self.wait_for_rollout(service)), [("PRIMARY", "COMPLETED")])

    def with_pending(self, service, count):
        now = self.described(service)
        return now if now["pendingCount"] == count else None

    def test_the_maximum_percent_is_kept_to(self):
        service = self.settled_service(deploymentConfiguration={"maximumPercent": 100, "minimumHealthyPercent": 50})
        self.update(service, "slow")
        waiting = self.wait_until(lambda: self.with_pending(service, 1), "the start of one task")
        self.assertEqual([counts(item) for item in waiting["deployments"]], [(2, 0, 1), (1, 1, 0)])

    def test_limits_without_room_are_told(self):
        tight = {"maximumPercent": 150, "minimumHealthyPercent": 100}
        service = self.settled_service(desiredCount=1, deploymentConfiguration=tight)
        self.update(service, "2")
        self.wait_until(lambda: "was unable to stop or start tasks" in self.messages(service)[-1], "the event")
        self.assertRegex(self.messages(service)[-1], "Update the minimumHealthyPercent or maximumPercent value")
        self.assertEqual(len([text for text in self.messages(service) if "was unable" in text]), 1)
        self.update(service, deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 100})
        self.assertEqual(states(self.wait_for_rollout(service)), [("PRIMARY", "COMPLETED")])

    def test_an_old_deployment_is_there_until_its_last_task_has_stopped(self):
        service = self.settled_service()
        self.agent.hold_stopping = True
        self.addCleanup(setattr, self.agent, "hold_stopping", False)
        self.update(service, "2")
        self.wait_until(lambda: self.stopping(service) == 2, "the stop of two tasks")
        self.wait_until(lambda: counts(self.described(service)) == (2, 2, 0), "two running tasks")
        self.assertEqual(states(self.described(service)), [("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "COMPLETED")])
        self.agent.hold_stopping = False
        self.assertEqual(states(self.wait_for_rollout(service)), [("PRIMARY", "COMPLETED")])

    def stopping(self, service):
        cluster = service["clusterArn"].split("/")[1]
        return sum(task["desired"] == "stop" for task in self.agent.view["tasks"] if f"/{cluster}/" in task["arn"])

    def test_a_task_stops_only_when_its_target_has_drained(self):
        service = self.settled_service(desiredCount=1)
        group = service["loadBalancers"][0]["targetGroupArn"]
        delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "60"}
        self.aws.elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[delay])
        self.agent.hold_draining = True
        self.addCleanup(setattr, self.agent, "hold_draining", False)
        self.update(service, "2")
        self.wait_until(lambda: "draining" in [item["State"] for item in self.health(group)], "draining")
        states = sorted(item["State"] for item in self.health(group))
        self.assertEqual((states, self.stopping(service)), (["draining", "healthy"], 0))
        self.agent.hold_draining = False
        self.wait_for_rollout(service)
        self.assertEqual(self.health(group), [{"State": "healthy"}])

    def test_a_target_that_is_never_reported_as_drained_is_let_go(self):
        service = self.settled_service(desiredCount=1)
        self.agent.hold_draining = True
        self.addCleanup(setattr, self.agent, "hold_draining", False)
        self.update(service, "2")
        self.assertEqual(states(self.wait_for_rollout(service)), [("PRIMARY", "COMPLETED")])

    def test_an_update_during_an_update_takes_over(self):
        service = self.settled_service(group=None)
        self.update(service, "slow")
        self.wait_until(lambda: self.with_pending(service, 2), "the start of two tasks")
        self.update(service, "3")
        now = self.wait_for_rollout(service)
        self.assertEqual((states(now), counts(now)), ([("PRIMARY", "COMPLETED")], (2, 2, 0)))
        self.assertRegex(now["taskDefinition"], ":3$")
        statuses = [item["status"] for item in self.service_deployments(service)]
        self.assertEqual(statuses, ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"])

    def test_waiters_of_boto3_see_the_truth(self):
        service = self.service()
        names = {"cluster": service["clusterArn"], "services": [service["serviceArn"]]}
        quick = {"Delay": 1, "MaxAttempts": 20}
        self.aws.ecs.get_waiter("services_stable").wait(**names, WaiterConfig=quick)
        self.assertEqual(counts(self.described(service)), (2, 2, 0))
        self.update(service, "2")
        self.aws.ecs.get_waiter("services_stable").wait(**names, WaiterConfig=quick)
        self.assertRegex(self.described(service)["deployments"][0]["taskDefinition"], ":2$")
        self.aws.ecs.delete_service(cluster=service["clusterArn"], service=service["serviceName"], force=True)
        self.aws.ecs.get_waiter("services_inactive").wait(**names, WaiterConfig=quick)
        self.assertEqual(self.described(service)["status"], "INACTIVE")

    def test_without_a_healthy_task_nothing_is_stable(self):
        service = self.service("slow", group=None)
        self.wait_until(lambda: self.with_pending(service, 2), "the start of two tasks")
        self.assertEqual(states(self.described(service)), [("PRIMARY", "IN_PROGRESS")])


class Replacement(AttachedTest):
    def mine(self, service):
        cluster = service["clusterArn"].split("/")[1]
        return [arn for arn in self.agent.running() if f"/{cluster}/" in arn]

    def replaced(self, service, gone):
        self.wait_until(lambda: len(self.mine(service)) == 2 and gone not in self.mine(service), "the replacement")
        return self.wait_until(lambda: self.steady_again(service), "the steady state")

    def steady_again(self, service):
        messages = self.messages(service)
        return messages if messages[-1] == "has reached a steady state." else None

    def test_a_task_that_dies_is_replaced(self):
        service = self.settled_service()
        (victim, _) = self.mine(service)
        self.agent.crash(victim)
        messages = self.replaced(service, victim)
        group = service["loadBalancers"][0]["targetGroupArn"]
        died = f"(task {victim[-32:]}) has stopped (reason Essential container in task exited, exit code 137)."
        self.assertEqual(messages[4:6], [f"deregistered 1 targets in (target-group {group})", died])
        now = self.described(service)
        self.assertEqual((states(now), now["deployments"][0]["failedTasks"]), ([("PRIMARY", "COMPLETED")], 0))

    def test_a_task_that_fails_its_health_checks_is_replaced(self):
        service = self.settled_service()
        (victim, _) = self.mine(service)
        self.agent.sicken(victim)
        messages = self.replaced(service, victim)
        group = service["loadBalancers"][0]["targetGroupArn"]
        self.assertRegex(
            messages[4],
            rf"^\(task {victim[-32:]}\) \(port \d+\) is unhealthy in \(target-group {group}\) "
            r"due to \(reason Request timed out\)$",
        )
        self.assertEqual(messages[5], f"has stopped 1 running tasks: (task {victim[-32:]}).")

    def test_unhealthy_targets_are_left_alone_during_the_grace_period(self):
        service = self.service("sick", desiredCount=1, healthCheckGracePeriodSeconds=2)
        group = service["loadBalancers"][0]["targetGroupArn"]
        self.wait_until(lambda: "unhealthy" in [item["State"] for item in self.health(group)], "the bad health")
        (task,) = self.mine(service)
        self.assertNotIn("is unhealthy", "\n".join(self.messages(service)))
        self.wait_until(lambda: task not in self.mine(service), "the end of the grace period")
        self.assert_told(service, "is unhealthy")

    def test_scaling_out_and_in(self):
        service = self.settled_service()
        deployment = self.described(service)["deployments"][0]["id"]
        for desired in (5, 1, 0, 3):
            self.update(service, desiredCount=desired)
            self.wait_until(lambda: counts(self.described(service)) == (desired, desired, 0), f"{desired} tasks")
        now = self.described(service)
        self.assertEqual([item["id"] for item in now["deployments"]], [deployment])
        self.assertEqual(states(now), [("PRIMARY", "COMPLETED")])
        self.assert_told(service, r"has stopped 4 running tasks: \(task")

    def test_a_killed_task_is_replaced(self):
        service = self.settled_service()
        (victim, _) = self.mine(service)
        self.assertEqual(post(self.aws.url, "kill", {"task": victim[-32:]}), (204, None))
        self.replaced(service, victim)
        self.assert_told(service, r"has stopped \(reason Essential container in task exited, exit code 137\)")

    def test_failing_starts_are_told_and_slowed_down(self):
        service = self.service("exit", deploymentConfiguration={})
        self.wait_until(
            lambda: any("is unable to consistently start" in text for text in self.messages(service)), "the event"
        )
        now = self.described(service)
        self.assertGreaterEqual(now["deployments"][0]["failedTasks"], 6)
        self.assertEqual((states(now), counts(now)[:2]), ([("PRIMARY", "IN_PROGRESS")], (2, 0)))
        self.assertLessEqual(len([text for text in self.messages(service) if "has started" in text]), 4)


class Deletion(AttachedTest):
    def test_a_deleted_service_drains(self):
        service = self.settled_service()
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        self.agent.hold_stopping = True
        self.addCleanup(setattr, self.agent, "hold_stopping", False)
        deleted = self.aws.ecs.delete_service(**names, force=True)["service"]
        self.assertEqual((deleted["status"], deleted["desiredCount"]), ("DRAINING", 0))
        self.assertIn(service["serviceArn"], self.listed(service))
        with self.assertRaisesRegex(self.aws.ecs.exceptions.InvalidParameterException, "still Draining"):
            self.create_again(service)
        with self.assertRaisesRegex(self.aws.ecs.exceptions.ServiceNotActiveException, "Service was not ACTIVE"):
            self.update(service, desiredCount=1)
        self.agent.hold_stopping = False
        gone = self.wait_until(lambda: self.inactive(service), "the end of the service")
        self.assertEqual((gone["deployments"], counts(gone)), ([], (0, 0, 0)))
        self.assertNotIn(service["serviceArn"], self.listed(service))
        with self.assertRaises(self.aws.ecs.exceptions.ServiceNotFoundException):
            self.aws.ecs.delete_service(**names, force=True)
        self.assertEqual(self.health(service["loadBalancers"][0]["targetGroupArn"]), [])

    def inactive(self, service):
        now = self.described(service)
        return now if now["status"] == "INACTIVE" else None

    def listed(self, service):
        return self.aws.ecs.list_services(cluster=service["clusterArn"])["serviceArns"]

    def test_the_name_can_be_used_again(self):
        service = self.settled_service(serviceName=unique("again"))
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        self.aws.ecs.delete_service(**names, force=True)
        self.wait_until(lambda: self.inactive(service), "the end of the service")
        self.create_again(service)
        self.assertEqual(states(self.wait_for_rollout(service)), [("PRIMARY", "COMPLETED")])

    def create_again(self, service):
        self.aws.service(
            service["clusterArn"],
            serviceName=service["serviceName"],
            taskDefinition=service["taskDefinition"],
            capacityProviderStrategy=service["capacityProviderStrategy"],
            networkConfiguration=self.aws.awsvpc(),
        )


if __name__ == "__main__":
    unittest.main()
