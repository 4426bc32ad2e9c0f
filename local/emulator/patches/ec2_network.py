"""Amazon EC2: what of a network's parts does not fit together (moto 5.2.1)."""

import ipaddress

from moto.ec2.responses import EC2Response
from moto.elbv2.models import elbv2_backends

from addresses import is_block
from refusing import Refusal, before

SMALLEST_SUBNET = 28
GATEWAY_ENDPOINTS = ("s3", "dynamodb")


def require_subnets_that_aws_offers():
    """Symptom (moto 5.2.1): a /29 subnet, or one in another Region's zone, is created.
    AWS: InvalidSubnet.Range ("Subnet CIDR blocks": /16 to /28); InvalidParameterValue.
    """

    @before(EC2Response, "create_subnet")
    def subnet(response, request):
        cidr, zone = request.get("CidrBlock"), request.get("AvailabilityZone")
        if cidr and is_block(cidr) and ipaddress.ip_network(cidr, strict=False).prefixlen > SMALLEST_SUBNET:
            raise Refusal("InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid.")
        zones = [known.name for known in response.ec2_backend.describe_availability_zones()]
        if zone and zone not in zones:
            raise Refusal(
                "InvalidParameterValue",
                f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in "
                f"the following availability zones: {', '.join(zones)}.",
            )


def require_targets_that_routes_can_have():
    """Symptom (moto 5.2.1): a route leads to an internet gateway that is not the VPC's or to a NAT gateway that does
    not exist, or comes from what is no CIDR block.
    AWS: InvalidParameterValue, InvalidNatGatewayID.NotFound.
    """

    @before(EC2Response, "create_route", "replace_route")
    def route(response, request):
        cidr = request.get("DestinationCidrBlock")
        if cidr is not None and not is_block(cidr):
            raise Refusal(
                "InvalidParameterValue",
                f"Value ({cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.",
            )
        backend = response.ec2_backend
        gateway = backend.internet_gateways.get(request.get("GatewayId"))
        table = backend.get_route_table(request["RouteTableId"])
        if gateway and (not gateway.vpc or gateway.vpc.id != table.vpc_id):
            raise Refusal(
                "InvalidParameterValue",
                f"route table {table.id} and network gateway {gateway.id} belong to different networks",
            )
        nat = request.get("NatGatewayId")
        if nat and nat not in backend.nat_gateways:
            raise Refusal("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat}' does not exist")


def associate_a_subnet_with_one_route_table():
    """Symptom (moto 5.2.1): a subnet that has a route table keeps it when it is associated with another, and
    tables of other VPCs are taken.
    AWS: Resource.AlreadyAssociated, InvalidParameterValue.
    """

    @before(EC2Response, "associate_route_table")
    def association(response, request):
        subnet_id = request.get("SubnetId")
        if not subnet_id:
            return
        wanted = response.ec2_backend.get_route_table(request["RouteTableId"])
        if response.ec2_backend.get_subnet(subnet_id).vpc_id != wanted.vpc_id:
            raise Refusal(
                "InvalidParameterValue", f"route table {wanted.id} and subnet {subnet_id} belong to different networks"
            )
        for table in response.ec2_backend.route_tables.values():
            if table is not wanted and subnet_id in table._associations.values():
                raise Refusal(
                    "Resource.AlreadyAssociated",
                    f"the specified association for route table {wanted.id} conflicts with an existing association",
                )


def attach_one_internet_gateway_to_a_vpc():
    """Symptom (moto 5.2.1): a second internet gateway is attached to a VPC.
    AWS: InvalidParameterValue.
    """

    @before(EC2Response, "attach_internet_gateway")
    def attachment(response, request):
        vpc_id = request["VpcId"]
        attached = [gateway.vpc.id for gateway in response.ec2_backend.internet_gateways.values() if gateway.vpc]
        if vpc_id in attached:
            raise Refusal("InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")


def require_an_internet_gateway_for_nat():
    """Symptom (moto 5.2.1): a public NAT gateway is available in a VPC without an internet gateway.
    AWS: it fails with Gateway.NotAttached soon after its creation; here the creation is refused. In Terraform: the
    NAT gateway lacks a dependency on the internet gateway.
    """

    @before(EC2Response, "create_nat_gateway")
    def nat_gateway(response, request):
        if request.get("ConnectivityType") == "private":
            return
        vpc_id = response.ec2_backend.get_subnet(request["SubnetId"]).vpc_id
        gateways = response.ec2_backend.internet_gateways.values()
        if not any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in gateways):
            raise Refusal("Gateway.NotAttached", f"Network {vpc_id} has no Internet gateway attached")


def keep_what_a_nat_gateway_needs():
    """Symptom (moto 5.2.1): a NAT gateway's address is released, its subnet deleted and its VPC's internet gateway
    detached while it is there.
    AWS: InvalidIPAddress.InUse, DependencyViolation.
    """

    @before(EC2Response, "release_address")
    def address(response, request):
        allocation = request.get("AllocationId")
        for nat in _living_nat_gateways(response):
            for own in nat.address_set:
                if allocation and own.get("allocationId") == allocation:
                    raise Refusal("InvalidIPAddress.InUse", f"Address {own['publicIp']} is in use.")

    @before(EC2Response, "detach_internet_gateway")
    def gateway(response, request):
        if any(nat.vpc_id == request["VpcId"] for nat in _living_nat_gateways(response)):
            raise Refusal(
                "DependencyViolation",
                f"Network {request['VpcId']} has some mapped public address(es). Please unmap those public "
                "address(es) before detaching the gateway.",
            )

    @before(EC2Response, "delete_subnet")
    def subnet(response, request):
        subnet_id = request["SubnetId"]
        if any(nat.subnet_id == subnet_id for nat in _living_nat_gateways(response)):
            raise _subnet_in_use(subnet_id)


def _living_nat_gateways(response):
    return [nat for nat in response.ec2_backend.nat_gateways.values() if nat.state == "available"]


def _subnet_in_use(subnet_id):
    return Refusal("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


def keep_the_subnets_of_a_load_balancer():
    """Symptom (moto 5.2.1): the subnets of a load balancer are deleted.
    AWS: DependencyViolation.
    """

    @before(EC2Response, "delete_subnet")
    def subnet(response, request):
        balancers = elbv2_backends[response.current_account][response.region].load_balancers.values()
        if any(own.id == request["SubnetId"] for balancer in balancers for own in balancer.subnets):
            raise _subnet_in_use(request["SubnetId"])


def require_endpoints_that_fit_the_vpc():
    """Symptom (moto 5.2.1): VPC endpoints are taken of the wrong type, in two subnets of one zone, with a private name
    that the VPC has already, or with a route that the table has already.
    AWS: InvalidServiceName, DuplicateSubnetsInSameZone, InvalidParameter, RouteAlreadyExists.
    """

    @before(EC2Response, "create_vpc_endpoint")
    def endpoint(response, request):
        if request.get("VpcEndpointType", "Gateway") == "Gateway":
            _check_gateway_endpoint(response.ec2_backend, request)
        elif request["VpcEndpointType"] == "Interface":
            _check_interface_endpoint(response.ec2_backend, request)


def _check_gateway_endpoint(backend, request):
    service = request["ServiceName"]
    if service.split(".")[-1] not in GATEWAY_ENDPOINTS:
        raise Refusal("InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not support Gateway endpoints")
    for own in _endpoints_for(backend, request["VpcId"], service):
        for table in set(request.get("RouteTableIds") or []) & set(own.route_table_ids):
            raise Refusal(
                "RouteAlreadyExists",
                f"route table {table} already has a route with destination-prefix-list-id "
                f"{own.destination_prefix_list_id}",
            )


def _check_interface_endpoint(backend, request):
    vpc_id, service = request["VpcId"], request["ServiceName"]
    zones = []
    for subnet_id in request.get("SubnetIds") or []:
        zone = backend.get_subnet(subnet_id).availability_zone
        if zone in zones:
            raise Refusal(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}",
            )
        zones.append(zone)
    if request.get("PrivateDnsEnabled") and any(
        own.private_dns_enabled for own in _endpoints_for(backend, vpc_id, service)
    ):
        raise Refusal(
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            f"{'.'.join(reversed(service.split('.')))} in the VPC {vpc_id}",
        )


def _endpoints_for(backend, vpc_id, service):
    living = [endpoint for endpoint in backend.vpc_end_points.values() if endpoint.state != "deleted"]
    return [endpoint for endpoint in living if (endpoint.vpc_id, endpoint.service_name) == (vpc_id, service)]


def require_a_role_for_flow_logs():
    """Symptom (moto 5.2.1): flow logs go to CloudWatch Logs without a role that may write there.
    AWS: InvalidParameter.
    """

    @before(EC2Response, "create_flow_logs")
    def flow_logs(_response, request):
        to_cloudwatch = request.get("LogDestinationType", "cloud-watch-logs") == "cloud-watch-logs"
        if to_cloudwatch and not request.get("DeliverLogsPermissionArn"):
            raise Refusal(
                "InvalidParameter", "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."
            )


PATCHES = (
    require_subnets_that_aws_offers,
    require_targets_that_routes_can_have,
    associate_a_subnet_with_one_route_table,
    attach_one_internet_gateway_to_a_vpc,
    require_an_internet_gateway_for_nat,
    keep_what_a_nat_gateway_needs,
    keep_the_subnets_of_a_load_balancer,
    require_endpoints_that_fit_the_vpc,
    require_a_role_for_flow_logs,
)
