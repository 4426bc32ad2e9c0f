"""Amazon RDS: what no instance of MySQL may be (moto 5.2.1). Of other engines nothing is refused here."""

import re

from moto.ec2.models import ec2_backends
from moto.rds.responses import RDSResponse

import rds_limits as limits
from refusing import Refusal, before

USER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
PASSWORD = re.compile(r"[^/@\" \x00-\x1f\x7f-\uffff]{8,41}")


def require_an_instance_that_there_is():
    """Symptom (moto 5.2.1): an instance may have any class and any version.
    AWS: InvalidParameterValue for a class that does not exist, InvalidParameterCombination for a version.
    """

    @before(RDSResponse, "create_db_instance", "modify_db_instance")
    def instance(response, request):
        if not _is_mysql(response, request):
            return
        wanted = request.get("DBInstanceClass")
        if wanted is not None and wanted not in limits.INSTANCE_CLASSES:
            raise _value(f"Invalid DB Instance class: {wanted}")
        version = request.get("EngineVersion")
        if version is not None and limits.major_version(version) not in limits.MINOR_VERSIONS:
            raise _combination(f"Cannot find version {version} for mysql")


def require_storage_of_a_size_that_there_is():
    """Symptom (moto 5.2.1): an instance may have storage of any size and type, storage may shrink, and a small gp3
    volume has IOPS of its own.
    AWS: InvalidParameterValue or InvalidParameterCombination ("Amazon RDS DB instance storage").
    """

    @before(RDSResponse, "create_db_instance", "modify_db_instance")
    def storage(response, request):
        if not _is_mysql(response, request):
            return
        now = _existing(response, request)
        kind = request.get("StorageType") or (now.storage_type if now else "gp2")
        size = request.get("AllocatedStorage") or (now.allocated_storage if now else 0)
        if kind not in limits.STORAGE:
            raise _value(f"Invalid storage type: {kind}")
        if size not in limits.STORAGE[kind]:
            raise _value(f"Invalid storage size for engine name mysql and storage type {kind}: {size}")
        if now and size < now.allocated_storage:
            raise _combination(f"Requested storage size ({size}) cannot be less than the current storage size")
        if kind == "gp3" and size < limits.GP3_CHOICE_GIB and (request.get("Iops") or request.get("StorageThroughput")):
            raise _combination(
                "You can't specify IOPS or storage throughput for engine mysql and a storage size less than "
                f"{limits.GP3_CHOICE_GIB}."
            )
        _require_maximum(request.get("MaxAllocatedStorage"), size, may_be_equal=now is not None)


def _require_maximum(maximum, size, may_be_equal):
    """A maximum that equals the size takes autoscaling away."""
    if maximum is None:
        return
    if maximum < size or (maximum == size and not may_be_equal):
        raise _combination("Max storage size must be greater than storage size")
    if maximum > limits.MOST_MAX_STORAGE:
        raise _value(f"Invalid max storage size for engine name mysql: {maximum}")


def require_a_master_user():
    """Symptom (moto 5.2.1): an instance may have no master user, one that MySQL keeps for itself, any password, and a
    password beside a managed one.
    AWS: InvalidParameterValue, InvalidParameterCombination.
    """

    @before(RDSResponse, "create_db_instance", "modify_db_instance")
    def master_user(response, request):
        if not _is_mysql(response, request):
            return
        password, managed = request.get("MasterUserPassword"), request.get("ManageMasterUserPassword")
        if password and managed:
            raise _combination("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.")
        if password and not PASSWORD.fullmatch(password):
            raise _value(
                "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides "
                "'/', '@', '\"', ' ' may be used, 8 to 41 of them."
            )
        if _existing(response, request):
            return
        if not password and not managed:
            raise _value("The parameter MasterUserPassword must be provided and must not be blank.")
        user = request.get("MasterUsername") or ""
        if user.lower() in limits.RESERVED_USERS:
            raise _value(f"MasterUsername {user} cannot be used as it is a reserved word used by the engine")
        if not USER.fullmatch(user):
            raise _value(
                "The parameter MasterUsername is not a valid identifier: it must begin with a letter and hold 1 to 16 "
                "letters, digits and underscores."
            )


def require_a_database_name():
    """Symptom (moto 5.2.1): the first database of an instance may have any name.
    AWS: InvalidParameterValue.
    """

    @before(RDSResponse, "create_db_instance")
    def database(response, request):
        name = request.get("DBName")
        if name and _is_mysql(response, request) and not DATABASE.fullmatch(name):
            raise _value("DBName must begin with a letter and contain only alphanumeric characters.")


def require_a_network_that_fits():
    """Symptom (moto 5.2.1): an instance may have security groups that do not exist, or of another VPC than its subnets.
    AWS: InvalidParameterValue, InvalidParameterCombination.
    """

    @before(RDSResponse, "create_db_instance", "modify_db_instance")
    def network(response, request):
        groups = request.get("VpcSecurityGroupIds") or []
        known = ec2_backends[response.current_account][response.region].groups
        vpc = _vpc_of(response, request)
        for group in groups:
            of_vpc = next((vpc_id for vpc_id, held in known.items() if group in held), None)
            if of_vpc is None:
                raise _value(f"Invalid security group , groupId= {group}, groupName=.")
            if vpc and of_vpc != vpc:
                raise _combination(
                    "The DB instance and EC2 security group are in different VPCs. The DB instance is in "
                    f"{vpc} and the EC2 security group is in {of_vpc}"
                )


def _vpc_of(response, request):
    name = request.get("DBSubnetGroupName")
    if name:
        group = response.backend.subnet_groups.get(name)
        return group.vpc_id if group else None
    group = getattr(_existing(response, request), "db_subnet_group", None)
    return group.vpc_id if group else None


def require_settings_that_there_are():
    """Symptom (moto 5.2.1): backups may be kept for any time; log types, certificate authorities, retentions and
    intervals may be anything, and small classes have Performance Insights.
    AWS: InvalidParameterValue, InvalidParameterCombination, CertificateNotFound.
    """

    @before(RDSResponse, "create_db_instance", "modify_db_instance")
    def settings(response, request):
        if not _is_mysql(response, request):
            return
        days = request.get("BackupRetentionPeriod")
        if days is not None and days not in limits.BACKUP_DAYS:
            raise _value(f"Invalid backup retention period: {days}. Retention period must be between 0 and 35 days")
        _require_log_types(request)
        authority = request.get("CACertificateIdentifier")
        if authority and authority not in limits.CERTIFICATE_AUTHORITIES:
            raise Refusal("CertificateNotFound", f"Certificate not found: {authority}")
        _require_insights(request, _existing(response, request))
        seconds = request.get("MonitoringInterval")
        if seconds is not None and seconds not in limits.MONITORING_SECONDS:
            raise _value(f"Invalid monitoring interval: {seconds}. Valid values are: 0, 1, 5, 10, 15, 30, 60")
        if seconds and not request.get("MonitoringRoleArn"):
            raise _combination(
                "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
            )


def _require_log_types(request):
    changed = request.get("CloudwatchLogsExportConfiguration") or {}
    given = [*(request.get("EnableCloudwatchLogsExports") or []), *(changed.get("EnableLogTypes") or [])]
    unknown = [name for name in given if name not in limits.LOG_TYPES]
    if unknown:
        version = limits.minor_version(request.get("EngineVersion") or limits.LATEST)
        raise _combination(f"You cannot use the log types '{', '.join(unknown)}' with engine version mysql {version}.")


def _require_insights(request, now):
    enabled = request.get("EnablePerformanceInsights")
    days = request.get("PerformanceInsightsRetentionPeriod")
    if days is not None and days not in limits.INSIGHTS_DAYS:
        raise _value("Invalid Performance Insights retention period. Valid values are: 7, 731, and multiples of 31")
    if enabled is None:
        enabled = getattr(now, "performance_insights_enabled", False)
    if enabled and (request.get("DBInstanceClass") or now.db_instance_class) in limits.WITHOUT_INSIGHTS:
        raise _combination("Performance Insights not supported for this configuration.")


def require_a_word_about_the_last_snapshot():
    """Symptom (moto 5.2.1): an instance is deleted without a final snapshot though nobody said that it may be.
    AWS: InvalidParameterCombination.
    """

    @before(RDSResponse, "delete_db_instance")
    def final_snapshot(response, request):
        skips, name = request.get("SkipFinalSnapshot"), request.get("FinalDBSnapshotIdentifier")
        if not skips and not name:
            raise _combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
        if skips and name:
            raise _combination("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.")


def _existing(response, request):
    """The instance that a request changes; None of one that creates it, or that names none (moto says so)."""
    if response._get_action() == "CreateDBInstance":
        return None
    return response.backend.databases.get(request.get("DBInstanceIdentifier"))


def _is_mysql(response, request):
    if response._get_action() == "CreateDBInstance":
        return request.get("Engine") == "mysql"
    now = _existing(response, request)
    return now is not None and now.engine == "mysql"


def _value(message):
    return Refusal("InvalidParameterValue", message)


def _combination(message):
    return Refusal("InvalidParameterCombination", message)


PATCHES = (
    require_an_instance_that_there_is,
    require_storage_of_a_size_that_there_is,
    require_a_master_user,
    require_a_database_name,
    require_a_network_that_fits,
    require_settings_that_there_are,
    require_a_word_about_the_last_snapshot,
)
