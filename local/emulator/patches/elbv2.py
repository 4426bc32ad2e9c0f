"""Elastic Load Balancing v2: load balancers and listeners (moto 5.2.1)."""

import json
import re

from moto.acm.models import acm_backends
from moto.elbv2.exceptions import (
    DuplicateListenerError,
    DuplicateLoadBalancerName,
    ELBClientError,
    InvalidConfigurationRequest,
    ValidationError,
)
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response
from moto.elbv2.ssl_policies import SSL_POLICIES
from moto.s3.models import s3_backends

from patching import wrap
from refusing import before

LOG_DELIVERY_SERVICE = "logdelivery.elasticloadbalancing.amazonaws.com"
# The account that delivers access logs in us-east-1 ("Enable access logs for your Application Load Balancer").
LOG_DELIVERY_ACCOUNT = "127311923021"
# "Edit attributes for your Application Load Balancer".
IDLE_TIMEOUT = "idle_timeout.timeout_seconds"
IDLE_TIMEOUT_SECONDS = range(1, 4001)


def require_two_zones():
    """Symptom (moto 5.2.1): CreateLoadBalancer of an application load balancer in one zone succeeds.
    AWS: ValidationError; two subnets of one zone are an InvalidConfigurationRequest.
    """

    @wrap(ELBv2Backend, "create_load_balancer")
    def create_load_balancer(original, backend, **request):
        if request.get("loadbalancer_type") in (None, "application"):
            _require_two_zones(backend, request)
        return original(backend, **request)


def _require_two_zones(backend, request):
    ids = list(request["subnet_ids"]) + [mapping["SubnetId"] for mapping in request.get("subnet_mappings") or []]
    subnets = [subnet for subnet in map(backend.ec2_backend.get_subnet, ids) if subnet]
    zones = {subnet.availability_zone for subnet in subnets}
    if len(zones) < len(subnets):
        raise InvalidConfigurationRequest(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        )
    if subnets and len(zones) < 2:
        raise ValidationError("At least two subnets in two different Availability Zones must be specified")


def require_an_internet_gateway():
    """Symptom (moto 5.2.1): an internet-facing load balancer in a VPC without an internet gateway is created.
    AWS: InvalidSubnet. In Terraform: the load balancer lacks a dependency on the gateway.
    """

    @wrap(ELBv2Backend, "create_load_balancer")
    def create_load_balancer(original, backend, **request):
        subnets = [backend.ec2_backend.get_subnet(subnet_id) for subnet_id in request["subnet_ids"]]
        if request.get("scheme") != "internal" and subnets and subnets[0]:
            _require_gateway(backend.ec2_backend, subnets[0].vpc_id)
        return original(backend, **request)


def _require_gateway(ec2, vpc_id):
    attached = {gateway.vpc.id for gateway in ec2.internet_gateways.values() if gateway.vpc}
    if vpc_id not in attached:
        raise ELBClientError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")


def require_a_valid_load_balancer_name():
    """Symptom (moto 5.2.1): CreateLoadBalancer takes names of more than 32 characters, with other characters than
    letters, digits and hyphens, with a hyphen at an end, or that begin with `internal-`.
    AWS: ValidationError.
    """

    @wrap(ELBv2Backend, "create_load_balancer")
    def create_load_balancer(original, backend, **request):
        name = request["name"]
        if len(name) > 32:
            raise ValidationError(f"Load balancer name '{name}' cannot be longer than '32' characters")
        if not re.fullmatch(r"[a-zA-Z0-9-]+", name):
            raise ValidationError(
                f"Load balancer name '{name}' can only contain characters that are alphanumeric characters and "
                "hyphens(-)"
            )
        if name.startswith("-") or name.endswith("-"):
            raise ValidationError(f"Load balancer name '{name}' cannot begin or end with '-'")
        if name.startswith("internal-"):
            raise ValidationError(f"Load balancer name '{name}' cannot begin with 'internal-'")
        return original(backend, **request)


def refuse_a_second_load_balancer_of_a_name():
    """Symptom (moto 5.2.1): a second load balancer of a name is made.
    AWS: DuplicateLoadBalancerName; with the same settings, the answer is the load balancer that is there.
    """

    @wrap(ELBv2Backend, "create_load_balancer")
    def create_load_balancer(original, backend, **request):
        namesake = next((own for own in backend.load_balancers.values() if own.name == request["name"]), None)
        if not namesake:
            return original(backend, **request)
        wanted = (request.get("scheme") or "internet-facing", set(request["subnet_ids"]))
        if wanted != (namesake.scheme or "internet-facing", {subnet.id for subnet in namesake.subnets}):
            raise DuplicateLoadBalancerName()
        return namesake


def require_a_network_of_one_vpc():
    """Symptom (moto 5.2.1): a load balancer over the subnets of two VPCs, with a security group that does not exist or
    that is another VPC's, is made.
    AWS: InvalidConfigurationRequest, InvalidSecurityGroup.
    """

    @before(ELBV2Response, "create_load_balancer", "set_security_groups", "set_subnets")
    def network(response, request):
        ec2 = response.elbv2_backend.ec2_backend
        balancer = response.elbv2_backend.load_balancers.get(request.get("LoadBalancerArn"))
        vpcs = {ec2.get_subnet(name).vpc_id for name in request.get("Subnets") or []} or {balancer and balancer.vpc_id}
        if len(vpcs) > 1:
            raise InvalidConfigurationRequest("All subnets must belong to the same VPC")
        for name in request.get("SecurityGroups") or []:
            group = ec2.get_security_group_from_id(name)
            if not group:
                raise ELBClientError("InvalidSecurityGroup", f"The security group '{name}' does not exist")
            if group.vpc_id not in vpcs:
                raise InvalidConfigurationRequest("One or more security groups are invalid")


def require_values_of_load_balancer_attributes():
    """Symptom (moto 5.2.1): an idle timeout of 0 seconds, and `yes` for a flag, are taken.
    AWS: ValidationError.
    """

    @before(ELBV2Response, "modify_load_balancer_attributes")
    def attributes(_response, request):
        for attribute in request.get("Attributes") or []:
            key, value = attribute.get("Key", ""), attribute.get("Value", "")
            if key == IDLE_TIMEOUT and not (value.isdecimal() and int(value) in IDLE_TIMEOUT_SECONDS):
                raise ValidationError(f"'{key}' value '{value}' must be between '1-4000' inclusive")
            if key.endswith(".enabled") and value not in ("true", "false"):
                raise ValidationError(f"'{key}' value '{value}' must be one of: true, false")


def protect_from_deletion():
    """Symptom (moto 5.2.1): DeleteLoadBalancer ignores `deletion_protection.enabled`.
    AWS: OperationNotPermitted.
    """

    @wrap(ELBv2Backend, "delete_load_balancer")
    def delete_load_balancer(original, backend, arn):
        balancer = backend.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            raise ELBClientError(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        return original(backend, arn)


def require_a_bucket_that_takes_access_logs():
    """Symptom (moto 5.2.1): access logs can be sent to a bucket that does not exist or whose policy lets nobody
    write.
    AWS: InvalidConfigurationRequest. In Terraform: the load balancer lacks a dependency on the bucket's policy.
    """

    @wrap(ELBv2Backend, "modify_load_balancer_attributes")
    def modify_load_balancer_attributes(original, backend, arn, attributes):
        bucket = attributes.get("access_logs.s3.bucket")
        if attributes.get("access_logs.s3.enabled") == "true" and not _takes_access_logs(backend, bucket):
            raise InvalidConfigurationRequest(
                f"Access Denied for bucket: {bucket}. Please check S3bucket permission"
            )
        return original(backend, arn, attributes)


def _takes_access_logs(backend, bucket_name):
    bucket = s3_backends[backend.account_id][backend.partition].buckets.get(bucket_name)
    if not bucket or not bucket.policy:
        return False
    statements = json.loads(bucket.policy)["Statement"]
    return any(_lets_log_delivery_write(statement) for statement in _as_list(statements))


def _lets_log_delivery_write(statement):
    principal = json.dumps(statement.get("Principal", ""))
    actions = _as_list(statement.get("Action", []))
    return (
        statement["Effect"] == "Allow"
        and (LOG_DELIVERY_SERVICE in principal or LOG_DELIVERY_ACCOUNT in principal)
        and any(action in ("s3:PutObject", "s3:*", "*") for action in actions)
    )


def _as_list(value):
    return value if isinstance(value, list) else [value]


def refuse_a_second_listener_on_a_port():
    """Symptom (moto 5.2.1): two listeners of a load balancer on the same port are created.
    AWS: DuplicateListener.
    """

    @wrap(ELBv2Backend, "create_listener")
    def create_listener(original, backend, **request):
        balancer = backend.load_balancers.get(request["load_balancer_arn"])
        listeners = balancer.listeners.values() if balancer else ()
        if any(str(listener.port) == str(request["port"]) for listener in listeners):
            raise DuplicateListenerError()
        return original(backend, **request)


def require_a_certificate_for_https():
    """Symptom (moto 5.2.1): CreateListener makes an HTTPS listener without a certificate.
    AWS: ValidationError.
    """

    @wrap(ELBv2Backend, "create_listener")
    def create_listener(original, backend, **request):
        if request["protocol"] in ("HTTPS", "TLS") and not request["certificate"]:
            raise ValidationError(f"A certificate must be specified for {request['protocol']} listeners")
        return original(backend, **request)


def require_a_known_security_policy():
    """Symptom (moto 5.2.1): CreateListener takes any name for a security policy.
    AWS: SSLPolicyNotFound.
    """

    @before(ELBV2Response, "create_listener")
    def security_policy(_response, request):
        name = request.get("SslPolicy")
        if name and name not in SSL_POLICIES:
            raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{name}' not found")


def require_an_issued_certificate():
    """Symptom (moto 5.2.1): CreateListener takes a certificate that is not yet issued.
    AWS: UnsupportedCertificate. In Terraform: the listener has to use the ARN of the
    aws_acm_certificate_validation.
    """
    @wrap(ELBv2Backend, "create_listener")
    def create_listener(original, backend, **request):
        arn = request["certificate"]
        certificate = acm_backends[backend.account_id][backend.region_name]._certificates.get(arn)
        if certificate and certificate.status != "ISSUED":
            raise ELBClientError(
                "UnsupportedCertificate",
                f"The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a "
                "supported key size.",
            )
        return original(backend, **request)


PATCHES = (
    require_two_zones,
    require_an_internet_gateway,
    require_a_valid_load_balancer_name,
    refuse_a_second_load_balancer_of_a_name,
    require_a_network_of_one_vpc,
    require_values_of_load_balancer_attributes,
    protect_from_deletion,
    require_a_bucket_that_takes_access_logs,
    refuse_a_second_listener_on_a_port,
    require_a_certificate_for_https,
    require_a_known_security_policy,
    require_an_issued_certificate,
)
