"""Security group rules and launch templates: stock moto against our emulator."""

import base64
import unittest

from support import PatchTest, unique


class SecurityGroupRules(PatchTest):
    def test_describe_rules_that_reference_a_group(self):
        self.assertEqual(description_of_a_rule(self.stock), None)
        self.assertEqual(description_of_a_rule(self.ours), "from the load balancer")


def description_of_a_rule(aws):
    made = aws.ec2.create_security_group(GroupName=unique("group"), Description="d", VpcId=aws.network.vpc)["GroupId"]
    pair = {"GroupId": aws.network.group, "Description": "from the load balancer"}
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [pair]}
    aws.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    rules = aws.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [made]}])
    return next(rule for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]).get("Description")


class LaunchTemplateTags(PatchTest):
    def test_keep_launch_template_tags_out_of_its_data(self):
        self.assertEqual(tagged_types_in_data(self.stock), ["instance", "launch-template"])
        self.assertEqual(tagged_types_in_data(self.ours), ["instance"])

    def test_show_launch_template_tags_as_they_are(self):
        self.assertEqual(tags_after_a_change(self.stock), [{"Key": "a", "Value": "1"}])
        self.assertEqual(tags_after_a_change(self.ours), [{"Key": "b", "Value": "2"}])


def tagged_types_in_data(aws):
    made = aws.ec2.create_launch_template(
        LaunchTemplateName=unique("lt"),
        LaunchTemplateData={"TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "1"}]}]},
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "1"}]}],
    )["LaunchTemplate"]
    described = aws.ec2.describe_launch_template_versions(LaunchTemplateId=made["LaunchTemplateId"])
    data = described["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    return sorted(tags["ResourceType"] for tags in data["TagSpecifications"])


def tags_after_a_change(aws):
    made = aws.ec2.create_launch_template(
        LaunchTemplateName=unique("lt"),
        LaunchTemplateData={"ImageId": "ami-12c6146b"},
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "1"}]}],
    )["LaunchTemplate"]["LaunchTemplateId"]
    aws.ec2.create_tags(Resources=[made], Tags=[{"Key": "b", "Value": "2"}])
    aws.ec2.delete_tags(Resources=[made], Tags=[{"Key": "a"}])
    return aws.ec2.describe_launch_templates(LaunchTemplateIds=[made])["LaunchTemplates"][0]["Tags"]


class LaunchTemplateUserData(PatchTest):
    def test_keep_user_data_of_later_versions_usable(self):
        self.assert_server_error(start_instance_of_second_version, self.stock)
        self.assertEqual(start_instance_of_second_version(self.ours), "echo 2")


def start_instance_of_second_version(aws):
    template = aws.launch_template(InstanceType="t3.small", UserData=encoded("echo 1"))
    data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.small", "UserData": encoded("echo 2")}
    aws.ec2.create_launch_template_version(LaunchTemplateId=template, LaunchTemplateData=data)
    specification = {"LaunchTemplateId": template, "Version": "$Latest"}
    group = aws.autoscaling_group(
        DesiredCapacity=1, MixedInstancesPolicy={"LaunchTemplate": {"LaunchTemplateSpecification": specification}}
    )
    instance = aws.described_group(group)["Instances"][0]["InstanceId"]
    value = aws.ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]["Value"]
    return base64.b64decode(value).decode()


class NatGateways(PatchTest):
    def test_remove_the_interface_of_a_deleted_nat_gateway(self):
        self.assertEqual(len(interfaces_of_a_deleted_gateway(self.stock)), 1)
        self.assertEqual(interfaces_of_a_deleted_gateway(self.ours), [])

    def test_the_address_of_a_deleted_nat_gateway_can_be_released(self):
        gateway = deleted_nat_gateway(self.ours)
        allocation = gateway["NatGatewayAddresses"][0]["AllocationId"]
        self.assertNotIn("AssociationId", self.ours.ec2.describe_addresses(AllocationIds=[allocation])["Addresses"][0])
        self.ours.ec2.release_address(AllocationId=allocation)


def deleted_nat_gateway(aws):
    allocation = aws.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = aws.ec2.create_nat_gateway(SubnetId=aws.network.subnets[0], AllocationId=allocation)["NatGateway"]
    aws.ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    return gateway


def interfaces_of_a_deleted_gateway(aws):
    address = deleted_nat_gateway(aws)["NatGatewayAddresses"][0]
    filters = [{"Name": "network-interface-id", "Values": [address["NetworkInterfaceId"]]}]
    return aws.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]


class Instances(PatchTest):
    def test_delete_the_primary_interface_with_its_instance(self):
        self.assertEqual(interfaces_of_a_terminated_instance(self.stock), ["Primary network interface"])
        self.assertEqual(interfaces_of_a_terminated_instance(self.ours), [])

    def test_an_instance_can_be_terminated_twice(self):
        instance, _ = instance_and_interfaces(self.ours)
        self.ours.ec2.terminate_instances(InstanceIds=[instance])
        (told,) = self.ours.ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"]
        self.assertEqual(told["PreviousState"]["Name"], "terminated")

    def test_an_interface_that_is_to_stay_stays(self):
        subnet = self.ours.network.subnets[0]
        made = self.ours.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        for kept in ({"SubnetId": subnet, "DeleteOnTermination": False}, {"NetworkInterfaceId": made}):
            given = {"NetworkInterfaces": [{"DeviceIndex": 0, **kept}]}
            self.assertEqual(len(interfaces_of_a_terminated_instance(self.ours, **given)), 1)


def interfaces_of_a_terminated_instance(aws, **options):
    instance, interfaces = instance_and_interfaces(aws, **options)
    aws.ec2.terminate_instances(InstanceIds=[instance])
    filters = [{"Name": "network-interface-id", "Values": interfaces}]
    left = aws.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    return [interface["Description"] for interface in left]


def instance_and_interfaces(aws, **options):
    """(id of a new instance, ids of its interfaces)"""
    request = options or {"SubnetId": aws.network.subnets[0]}
    made = aws.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, **request)["Instances"][0]
    return made["InstanceId"], [interface["NetworkInterfaceId"] for interface in made["NetworkInterfaces"]]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


if __name__ == "__main__":
    unittest.main()
