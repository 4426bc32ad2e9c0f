"""How services of ECS are found, what is refused: stock moto takes it, our emulator does not."""

import functools
import unittest

from names import NAMED, connect, http_namespace, instances, named_definition, private_namespace, registry
from support import CONTAINER, FARGATE, PatchTest, unique

UNKNOWN = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-nowhere"


class Discovery(PatchTest):
    def service(self, aws, definition=None, **options):
        """A service on Fargate, without tasks."""
        return aws.service(
            aws.cluster("FARGATE"),
            taskDefinition=definition or named_definition(aws),
            launchType="FARGATE",
            networkConfiguration=aws.awsvpc(),
            **options,
        )

    def on_instances(self, aws, **registration):
        definition = aws.task_definition()
        return aws.service(
            aws.cluster(), taskDefinition=definition, launchType="EC2", serviceRegistries=[registration]
        )

    def assert_invalid(self, message, act, *arguments, **options):
        self.assert_error("InvalidParameterException", message, functools.partial(act, *arguments, **options))

    def registry(self, aws, *types):
        """The ARN of a new one. Stock moto has one private namespace for each VPC."""
        vpc = f"vpc-{unique('other')}" if aws is self.stock else None
        return registry(aws, private_namespace(aws, vpc=vpc)[0], *types)["Arn"]

    def test_require_a_registry_that_there_is(self):
        def unknown(aws):
            self.service(aws, serviceRegistries=[{"registryArn": UNKNOWN}])

        self.assert_refused("InvalidParameterException", f"does not exist. Registry: {UNKNOWN}", unknown)

        def two(aws):
            arns = self.registry(aws, "A"), self.registry(aws, "A")
            self.service(aws, serviceRegistries=[{"registryArn": arn} for arn in arns])

        self.assert_refused("InvalidParameterException", "at most one service registry", two)
        made = registry(self.ours, private_namespace(self.ours)[0], "AAAA")["Arn"]
        self.service(self.ours, serviceRegistries=[{"registryArn": made}])

    def test_require_ports_that_the_records_need(self):
        def with_port(aws):
            arn = self.registry(aws, "A")
            self.service(aws, serviceRegistries=[{"registryArn": arn, "containerName": "app", "containerPort": 5000}])

        needless = "do not require a value for 'containerName'. Remove the value and retry."
        self.assert_refused("InvalidParameterException", needless, with_port)
        named = {"containerName": "app", "containerPort": 5000}
        for types, given, message in (
            (("A",), {"port": 5000}, "do not require a value for 'port'"),
            (("SRV",), {}, "either a value for 'port' or the 'containerName' and 'containerPort' combination must be"),
            (("SRV",), {**named, "port": 5000}, "combination, but not both"),
            (("SRV",), {**named, "containerName": "other"}, "The container other is not valid."),
            (("SRV",), {**named, "containerPort": 80}, "The containerPort 80 is not valid."),
        ):
            registration = {"registryArn": self.registry(self.ours, *types), **given}
            self.assert_invalid(message, self.service, self.ours, serviceRegistries=[registration])
        for given in (named, {"port": 5000}):
            self.service(self.ours, serviceRegistries=[{"registryArn": self.registry(self.ours, "SRV"), **given}])

    def test_tasks_that_share_an_address_have_srv_records_with_a_container_and_its_port(self):
        def refused(message, *types, **given):
            arn = self.registry(self.ours, *types)
            self.assert_invalid(message, self.on_instances, self.ours, registryArn=arn, **given)

        refused("DNS records of type A, which require the awsvpc network mode", "A")
        refused("When specifying 'host' or 'bridge' for networkMode, values for 'containerName'", "SRV")
        arn = self.registry(self.ours, "SRV")
        self.on_instances(self.ours, registryArn=arn, containerName="app", containerPort=5000)

    def test_require_a_namespace_of_service_connect(self):
        def connected(aws, **configuration):
            self.service(aws, serviceConnectConfiguration={"enabled": True, **configuration})

        def nowhere(aws):
            connected(aws, namespace="nowhere")

        self.assert_refused("NamespaceNotFoundException", "nowhere wasn't found", nowhere)
        self.assert_error("InvalidParameterException", "requires a namespace", connected, self.ours)
        self.service(self.ours, serviceConnectConfiguration={"enabled": False})
        _, name = http_namespace(self.ours)
        connected(self.ours, namespace=name)
        cluster = self.ours.cluster("FARGATE")
        self.ours.ecs.update_cluster(cluster=cluster, serviceConnectDefaults={"namespace": name})
        self.ours.service(
            cluster,
            taskDefinition=named_definition(self.ours),
            launchType="FARGATE",
            networkConfiguration=self.ours.awsvpc(),
            serviceConnectConfiguration={"enabled": True},
        )

    def test_codedeploy_deploys_no_service_with_service_connect(self):
        group, _ = self.ours.served_target_group("ip"), http_namespace(self.ours, "blue-green")
        balancer = {"targetGroupArn": group, "containerName": "app", "containerPort": 5000}

        def act():
            self.service(
                self.ours,
                deploymentController={"type": "CODE_DEPLOY"},
                loadBalancers=[balancer],
                serviceConnectConfiguration=connect("blue-green", "shop-connect"),
            )

        self.assert_error("InvalidParameterException", "Service Connect is not supported for services with", act)

    def test_require_ports_with_a_name(self):
        def connected(aws, definition=None, **options):
            _, name = http_namespace(aws)
            self.service(aws, definition, serviceConnectConfiguration=connect(name, "shop-connect", **options))

        def unnamed(aws):
            connected(aws, aws.task_definition(containerDefinitions=[CONTAINER], **FARGATE))

        self.assert_refused("InvalidParameterException", "must match the name of a port mapping", unnamed)
        for options, message in (
            ({"port_name": "other"}, "The portName other in serviceConnectConfiguration must match the name"),
            ({"clientAliases": [{"port": 80, "dnsName": "a"}] * 2}, "must each have a port, and differ."),
        ):
            self.assert_invalid(message, connected, self.ours, **options)

    def test_a_name_of_cloud_map_is_no_name_for_service_connect(self):
        made, name = http_namespace(self.ours)
        registry(self.ours, made, name="shop")
        taken = {"serviceConnectConfiguration": connect(name, "shop")}
        self.assert_invalid("SC service shop is already used by arn:", self.service, self.ours, **taken)
        free = {"serviceConnectConfiguration": connect(name, "shop-connect")}
        first = self.service(self.ours, **free)
        self.assert_invalid("SC service shop-connect is already used by", self.service, self.ours, **free)
        names = {"cluster": first["clusterArn"], "service": first["serviceName"]}
        self.ours.ecs.update_service(**names, serviceConnectConfiguration=connect(name, "shop-connect", port=80))

    def test_end_service_connect_with_the_service(self):
        def delete_namespace_in_use(aws):
            made, name = http_namespace(aws)
            self.service(aws, serviceConnectConfiguration=connect(name, "shop-connect"))
            aws.servicediscovery.delete_namespace(Id=made)

        message = "has associated services: shop-connect"
        self.assert_refused("ResourceInUse", message, delete_namespace_in_use)
        made, name = http_namespace(self.ours)
        service = self.service(self.ours, serviceConnectConfiguration=connect(name, "shop-connect"))
        (resource,) = service["deployments"][0]["serviceConnectResources"]
        self.assertEqual(resource["discoveryName"], "shop-connect")
        self.assertEqual(instances(self.ours, {"Id": resource["discoveryArn"].rsplit("/", 1)[1]}), [])
        self.ours.ecs.delete_service(cluster=service["clusterArn"], service=service["serviceName"], force=True)
        self.ours.servicediscovery.delete_namespace(Id=made)

    def test_a_change_of_discovery_is_a_deployment_and_is_told_of(self):
        made, name = private_namespace(self.ours)
        arn = registry(self.ours, made, "A")["Arn"]
        service = self.service(self.ours, serviceRegistries=[{"registryArn": arn}])
        configuration = connect(name, "shop-connect")
        changed = self.update(service, serviceRegistries=[], serviceConnectConfiguration=configuration)
        self.assertEqual(changed["serviceRegistries"], [])
        newest, former = changed["deployments"]
        self.assertEqual(newest["serviceConnectConfiguration"], configuration)
        self.assertNotIn("serviceConnectConfiguration", former)
        same = self.update(service, serviceConnectConfiguration=configuration)
        self.assertEqual(same["deployments"][0]["id"], newest["id"])
        off = self.update(service, serviceConnectConfiguration={"enabled": False})["deployments"][0]
        self.assertNotEqual(off["id"], newest["id"])
        self.assertNotIn("serviceConnectConfiguration", off)
        again = self.update(service, serviceConnectConfiguration={"enabled": False})
        self.assertEqual(again["deployments"][0]["id"], off["id"])

    def update(self, service, **changes):
        names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
        return self.ours.ecs.update_service(**names, **changes)["service"]

    def test_a_release_of_a_revision_without_the_port_is_refused(self):
        _, name = http_namespace(self.ours)
        service = self.service(self.ours, serviceConnectConfiguration=connect(name, "shop-connect"))
        unnamed = self.ours.task_definition(containerDefinitions=[CONTAINER], **FARGATE)
        message = "The portName http in serviceConnectConfiguration"
        self.assert_invalid(message, self.update, service, taskDefinition=unnamed)
        named = self.ours.task_definition(containerDefinitions=[{**NAMED, "image": "app:2"}], **FARGATE)
        self.assertEqual(len(self.update(service, taskDefinition=named)["deployments"]), 2)


if __name__ == "__main__":
    unittest.main()
