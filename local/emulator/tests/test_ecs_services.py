"""Services as the API returns them: stock moto against our emulator."""

import unittest

from support import FARGATE, PatchTest, unique


def service_on_ec2(aws, **options):
    """A bridge service on a capacity provider of its own cluster, as jenkins-ecs makes it."""
    provider = aws.capacity_provider()
    cluster = aws.cluster(provider)
    strategy = [{"capacityProvider": provider, "weight": 1}]
    request = {"taskDefinition": aws.task_definition(), "capacityProviderStrategy": strategy, **options}
    return aws.described_service(aws.service(cluster, **request))


def update(aws, service, **changes):
    aws.ecs.update_service(cluster=service["clusterArn"], service=service["serviceName"], **changes)
    return aws.described_service(service)


def rollouts(service):
    return [(deployment["status"], deployment["rolloutState"]) for deployment in service["deployments"]]


class Echo(PatchTest):
    def test_leave_out_an_absent_network_configuration(self):
        self.assertEqual(service_on_ec2(self.stock)["networkConfiguration"], {})
        self.assertNotIn("networkConfiguration", service_on_ec2(self.ours))

    def test_echo_what_create_service_was_given(self):
        given = {
            "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            "placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"}],
            "enableExecuteCommand": True,
            "enableECSManagedTags": True,
            "propagateTags": "SERVICE",
            "availabilityZoneRebalancing": "DISABLED",
        }
        stock = service_on_ec2(self.stock, **given)
        self.assertEqual([name for name in given if name in stock], ["propagateTags"])
        self.assertEqual((stock["launchType"], "capacityProviderStrategy" in stock), ("EC2", False))
        ours = service_on_ec2(self.ours, **given)
        deployment = {"maximumPercent": 200, "minimumHealthyPercent": 100, "strategy": "ROLLING"}
        self.assertLessEqual(deployment.items(), ours["deploymentConfiguration"].items())
        for name, value in given.items():
            self.assertEqual(ours[name] if name != "deploymentConfiguration" else value, value)
        breaker = ours["deploymentConfiguration"]["deploymentCircuitBreaker"]
        self.assertEqual(breaker, {"enable": True, "rollback": True})
        self.assertEqual([item["weight"] for item in ours["capacityProviderStrategy"]], [1])
        self.assertEqual([item["base"] for item in ours["capacityProviderStrategy"]], [0])
        self.assertNotIn("launchType", ours)

    def test_the_default_strategy_of_the_cluster_is_taken(self):
        cluster = self.ours.cluster("FARGATE")
        self.ours.ecs.put_cluster_capacity_providers(
            cluster=cluster,
            capacityProviders=["FARGATE"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        )
        service = self.ours.service(
            cluster, taskDefinition=self.ours.task_definition(**FARGATE), networkConfiguration=self.ours.awsvpc()
        )
        self.assertEqual([item["capacityProvider"] for item in service["capacityProviderStrategy"]], ["FARGATE"])
        self.assertEqual((service["platformVersion"], service["platformFamily"]), ("LATEST", "Linux"))
        self.assertEqual(service["availabilityZoneRebalancing"], "ENABLED")
        self.assertEqual(service["networkConfiguration"]["awsvpcConfiguration"]["subnets"], self.ours.network.subnets)


class Counts(PatchTest):
    def test_count_tasks_honestly(self):
        self.assertEqual(counts(service_on_ec2(self.stock)), (2, 0, 2))
        self.assertEqual(counts(service_on_ec2(self.ours)), (2, 0, 0))
        self.assertEqual(counts(update(self.stock, service_on_ec2(self.stock), desiredCount=3)), (3, 3, 0))
        self.assertEqual(counts(update(self.ours, service_on_ec2(self.ours), desiredCount=3)), (3, 0, 0))

    def test_describing_again_and_again_starts_nothing(self):
        service = service_on_ec2(self.ours)
        for _ in range(5):
            service = self.ours.described_service(service)
        self.assertEqual((counts(service), rollouts(service)), ((2, 0, 0), [("PRIMARY", "IN_PROGRESS")]))


def counts(service):
    return service["desiredCount"], service["runningCount"], service["pendingCount"]


class Deployments(PatchTest):
    def test_start_with_one_primary_deployment(self):
        stock = service_on_ec2(self.stock)["deployments"][0]
        self.assertEqual((stock["platformFamily"], stock["pendingCount"]), ("EC2", 2))
        self.assertNotIn("capacityProviderStrategy", stock)
        service = service_on_ec2(self.ours)
        (deployment,) = service["deployments"]
        self.assertEqual(rollouts(service), [("PRIMARY", "IN_PROGRESS")])
        self.assertEqual(deployment["capacityProviderStrategy"], service["capacityProviderStrategy"])
        self.assertEqual(counts(deployment), (2, 0, 0))
        self.assertRegex(deployment["id"], r"^ecs-svc/\d{19}$")
        self.assertEqual(deployment["rolloutStateReason"], f"ECS deployment {deployment['id']} in progress.")

    def test_a_service_without_desired_tasks_is_complete(self):
        self.assertEqual(rollouts(service_on_ec2(self.ours, desiredCount=0)), [("PRIMARY", "COMPLETED")])

    def test_update_services_as_aws_does(self):
        stock = deploy_another_revision(self.stock)
        self.assertEqual(len(stock["deployments"]), 1)
        self.assertNotEqual(stock["deployments"][0]["taskDefinition"], stock["taskDefinition"])
        self.assertNotRegex(stock["taskDefinition"], "^arn:")
        ours = deploy_another_revision(self.ours)
        self.assertEqual(rollouts(ours), [("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "IN_PROGRESS")])
        revisions = [deployment["taskDefinition"].split(":")[-1] for deployment in ours["deployments"]]
        self.assertEqual(revisions, ["2", "1"])
        self.assertEqual(ours["taskDefinition"], ours["deployments"][0]["taskDefinition"])

    def test_only_what_triggers_a_deployment_starts_one(self):
        service = service_on_ec2(self.ours)
        first = service["deployments"][0]["id"]
        for change in (
            {"desiredCount": 5},
            {"enableExecuteCommand": True},
            {"deploymentConfiguration": {"maximumPercent": 150}},
            {"placementStrategy": [{"type": "binpack", "field": "memory"}]},
            {"taskDefinition": service["taskDefinition"]},
        ):
            service = update(self.ours, service, **change)
            self.assertEqual([deployment["id"] for deployment in service["deployments"]], [first], change)
        self.assertEqual(service["deployments"][0]["desiredCount"], 5)
        self.assertEqual(service["deploymentConfiguration"]["maximumPercent"], 150)
        self.assertEqual(service["deploymentConfiguration"]["minimumHealthyPercent"], 100)
        forced = update(self.ours, service, forceNewDeployment=True)
        self.assertEqual([deployment["status"] for deployment in forced["deployments"]], ["PRIMARY", "ACTIVE"])

    def test_deployments_without_tasks_do_not_pile_up(self):
        service = service_on_ec2(self.ours)
        for _ in range(3):
            service = update(self.ours, service, forceNewDeployment=True)
        self.assertEqual([deployment["status"] for deployment in service["deployments"]], ["PRIMARY", "ACTIVE"])


def deploy_another_revision(aws):
    family = unique("task")
    service = service_on_ec2(aws, taskDefinition=aws.task_definition(family=family))
    aws.task_definition(family=family)
    return update(aws, service, taskDefinition=family)


class Refusals(PatchTest):
    def test_refuse_a_second_service_of_a_name(self):
        def twice(aws):
            cluster = aws.cluster()
            for _ in range(2):
                aws.service(cluster, serviceName="same", taskDefinition=aws.task_definition(), launchType="EC2")

        self.assert_refused("InvalidParameterException", "Creation of service was not idempotent.", twice)

    def test_refuse_services_that_nothing_schedules(self):
        def daemon(aws):
            aws.service(
                aws.cluster(),
                taskDefinition=aws.task_definition(),
                launchType="EC2",
                schedulingStrategy="DAEMON",
                desiredCount=0,
            )

        self.assert_refused("InvalidParameterException", "DAEMON is not supported by this emulator", daemon)

    def test_refuse_an_inactive_task_definition(self):
        def create(aws):
            service_on_ec2(aws, taskDefinition=inactive(aws))

        def change(aws):
            update(aws, service_on_ec2(aws), taskDefinition=inactive(aws))

        for act in (create, change):
            self.assert_refused("ClientException", "TaskDefinition is inactive", act)

    def test_an_inactive_service_cannot_be_updated(self):
        def after_deletion(aws):
            service = service_on_ec2(aws)
            delete(aws, service)
            update(aws, service, desiredCount=1)

        self.assert_refused("ServiceNotActiveException", "Service was not ACTIVE.", after_deletion)


def inactive(aws):
    arn = aws.task_definition()
    aws.ecs.deregister_task_definition(taskDefinition=arn)
    return arn


def delete(aws, service):
    aws.ecs.delete_service(cluster=service["clusterArn"], service=service["serviceName"], force=True)


class Deletion(PatchTest):
    def test_end_deleted_services(self):
        stock, listed = after_deletion(self.stock)
        self.assertEqual((stock["status"], len(stock["deployments"]), listed), ("INACTIVE", 1, True))
        ours, listed = after_deletion(self.ours)
        self.assertEqual((ours["status"], ours["deployments"], listed), ("INACTIVE", [], False))
        self.assertEqual(counts(ours), (0, 0, 0))

    def test_a_service_with_desired_tasks_is_not_deleted_without_force(self):
        service = service_on_ec2(self.ours)
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        message = "The service cannot be stopped while it is scaled above 0."
        self.assert_error("InvalidParameterException", message, lambda: self.ours.ecs.delete_service(**names))
        update(self.ours, service, desiredCount=0)
        self.ours.ecs.delete_service(**names)

    def test_the_name_of_a_deleted_service_is_free(self):
        service = service_on_ec2(self.ours)
        delete(self.ours, service)
        again = self.ours.service(
            service["clusterArn"],
            serviceName=service["serviceName"],
            taskDefinition=service["taskDefinition"],
            capacityProviderStrategy=service["capacityProviderStrategy"],
        )
        self.assertEqual(again["status"], "ACTIVE")


def after_deletion(aws):
    service = service_on_ec2(aws)
    delete(aws, service)
    listed = aws.ecs.list_services(cluster=service["clusterArn"])["serviceArns"]
    return aws.described_service(service), service["serviceArn"] in listed


if __name__ == "__main__":
    unittest.main()
