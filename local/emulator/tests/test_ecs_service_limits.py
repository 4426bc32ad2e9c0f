"""Values of services and clusters: stock moto against our emulator."""

import unittest

from support import FARGATE, Network, PatchTest, unique

INVALID = "InvalidParameterException"


def service(aws, **options):
    request = {
        "taskDefinition": aws.task_definition(**FARGATE),
        "networkConfiguration": aws.awsvpc(),
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        **options,
    }
    return aws.service(aws.cluster("FARGATE", "FARGATE_SPOT"), **request)


def network(aws, **options):
    return {"awsvpcConfiguration": {**aws.awsvpc()["awsvpcConfiguration"], **options}}


def cluster(aws, **options):
    aws.ecs.create_cluster(**{"clusterName": unique("cluster"), **options})


class Services(PatchTest):
    def refuse(self, message, act):
        with self.subTest(message):
            self.assert_refused(INVALID, message, act)

    def test_require_valid_names_of_services_and_clusters(self):
        for name in ("a b", "a" * 256):
            self.refuse("Service name contains invalid", lambda aws, name=name: service(aws, serviceName=name))
            self.refuse("Cluster name contains invalid", lambda aws, name=name: cluster(aws, clusterName=name))

    def test_require_cluster_settings_that_ecs_knows(self):
        def insights(value):
            return {"settings": [{"name": "containerInsights", "value": value}]}

        to_nowhere = {"executeCommandConfiguration": {"logging": "OVERRIDE"}}
        self.refuse("Invalid value 'on' for setting containerInsights.", lambda aws: cluster(aws, **insights("on")))
        self.refuse("logConfiguration must be specified", lambda aws: cluster(aws, configuration=to_nowhere))
        for value in ("enhanced", "enabled", "disabled"):
            cluster(self.ours, **insights(value))

    def test_require_counts_that_services_can_have(self):
        def without_count(aws):
            aws.ecs.create_service(
                cluster=aws.cluster("FARGATE"),
                serviceName=unique("service"),
                taskDefinition=aws.task_definition(**FARGATE),
                networkConfiguration=aws.awsvpc(),
            )

        def percents(least, most):
            return {"deploymentConfiguration": {"minimumHealthyPercent": least, "maximumPercent": most}}

        self.refuse("desiredCount must be specified", without_count)
        self.refuse("desiredCount must not be negative", lambda aws: service(aws, desiredCount=-1))
        self.refuse("cannot be 100 as this will block", lambda aws: service(aws, **percents(100, 100)))
        self.refuse("must not be negative", lambda aws: service(aws, **percents(-1, 200)))
        service(self.ours, **percents(0, 100), desiredCount=0)

    def test_a_grace_period_within_its_range(self):
        def graced(aws):
            target = {"targetGroupArn": aws.served_target_group("ip"), "containerName": "app", "containerPort": 5000}
            service(aws, loadBalancers=[target], healthCheckGracePeriodSeconds=-1)

        self.refuse("healthCheckGracePeriodSeconds must be between 0 and 2147483647", graced)

    def test_require_a_strategy_that_places_tasks(self):
        def strategy(**item):
            items = [{"capacityProvider": name, **item} for name in ("FARGATE", "FARGATE_SPOT")]
            return lambda aws: service(aws, capacityProviderStrategy=items)

        self.refuse("There are no capacity providers with a weight value greater than zero", strategy(weight=0))
        self.refuse("can have a base defined", strategy(weight=1, base=1))
        strategy(weight=1)(self.ours)

    def test_require_a_network_that_tasks_can_have(self):
        def over(message, **options):
            self.refuse(message, lambda aws: service(aws, networkConfiguration=network(aws, **options)))

        def of_another_vpc(aws):
            group = Network(aws, ("us-east-1a",)).group
            service(aws, networkConfiguration=network(aws, securityGroups=[group]))

        def many(aws):
            target = {"targetGroupArn": aws.served_target_group("ip"), "containerName": "app", "containerPort": 5000}
            service(aws, loadBalancers=[target] * 6)

        self.refuse("does not appear to belong to the same VPC as the input subnets", of_another_vpc)
        self.refuse("loadBalancers can have at most 5 items.", many)
        # Stock moto knows the groups and subnets that it takes, so it is asked with one many times over.
        for field, most in (("securityGroups", 5), ("subnets", 16)):
            known = network(self.ours)["awsvpcConfiguration"][field][0]
            act = lambda: service(  # noqa: E731
                self.ours, networkConfiguration=network(self.ours, **{field: [known] * (most + 1)})
            )
            self.assert_error(INVALID, f"{field} can have at most {most} items.", act)


class CapacityProviders(PatchTest):
    def test_require_managed_scaling_that_works(self):
        def provider(aws, name=None, **options):
            group = {"autoScalingGroupArn": aws.described_group(aws.autoscaling_group())["AutoScalingGroupARN"]}
            aws.ecs.create_capacity_provider(name=name or unique("cp"), autoScalingGroupProvider={**group, **options})

        steps = {"status": "ENABLED", "minimumScalingStepSize": 5, "maximumScalingStepSize": 2}
        missing = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:x:autoScalingGroupName/missing"
        refused = (
            ("The specified capacity provider name is invalid.", {"name": "a b"}),
            ("minimum scaling step size is invalid", {"managedScaling": steps}),
            ("managed scaling must be enabled", {"managedTerminationProtection": "ENABLED"}),
            ("Auto Scaling group ARN is invalid", {"autoScalingGroupArn": missing}),
        )
        for message, options in refused:
            with self.subTest(message):
                self.assert_refused("ClientException", message, lambda aws: provider(aws, **options))
        provider(self.ours, managedScaling={"status": "ENABLED"}, managedTerminationProtection="ENABLED")


if __name__ == "__main__":
    unittest.main()
