"""The resources of the systems with real Terraform: apply, empty plan, change in place, empty plan, destroy."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from mails import inbox
from support import CREDENTIALS, REGION, SERVER, Aws, Server, environment, sys

CONFIGURATION = Path(__file__).resolve().parent / "terraform"
NO_CHANGES, CHANGES = 0, 2
SECONDS_PER_COMMAND = 8 * 60


class Terraform:
    """Terraform in a temporary folder, with the provider from a local mirror where there is one."""

    def __init__(self, folder, endpoint):
        self.folder = folder
        shutil.copytree(CONFIGURATION, folder, dirs_exist_ok=True)
        self.environment = environment(
            AWS_ENDPOINT_URL=endpoint,
            AWS_REGION=REGION,
            CHECKPOINT_DISABLE="1",
            TF_IN_AUTOMATION="1",
            TF_CLI_CONFIG_FILE=str(self.cli_configuration()),
            **CREDENTIALS,
        )

    def cli_configuration(self):
        given = Path(os.environ.get("TF_CLI_CONFIG_FILE", ""))
        if given.is_file():
            return given
        written = self.folder / "cli.tfrc"
        installation = "".join(f'filesystem_mirror {{ path = "{mirror}" }}\n' for mirror in mirrors()) or "direct {}\n"
        written.write_text(f"disable_checkpoint = true\nprovider_installation {{\n{installation}}}\n", encoding="utf-8")
        return written

    def run(self, command, *options):
        arguments = ["terraform", command, "-input=false", "-no-color", *options]
        try:
            ran = subprocess.run(
                arguments,
                cwd=self.folder,
                env=self.environment,
                text=True,
                timeout=SECONDS_PER_COMMAND,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except FileNotFoundError:
            raise AssertionError("terraform is not on PATH; install it, for it is what this test is about") from None
        return ran.returncode, ran.stdout


def mirrors():
    """The first folder one level below /opt that holds registry.terraform.io/."""
    return sorted(folder.parent for folder in Path("/opt").glob("*/registry.terraform.io"))[:1]


class Systems(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server([sys.executable, str(SERVER), "--exit-with-parent"])
        cls.addClassCleanup(cls.server.stop)
        cls.aws = Aws(cls.server.url)
        cls.aws.route53.create_hosted_zone(Name="example.com", CallerReference="test")
        folder = tempfile.TemporaryDirectory(prefix="emulator-terraform-")
        cls.addClassCleanup(folder.cleanup)
        cls.terraform = Terraform(Path(folder.name), cls.server.url)

    def test_apply_plan_change_plan_destroy(self):
        before = holdings(self.aws)
        self.succeed("init")
        self.succeed("apply", "-auto-approve")
        self.assert_plan_is_empty()
        self.assert_applied()

        self.succeed("apply", "-auto-approve", "-refresh=false", "-var=generation=2")
        self.assert_plan_is_empty("-var=generation=2")
        self.assert_changed_in_place()

        self.succeed("destroy", "-auto-approve", "-refresh=false", "-var=generation=2")
        self.assertEqual(holdings(self.aws), before)
        snapshots = self.aws.rds.describe_db_snapshots()["DBSnapshots"]
        self.assertEqual([snapshot["DBSnapshotIdentifier"] for snapshot in snapshots], ["jenkins-ecs-final"])

    def succeed(self, command, *options):
        status, output = self.terraform.run(command, *options)
        self.assertEqual(status, 0, f"terraform {command}:\n{output}")

    def assert_plan_is_empty(self, *options):
        status, output = self.terraform.run("plan", "-detailed-exitcode", *options)
        self.assertNotEqual(status, CHANGES, f"a second plan shows changes:\n{output}")
        self.assertEqual(status, NO_CHANGES, f"terraform plan:\n{output}")

    def assert_applied(self):
        """What the emulator holds after the first apply is what the configuration says, seen by another client."""
        services = self.services()
        self.assertEqual([service["serviceName"] for service in services], ["service-a", "service-b"])
        self.assertNotIn("networkConfiguration", services[0])
        self.assertEqual([rollout(service) for service in services], [[("PRIMARY", 2, 0)], [("PRIMARY", 2, 0)]])
        self.assertEqual(len(self.aws.described_group("jenkins-ecs-spot")["Instances"]), 2)
        self.instance, self.password, self.secret = self.database(), self.service_password(), self.master_secret()
        self.assertEqual(self.secret["username"], "admin")
        self.assertRegex(self.password, r"^[A-Za-z0-9]{40}$")
        self.assertEqual(self.aws.codepipeline.get_pipeline(name="jenkins-ecs-service")["pipeline"]["version"], 1)
        self.found = self.assert_found(1)
        self.exposed = self.assert_exposed(1)
        self.assert_watched(1)
        identity = self.aws.sesv2.get_email_identity(EmailIdentity="mail.example.com")
        self.assertEqual(identity["DkimAttributes"]["Status"], "SUCCESS")
        self.assertEqual(identity["VerifiedForSendingStatus"], True)
        self.assertEqual(self.events_told(), ["BOUNCE", "COMPLAINT"])
        mails = [(mail["to"], mail["text"][:22]) for mail in inbox(self.aws)]
        self.assertEqual(mails, [(["ops@example.com"], "Successfully validated")])

    def assert_changed_in_place(self):
        """Nothing was replaced: service-a deploys its new revision, service-b leaves the revision to others."""
        services = self.services()
        self.assertEqual(rollout(services[0]), [("PRIMARY", 2, 0), ("ACTIVE", 2, 0)])
        self.assertEqual(services[0]["taskDefinition"].split("/")[-1], "jenkins-ecs-service-a:2")
        self.assertEqual(rollout(services[1]), [("PRIMARY", 2, 0)])
        spot = self.aws.described_group("jenkins-ecs-spot")
        self.assertEqual((spot["MaxSize"], "MixedInstancesPolicy" in spot), (4, True))
        refreshes = self.aws.autoscaling.describe_instance_refreshes(AutoScalingGroupName="jenkins-ecs")
        self.assertEqual([refresh["Status"] for refresh in refreshes["InstanceRefreshes"]], ["Successful"])
        names = {"applicationName": "jenkins-ecs", "deploymentGroupName": "service-c"}
        group = self.aws.codedeploy.get_deployment_group(**names)["deploymentGroupInfo"]
        alarms = [alarm["name"] for alarm in group["alarmConfiguration"]["alarms"]]
        self.assertEqual(sorted(alarms), ["jenkins-ecs-c-blue-errors", "jenkins-ecs-c-green-errors"])
        instance = self.database()
        self.assertEqual(instance["DbiResourceId"], self.instance["DbiResourceId"])
        self.assertEqual((instance["BackupRetentionPeriod"], instance["MaxAllocatedStorage"]), (8, 200))
        self.assertEqual(instance["CACertificateIdentifier"], "rds-ca-ecc384-g1")
        self.assertEqual(self.master_secret(), self.secret)
        self.assertNotEqual(self.service_password(), self.password)
        self.assertEqual(self.aws.codepipeline.get_pipeline(name="jenkins-ecs-service")["pipeline"]["version"], 2)
        self.assertEqual(self.assert_found(2), self.found)
        self.assertEqual(self.assert_exposed(2), self.exposed)
        self.assert_watched(2)
        self.assertEqual(self.events_told(), ["BOUNCE", "COMPLAINT", "REJECT"])

    def assert_found(self, generation):
        """Each service is found in the way that discovery.tf says of the generation. Returns their ARNs and births."""
        ways = ["load-balancer", "cloud-map", "service-connect"]
        names = [f"found-by-{way}" for way in ways]
        services = self.aws.ecs.describe_services(cluster="jenkins-ecs", services=names)["services"]
        expected = {name: ways[(index + generation - 1) % len(ways)] for index, name in enumerate(names)}
        self.assertEqual({service["serviceName"]: way_of(service) for service in services}, expected)
        return sorted((service["serviceArn"], service["createdAt"]) for service in services)

    def assert_exposed(self, generation):
        """The pool, the APIs and the connections are as the generation has them. Returns their ids."""
        pools, apis = self.aws.cognito_idp.list_user_pools(MaxResults=60), self.aws.apigatewayv2.get_apis()
        (pool,) = [each for each in pools["UserPools"] if each["Name"] == "jenkins-ecs"]
        (http,) = [each for each in apis["Items"] if each["Name"] == "jenkins-ecs"]
        (rest,) = self.aws.apigateway.get_rest_apis()["items"]
        routes = self.aws.apigatewayv2.get_routes(ApiId=http["ApiId"])["Items"]
        self.assertEqual(len(routes), 2 + generation)
        scopes = {route["RouteKey"]: route["AuthorizationScopes"] for route in routes}
        self.assertEqual(scopes["POST /finance"], [["service-a/read"], ["service-b/write"]][generation - 1])
        stage = self.aws.apigatewayv2.get_stage(ApiId=http["ApiId"], StageName="$default")
        live = self.aws.apigateway.get_stage(restApiId=rest["id"], stageName="live")
        limits = stage["DefaultRouteSettings"], live["methodSettings"]["*/*"]
        rates = limits[0]["ThrottlingRateLimit"], limits[1]["throttlingRateLimit"]
        self.assertEqual(rates, (50.0 * generation, 50.0 * generation))
        connections = self.aws.codeconnections.list_connections()["Connections"]
        self.assertEqual({each["ConnectionStatus"] for each in connections}, {"PENDING"})
        ids = pool["Id"], http["ApiId"], rest["id"], sorted(each["ConnectionArn"] for each in connections)
        return ids

    def assert_watched(self, generation):
        """The alarms, the dashboard and the rule are as the generation has them."""
        described = self.aws.cloudwatch.describe_alarms(AlarmNames=["jenkins-ecs-slow", "jenkins-ecs-error-rate"])
        rate, slow = sorted(described["MetricAlarms"], key=lambda alarm: alarm["AlarmName"])
        self.assertEqual((slow["Threshold"], slow["ExtendedStatistic"]), (0.5 * generation, "p95"))
        self.assertEqual(sorted(query["Id"] for query in rate["Metrics"]), ["errors", "rate", "requests"])
        self.assertEqual(rate["ActionsEnabled"], generation == 1)
        body = self.aws.cloudwatch.get_dashboard(DashboardName="jenkins-ecs")["DashboardBody"]
        self.assertEqual(json.loads(body)["widgets"][0]["properties"]["period"], 60 * generation)
        rule = self.aws.events.describe_rule(Name="jenkins-ecs-deployment-failed")
        self.assertEqual(rule["State"], ["ENABLED", "DISABLED"][generation - 1])

    def events_told(self):
        told = self.aws.sesv2.get_configuration_set_event_destinations(ConfigurationSetName="jenkins-ecs-mail")
        return sorted(told["EventDestinations"][0]["MatchingEventTypes"])

    def database(self):
        return self.aws.rds.describe_db_instances(DBInstanceIdentifier="jenkins-ecs")["DBInstances"][0]

    def master_secret(self):
        return self.value_of(self.database()["MasterUserSecret"]["SecretArn"])

    def service_password(self):
        return self.value_of("jenkins-ecs/service/database")["password"]

    def value_of(self, secret):
        return json.loads(self.aws.secretsmanager.get_secret_value(SecretId=secret)["SecretString"])

    def services(self):
        described = self.aws.ecs.describe_services(cluster="jenkins-ecs", services=["service-a", "service-b"])
        return described["services"]


def way_of(service):
    """How others find the service."""
    if service["serviceRegistries"]:
        return "cloud-map"
    return "service-connect" if "serviceConnectConfiguration" in service["deployments"][0] else "load-balancer"


def rollout(service):
    return [
        (deployment["status"], deployment["desiredCount"], deployment["runningCount"])
        for deployment in service["deployments"]
    ]


def holdings(aws):
    """What the emulator holds, by service. Not: revisions (skip_destroy) and keys, which AWS keeps for a while too."""
    instances = [
        instance["InstanceId"]
        for reservation in aws.ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] != "terminated"
    ]
    return {
        "instances": instances,
        "VPCs": [vpc["VpcId"] for vpc in aws.ec2.describe_vpcs()["Vpcs"]],
        "subnets": sorted(subnet["SubnetId"] for subnet in aws.ec2.describe_subnets()["Subnets"]),
        "security groups": sorted(group["GroupId"] for group in aws.ec2.describe_security_groups()["SecurityGroups"]),
        "network interfaces": aws.ec2.describe_network_interfaces()["NetworkInterfaces"],
        "addresses": aws.ec2.describe_addresses()["Addresses"],
        "NAT gateways": [
            gateway["NatGatewayId"]
            for gateway in aws.ec2.describe_nat_gateways()["NatGateways"]
            if gateway["State"] != "deleted"
        ],
        "internet gateways": aws.ec2.describe_internet_gateways()["InternetGateways"],
        "endpoints": [
            endpoint["VpcEndpointId"]
            for endpoint in aws.ec2.describe_vpc_endpoints()["VpcEndpoints"]
            if endpoint["State"] != "deleted"
        ],
        "flow logs": aws.ec2.describe_flow_logs()["FlowLogs"],
        "launch templates": aws.ec2.describe_launch_templates()["LaunchTemplates"],
        "autoscaling groups": aws.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"],
        "scalable targets": aws.application_autoscaling.describe_scalable_targets(ServiceNamespace="ecs")[
            "ScalableTargets"
        ],
        "scaling policies": aws.application_autoscaling.describe_scaling_policies(ServiceNamespace="ecs")[
            "ScalingPolicies"
        ],
        "alarms": aws.cloudwatch.describe_alarms()["MetricAlarms"],
        "dashboards": aws.cloudwatch.list_dashboards()["DashboardEntries"],
        "load balancers": aws.elbv2.describe_load_balancers()["LoadBalancers"],
        "target groups": aws.elbv2.describe_target_groups()["TargetGroups"],
        "clusters": aws.ecs.list_clusters()["clusterArns"],
        "repositories": aws.ecr.describe_repositories()["repositories"],
        "roles": [role["RoleName"] for role in aws.iam.list_roles()["Roles"]],
        "policies": aws.iam.list_policies(Scope="Local")["Policies"],
        "instance profiles": aws.iam.list_instance_profiles()["InstanceProfiles"],
        "log groups": aws.logs.describe_log_groups()["logGroups"],
        "parameters": [
            parameter["Name"]
            for parameter in aws.ssm.describe_parameters()["Parameters"]
            if not parameter["Name"].startswith("/aws/")
        ],
        "buckets": aws.s3.list_buckets()["Buckets"],
        "databases": aws.rds.describe_db_instances()["DBInstances"],
        "database subnets": aws.rds.describe_db_subnet_groups()["DBSubnetGroups"],
        "database parameters": [
            group["DBParameterGroupName"]
            for group in aws.rds.describe_db_parameter_groups()["DBParameterGroups"]
            if not group["DBParameterGroupName"].startswith("default.")
        ],
        "secrets": aws.secretsmanager.list_secrets()["SecretList"],
        "subscriptions": aws.sns.list_subscriptions()["Subscriptions"],
        "user pools": aws.cognito_idp.list_user_pools(MaxResults=60)["UserPools"],
        "HTTP APIs": aws.apigatewayv2.get_apis()["Items"],
        "VPC links": aws.apigatewayv2.get_vpc_links()["Items"],
        "domains of HTTP APIs": aws.apigatewayv2.get_domain_names()["Items"],
        "REST APIs": aws.apigateway.get_rest_apis()["items"],
        "domains of REST APIs": aws.apigateway.get_domain_names()["items"],
        "usage plans": aws.apigateway.get_usage_plans()["items"],
        "connections": aws.codeconnections.list_connections()["Connections"],
        "namespaces": aws.servicediscovery.list_namespaces()["Namespaces"],
        "services of Cloud Map": aws.servicediscovery.list_services()["Services"],
        "identities": aws.sesv2.list_email_identities()["EmailIdentities"],
        "configuration sets": aws.sesv2.list_configuration_sets()["ConfigurationSets"],
        "report groups": aws.codebuild.list_report_groups()["reportGroups"],
        "hosted zones": [zone["Name"] for zone in aws.route53.list_hosted_zones()["HostedZones"]],
        "topics": aws.sns.list_topics().get("Topics", []),
        "rules": aws.events.list_rules()["Rules"],
        "pipelines": aws.codepipeline.list_pipelines()["pipelines"],
        "projects": aws.codebuild.list_projects()["projects"],
        "deployment repositories": aws.codecommit.list_repositories()["repositories"],
        "certificates": aws.acm.list_certificates()["CertificateSummaryList"],
        "CodeDeploy applications": aws.codedeploy.list_applications()["applications"],
        "deployment configurations": aws.codedeploy.list_deployment_configs()["deploymentConfigsList"],
        "records": [
            record["Name"]
            for zone in aws.route53.list_hosted_zones()["HostedZones"]
            for record in aws.route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        ],
    }


if __name__ == "__main__":
    unittest.main()
