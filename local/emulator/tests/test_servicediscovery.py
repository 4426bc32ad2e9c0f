"""Cloud Map: stock moto against our emulator."""

import unittest

from names import http_namespace, instances, namespace, operation, private_namespace, registry
from support import PatchTest, unique


def zones(aws, name):
    return [zone for zone in aws.route53.list_hosted_zones()["HostedZones"] if zone["Name"].startswith(name)]


def register(aws, service, instance, **attributes):
    aws.servicediscovery.register_instance(ServiceId=service["Id"], InstanceId=instance, Attributes=attributes)


class CloudMap(PatchTest):
    def test_make_the_hosted_zone_of_a_namespace(self):
        stock_id, stock_name = private_namespace(self.stock)
        self.assertEqual([zone["Name"] for zone in zones(self.stock, stock_name)], [f"{stock_name}-hz"])
        second = f"{unique('names')}.internal"
        self.assert_error("ConflictingDomainExists", "vpc-", private_namespace, self.stock, second)
        self.stock.servicediscovery.delete_namespace(Id=stock_id)
        self.assertEqual(len(zones(self.stock, stock_name)), 1)

        made_id, name = private_namespace(self.ours)
        private_namespace(self.ours, second)
        (zone,) = zones(self.ours, name)
        self.assertEqual((zone["Name"], zone["Config"]["PrivateZone"]), (f"{name}.", True))
        told = namespace(self.ours, made_id)["Properties"]["DnsProperties"]
        self.assertEqual(f"/hostedzone/{told['HostedZoneId']}", zone["Id"])
        described = self.ours.route53.get_hosted_zone(Id=zone["Id"])
        self.assertEqual([vpc["VPCId"] for vpc in described["VPCs"]], [self.ours.network.vpc])
        self.ours.servicediscovery.delete_namespace(Id=made_id)
        self.assertEqual(zones(self.ours, name), [])

    def test_tell_how_operations_end(self):
        def listed(aws):
            made_id, _ = http_namespace(aws)
            deleted = aws.servicediscovery.delete_namespace(Id=made_id)
            aws.servicediscovery.list_operations()
            return operation(aws, deleted)["Status"]

        self.assert_error("OperationNotFound", "", listed, self.stock)
        self.assertEqual(listed(self.ours), "SUCCESS")
        name = f"{unique('names')}.internal"
        vpc = {"VPC": {"VPCId": self.ours.network.vpc, "VPCRegion": "us-east-1"}}
        private = {"CallerReference": name, "HostedZoneConfig": {"PrivateZone": True}}
        self.ours.route53.create_hosted_zone(Name=name, **private, **vpc)
        asked = self.ours.servicediscovery.create_private_dns_namespace(Name=name, Vpc=self.ours.network.vpc)
        told = operation(self.ours, asked)
        self.assertEqual((told["Status"], told["ErrorCode"]), ("FAIL", "CANNOT_CREATE_HOSTED_ZONE"))
        self.assertIn("has already been associated with the hosted zone", told["ErrorMessage"])

    def test_find_what_is_asked_for(self):
        def found(aws):
            wanted, name = http_namespace(aws)
            other, _ = http_namespace(aws)
            service = registry(aws, wanted)
            registry(aws, other)
            filters = [{"Name": "NAME", "Values": [name], "Condition": "EQ"}, {"Name": "TYPE", "Values": ["HTTP"]}]
            listed = aws.servicediscovery.list_namespaces(Filters=filters)["Namespaces"]
            of_namespace = [{"Name": "NAMESPACE_ID", "Values": [wanted]}]
            services = aws.servicediscovery.list_services(Filters=of_namespace)["Services"]
            return [item["Id"] for item in listed] == [wanted], [item["Id"] for item in services] == [service["Id"]]

        self.assertEqual(found(self.stock), (False, False))
        self.assertEqual(found(self.ours), (True, True))

    def test_show_services_as_they_are(self):
        def shown(aws):
            made_id, _ = private_namespace(aws, vpc=f"vpc-{unique('other')}" if aws is self.stock else None)
            made = registry(aws, made_id, "A", HealthCheckCustomConfig={"FailureThreshold": 5})
            told = aws.servicediscovery.get_service(Id=made["Id"])["Service"]
            threshold = told["HealthCheckCustomConfig"]["FailureThreshold"]
            routing = told["DnsConfig"].get("RoutingPolicy")
            return told.get("NamespaceId") == made_id, routing, told.get("Type"), told.get("InstanceCount"), threshold

        self.assertEqual(shown(self.stock), (False, None, None, None, 5))
        self.assertEqual(shown(self.ours), (True, "MULTIVALUE", "DNS_HTTP", 0, 1))

    def test_keep_the_zone_of_a_changed_namespace(self):
        def changed(aws):
            made_id, _ = private_namespace(aws, vpc=f"vpc-{unique('other')}" if aws is self.stock else None)
            properties = {"DnsProperties": {"SOA": {"TTL": 60}}}
            aws.servicediscovery.update_private_dns_namespace(
                Id=made_id, Namespace={"Description": "new", "Properties": properties}
            )
            told = namespace(aws, made_id)["Properties"]["DnsProperties"]
            return "HostedZoneId" in told, told["SOA"]["TTL"]

        self.assertEqual(changed(self.stock), (False, 60))
        self.assertEqual(changed(self.ours), (True, 60))

        def updated(aws):
            made_id, _ = http_namespace(aws)
            return aws.servicediscovery.update_http_namespace(Id=made_id, Namespace={"Description": "new"})

        self.assertNotIn("OperationId", updated(self.stock))
        self.assertEqual(operation(self.ours, updated(self.ours))["Status"], "SUCCESS")

    def test_register_an_instance_once(self):
        def registered(aws):
            service = registry(aws, http_namespace(aws)[0])
            register(aws, service, "one", colour="red")
            register(aws, service, "one", colour="blue")
            return [item["Attributes"]["colour"] for item in instances(aws, service)]

        self.assertEqual(registered(self.stock), ["red", "blue"])
        self.assertEqual(registered(self.ours), ["blue"])


if __name__ == "__main__":
    unittest.main()
