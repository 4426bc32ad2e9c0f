"""What RunTask and StartTask refuse: stock moto against our emulator."""

import unittest

from support import CONTAINER, FARGATE, PatchTest
from test_ecs_tasks import cluster_with_an_instance, run

INVALID = "InvalidParameterException"


class Refusals(PatchTest):
    def test_require_an_active_cluster_and_task_definition(self):
        def of_an_inactive_task_definition(aws):
            definition = aws.task_definition()
            aws.ecs.deregister_task_definition(taskDefinition=definition)
            run(aws, cluster_with_an_instance(aws)[0], taskDefinition=definition)

        def in_a_deleted_cluster(aws):
            cluster = aws.cluster()
            aws.ecs.delete_cluster(cluster=cluster)
            run(aws, cluster, launchType="FARGATE")

        self.assert_refused("ClientException", "TaskDefinition is inactive", of_an_inactive_task_definition)
        self.assert_refused("ClusterNotFoundException", "Cluster not found.", in_a_deleted_cluster)

    def test_require_a_network_of_a_task_for_awsvpc_only(self):
        def on_bridge(aws):
            run(aws, cluster_with_an_instance(aws)[0], networkConfiguration=aws.awsvpc())

        def without_one(aws):
            run(aws, aws.cluster(), taskDefinition=aws.task_definition(**FARGATE), launchType="FARGATE")

        message = "Network Configuration is not valid for the given networkMode of this task definition."
        self.assert_refused(INVALID, message, on_bridge)
        message = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        self.assert_error(INVALID, message, without_one, self.ours)

    def test_require_capacity_that_a_task_can_have(self):
        def eleven(aws):
            run(aws, cluster_with_an_instance(aws)[0], count=11)

        def none(aws):
            run(aws, cluster_with_an_instance(aws)[0], count=0)

        def with_a_launch_type_and_a_strategy(aws):
            strategy = [{"capacityProvider": "FARGATE", "weight": 1}]
            run(aws, cluster_with_an_instance(aws)[0], launchType="EC2", capacityProviderStrategy=strategy)

        def with_a_provider_of_another_cluster(aws):
            strategy = [{"capacityProvider": aws.capacity_provider(), "weight": 1}]
            run(aws, cluster_with_an_instance(aws)[0], capacityProviderStrategy=strategy)

        def on_fargate_what_is_for_ec2(aws):
            run(aws, aws.cluster(), launchType="FARGATE")

        for act in (eleven, none):
            self.assert_refused(INVALID, "Count must be between 1 and 10.", act)
        message = "Specifying both a launch type and capacity provider strategy is not supported."
        self.assert_refused(INVALID, message, with_a_launch_type_and_a_strategy)
        message = "cannot contain a capacity provider that is not associated with the cluster."
        self.assert_refused(INVALID, message, with_a_provider_of_another_cluster)
        message = "Task definition does not support launch_type FARGATE."
        self.assert_refused(INVALID, message, on_fargate_what_is_for_ec2)

    def test_require_overrides_of_containers_that_there_are(self):
        def of_nothing(aws):
            overrides = {"containerOverrides": [{"name": "side"}]}
            run(aws, cluster_with_an_instance(aws)[0], overrides=overrides)

        message = "Override for container named side is not a container in the TaskDefinition."
        self.assert_refused(INVALID, message, of_nothing)

    def test_refuse_placement_that_nobody_can_follow(self):
        wrong = [{"type": "memberOf", "expression": "task:group == x"}]

        def of_a_task(aws):
            run(aws, cluster_with_an_instance(aws)[0], placementStrategy=[{"type": "binpack", "field": "colour"}])

        def of_a_service(aws):
            definition = aws.task_definition()
            aws.service(aws.cluster(), taskDefinition=definition, launchType="EC2", placementConstraints=wrong)

        def of_a_task_definition(aws):
            aws.task_definition(placementConstraints=wrong)

        message = "Invalid placement strategy 'binpack' with field 'colour'"
        self.assert_refused(INVALID, message, of_a_task)
        message = "Invalid memberOf expression 'task:group == x'"
        self.assert_refused(INVALID, message, of_a_service)
        self.assert_refused("ClientException", message, of_a_task_definition)

    def test_a_task_definition_for_ec2_starts_on_an_instance_of_a_cluster_that_prefers_fargate(self):
        cluster, instance = cluster_with_an_instance(self.ours)
        self.ours.ecs.put_cluster_capacity_providers(
            cluster=cluster,
            capacityProviders=["FARGATE"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        )
        definition = self.ours.task_definition(containerDefinitions=[CONTAINER])
        started = self.ours.ecs.start_task(cluster=cluster, taskDefinition=definition, containerInstances=[instance])
        self.assertEqual(len(started["tasks"]), 1)


if __name__ == "__main__":
    unittest.main()
