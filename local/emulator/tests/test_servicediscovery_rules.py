"""What Cloud Map refuses: stock moto takes it, our emulator does not."""

import unittest
from functools import partial

from names import http_namespace, private_namespace, registry
from support import Network, PatchTest, unique


class Rules(PatchTest):
    def test_require_a_namespace_of_its_own(self):
        def twice(aws):
            _, name = http_namespace(aws)
            http_namespace(aws, name)

        self.assert_refused("NamespaceAlreadyExists", "already exists", twice)
        self.assert_refused("InvalidInput", "is not a valid domain name", http_namespace, "-a")
        nowhere = {"vpc": f"vpc-{unique('nowhere')}"}
        self.assert_refused(
            "InvalidInput", "does not exist in region us-east-1", lambda aws: private_namespace(aws, **nowhere)
        )
        _, name = private_namespace(self.ours)
        self.assert_error("NamespaceAlreadyExists", "already exists", private_namespace, self.ours, name)
        private_namespace(self.ours, name, vpc=Network(self.ours, ("us-east-1a",)).vpc)
        http_namespace(self.ours, name)

    def test_require_a_service_that_fits_its_namespace(self):
        self.assert_refused("NamespaceNotFound", "does not exist", registry, "ns-nowhere", "A")

        def twice(aws):
            made, name = http_namespace(aws)[0], unique("registry")
            registry(aws, made, name=name)
            registry(aws, made, name=name)

        self.assert_refused("ServiceAlreadyExists", "already exists", twice)

        def with_records(aws):
            registry(aws, http_namespace(aws)[0], "A")

        self.assert_refused("InvalidInput", "cannot be configured for a service in an HTTP namespace", with_records)
        made, _ = private_namespace(self.ours)
        for types, options, message in (
            (("A", "A"), {}, "can have one record of a type"),
            (("CNAME", "A"), {}, "CNAME beside no other"),
            (("CNAME",), {}, "Routing policy WEIGHTED must be used"),
            (("A",), {"ttl": -1}, "validation error"),
            (("A",), {"HealthCheckConfig": {"Type": "HTTP"}}, "for services of public DNS namespaces only"),
            (("A",), {"HealthCheckConfig": {"Type": "TCP"}, "HealthCheckCustomConfig": {}}, "Only one of"),
        ):
            self.assert_error("InvalidInput", message, partial(registry, self.ours, made, *types, **options))

    def test_keep_what_is_in_use(self):
        def namespace(aws):
            made = http_namespace(aws)[0]
            registry(aws, made, name="cart")
            aws.servicediscovery.delete_namespace(Id=made)

        self.assert_refused("ResourceInUse", "has associated services: cart. Delete them first.", namespace)

        def service(aws):
            made = registry(aws, http_namespace(aws)[0])
            aws.servicediscovery.register_instance(ServiceId=made["Id"], InstanceId="a", Attributes={"a": "b"})
            aws.servicediscovery.delete_service(Id=made["Id"])

        self.assert_refused("ResourceInUse", "Service contains registered instances; delete the instances", service)

        def unknown(aws):
            aws.servicediscovery.delete_service(Id="srv-nowhere")

        self.assert_refused("ServiceNotFound", "srv-nowhere", unknown)

    def test_require_attributes_of_the_records(self):
        def register(aws, *types, **attributes):
            vpc = f"vpc-{unique('other')}" if aws is self.stock else None
            made = registry(aws, private_namespace(aws, vpc=vpc)[0], *types)
            aws.servicediscovery.register_instance(ServiceId=made["Id"], InstanceId="a", Attributes=attributes)

        self.assert_refused("InvalidInput", "AWS_INSTANCE_IPV4 is a required attribute", register, "A")
        address = {"AWS_INSTANCE_IPV4": "10.0.0.1"}
        for types, attributes, message in (
            (("SRV",), address, "AWS_INSTANCE_PORT is a required attribute"),
            (("SRV",), {**address, "AWS_INSTANCE_PORT": "http"}, "a port number"),
            (("A",), {"AWS_INSTANCE_IPV4": "localhost"}, "localhost is not a valid IPv4 address."),
        ):
            self.assert_error("InvalidInput", message, partial(register, self.ours, *types, **attributes))
        register(self.ours, "A", "SRV", **address, AWS_INSTANCE_PORT="80")

    def test_require_a_custom_health_check(self):
        def health(aws, **options):
            made = registry(aws, http_namespace(aws)[0], **options)
            names = {"ServiceId": made["Id"], "InstanceId": "a"}
            aws.servicediscovery.register_instance(**names, Attributes={"a": "b"})
            aws.servicediscovery.update_instance_custom_health_status(**names, Status="UNHEALTHY")
            return aws.servicediscovery.get_instances_health_status(ServiceId=made["Id"])["Status"]

        self.assert_refused("CustomHealthNotFound", "has no custom health check", health)
        self.assertEqual(health(self.ours, HealthCheckCustomConfig={}), {"a": "UNHEALTHY"})


if __name__ == "__main__":
    unittest.main()
