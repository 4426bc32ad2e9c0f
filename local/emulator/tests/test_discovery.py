"""How running tasks are found: in Cloud Map and in the view, through all that can become of a task and its service."""

import unittest

from attached import AttachedTest
from fake_agent import get_view, post
from names import NAMED, connect, instances, private_namespace, registry
from support import CONTAINER, FARGATE, unique


class Registered(AttachedTest):
    def setUp(self):
        self.namespace, self.domain = private_namespace(self.aws)

    def registry(self, *types):
        return registry(self.aws, self.namespace, *types, HealthCheckCustomConfig={})

    def names(self, name):
        return [item for item in get_view(self.aws.url)["names"] if item["name"] == name]

    def targets(self, name):
        (found,) = self.names(name)
        return [(target["task"], target["container"], target["containerPort"]) for target in found["targets"]]

    def running(self, service):
        return sorted((task["taskArn"], "app", 5000) for task in self.tasks(service))

    def assert_found(self, name, service, count):
        found = sorted(self.targets(name))
        self.assertEqual(len(found), count)
        self.assertEqual(found, self.running(service))

    def test_the_running_tasks_of_a_service_are_in_its_registry(self):
        made = self.registry("A")
        name = f"{made['Name']}.{self.domain}"
        self.wait_until(lambda: self.names(name) == [{"name": name, "type": "A", "targets": []}], "the name")
        service = self.settled_service(serviceRegistries=[{"registryArn": made["Arn"]}])
        self.assert_found(name, service, 2)
        self.assertNotIn("port", self.names(name)[0])
        attributes = {item["Id"]: item["Attributes"] for item in instances(self.aws, made)}
        for task in self.tasks(service):
            (details,) = [attachment["details"] for attachment in task["attachments"]]
            addresses = [detail["value"] for detail in details if detail["name"] == "privateIPv4Address"]
            told = attributes[task["taskArn"].rsplit("/", 1)[1]]
            self.assertEqual([told["AWS_INSTANCE_IPV4"]], addresses)
            self.assertEqual(told["ECS_SERVICE_NAME"], service["serviceName"])
            self.assertEqual((told["ECS_TASK_DEFINITION_FAMILY"], told["REGION"]), (service["family"], "us-east-1"))
            self.assertNotIn("AWS_INSTANCE_PORT", told)
        health = self.aws.servicediscovery.get_instances_health_status(ServiceId=made["Id"])["Status"]
        self.assertEqual(set(health.values()), {"HEALTHY"})

    def test_a_service_record_tells_the_port(self):
        made = self.registry("A", "SRV")
        self.settled_service(serviceRegistries=[{"registryArn": made["Arn"], "port": 5000}], desiredCount=1)
        (instance,) = instances(self.aws, made)
        self.assertRegex(instance["Attributes"]["AWS_INSTANCE_PORT"], r"^\d+$")
        found = self.names(f"{made['Name']}.{self.domain}")
        self.assertEqual([(item["type"], len(item["targets"])) for item in found], [("A", 1), ("SRV", 1)])

    def test_a_task_that_drains_is_found_no_more(self):
        made = self.registry("A")
        service = self.settled_service(serviceRegistries=[{"registryArn": made["Arn"]}], desiredCount=1)
        (former,) = self.tasks(service)
        self.agent.hold_draining = self.agent.hold_stopping = True
        self.addCleanup(setattr, self.agent, "hold_draining", False)
        self.addCleanup(setattr, self.agent, "hold_stopping", False)
        self.update(service, "2")
        name = f"{made['Name']}.{self.domain}"
        self.wait_until(lambda: former["taskArn"] not in str(self.targets(name)), "the end of the former task")
        stopping = {task["taskArn"] for task in self.tasks(service, "STOPPED")}
        self.assertIn(former["taskArn"], stopping)
        self.assertEqual(len(self.targets(name)), 1)

    def test_a_killed_task_is_found_no_more(self):
        made = self.registry("A")
        service = self.settled_service(serviceRegistries=[{"registryArn": made["Arn"]}], desiredCount=1, group=None)
        (former,) = self.tasks(service)
        post(self.aws.url, "kill", {"task": former["taskArn"]})
        name = f"{made['Name']}.{self.domain}"
        self.wait_until(lambda: former["taskArn"] not in str(self.targets(name)), "the end of the killed task")
        self.wait_until(lambda: len(self.targets(name)) == 1, "its replacement")

    def test_an_instance_that_is_unhealthy_or_deregistered_has_no_name(self):
        made = self.registry("A")
        service = self.settled_service(serviceRegistries=[{"registryArn": made["Arn"]}])
        first, second = (item["Id"] for item in instances(self.aws, made))
        self.aws.servicediscovery.update_instance_custom_health_status(
            ServiceId=made["Id"], InstanceId=first, Status="UNHEALTHY"
        )
        name = f"{made['Name']}.{self.domain}"
        self.wait_until(lambda: [end[0].rsplit("/", 1)[1] for end in self.targets(name)] == [second], "one name")
        self.aws.servicediscovery.deregister_instance(ServiceId=made["Id"], InstanceId=second)
        self.wait_until(lambda: self.targets(name) == [], "no name")
        self.assertEqual(len(self.tasks(service)), 2)

    def test_a_deleted_service_leaves_cloud_map(self):
        made = self.registry("A")
        service = self.settled_service(serviceRegistries=[{"registryArn": made["Arn"]}])
        self.delete(service)
        self.wait_until(lambda: instances(self.aws, made) == [], "the deregistration")
        self.wait_until(lambda: self.described(service)["status"] == "INACTIVE", "the end of the service")
        self.aws.servicediscovery.delete_service(Id=made["Id"])
        self.aws.servicediscovery.delete_namespace(Id=self.namespace)

    def named_revision(self, service, **changes):
        container = {**NAMED, "image": "app:2", **changes}
        return self.aws.task_definition(family=service["family"], containerDefinitions=[container], **FARGATE)

    def test_service_connect_offers_the_port_of_a_name(self):
        service = self.settled_service(desiredCount=1)
        alias, discovery_name = unique("shop"), unique("connect")
        configuration = connect(self.domain, discovery_name, alias=alias)
        self.update(service, taskDefinition=self.named_revision(service), serviceConnectConfiguration=configuration)
        self.wait_for_rollout(service)
        (offered,) = self.names(alias)
        self.assertEqual((offered["type"], offered["port"]), ("CONNECT", 8096))
        self.assert_found(alias, service, 1)
        self.update(service, serviceConnectConfiguration={"enabled": False})
        self.wait_for_rollout(service)
        self.wait_until(lambda: self.names(alias) == [], "the end of the alias")
        self.aws.servicediscovery.delete_namespace(Id=self.namespace)

    def test_without_an_alias_the_name_is_that_of_cloud_map(self):
        family = unique("family")
        revision = self.aws.task_definition(family=family, containerDefinitions=[NAMED], **FARGATE)
        configuration = connect(self.domain, "shop", clientAliases=[{"port": 80}])
        self.settled_service(group=None, taskDefinition=revision, serviceConnectConfiguration=configuration)
        self.assertEqual(len(self.targets(f"shop.{self.domain}")), 2)

    def test_each_way_is_changed_to_the_next_in_place(self):
        made = self.registry("A")
        name, alias = f"{made['Name']}.{self.domain}", unique("shop")
        service = self.settled_service()
        group = service["loadBalancers"][0]["targetGroupArn"]
        self.update(service, taskDefinition=self.named_revision(service))
        self.wait_for_rollout(service)
        self.update(service, serviceRegistries=[{"registryArn": made["Arn"]}])
        self.wait_for_rollout(service)
        self.assert_found(name, service, 2)
        self.update(service, serviceConnectConfiguration=connect(self.domain, unique("connect"), alias=alias))
        self.wait_for_rollout(service)
        self.assert_found(name, service, 2)
        self.assert_found(alias, service, 2)
        self.update(service, serviceRegistries=[], serviceConnectConfiguration={"enabled": False})
        self.wait_for_rollout(service)
        self.assertEqual(self.targets(name), [])
        self.wait_until(lambda: self.names(alias) == [], "the end of the alias")
        self.assertEqual(self.health(group), [{"State": "healthy"}] * 2)

    def test_a_rollback_brings_back_how_the_service_was_found(self):
        made = self.registry("A")
        name = f"{made['Name']}.{self.domain}"
        service = self.settled_service(serviceRegistries=[{"registryArn": made["Arn"]}])
        before = self.running(service)
        self.update(service, "missing", serviceRegistries=[])
        self.assert_told(self.wait_for_rollout(service), "rolling back")
        self.assertEqual(self.described(service)["serviceRegistries"], [{"registryArn": made["Arn"]}])
        self.assertEqual(sorted(self.targets(name)), before)


class OnInstances(AttachedTest):
    def test_tasks_of_one_instance_have_one_address_and_ports_of_their_own(self):
        namespace, domain = private_namespace(self.aws)
        made = registry(self.aws, namespace, "SRV")
        provider = self.aws.capacity_provider()
        group = self.aws.ecs.describe_capacity_providers(capacityProviders=[provider])["capacityProviders"][0]
        name = group["autoScalingGroupProvider"]["autoScalingGroupArn"].rsplit("/", 1)[1]
        self.aws.autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=1, DesiredCapacity=1)
        service = self.aws.service(
            self.aws.cluster(provider),
            taskDefinition=self.aws.task_definition(containerDefinitions=[{**CONTAINER, "memory": 128}]),
            capacityProviderStrategy=[{"capacityProvider": provider, "weight": 1}],
            serviceRegistries=[{"registryArn": made["Arn"], "containerName": "app", "containerPort": 5000}],
        )
        self.addCleanup(self.delete, service)
        self.wait_for_rollout(service)
        told = [item["Attributes"] for item in instances(self.aws, made)]
        self.assertEqual(len({item["AWS_INSTANCE_IPV4"] for item in told}), 1)
        self.assertEqual(len({item["EC2_INSTANCE_ID"] for item in told}), 1)
        bound = {
            str(binding["hostPort"])
            for task in self.tasks(service)
            for container in task["containers"]
            for binding in container["networkBindings"]
        }
        self.assertEqual({item["AWS_INSTANCE_PORT"] for item in told}, bound)
        (found,) = [item for item in get_view(self.aws.url)["names"] if item["name"] == f"{made['Name']}.{domain}"]
        self.assertEqual((found["type"], len(found["targets"])), ("SRV", 2))


if __name__ == "__main__":
    unittest.main()
