"""Amazon Route 53: what ChangeResourceRecordSets refuses (moto 5.2.1)."""

import ipaddress
import re

from moto.elbv2.models import elbv2_backends
from moto.route53.responses import Route53

from refusing import Refusal, before

# "DNS domain name format".
LABEL_MAX = 63
LOAD_BALANCER = re.compile(r"(?:dualstack\.)?(.+\.elb\.amazonaws\.com|.+\.elb\.[a-z0-9-]+\.amazonaws\.com)\.?")


def _check(check):
    """Runs `check(record, response, zone)` on each record set that a request creates or changes."""

    @before(Route53, "change_resource_record_sets")
    def changes(response, request):
        zone = response.backend.zones.get(request["HostedZoneId"].split("/")[-1])
        for change in request["ChangeBatch"]["Changes"] if zone else ():
            if change["Action"] != "DELETE":
                check(change["ResourceRecordSet"], response, zone)


def _invalid(message):
    return Refusal("InvalidChangeBatch", f"[{message}]")


def require_aliases_of_load_balancers_that_exist():
    """Symptom (moto 5.2.1): an alias of a load balancer that does not exist, or with another hosted zone id than the
    load balancer's, is made.
    AWS: InvalidChangeBatch.
    """

    @_check
    def alias(record, response, _zone):
        target = record.get("AliasTarget")
        found = target and LOAD_BALANCER.fullmatch(target["DNSName"].lower())
        if not found:
            return
        tried = (
            f"Tried to create an alias that targets {found[0].rstrip('.')}., type {record['Type']} in zone "
            f"{target['HostedZoneId']}"
        )
        regions = elbv2_backends[response.current_account].values()
        balancers = [balancer for backend in regions for balancer in backend.load_balancers.values()]
        named = next((balancer for balancer in balancers if balancer.dns_name.lower() == found[1]), None)
        if not named:
            raise _invalid(f"{tried}, but that target was not found")
        if named.canonical_hosted_zone_id != target["HostedZoneId"]:
            raise _invalid(f"{tried}, but the alias target name does not lie within the target zone")


def refuse_a_cname_beside_other_records():
    """Symptom (moto 5.2.1): a CNAME is made for a name that has other records, and other records beside a CNAME.
    AWS: InvalidChangeBatch.
    """

    @_check
    def conflict(record, _response, zone):
        name = record["Name"].rstrip(".") + "."
        for other in zone.rrsets:
            clash = other.name == name and other.type != record["Type"] and "CNAME" in (other.type, record["Type"])
            if clash:
                raise _invalid(
                    f"RRSet of type {record['Type']} with DNS name {name} is not permitted because a conflicting "
                    f"RRSet of type {other.type} with the same DNS name already exists in zone {zone.name}"
                )


def require_values_of_records():
    """Symptom (moto 5.2.1): an A record with a name for an address, one value twice, and labels of 64 characters are
    taken.
    AWS: InvalidChangeBatch ("Supported DNS record types").
    """

    @_check
    def values(record, _response, _zone):
        for label in record["Name"].split("."):
            if len(label) > LABEL_MAX:
                raise _invalid(f"FATAL problem: DomainLabelTooLong (Domain label is too long) encountered with '{label}'")
        given = [value["Value"] for value in record.get("ResourceRecords") or []]
        if len(set(given)) < len(given):
            raise _invalid(f"Duplicate Resource Record: '{given[0]}'")
        for value in given if record["Type"] in ("A", "AAAA") else ():
            _require_address(record["Type"], value)


def _require_address(record_type, value):
    kind, version = ("IPv4", ipaddress.IPv4Address) if record_type == "A" else ("IPv6", ipaddress.IPv6Address)
    try:
        version(value)
    except ValueError:
        raise _invalid(
            f"Invalid Resource Record: 'FATAL problem: {record_type}RRDATAIllegal{kind}Address (Value is not a valid "
            f"{kind} address) encountered with '{value}''"
        ) from None


PATCHES = (
    require_aliases_of_load_balancers_that_exist,
    refuse_a_cname_beside_other_records,
    require_values_of_records,
)
