"""Deployments that come to nothing: the circuit breaker, rollbacks, StopServiceDeployment. Through the API."""

import threading
import unittest

from attached import BREAKER, AttachedTest

NO_ROLLBACK = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
EXCEEDED = "Service deployment rolled back because the circuit breaker threshold was exceeded."


class CircuitBreaker(AttachedTest):
    def rolled_back(self, tag, reason):
        """Deploys a revision that fails; what it was before is restored, and the reason is told."""
        service = self.settled_service()
        good = self.described(service)["deployments"][0]
        seen = self.watch_while(service, lambda: self.update_and_wait(service, tag))
        now = self.described(service)
        (deployment,) = now["deployments"]
        self.assertEqual((deployment["id"], deployment["rolloutState"]), (good["id"], "COMPLETED"))
        self.assertEqual((now["taskDefinition"], now["runningCount"]), (good["taskDefinition"], 2))
        self.assertGreaterEqual(min(seen), 2)
        failed = next(text for text in self.messages(service) if "deployment failed" in text)
        self.assertRegex(failed, r"^\(deployment ecs-svc/\d{19}\) deployment failed: tasks failed to start\.$")
        self.assert_told(service, f"rolling back to deployment {good['id']}")
        self.assert_told(service, reason)
        return service

    def update_and_wait(self, service, tag):
        self.update(service, tag)
        self.wait_for_rollout(service)

    def watch_while(self, service, act):
        """The numbers of healthy targets at all times during the act."""
        group, seen, over = service["loadBalancers"][0]["targetGroupArn"], [], threading.Event()

        def watch():
            while not over.wait(0.02):
                seen.append([item["State"] for item in self.health(group)].count("healthy"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            act()
        finally:
            over.set()
            watcher.join()
        return seen

    def test_a_revision_that_exits_at_start_is_rolled_back(self):
        self.rolled_back("exit", r"has stopped \(reason Essential container in task exited, exit code 1\)")

    def test_a_revision_without_an_image_is_rolled_back(self):
        self.rolled_back("missing", r"failed to start \(reason CannotPullContainerError: the image does not exist\)")

    def test_a_revision_that_is_never_healthy_is_rolled_back(self):
        service = self.rolled_back("sick", r"is unhealthy in \(target-group .+\) due to \(reason Request timed out\)")
        group = service["loadBalancers"][0]["targetGroupArn"]
        reasons = {task["stoppedReason"] for task in self.tasks(service, "STOPPED")}
        self.assertEqual(reasons, {f"Task failed ELB health checks in (target-group {group})"})
        self.assertEqual({task["stopCode"] for task in self.tasks(service, "STOPPED")}, {"ServiceSchedulerInitiated"})

    def test_the_states_during_a_rollback(self):
        service = self.settled_service()
        good = self.described(service)["deployments"][0]
        self.agent.hold_stopping = True
        self.addCleanup(setattr, self.agent, "hold_stopping", False)
        self.update(service, "sick")
        now = self.wait_until(lambda: self.with_first(service, good["id"]), "the rollback")
        back, failed = now["deployments"]
        self.assertEqual((back["status"], back["rolloutState"]), ("PRIMARY", "IN_PROGRESS"))
        self.assertEqual(
            back["rolloutStateReason"],
            f"ECS deployment circuit breaker: rolling back to deploymentId {good['id']}.",
        )
        self.assertEqual((failed["status"], failed["rolloutState"]), ("ACTIVE", "FAILED"))
        self.assertEqual(failed["rolloutStateReason"], "ECS deployment circuit breaker: tasks failed to start.")
        self.assertGreaterEqual(failed["failedTasks"], 3)
        self.assertEqual(now["taskDefinition"], good["taskDefinition"])
        deployment = self.service_deployments(service)[0]
        self.assertEqual((deployment["status"], deployment["statusReason"]), ("ROLLBACK_IN_PROGRESS", EXCEEDED))
        self.agent.hold_stopping = False
        self.wait_for_rollout(service)
        deployment, first = self.service_deployments(service)
        self.assertEqual(deployment["status"], "ROLLBACK_SUCCESSFUL")
        self.assertEqual(deployment["rollback"]["serviceRevisionArn"], first["targetServiceRevision"]["arn"])
        self.assertEqual(deployment["rollback"]["reason"], EXCEEDED)
        breaker = deployment["deploymentCircuitBreaker"]
        self.assertEqual((breaker["status"], breaker["threshold"]), ("TRIGGERED", 3))
        self.assertGreaterEqual(breaker["failureCount"], 3)
        self.assertEqual(first["deploymentCircuitBreaker"]["status"], "MONITORING_COMPLETE")

    def with_first(self, service, deployment_id):
        now = self.described(service)
        return now if now["deployments"][0]["id"] == deployment_id else None

    def test_an_update_during_a_rollback_takes_over(self):
        service = self.settled_service()
        good = self.described(service)["deployments"][0]
        self.agent.hold_stopping = True
        self.addCleanup(setattr, self.agent, "hold_stopping", False)
        self.update(service, "sick")
        self.wait_until(lambda: self.with_first(service, good["id"]), "the rollback")
        self.update(service, "3")
        self.agent.hold_stopping = False
        now = self.wait_for_rollout(service)
        self.assertRegex(now["taskDefinition"], ":3$")
        statuses = [item["status"] for item in self.service_deployments(service)]
        self.assertEqual(statuses, ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"])

    def test_without_rollback_the_deployment_fails_and_old_tasks_stay(self):
        service = self.settled_service(deploymentConfiguration=NO_ROLLBACK)
        old = self.described(service)["deployments"][0]["id"]
        self.update(service, "exit")
        now = self.wait_until(lambda: self.failed(service), "the failure")
        self.assertEqual([item["status"] for item in now["deployments"]], ["PRIMARY", "ACTIVE"])
        self.assertEqual((now["deployments"][1]["id"], now["deployments"][1]["runningCount"]), (old, 2))
        started = len(self.agent.started)
        self.agent.crash(next(arn for arn in self.agent.running() if service["clusterArn"].split("/")[1] in arn))
        self.wait_until(lambda: len(self.agent.started) == started + 1, "the replacement by an old task")
        self.wait_until(lambda: self.described(service)["runningCount"] == 2, "two running tasks")
        self.assertEqual(self.service_deployments(service)[0]["status"], "STOPPED")

    def failed(self, service):
        now = self.described(service)
        return now if now["deployments"][0]["rolloutState"] == "FAILED" else None

    def test_without_a_completed_deployment_it_stays_failed(self):
        service = self.service("exit", desiredCount=3)
        now = self.wait_until(lambda: self.failed(service), "the failure")
        (deployment,) = now["deployments"]
        self.assertEqual((deployment["status"], deployment["runningCount"]), ("PRIMARY", 0))
        (found,) = self.service_deployments(service)
        self.assertEqual(found["status"], "ROLLBACK_FAILED")
        self.assertEqual(found["statusReason"], "No rollback candidate was found to run the rollback.")
        self.assertEqual(len([text for text in self.messages(service) if "has started" in text]), 1)
        self.update(service, "2")
        self.assertEqual(self.wait_for_rollout(service)["deployments"][0]["rolloutState"], "COMPLETED")

    def test_a_healthy_task_resets_the_count(self):
        service = self.settled_service(desiredCount=1, deploymentConfiguration=BREAKER)
        for _ in range(4):
            (victim,) = [arn for arn in self.agent.running() if service["clusterArn"].split("/")[1] in arn]
            self.agent.crash(victim)
            self.wait_until(lambda: self.running_other(service, victim), "the replacement")
        now = self.described(service)["deployments"][0]
        self.assertEqual((now["rolloutState"], now["failedTasks"]), ("COMPLETED", 0))

    def running_other(self, service, victim):
        mine = [arn for arn in self.agent.running() if service["clusterArn"].split("/")[1] in arn]
        healthy = [item["State"] for item in self.health(service["loadBalancers"][0]["targetGroupArn"])] == ["healthy"]
        return healthy and mine and victim not in mine


class Stopped(AttachedTest):
    def stop(self, service, **options):
        newest = self.service_deployments(service)[0]["serviceDeploymentArn"]
        self.aws.ecs.stop_service_deployment(serviceDeploymentArn=newest, **options)

    def test_a_rollback_on_request(self):
        service = self.settled_service(deploymentConfiguration={}, group=None)
        good = self.described(service)["deployments"][0]
        self.update(service, "slow")
        self.wait_until(lambda: self.described(service)["pendingCount"] == 2, "the start of two tasks")
        self.stop(service)
        now = self.wait_for_rollout(service)
        self.assertEqual((now["deployments"][0]["id"], now["taskDefinition"]), (good["id"], good["taskDefinition"]))
        newest = self.service_deployments(service)[0]
        self.assertEqual(newest["status"], "ROLLBACK_SUCCESSFUL")
        self.assertEqual(newest["deploymentCircuitBreaker"]["status"], "DISABLED")
        with self.assertRaisesRegex(self.aws.ecs.exceptions.ConflictException, "ROLLBACK_SUCCESSFUL"):
            self.stop(service)

    def test_abort_stops_where_it_is(self):
        service = self.settled_service(deploymentConfiguration={}, group=None)
        self.update(service, "slow")
        self.wait_until(lambda: self.described(service)["pendingCount"] == 2, "the start of two tasks")
        self.stop(service, stopType="ABORT")
        self.wait_until(lambda: self.service_deployments(service)[0]["status"] == "STOPPED", "the stop")
        now = self.described(service)
        self.assertEqual([item["runningCount"] for item in now["deployments"]], [0, 2])
        self.assertEqual(now["deployments"][0]["rolloutState"], "FAILED")
        self.assertIn("stoppedAt", self.service_deployments(service)[0])


if __name__ == "__main__":
    unittest.main()
