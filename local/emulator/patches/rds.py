"""Amazon RDS: what keeps Terraform and the programs that connect from working (moto 5.2.1)."""

import json
import secrets
import string

from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret, RDSBackend, rds_backends

import database
from mysql_parameters import apply_type_of
from patching import replace, wrap
from rds_limits import LATEST, minor_version
from refusing import Refusal

DEFAULT_AUTHORITY = "rds-ca-rsa2048-g1"

INSIGHTS_RETENTION_DAYS = 7
MONITORING = (
    "performance_insights_retention_period",
    "performance_insights_kms_key_id",
    "monitoring_interval",
    "monitoring_role_arn",
)

RESOURCE_ID_LENGTH = 26
RESOURCE_ID_CHARACTERS = string.ascii_uppercase + string.digits

# "Password management with Amazon RDS and AWS Secrets Manager": 28 characters; the engines rule out / ' " @ and blanks.
PASSWORD_LENGTH = 28
PASSWORD_CHARACTERS = string.ascii_letters + string.digits + "!#$%&()*+,-.:;<=>?[]^_{|}~"


def give_each_instance_an_id_of_its_own():
    """Symptom (moto 5.2.1): DbiResourceId is the same for all instances of a region: with a second one the provider
    says "couldn't find resource", and the next plan replaces both.
    AWS: an id that is unique in the region and never changes.
    """

    @wrap(DBInstance, "__init__")
    def initialise(original, instance, *arguments, **options):
        original(instance, *arguments, **options)
        made = "".join(secrets.choice(RESOURCE_ID_CHARACTERS) for _ in range(RESOURCE_ID_LENGTH))
        instance.dbi_resource_id = f"db-{made}"


def tell_who_set_a_parameter():
    """Symptom (moto 5.2.1): parameters have no Source: the provider takes none of them for the user's, and every plan
    adds them again.
    AWS: Source `user`, and ApplyType `static` or `dynamic`.
    """

    @wrap(DBParameterGroup, "update_parameters")
    def update_parameters(original, group, new_parameters):
        told = [
            {**parameter, "Source": "user", "ApplyType": apply_type_of(parameter["ParameterName"])}
            for parameter in new_parameters
        ]
        return original(group, told)


def make_a_password_that_nobody_knows():
    """Symptom (moto 5.2.1): the managed master password is P@55w0rd! for everybody, and its user admin, whatever the
    instance's is.
    AWS: a random password, and MasterUsername.
    """

    @replace(MasterUserSecret, "_generate_secret_string")
    def generate_secret_string(secret):
        password = "".join(secrets.choice(PASSWORD_CHARACTERS) for _ in range(PASSWORD_LENGTH))
        return json.dumps({"username": secret.resource.master_username, "password": password})


def rotate_the_master_password():
    """Symptom (moto 5.2.1): after RotateMasterUserPassword the secret has no value any more.
    AWS: a new password at once.
    """

    @replace(MasterUserSecret, "rotate_secret")
    def rotate_secret(secret):
        secret.secretsmanager.put_secret_value(
            secret.secret.arn, secret._generate_secret_string(), None, None, version_stages=["AWSCURRENT"]
        )


def name_the_mysql_server_on_this_machine():
    """Symptom (moto 5.2.1): an instance's endpoint is a host of AWS, where nothing of this machine answers.
    AWS: its own MySQL; here, with --mysql, a server of this machine, which is nobody else's until the instance is
    deleted. InsufficientDBInstanceCapacity when there is none left.
    """

    @wrap(DBInstance, "__init__")
    def initialise(original, instance, *arguments, **options):
        server = _free_server() if database.servers and options.get("engine") == "mysql" else None
        original(instance, *arguments, **options)
        instance.server_here = server

    endpoint_of = DBInstance.endpoint.fget

    @replace(DBInstance, "endpoint")
    @property
    def endpoint(instance):
        if instance.server_here is None:
            return endpoint_of(instance)
        host, port = instance.server_here.split(":")
        return {"Address": host, "Port": int(port)}


def _free_server():
    instances = [instance for _, _, backend in rds_backends.iter_backends() for instance in backend.databases.values()]
    server = database.free({getattr(instance, "server_here", None) for instance in instances})
    if server is None:
        raise Refusal(
            "InsufficientDBInstanceCapacity",
            f"This machine has {len(database.servers)} MySQL server{'s' * (len(database.servers) > 1)} "
            f"({', '.join(database.servers)}), and each is an instance already. Delete an instance, or start the "
            "emulator with one more server in --mysql.",
        )
    return server


def resolve_the_minor_version():
    """Symptom (moto 5.2.1): an instance of engine version 8.4 has version 8.4, and the default parameter group of its
    family is default.mysql8.
    AWS: the newest minor version, such as 8.4.6, and default.mysql8.4.
    """

    @wrap(DBInstance, "__init__")
    def initialise(original, instance, *arguments, engine_version=None, **options):
        if options.get("engine") == "mysql":
            engine_version = minor_version(engine_version or LATEST)
        original(instance, *arguments, engine_version=engine_version, **options)

    @wrap(DBInstance, "update")
    def update(original, instance, *arguments, engine_version=None, **options):
        if engine_version is not None:
            options["engine_version"] = minor_version(engine_version)
        return original(instance, *arguments, **options)


def sign_with_an_authority_that_there_is():
    """Symptom (moto 5.2.1): an instance's certificate is of rds-ca-default, which does not exist.
    AWS: rds-ca-rsa2048-g1, where none is chosen.
    """

    @wrap(DBInstance, "__init__")
    def initialise(original, instance, *arguments, **options):
        options.setdefault("ca_certificate_identifier", DEFAULT_AUTHORITY)
        original(instance, *arguments, **options)


def keep_monitoring_settings():
    """Symptom (moto 5.2.1): Performance Insights and Enhanced Monitoring are dropped: every plan turns them on again.
    AWS: shows them; without a retention period, insights are kept for 7 days.
    """

    @wrap(DBInstance, "__init__")
    def initialise(original, instance, *arguments, **options):
        original(instance, *arguments, **options)
        _keep_monitoring(instance, options)

    @wrap(DBInstance, "update")
    def update(original, instance, *arguments, **options):
        result = original(instance, *arguments, **options)
        _keep_monitoring(instance, options)
        return result


def _keep_monitoring(instance, given):
    if given.get("enable_performance_insights") is not None:
        instance.performance_insights_enabled = given["enable_performance_insights"]
        instance.performance_insights_retention_period = INSIGHTS_RETENTION_DAYS
    for name in MONITORING:
        if given.get(name) is not None:
            setattr(instance, name, given[name])
    if not getattr(instance, "performance_insights_enabled", False):
        instance.performance_insights_retention_period = instance.performance_insights_kms_key_id = None


def keep_changed_subnet_groups():
    """Symptom (moto 5.2.1): ModifyDBSubnetGroup removes the group.
    AWS: changes it.
    """

    @wrap(RDSBackend, "modify_db_subnet_group")
    def modify_db_subnet_group(original, backend, subnet_name, *arguments, **options):
        group = original(backend, subnet_name, *arguments, **options)
        backend.subnet_groups[subnet_name] = group
        return group


PATCHES = (
    give_each_instance_an_id_of_its_own,
    tell_who_set_a_parameter,
    make_a_password_that_nobody_knows,
    rotate_the_master_password,
    name_the_mysql_server_on_this_machine,
    resolve_the_minor_version,
    sign_with_an_authority_that_there_is,
    keep_monitoring_settings,
    keep_changed_subnet_groups,
)
