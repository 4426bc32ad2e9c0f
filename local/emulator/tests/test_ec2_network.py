"""Parts of a network that do not fit together: stock moto against our emulator."""

import unittest

from support import Network, PatchTest, unique

ANYWHERE = "0.0.0.0/0"


def vpc(aws):
    return aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def subnet(aws, vpc_id, cidr="10.0.0.0/24", zone="us-east-1a"):
    made = aws.ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone)
    return made["Subnet"]["SubnetId"]


def route_table(aws, vpc_id):
    return aws.ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]


def internet_gateway(aws, vpc_id=None):
    made = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    if vpc_id:
        aws.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc_id)
    return made


def address(aws):
    return aws.ec2.allocate_address(Domain="vpc")["AllocationId"]


def nat_gateway(aws, subnet_id, allocation):
    made = aws.ec2.create_nat_gateway(SubnetId=subnet_id, AllocationId=allocation)
    return made["NatGateway"]["NatGatewayId"]


class Subnets(PatchTest):
    def test_require_subnets_that_aws_offers(self):
        def too_small(aws):
            subnet(aws, vpc(aws), cidr="10.0.0.0/29")

        def in_another_region(aws):
            subnet(aws, vpc(aws), zone="eu-west-1a")

        self.assert_refused("InvalidSubnet.Range", "The CIDR '10.0.0.0/29' is invalid.", too_small)
        message = "Value (eu-west-1a) for parameter availabilityZone is invalid."
        self.assert_refused("InvalidParameterValue", message, in_another_region)
        subnet(self.ours, vpc(self.ours), cidr="10.0.0.0/28")

    def test_keep_the_subnets_of_a_load_balancer(self):
        def delete(aws):
            network = Network(aws, ("us-east-1a", "us-east-1b"))
            aws.load_balancer(Subnets=network.subnets)
            aws.ec2.delete_subnet(SubnetId=network.subnets[0])

        self.assert_refused("DependencyViolation", "has dependencies and cannot be deleted", delete)


class Routes(PatchTest):
    def test_require_targets_that_routes_can_have(self):
        def route(aws, **to):
            aws.ec2.create_route(**{"RouteTableId": route_table(aws, vpc(aws)), "DestinationCidrBlock": ANYWHERE, **to})

        def to_a_detached_gateway(aws):
            route(aws, GatewayId=internet_gateway(aws))

        def to_a_missing_nat_gateway(aws):
            route(aws, NatGatewayId="nat-0123456789abcdef0")

        def from_no_block(aws):
            route(aws, DestinationCidrBlock="0.0.0.0", NatGatewayId=nat_gateway(aws, aws.network.subnets[0], address(aws)))

        self.assert_refused("InvalidParameterValue", "belong to different networks", to_a_detached_gateway)
        self.assert_refused("InvalidNatGatewayID.NotFound", "does not exist", to_a_missing_nat_gateway)
        self.assert_refused("InvalidParameterValue", "This is not a valid CIDR block.", from_no_block)

    def test_associate_a_subnet_with_one_route_table(self):
        def twice(aws):
            own = vpc(aws)
            own_subnet = subnet(aws, own)
            for _ in range(2):
                aws.ec2.associate_route_table(RouteTableId=route_table(aws, own), SubnetId=own_subnet)

        def across(aws):
            aws.ec2.associate_route_table(RouteTableId=route_table(aws, vpc(aws)), SubnetId=subnet(aws, vpc(aws)))

        self.assert_refused("Resource.AlreadyAssociated", "conflicts with an existing association", twice)
        self.assert_refused("InvalidParameterValue", "belong to different networks", across)

    def test_the_same_association_again_is_the_one_that_is_there(self):
        own = vpc(self.ours)
        names = {"RouteTableId": route_table(self.ours, own), "SubnetId": subnet(self.ours, own)}
        made = [self.ours.ec2.associate_route_table(**names)["AssociationId"] for _ in range(2)]
        self.assertEqual(made[0], made[1])


class Gateways(PatchTest):
    def test_attach_one_internet_gateway_to_a_vpc(self):
        def twice(aws):
            own = vpc(aws)
            for _ in range(2):
                internet_gateway(aws, own)

        self.assert_refused("InvalidParameterValue", "already has an internet gateway attached", twice)

    def test_require_an_internet_gateway_for_nat(self):
        def without(aws):
            nat_gateway(aws, subnet(aws, vpc(aws)), address(aws))

        self.assert_refused("Gateway.NotAttached", "has no Internet gateway attached", without)

    def test_keep_what_a_nat_gateway_needs(self):
        def with_nat(aws):
            own = vpc(aws)
            made = {"vpc": own, "gateway": internet_gateway(aws, own), "subnet": subnet(aws, own), "address": address(aws)}
            return {**made, "nat": nat_gateway(aws, made["subnet"], made["address"])}

        def release(aws):
            aws.ec2.release_address(AllocationId=with_nat(aws)["address"])

        def detach(aws):
            made = with_nat(aws)
            aws.ec2.detach_internet_gateway(InternetGatewayId=made["gateway"], VpcId=made["vpc"])

        def delete_subnet(aws):
            aws.ec2.delete_subnet(SubnetId=with_nat(aws)["subnet"])

        self.assert_refused("InvalidIPAddress.InUse", "is in use.", release)
        self.assert_refused("DependencyViolation", "has some mapped public address(es)", detach)
        self.assert_refused("DependencyViolation", "has dependencies and cannot be deleted", delete_subnet)
        made = with_nat(self.ours)
        self.ours.ec2.delete_nat_gateway(NatGatewayId=made["nat"])
        self.ours.ec2.release_address(AllocationId=made["address"])
        self.ours.ec2.detach_internet_gateway(InternetGatewayId=made["gateway"], VpcId=made["vpc"])
        self.ours.ec2.delete_subnet(SubnetId=made["subnet"])


class Endpoints(PatchTest):
    def test_require_endpoints_that_fit_the_vpc(self):
        def endpoint(aws, service, vpc_id, **options):
            aws.ec2.create_vpc_endpoint(ServiceName=f"com.amazonaws.us-east-1.{service}", VpcId=vpc_id, **options)

        def gateway_to_ecr(aws):
            endpoint(aws, "ecr.api", vpc(aws), VpcEndpointType="Gateway")

        def gateway_twice(aws):
            own = vpc(aws)
            table = route_table(aws, own)
            for _ in range(2):
                endpoint(aws, "s3", own, VpcEndpointType="Gateway", RouteTableIds=[table])

        def twice_in_one_zone(aws):
            network = Network(aws, ("us-east-1a", "us-east-1a"))
            endpoint(aws, "logs", network.vpc, VpcEndpointType="Interface", SubnetIds=network.subnets)

        def private_name_twice(aws):
            network = Network(aws, ("us-east-1a",))
            for _ in range(2):
                endpoint(
                    aws, "logs", network.vpc, VpcEndpointType="Interface", SubnetIds=network.subnets, PrivateDnsEnabled=True
                )

        self.assert_refused("InvalidServiceName", "does not support Gateway endpoints", gateway_to_ecr)
        self.assert_refused("RouteAlreadyExists", "already has a route with destination-prefix-list-id", gateway_twice)
        self.assert_refused("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet", twice_in_one_zone)
        message = "a conflicting DNS domain for logs.us-east-1.amazonaws.com"
        self.assert_refused("InvalidParameter", message, private_name_twice)


class FlowLogs(PatchTest):
    def test_require_a_role_for_flow_logs(self):
        def without(aws):
            group = unique("/flow-logs")
            aws.logs.create_log_group(logGroupName=group)
            aws.ec2.create_flow_logs(
                ResourceIds=[vpc(aws)],
                ResourceType="VPC",
                TrafficType="ALL",
                LogDestination=f"arn:aws:logs:us-east-1:123456789012:log-group:{group}",
                DeliverLogsPermissionArn="",
            )

        self.assert_refused("InvalidParameter", "DeliverLogsPermissionArn can't be empty", without)


if __name__ == "__main__":
    unittest.main()
