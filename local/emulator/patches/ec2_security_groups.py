"""Amazon EC2: security groups and their rules (moto 5.2.1)."""

import re

from moto.ec2.responses import EC2Response
from moto.elbv2.models import elbv2_backends

from refusing import Refusal, before

PORTS = range(65536)
PROTOCOLS = ("-1", "tcp", "udp", "icmp", "icmpv6")
# "CreateSecurityGroup" of the API reference: a-z, A-Z, 0-9, spaces, and these.
DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
DESCRIPTION_IN_WORDS = "strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"


def require_valid_names_of_security_groups():
    """Symptom (moto 5.2.1): a group is called `sg-x`, or by more than 255 characters, or described with others than
    AWS takes.
    AWS: InvalidParameterValue.
    """

    @before(EC2Response, "create_security_group")
    def name(_response, request):
        name, description = request["GroupName"], request["Description"]
        if name.startswith("sg-"):
            raise Refusal("InvalidParameterValue", "Group names may not be in the format sg-*.")
        if not DESCRIPTION.fullmatch(name):
            raise Refusal("InvalidParameterValue", f"Value ({name}) for parameter GroupName is invalid.")
        if not DESCRIPTION.fullmatch(description):
            raise Refusal(
                "InvalidParameterValue",
                f"Invalid security group description. Valid descriptions are {DESCRIPTION_IN_WORDS}",
            )


def require_rules_that_make_sense():
    """Symptom (moto 5.2.1): rules for port 70000, from port 90 to 80, for protocol `http`, or for a group of another
    VPC are taken.
    AWS: InvalidParameterValue, InvalidGroup.NotFound.
    """

    @before(EC2Response, "authorize_security_group_ingress", "authorize_security_group_egress")
    def rules(response, request):
        group = response.ec2_backend.get_security_group_from_id(request.get("GroupId"))
        for rule in request.get("IpPermissions") or []:
            _check_ports(rule)
            _check_descriptions(rule)
            for pair in rule.get("UserIdGroupPairs") or []:
                other = response.ec2_backend.get_security_group_from_id(pair.get("GroupId"))
                if group and other and group.vpc_id != other.vpc_id:
                    raise Refusal(
                        "InvalidGroup.NotFound",
                        "You have specified two resources that belong to different networks.",
                    )


def _check_ports(rule):
    protocol, first, last = rule.get("IpProtocol", "-1"), rule.get("FromPort"), rule.get("ToPort")
    if not protocol.isdecimal() and protocol.lower() not in PROTOCOLS:
        raise Refusal("InvalidParameterValue", f"Invalid value '{protocol}' for IP protocol. Unknown protocol.")
    if protocol.lower() in ("tcp", "udp") and (first not in PORTS or last not in PORTS or first > last):
        raise Refusal("InvalidParameterValue", f"Invalid TCP/UDP port range ({first}:{last})")


def _check_descriptions(rule):
    sources = [*(rule.get("IpRanges") or []), *(rule.get("Ipv6Ranges") or []), *(rule.get("UserIdGroupPairs") or [])]
    if not all(DESCRIPTION.fullmatch(source.get("Description") or "") for source in sources):
        raise Refusal(
            "InvalidParameterValue", f"Invalid rule description. Valid descriptions are {DESCRIPTION_IN_WORDS}"
        )


def keep_security_groups_in_use():
    """Symptom (moto 5.2.1): a group is deleted while a load balancer carries it, or another group's rule names it.
    AWS: DependencyViolation.
    """

    @before(EC2Response, "delete_security_group")
    def group(response, request):
        group_id = request.get("GroupId")
        balancers = elbv2_backends[response.current_account][response.region].load_balancers.values()
        carried = any(group_id in balancer.security_groups for balancer in balancers)
        if group_id and (carried or _is_named_by_others(response.ec2_backend, group_id)):
            raise Refusal("DependencyViolation", f"resource {group_id} has a dependent object")


def _is_named_by_others(backend, group_id):
    others = [group for groups in backend.groups.values() for group in groups.values() if group.id != group_id]
    rules = [rule for group in others for rule in (*group.ingress_rules, *group.egress_rules)]
    return any(rule.source_group.get("GroupId") == group_id for rule in rules)


PATCHES = (
    require_valid_names_of_security_groups,
    require_rules_that_make_sense,
    keep_security_groups_in_use,
)
