"""What RDS refuses of instances: our emulator against stock moto, which takes it."""

import unittest

from databases import create_instance, described, instance_request, modify, subnet_group
from support import Network, PatchTest, unique

VALUE, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"


def creating(**options):
    return lambda aws: create_instance(aws, **options)


def changing(first=None, **options):
    return lambda aws: modify(aws, create_instance(aws, **(first or {})), **options)


class Instances(PatchTest):
    def test_require_an_instance_that_there_is(self):
        for refused in ("db.t9.huge", "t4g.micro", "db.t4g.24xlarge", "db.t2.micro"):
            message = f"Invalid DB Instance class: {refused}"
            self.assert_refused(VALUE, message, creating(DBInstanceClass=refused))
            self.assert_refused(VALUE, message, changing(DBInstanceClass=refused))
        self.assert_refused(COMBINATION, "Cannot find version 9.9 for mysql", creating(EngineVersion="9.9"))
        create_instance(self.ours, DBInstanceClass="db.r6i.32xlarge", EngineVersion="8.0")

    def test_require_storage_of_a_size_that_there_is(self):
        size = "Invalid storage size for engine name mysql and storage type"
        self.assert_refused(VALUE, f"{size} gp3: 19", creating(AllocatedStorage=19))
        self.assert_refused(VALUE, f"{size} gp3: 65537", creating(AllocatedStorage=65537))
        self.assert_refused(VALUE, f"{size} io1: 99", creating(StorageType="io1", AllocatedStorage=99, Iops=1000))
        self.assert_refused(VALUE, "Invalid storage type: gp9", creating(StorageType="gp9"))
        shrunk = changing({"AllocatedStorage": 30}, AllocatedStorage=20)
        self.assert_refused(COMBINATION, "Requested storage size (20) cannot be less", shrunk)
        choice = "You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400."
        self.assert_refused(COMBINATION, choice, creating(Iops=12000, AllocatedStorage=399))
        self.assert_refused(COMBINATION, choice, creating(StorageThroughput=500))
        create_instance(self.ours, Iops=12000, AllocatedStorage=400)
        greater = "Max storage size must be greater than storage size"
        self.assert_refused(COMBINATION, greater, creating(MaxAllocatedStorage=20))
        self.assert_refused(VALUE, "Invalid max storage size", creating(MaxAllocatedStorage=65537))
        grown = create_instance(self.ours, MaxAllocatedStorage=100)
        self.assertEqual(described(self.ours, grown)["MaxAllocatedStorage"], 100)
        self.assertNotIn("MaxAllocatedStorage", modify(self.ours, grown, MaxAllocatedStorage=20))

    def test_require_a_master_user(self):
        both = creating(MasterUserPassword="password-1")
        self.assert_refused(COMBINATION, "can't specify MasterUserPassword when ManageMasterUserPassword", both)
        without = {"ManageMasterUserPassword": None}
        self.assert_refused(VALUE, "MasterUserPassword must be provided", creating(**without))
        for refused in ("short-1", "with/slash", "with a blank", 'with"quote', "with@sign", "x" * 42):
            message = "The parameter MasterUserPassword is not a valid password."
            self.assert_refused(VALUE, message, creating(MasterUserPassword=refused, **without))
        for refused in ("1admin", "ad-min", "a" * 17):
            message = "The parameter MasterUsername is not a valid identifier"
            self.assert_refused(VALUE, message, creating(MasterUsername=refused))
        self.assert_refused(VALUE, "MasterUsername rdsadmin cannot be used", creating(MasterUsername="rdsadmin"))
        create_instance(self.ours, MasterUserPassword="password-1", **without)

    def test_require_a_database_name(self):
        for refused in ("1coffee", "cof-fee", "c" * 65):
            self.assert_refused(VALUE, "DBName must begin with a letter", creating(DBName=refused))
        create_instance(self.ours, DBName="COFFEE")

    def test_require_a_network_that_fits(self):
        def in_other_vpc(aws):
            group = Network(aws, ("us-east-1a", "us-east-1b")).group
            create_instance(aws, DBSubnetGroupName=subnet_group(aws), VpcSecurityGroupIds=[group])

        self.assert_refused(COMBINATION, "The DB instance and EC2 security group are in different VPCs.", in_other_vpc)
        missing = creating(VpcSecurityGroupIds=["sg-0123456789abcdef0"])
        self.assert_refused(VALUE, "Invalid security group , groupId= sg-0123456789abcdef0", missing)
        own = {"VpcSecurityGroupIds": [self.ours.network.group]}
        create_instance(self.ours, DBSubnetGroupName=subnet_group(self.ours), **own)

    def test_require_settings_that_there_are(self):
        backups = "Invalid backup retention period: 36"
        self.assert_refused(VALUE, backups, creating(BackupRetentionPeriod=36))
        logs = "You cannot use the log types 'slow' with engine version mysql 8.4.6."
        self.assert_refused(COMBINATION, logs, creating(EnableCloudwatchLogsExports=["error", "slow"]))
        exports = {"EnableLogTypes": ["slow"], "DisableLogTypes": []}
        self.assert_refused(COMBINATION, logs, changing(CloudwatchLogsExportConfiguration=exports))
        authority = changing(CACertificateIdentifier="rds-ca-2015")
        self.assert_refused("CertificateNotFound", "Certificate not found: rds-ca-2015", authority, status=404)
        insights = {"EnablePerformanceInsights": True}
        small = creating(DBInstanceClass="db.t4g.micro", **insights)
        self.assert_refused(COMBINATION, "Performance Insights not supported for this configuration.", small)
        shrunk = changing(insights, DBInstanceClass="db.t3.small")
        self.assert_refused(COMBINATION, "Performance Insights not supported for this configuration.", shrunk)
        retention = creating(PerformanceInsightsRetentionPeriod=30, **insights)
        self.assert_refused(VALUE, "Invalid Performance Insights retention period.", retention)
        self.assert_refused(VALUE, "Invalid monitoring interval: 7", creating(MonitoringInterval=7))
        self.assert_refused(COMBINATION, "A MonitoringRoleARN value is required", creating(MonitoringInterval=60))
        create_instance(self.ours, BackupRetentionPeriod=0, EnableCloudwatchLogsExports=["error", "slowquery"])

    def test_require_a_word_about_the_last_snapshot(self):
        def deleting(**options):
            def act(aws):
                name = create_instance(aws)["DBInstanceIdentifier"]
                aws.rds.delete_db_instance(DBInstanceIdentifier=name, **options)

            return act

        snapshot = {"FinalDBSnapshotIdentifier": unique("final")}
        self.assert_refused(COMBINATION, "FinalDBSnapshotIdentifier is required unless", deleting())
        both = deleting(SkipFinalSnapshot=True, **snapshot)
        self.assert_refused(COMBINATION, "FinalDBSnapshotIdentifier can not be specified when", both)
        deleting(**snapshot)(self.ours)

    def test_a_protected_instance_is_not_deleted(self):
        name = create_instance(self.ours, DeletionProtection=True)["DBInstanceIdentifier"]
        delete = self.ours.rds.delete_db_instance
        self.assert_error(
            COMBINATION,
            "Cannot delete protected DB Instance",
            lambda: delete(DBInstanceIdentifier=name, SkipFinalSnapshot=True),
        )

    def test_other_engines_are_left_to_moto(self):
        request = instance_request(Engine="postgres", EngineVersion="16.1", AllocatedStorage=5, DBName="a-b")
        self.ours.rds.create_db_instance(**request)


if __name__ == "__main__":
    unittest.main()
