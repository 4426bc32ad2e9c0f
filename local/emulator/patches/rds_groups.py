"""Amazon RDS: what parameter groups and subnet groups may not be (moto 5.2.1)."""

import re

from moto.ec2.models import ec2_backends
from moto.rds.responses import RDSResponse

import mysql_parameters
import rds_limits as limits
from refusing import Refusal, before

IDENTIFIER = re.compile(r"(?!.*--)(?!.*-$)[A-Za-z][A-Za-z0-9-]{0,254}")
SUBNET_GROUP = re.compile(r"[a-zA-Z0-9._ -]{1,255}")
ENGINES = "aurora|custom|docdb|mariadb|mysql|neptune|oracle|postgres|sqlserver|db2"
FAMILY = re.compile(rf"({ENGINES})[a-z0-9.-]+")


def require_a_name_and_a_family():
    """Symptom (moto 5.2.1): parameter groups may have any name, and be for a family that does not exist.
    AWS: InvalidParameterValue.
    """

    @before(RDSResponse, "create_db_parameter_group")
    def group(_response, request):
        if not IDENTIFIER.fullmatch(request.get("DBParameterGroupName") or ""):
            raise _value(
                "The parameter DBParameterGroupName is not a valid identifier. Identifiers must begin with a letter; "
                "must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two "
                "consecutive hyphens."
            )
        family = request.get("DBParameterGroupFamily") or ""
        is_mysql = family.startswith("mysql")
        if not FAMILY.fullmatch(family) or (is_mysql and family not in mysql_parameters.FAMILIES):
            raise _value(f"ParameterGroupFamily {family} is not a valid parameter group family")


def require_parameters_that_mysql_has():
    """Symptom (moto 5.2.1): parameters may have any name and any value, and one that needs a restart takes effect at
    once.
    AWS: InvalidParameterValue, InvalidParameterCombination.
    """

    @before(RDSResponse, "modify_db_parameter_group")
    def parameters(response, request):
        group = response.backend.db_parameter_groups.get(request.get("DBParameterGroupName"))
        if not group or group.family not in mysql_parameters.FAMILIES:
            return
        for parameter in request.get("Parameters") or []:
            _require_parameter(parameter)


def _require_parameter(parameter):
    name, value = parameter.get("ParameterName"), parameter.get("ParameterValue")
    if name not in mysql_parameters.TYPES:
        raise _value(f"Could not find parameter with name: {name}")
    if value is not None and not mysql_parameters.allows(name, value):
        allowed = mysql_parameters.allowed_values_of(name)
        raise _value(f"Invalid parameter value: {value} for: {name} allowed values are: {allowed}")
    is_static = mysql_parameters.apply_type_of(name) == mysql_parameters.STATIC
    if is_static and parameter.get("ApplyMethod") == "immediate":
        raise Refusal("InvalidParameterCombination", "cannot use immediate apply method for static parameter")


def require_a_group_of_the_family_of_the_engine():
    """Symptom (moto 5.2.1): an instance of MySQL 8.4 has a parameter group of MySQL 8.0.
    AWS: InvalidParameterCombination.
    """

    @before(RDSResponse, "create_db_instance", "modify_db_instance")
    def family(response, request):
        backend = response.backend
        now = backend.databases.get(request.get("DBInstanceIdentifier"))
        name = request.get("DBParameterGroupName")
        group = backend.db_parameter_groups.get(name) if name else None
        if not group or (request.get("Engine") or getattr(now, "engine", None)) != "mysql":
            return
        version = request.get("EngineVersion") or getattr(now, "engine_version", limits.LATEST)
        needed = f"mysql{limits.major_version(version)}"
        if group.family != needed:
            raise Refusal(
                "InvalidParameterCombination",
                f"The parameter group {name} with DBParameterGroupFamily {group.family} can't be used for this "
                f"instance. Please use a Parameter Group with DBParameterGroupFamily {needed}",
            )


def keep_groups_that_are_in_use():
    """Symptom (moto 5.2.1): parameter groups and subnet groups of instances, and default parameter groups are deleted.
    AWS: InvalidDBParameterGroupState, InvalidDBSubnetGroupStateFault.
    """

    @before(RDSResponse, "delete_db_parameter_group")
    def parameter_group(response, request):
        name = request.get("DBParameterGroupName") or ""
        if name.startswith("default."):
            raise Refusal("InvalidDBParameterGroupState", f"Default DBParameterGroup cannot be deleted: {name}")
        if any(instance.db_parameter_group_name == name for instance in response.backend.databases.values()):
            raise Refusal(
                "InvalidDBParameterGroupState",
                "One or more database instances are still members of this parameter group "
                f"{name}, so the group cannot be deleted",
            )

    @before(RDSResponse, "delete_db_subnet_group")
    def subnet_group(response, request):
        name = request.get("DBSubnetGroupName") or ""
        for instance in response.backend.databases.values():
            group = getattr(instance, "db_subnet_group", None)
            if group and group.name == name.lower():
                raise Refusal(
                    "InvalidDBSubnetGroupStateFault",
                    f"Cannot delete the subnetGroup '{name}' because at least one database instance: "
                    f"{instance.db_instance_identifier} is still using it.",
                )


def require_subnets_in_two_zones():
    """Symptom (moto 5.2.1): a subnet group may lie in one zone or in two VPCs, and a second group of a name takes the
    place of the first.
    AWS: DBSubnetGroupDoesNotCoverEnoughAZs, InvalidParameterValue, DBSubnetGroupAlreadyExists.
    """

    @before(RDSResponse, "create_db_subnet_group", "modify_db_subnet_group")
    def subnets(response, request):
        name = request.get("DBSubnetGroupName") or ""
        if response._get_action() == "CreateDBSubnetGroup":
            _require_new_name(response, name)
        ec2 = ec2_backends[response.current_account][response.region]
        found = [ec2.get_subnet(subnet) for subnet in request.get("SubnetIds") or []]
        zones = sorted({subnet.availability_zone for subnet in found})
        if len(zones) < 2:
            raise Refusal(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
                f"{', '.join(zones)}. Add subnets to cover at least 2 AZs.",
            )
        if len({subnet.vpc_id for subnet in found}) > 1:
            raise Refusal("InvalidSubnet", "The specified subnets are not in the same VPC.")


def _require_new_name(response, name):
    if not SUBNET_GROUP.fullmatch(name) or name.lower() == "default":
        raise _value(
            "The parameter DBSubnetGroupName must contain no more than 255 letters, digits, periods, underscores, "
            "spaces and hyphens, and must not be default."
        )
    if name in response.backend.subnet_groups:
        raise Refusal("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")


def _value(message):
    return Refusal("InvalidParameterValue", message)


PATCHES = (
    require_a_name_and_a_family,
    require_parameters_that_mysql_has,
    require_a_group_of_the_family_of_the_engine,
    keep_groups_that_are_in_use,
    require_subnets_in_two_zones,
)
