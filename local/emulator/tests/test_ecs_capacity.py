"""Clusters and capacity providers: stock moto against our emulator."""

import unittest

from support import PatchTest, unique


def create(aws, name=None, group=None, **details):
    arn = aws.described_group(group or aws.autoscaling_group())["AutoScalingGroupARN"]
    name = name or unique("cp")
    aws.ecs.create_capacity_provider(
        name=name, autoScalingGroupProvider={"autoScalingGroupArn": arn, **details}
    )
    return name


def draining(aws, name):
    described = aws.ecs.describe_capacity_providers(capacityProviders=[name])["capacityProviders"][0]
    return described["autoScalingGroupProvider"].get("managedDraining")


class CapacityProviders(PatchTest):
    def test_keep_managed_draining(self):
        self.assertEqual(draining_over_time(self.stock), [None, "ENABLED"])
        self.assertEqual(draining_over_time(self.ours), ["ENABLED", "DISABLED"])

    def test_refuse_capacity_providers_that_aws_refuses(self):
        def of_a_reserved_name(aws):
            create(aws, name=unique("ecs"))

        def of_a_name_in_use(aws):
            create(aws, name=create(aws))

        def of_a_group_in_use(aws):
            group = aws.autoscaling_group()
            create(aws, group=group)
            create(aws, group=group)

        message = "The specified capacity provider name is invalid."
        self.assert_refused("ClientException", message, of_a_reserved_name)
        self.assert_refused("ClientException", "The specified capacity provider already exists.", of_a_name_in_use)
        message = "The specified Auto Scaling group ARN is already being used by another capacity provider."
        self.assert_refused("ClientException", message, of_a_group_in_use)

    def test_refuse_to_delete_an_associated_capacity_provider(self):
        def while_associated(aws):
            provider = create(aws)
            aws.cluster(provider)
            aws.ecs.delete_capacity_provider(capacityProvider=provider)

        message = "The capacity provider cannot be deleted because it is associated with cluster: cluster-"
        self.assert_refused("ClientException", message, while_associated)

    def test_a_dissociated_capacity_provider_can_be_deleted(self):
        provider = create(self.ours)
        cluster = self.ours.cluster(provider)
        associate(self.ours, cluster)
        self.ours.ecs.delete_capacity_provider(capacityProvider=provider)

    def test_deleting_an_unknown_capacity_provider_is_refused(self):
        def unknown(aws):
            aws.ecs.delete_capacity_provider(capacityProvider="nobody")

        self.assert_server_error(unknown, self.stock)
        self.assert_error("InvalidParameterException", "was not found", unknown, self.ours)


def draining_over_time(aws):
    group = aws.autoscaling_group()
    unset = draining(aws, create(aws, group=group))
    changed = create(aws, managedDraining="ENABLED")
    aws.ecs.update_capacity_provider(name=changed, autoScalingGroupProvider={"managedDraining": "DISABLED"})
    return [unset, draining(aws, changed)]


def associate(aws, cluster, *providers, strategy=()):
    aws.ecs.put_cluster_capacity_providers(
        cluster=cluster, capacityProviders=list(providers), defaultCapacityProviderStrategy=list(strategy)
    )


class Associations(PatchTest):
    def test_check_associations_of_capacity_providers(self):
        def of_a_missing_provider(aws):
            aws.cluster("nobody")

        def with_a_foreign_default(aws):
            associate(aws, aws.cluster(), "FARGATE", strategy=[{"capacityProvider": "FARGATE_SPOT"}])

        def without_one_in_use(aws):
            cluster = aws.cluster(create(aws), "FARGATE")
            providers = aws.ecs.describe_clusters(clusters=[cluster])["clusters"][0]["capacityProviders"]
            strategy = [{"capacityProvider": providers[0], "weight": 1}]
            aws.service(cluster, taskDefinition=aws.task_definition(), capacityProviderStrategy=strategy)
            associate(aws, cluster, "FARGATE")

        message = "The specified capacity provider was not found."
        self.assert_refused("InvalidParameterException", message, of_a_missing_provider)
        message = "a capacity provider that is not associated with the cluster."
        self.assert_refused("InvalidParameterException", message, with_a_foreign_default)
        message = "The specified capacity provider is in use and cannot be removed."
        self.assert_refused("ResourceInUseException", message, without_one_in_use)

    def test_base_and_weight_have_defaults(self):
        self.assertEqual(default_strategy(self.stock), [{"capacityProvider": "FARGATE"}])
        self.assertEqual(default_strategy(self.ours), [{"capacityProvider": "FARGATE", "weight": 0, "base": 0}])


def default_strategy(aws):
    cluster = aws.cluster()
    associate(aws, cluster, "FARGATE", strategy=[{"capacityProvider": "FARGATE"}])
    return aws.ecs.describe_clusters(clusters=[cluster])["clusters"][0]["defaultCapacityProviderStrategy"]


class Clusters(PatchTest):
    def test_refuse_to_delete_a_cluster_in_use(self):
        def with_a_service(aws):
            cluster = aws.cluster()
            aws.service(cluster, taskDefinition=aws.task_definition(), launchType="EC2")
            aws.ecs.delete_cluster(cluster=cluster)

        def with_an_instance(aws):
            cluster = aws.cluster()
            instance = aws.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
            document = f'{{"instanceId": "{instance["InstanceId"]}"}}'
            aws.ecs.register_container_instance(cluster=cluster, instanceIdentityDocument=document)
            aws.ecs.delete_cluster(cluster=cluster)

        def with_a_task(aws):
            cluster = aws.cluster()
            instance = aws.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
            document = f'{{"instanceId": "{instance["InstanceId"]}"}}'
            aws.ecs.register_container_instance(cluster=cluster, instanceIdentityDocument=document)
            aws.ecs.run_task(cluster=cluster, taskDefinition=aws.task_definition())
            aws.ecs.delete_cluster(cluster=cluster)

        message = "The Cluster cannot be deleted while Tasks are active."
        self.assert_refused("ClusterContainsTasksException", message, with_a_task)
        message = "The Cluster cannot be deleted while Services are active."
        self.assert_refused("ClusterContainsServicesException", message, with_a_service)
        message = "The Cluster cannot be deleted while Container Instances are active or draining."
        self.assert_refused("ClusterContainsContainerInstancesException", message, with_an_instance)

    def test_list_active_clusters_only(self):
        self.assertTrue(is_listed_after_deletion(self.stock))
        self.assertFalse(is_listed_after_deletion(self.ours))


def is_listed_after_deletion(aws):
    cluster = aws.cluster()
    arn = aws.ecs.delete_cluster(cluster=cluster)["cluster"]["clusterArn"]
    return arn in aws.ecs.list_clusters()["clusterArns"]


if __name__ == "__main__":
    unittest.main()
