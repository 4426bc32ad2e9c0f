"""RDS: stock moto against our emulator, with and without a MySQL server of this machine."""

import sys
import unittest

from botocore.exceptions import ClientError
from databases import (
    create_instance,
    credentials,
    described,
    modify,
    parameter_group,
    set_parameter,
    subnet_group,
)
from support import SERVER, Aws, PatchTest, Server

FIRST, SECOND = "127.0.0.1:5123", "127.0.0.1:5124"


class Rds(PatchTest):
    def start(self, *arguments):
        server = Server([sys.executable, str(SERVER), "--exit-with-parent", *arguments])
        self.addCleanup(server.stop)
        return Aws(server.url)

    def test_give_each_instance_an_id_of_its_own(self):
        def ids(aws):
            return [create_instance(aws)["DbiResourceId"] for _ in range(2)]

        stock, ours = ids(self.stock), ids(self.ours)
        self.assertEqual(stock[0], stock[1])
        self.assertNotEqual(ours[0], ours[1])
        self.assertRegex(ours[0], r"^db-[A-Z0-9]{26}$")

    def test_tell_who_set_a_parameter(self):
        def listed(aws):
            group = parameter_group(aws)
            set_parameter(aws, group, "slow_query_log", "1")
            set_parameter(aws, group, "performance_schema", "1", "pending-reboot")
            return aws.rds.describe_db_parameters(DBParameterGroupName=group, Source="user")["Parameters"]

        self.assertNotIn("Source", listed(self.stock)[0])
        told = [
            (parameter["ParameterName"], parameter["Source"], parameter["ApplyType"]) for parameter in listed(self.ours)
        ]
        self.assertEqual(told, [("slow_query_log", "user", "dynamic"), ("performance_schema", "user", "static")])

    def test_make_a_password_that_nobody_knows(self):
        stock = credentials(self.stock, create_instance(self.stock, MasterUsername="owner"))
        self.assertEqual(stock, {"username": "admin", "password": "P@55w0rd!"})
        instance = create_instance(self.ours, MasterUsername="owner")
        ours, other = credentials(self.ours, instance), credentials(self.ours, create_instance(self.ours))
        self.assertEqual(ours["username"], "owner")
        self.assertRegex(ours["password"], r"^[!-~]{28}$")
        self.assertNotRegex(ours["password"], r"[/'\"@ ]")
        self.assertNotEqual(ours["password"], other["password"])

    def test_a_managed_password_is_a_secret_that_goes_with_the_instance(self):
        instance = create_instance(self.ours)
        secret = described(self.ours, instance)["MasterUserSecret"]
        self.assertRegex(secret["SecretArn"], r":secret:rds!db-[0-9a-f-]{36}-\w{6}$")
        self.assertEqual(secret["SecretStatus"], "active")
        name = instance["DBInstanceIdentifier"]
        self.ours.rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        with self.assertRaises(ClientError) as caught:
            self.ours.secretsmanager.get_secret_value(SecretId=secret["SecretArn"])
        self.assertEqual(caught.exception.response["Error"]["Code"], "ResourceNotFoundException")

    def test_rotate_the_master_password(self):
        def passwords(aws):
            instance = create_instance(aws)
            before = credentials(aws, instance)["password"]
            modify(aws, instance, RotateMasterUserPassword=True)
            return before, credentials(aws, instance)["password"]

        with self.assertRaises(ClientError) as caught:
            passwords(self.stock)
        self.assertIn("for staging label: AWSCURRENT", str(caught.exception))
        before, after = passwords(self.ours)
        self.assertNotEqual(before, after)

    def test_name_the_mysql_server_on_this_machine(self):
        for aws in (self.stock, self.ours):
            instance = create_instance(aws)
            self.assertRegex(described(aws, instance)["Endpoint"]["Address"], r"\.rds\.amazonaws\.com$")
        with_server = self.start("--mysql", FIRST)
        mysql, postgres = create_instance(with_server), create_instance(
            with_server, Engine="postgres", EngineVersion="16"
        )
        self.assertEqual(described(with_server, mysql)["Endpoint"], {"Address": "127.0.0.1", "Port": 5123})
        self.assertRegex(described(with_server, postgres)["Endpoint"]["Address"], r"\.rds\.amazonaws\.com$")

    def test_each_instance_has_a_server_of_its_own_until_it_is_deleted(self):
        aws = self.start("--mysql", f"{FIRST},{SECOND}")

        def port(instance):
            return described(aws, instance)["Endpoint"]["Port"]

        first, second = create_instance(aws), create_instance(aws)
        self.assertEqual((port(first), port(second)), (5123, 5124))
        self.assert_error(
            "InsufficientDBInstanceCapacity",
            "This machine has 2 MySQL servers (127.0.0.1:5123, 127.0.0.1:5124), and each is an instance already.",
            create_instance,
            aws,
        )
        aws.rds.stop_db_instance(DBInstanceIdentifier=first["DBInstanceIdentifier"])
        self.assert_error("InsufficientDBInstanceCapacity", "Delete an instance", create_instance, aws)
        aws.rds.delete_db_instance(DBInstanceIdentifier=second["DBInstanceIdentifier"], SkipFinalSnapshot=True)
        third = create_instance(aws)
        self.assertEqual((port(first), port(third)), (5123, 5124))

    def test_resolve_the_minor_version(self):
        def told(aws, **options):
            instance = described(aws, create_instance(aws, **options))
            return instance["EngineVersion"], instance["DBParameterGroups"][0]["DBParameterGroupName"]

        self.assertEqual(told(self.stock), ("8.4", "default.mysql8"))
        self.assertEqual(told(self.ours), ("8.4.6", "default.mysql8.4"))
        self.assertEqual(told(self.ours, EngineVersion="8.0.42"), ("8.0.42", "default.mysql8.0"))
        self.assertEqual(told(self.ours, EngineVersion=None), ("8.4.6", "default.mysql8.4"))

    def test_sign_with_an_authority_that_there_is(self):
        def authority(aws, **options):
            return described(aws, create_instance(aws, **options))["CACertificateIdentifier"]

        self.assertEqual(authority(self.stock), "rds-ca-default")
        self.assertEqual(authority(self.ours), "rds-ca-rsa2048-g1")
        self.assertEqual(authority(self.ours, CACertificateIdentifier="rds-ca-ecc384-g1"), "rds-ca-ecc384-g1")

    def test_keep_monitoring_settings(self):
        def told(aws, instance):
            instance = described(aws, instance)
            return [instance.get(f"PerformanceInsights{name}") for name in ("Enabled", "KMSKeyId", "RetentionPeriod")]

        insights = {"EnablePerformanceInsights": True, "PerformanceInsightsKMSKeyId": "key"}
        self.assertEqual(told(self.stock, create_instance(self.stock, **insights)), [None, None, None])
        ours = create_instance(self.ours, **insights)
        self.assertEqual(told(self.ours, ours), [True, "key", 7])
        modify(self.ours, ours, BackupRetentionPeriod=9)
        self.assertEqual(told(self.ours, ours), [True, "key", 7])
        modify(self.ours, ours, PerformanceInsightsRetentionPeriod=31)
        self.assertEqual(told(self.ours, ours), [True, "key", 31])
        modify(self.ours, ours, EnablePerformanceInsights=False)
        self.assertEqual(told(self.ours, ours), [False, None, None])

    def test_keep_changed_subnet_groups(self):
        def after_change(aws):
            name = subnet_group(aws)
            aws.rds.modify_db_subnet_group(
                DBSubnetGroupName=name, DBSubnetGroupDescription="new", SubnetIds=aws.network.subnets
            )
            return aws.rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]

        with self.assertRaises(ClientError):
            after_change(self.stock)
        self.assertEqual(after_change(self.ours)["DBSubnetGroupDescription"], "new")


if __name__ == "__main__":
    unittest.main()
