"""What the tests of RDS share: an instance that AWS takes, and what it needs."""

import json

from support import unique


def instance_request(**options):
    """What creates an instance of MySQL; an option that is None is left out."""
    request = {
        "DBInstanceIdentifier": unique("database"),
        "Engine": "mysql",
        "EngineVersion": "8.4",
        "DBInstanceClass": "db.t4g.medium",
        "AllocatedStorage": 20,
        "StorageType": "gp3",
        "MasterUsername": "admin",
        "ManageMasterUserPassword": True,
        **options,
    }
    return {name: value for name, value in request.items() if value is not None}


def create_instance(aws, **options):
    return aws.rds.create_db_instance(**instance_request(**options))["DBInstance"]


def described(aws, instance):
    name = instance["DBInstanceIdentifier"]
    return aws.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def modify(aws, instance, **options):
    name = instance["DBInstanceIdentifier"]
    return aws.rds.modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **options)["DBInstance"]


def credentials(aws, instance):
    secret = described(aws, instance)["MasterUserSecret"]["SecretArn"]
    return json.loads(aws.secretsmanager.get_secret_value(SecretId=secret)["SecretString"])


def parameter_group(aws, family="mysql8.4"):
    name = unique("parameters")
    aws.rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=family, Description="d")
    return name


def set_parameter(aws, group, name, value, method="immediate"):
    parameter = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    aws.rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[parameter])


def subnet_group(aws, subnets=None):
    name = unique("subnets")
    aws.rds.create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription="d", SubnetIds=subnets or aws.network.subnets
    )
    return name
