"""Services that CodeDeploy deploys, as the ECS API returns and refuses them: stock moto against our emulator."""

import unittest

from codedeploy_stack import Stack
from support import PatchTest

BY_CODEDEPLOY = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."


class TaskSets(PatchTest):
    def test_start_with_a_primary_task_set(self):
        self.assertEqual(Stack(self.stock).described()["taskSets"], [])
        stack = Stack(self.ours)
        service = stack.described()
        (task_set,) = service["taskSets"]
        self.assertEqual((service["deployments"], task_set["status"]), ([], "PRIMARY"))
        self.assertEqual(task_set["taskDefinition"], service["taskDefinition"])
        self.assertEqual(task_set["loadBalancers"], service["loadBalancers"])
        self.assertEqual(task_set["capacityProviderStrategy"], service["capacityProviderStrategy"])
        self.assertEqual((task_set["computedDesiredCount"], task_set["runningCount"]), (2, 0))
        self.assertRegex(task_set["taskSetArn"], rf":task-set/{stack.cluster}/{stack.name}/ecs-svc/\d{{19}}$")
        names = {"cluster": stack.cluster, "service": stack.name}
        self.assertEqual(self.ours.ecs.describe_task_sets(**names)["taskSets"][0]["id"], task_set["id"])
        self.ours.ecs.delete_service(**names, force=True)
        self.assertEqual((stack.described()["status"], stack.described()["taskSets"]), ("INACTIVE", []))

    def test_require_what_codedeploy_needs_of_a_service(self):
        def without(aws):
            return Stack(aws, loadBalancers=[])

        self.assert_refused(
            "InvalidParameterException", "must have exactly one target group, but has 0 load balancers", without
        )
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}

        def with_breaker(aws):
            return Stack(aws, deploymentConfiguration=breaker)

        words = "The deployment circuit breaker is only supported for services with an ECS deployment controller."
        self.assert_refused("InvalidParameterException", words, with_breaker)

        def updated(aws):
            stack = Stack(aws)
            aws.ecs.update_service(cluster=stack.cluster, service=stack.name, deploymentConfiguration=breaker)

        self.assert_error("InvalidParameterException", words, updated, self.ours)


class Updates(PatchTest):
    def update(self, aws, change):
        stack = Stack(aws)
        aws.ecs.update_service(cluster=stack.cluster, service=stack.name, **change(aws, stack))
        return stack.described()

    def test_leave_deployments_to_codedeploy(self):
        for words, change in {
            f"Unable to update task definition {BY_CODEDEPLOY}": lambda _, stack: {
                "taskDefinition": stack.described()["taskDefinition"]
            },
            f"Unable to update network parameters {BY_CODEDEPLOY}": lambda aws, _: {
                "networkConfiguration": aws.awsvpc(),
                "forceNewDeployment": True,
            },
            f"Unable to update load balancers {BY_CODEDEPLOY}": lambda _, stack: {
                "loadBalancers": stack.described()["loadBalancers"]
            },
            f"Unable to update platform version {BY_CODEDEPLOY}": lambda *_: {"platformVersion": "1.4.0"},
            f"Unable to update service registries {BY_CODEDEPLOY}": lambda *_: {"serviceRegistries": []},
            f"Cannot force a new deployment {BY_CODEDEPLOY}": lambda *_: {"forceNewDeployment": True},
            "you must force a new deployment.": lambda *_: {
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 2}]
            },
        }.items():
            with self.subTest(words):
                self.assert_refused("InvalidParameterException", words, self.update, change)

    def test_what_codedeploy_leaves_alone_can_be_changed(self):
        changes = {"desiredCount": 3, "healthCheckGracePeriodSeconds": 30, "enableECSManagedTags": True}
        updated = self.update(self.ours, lambda *_: changes)
        self.assertEqual({name: updated[name] for name in changes}, changes)
        self.assertEqual(updated["taskSets"][0]["computedDesiredCount"], 3)

    def test_leave_task_sets_to_codedeploy(self):
        def create(aws):
            stack = Stack(aws)
            aws.ecs.create_task_set(cluster=stack.cluster, service=stack.name, taskDefinition=stack.revision("2"))

        words = "Task sets of services with a CODE_DEPLOY deployment controller are managed by AWS CodeDeploy."
        self.assert_refused("InvalidParameterException", words, create)
        stack = Stack(self.ours)
        arn = stack.described()["taskSets"][0]["taskSetArn"]
        names = {"cluster": stack.cluster, "service": stack.name}
        for act, request in (
            (self.ours.ecs.delete_task_set, {"taskSet": arn}),
            (self.ours.ecs.update_task_set, {"taskSet": arn, "scale": {"value": 50, "unit": "PERCENT"}}),
            (self.ours.ecs.update_service_primary_task_set, {"primaryTaskSet": arn}),
        ):
            with self.subTest(request=request):
                self.assert_error(
                    "InvalidParameterException", words, lambda act, request: act(**names, **request), act, request
                )


if __name__ == "__main__":
    unittest.main()
