"""What RDS refuses of parameter groups and subnet groups: our emulator against stock moto, which takes it."""

import unittest

from databases import create_instance, parameter_group, set_parameter, subnet_group
from support import Network, PatchTest, unique

VALUE, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"


def creating_group(**options):
    request = {"DBParameterGroupFamily": "mysql8.4", "Description": "d", **options}
    return lambda aws: aws.rds.create_db_parameter_group(**{"DBParameterGroupName": unique("group"), **request})


def setting(name, value, method="pending-reboot", family="mysql8.4"):
    return lambda aws: set_parameter(aws, parameter_group(aws, family), name, value, method)


def deleting_used(what, make):
    def act(aws):
        name = make(aws)
        create_instance(aws, **{f"DB{what}GroupName": name})
        delete = {"Parameter": aws.rds.delete_db_parameter_group, "Subnet": aws.rds.delete_db_subnet_group}
        delete[what](**{f"DB{what}GroupName": name})

    return act


class Groups(PatchTest):
    def test_require_a_name_and_a_family(self):
        for refused in ("under_score", "1st", "ends-", "two--hyphens"):
            name = creating_group(DBParameterGroupName=refused)
            self.assert_refused(VALUE, "The parameter DBParameterGroupName is not a valid identifier.", name)
        for refused in ("mysql9.9", "bogus"):
            message = f"ParameterGroupFamily {refused} is not a valid parameter group family"
            self.assert_refused(VALUE, message, creating_group(DBParameterGroupFamily=refused))
        creating_group(DBParameterGroupFamily="postgres16")(self.ours)

    def test_require_parameters_that_mysql_has(self):
        self.assert_refused(VALUE, "Could not find parameter with name: slow_log", setting("slow_log", "1"))
        for name, value, allowed in (
            ("slow_query_log", "yes", "0,1"),
            ("max_connections", "0", "1-100000"),
            ("max_connections", "many", "1-100000"),
            ("max_connections", "1.5", "1-100000"),
            ("log_output", "FILE,DISK", "TABLE,FILE,NONE"),
            ("binlog_format", "ROW,MIXED", "ROW,STATEMENT,MIXED"),
        ):
            message = f"Invalid parameter value: {value} for: {name} allowed values are: {allowed}"
            self.assert_refused(VALUE, message, setting(name, value))
        static = setting("performance_schema", "1", "immediate")
        self.assert_refused(COMBINATION, "cannot use immediate apply method for static parameter", static)
        for name, value in (
            ("max_connections", "{DBInstanceClassMemory/12582880}"),
            ("long_query_time", "0.5"),
            ("tls_version", "TLSv1.2,TLSv1.3"),
            ("character_set_server", "utf8mb4"),
        ):
            setting(name, value)(self.ours)
        setting("rds.force_ssl", "1", family="postgres16")(self.ours)

    def test_require_a_group_of_the_family_of_the_engine(self):
        def with_group(aws, **options):
            create_instance(aws, DBParameterGroupName=parameter_group(aws, "mysql8.0"), **options)

        self.assert_refused(COMBINATION, "with DBParameterGroupFamily mysql8.0 can't be used", with_group)
        with_group(self.ours, EngineVersion="8.0")

    def test_keep_groups_that_are_in_use(self):
        parameters = deleting_used("Parameter", parameter_group)
        self.assert_refused("InvalidDBParameterGroupState", "are still members of this parameter group", parameters)
        subnets = deleting_used("Subnet", subnet_group)
        self.assert_refused("InvalidDBSubnetGroupStateFault", "is still using it", subnets)
        unused = parameter_group(self.ours)
        self.ours.rds.delete_db_parameter_group(DBParameterGroupName=unused)
        self.ours.rds.delete_db_subnet_group(DBSubnetGroupName=subnet_group(self.ours))

    def test_require_subnets_in_two_zones(self):
        def in_one_zone(aws):
            subnet_group(aws, Network(aws, ("us-east-1a", "us-east-1a")).subnets)

        def in_two_networks(aws):
            other = Network(aws, ("us-east-1a", "us-east-1b"))
            subnet_group(aws, [aws.network.subnets[0], other.subnets[1]])

        def named(name):
            return lambda aws: aws.rds.create_db_subnet_group(
                DBSubnetGroupName=name, DBSubnetGroupDescription="d", SubnetIds=aws.network.subnets
            )

        zones = "Current AZ coverage: us-east-1a. Add subnets to cover at least 2 AZs."
        self.assert_refused("DBSubnetGroupDoesNotCoverEnoughAZs", zones, in_one_zone)
        self.assert_refused("InvalidSubnet", "not in the same VPC", in_two_networks)
        for refused in ("default", "semi;colon"):
            self.assert_refused(VALUE, "The parameter DBSubnetGroupName must contain", named(refused))
        again = unique("subnets")
        for aws in (self.stock, self.ours):
            named(again)(aws)
        self.assert_refused("DBSubnetGroupAlreadyExists", f"'{again}' already exists", named(again))


if __name__ == "__main__":
    unittest.main()
