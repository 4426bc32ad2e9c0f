"""What CreateService and UpdateService refuse: stock moto against our emulator."""

import unittest

from support import FARGATE, PatchTest

INVALID = "InvalidParameterException"


def on_ec2(aws, **options):
    return aws.service(aws.cluster(), **{"taskDefinition": aws.task_definition(), "launchType": "EC2", **options})


def on_fargate(aws, **options):
    request = {
        "taskDefinition": aws.task_definition(**FARGATE),
        "launchType": "FARGATE",
        "networkConfiguration": aws.awsvpc(),
        **options,
    }
    return aws.service(aws.cluster(), **request)


def behind(group, name="app", port=5000):
    return {"loadBalancers": [{"targetGroupArn": group, "containerName": name, "containerPort": port}]}


class LoadBalancers(PatchTest):
    def test_require_containers_of_load_balancers(self):
        def unknown_container(aws):
            on_ec2(aws, **behind(aws.served_target_group(), name="other"))

        def unknown_port(aws):
            on_ec2(aws, **behind(aws.served_target_group(), port=5001))

        self.assert_refused(INVALID, "The container other does not exist in the task definition.", unknown_container)
        self.assert_refused(INVALID, "The container app did not have a container port 5001 defined.", unknown_port)

    def test_an_update_is_checked_against_what_stays(self):
        def to_a_revision_without_the_port(aws):
            service = on_ec2(aws, **behind(aws.served_target_group()))
            container = {"name": "app", "image": "app:1", "memory": 512}
            other = aws.task_definition(containerDefinitions=[container])
            aws.ecs.update_service(
                cluster=service["clusterArn"], service=service["serviceName"], taskDefinition=other
            )

        message = "The container app did not have a container port 5000 defined."
        self.assert_refused(INVALID, message, to_a_revision_without_the_port)

    def test_require_target_groups_behind_a_load_balancer(self):
        def unserved(aws):
            on_ec2(aws, **behind(aws.target_group()))

        def missing(aws):
            on_ec2(aws, **behind(aws.target_group() + "0"))

        self.assert_refused(INVALID, "does not have an associated load balancer.", unserved)
        self.assert_refused(INVALID, "validate the specified targetGroupArn.", missing)

    def test_a_rule_serves_as_well_as_a_listener(self):
        group, listener = self.ours.target_group(), self.ours.listener(self.ours.load_balancer())
        self.ours.rule(listener, group, "/a", 1)
        self.assertEqual(on_ec2(self.ours, **behind(group))["loadBalancers"][0]["targetGroupArn"], group)

    def test_require_target_groups_of_the_right_type(self):
        def instance_for_awsvpc(aws):
            on_fargate(aws, **behind(aws.served_target_group("instance")))

        def ip_for_bridge(aws):
            on_ec2(aws, **behind(aws.served_target_group("ip")))

        message = "has target type instance, which is incompatible with the awsvpc network mode"
        self.assert_refused(INVALID, message, instance_for_awsvpc)
        message = "has target type ip, which is incompatible with the bridge network mode"
        self.assert_refused(INVALID, message, ip_for_bridge)

    def test_require_a_load_balancer_for_a_grace_period(self):
        def without(aws):
            on_ec2(aws, healthCheckGracePeriodSeconds=60)

        message = "Health check grace period is only valid for services configured to use load balancers"
        self.assert_refused(INVALID, message, without)
        group = self.ours.served_target_group()
        self.assertEqual(
            on_ec2(self.ours, healthCheckGracePeriodSeconds=60, **behind(group))["healthCheckGracePeriodSeconds"], 60
        )


class Networks(PatchTest):
    def test_require_a_network_configuration_for_awsvpc_only(self):
        def awsvpc_without(aws):
            aws.service(aws.cluster(), taskDefinition=aws.task_definition(**FARGATE), launchType="FARGATE")

        def bridge_with(aws):
            on_ec2(aws, networkConfiguration=aws.awsvpc())

        message = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        self.assert_refused(INVALID, message, awsvpc_without)
        message = "Network Configuration is not valid for the given networkMode of this task definition."
        self.assert_refused(INVALID, message, bridge_with)


class Capacity(PatchTest):
    def test_require_capacity_that_the_cluster_has(self):
        def of_another_cluster(aws):
            create(aws, aws.cluster(), [{"capacityProvider": aws.capacity_provider(), "weight": 1}])

        def mixed(aws):
            provider = aws.capacity_provider()
            strategy = [{"capacityProvider": provider, "weight": 1}, {"capacityProvider": "FARGATE", "weight": 1}]
            create(aws, aws.cluster(provider, "FARGATE"), strategy)

        def beside_a_launch_type(aws):
            provider = aws.capacity_provider()
            create(aws, aws.cluster(provider), [{"capacityProvider": provider, "weight": 1}], launchType="EC2")

        def create(aws, cluster, strategy, **options):
            aws.service(cluster, taskDefinition=aws.task_definition(), capacityProviderStrategy=strategy, **options)

        message = "a capacity provider that is not associated with the cluster."
        self.assert_refused(INVALID, message, of_another_cluster)
        self.assert_refused(INVALID, "cannot contain a mix of capacity providers", mixed)
        message = "Specifying both a launch type and capacity provider strategy is not supported."
        self.assert_refused(INVALID, message, beside_a_launch_type)

    def test_require_task_definitions_fit_for_fargate(self):
        def for_ec2_alone(aws):
            aws.service(aws.cluster(), taskDefinition=aws.task_definition(), launchType="FARGATE")

        def with_placement(aws):
            on_fargate(aws, placementStrategy=[{"type": "random"}])

        self.assert_refused(INVALID, "Task definition does not support launch_type FARGATE.", for_ec2_alone)
        self.assert_refused(INVALID, "Placement strategies are not supported", with_placement)

    def test_a_service_of_each_kind_is_taken(self):
        group = self.ours.served_target_group("ip")
        self.assertEqual(on_fargate(self.ours, **behind(group))["status"], "ACTIVE")
        self.assertEqual(on_ec2(self.ours)["status"], "ACTIVE")


if __name__ == "__main__":
    unittest.main()
