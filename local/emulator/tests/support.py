"""What the tests share: a stock moto server and our emulator, each a process of its own, and AWS clients for both."""

import atexit
import functools
import itertools
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

EMULATOR = Path(__file__).resolve().parents[1]
SERVER = EMULATOR / "server.py"
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
STOCK_SERVER = """
import os, sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(f"ready http://127.0.0.1:{server.get_host_and_port()[1]}", flush=True)
sys.stdin.read()
os._exit(0)
"""

sys.path.insert(0, str(EMULATOR))


def environment(**extra):
    """The environment of spawned processes: nothing of the caller's AWS settings, no byte code in the source tree."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", **extra}


class Server:
    """A running server; ends when stopped, and with this process however that ends."""

    def __init__(self, command, **extra_environment):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(**extra_environment),
        )
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.stop()
            raise AssertionError(f"{command[1]} did not start: {line!r}")
        self.url = line.split()[1]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Aws:
    """AWS clients by attribute (`aws.ec2`) for one server, and the things that many tests need first."""

    def __init__(self, url):
        self.url = url

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            # No validation here: what a request may hold is for the server to say, and other SDKs check less than boto3.
            config=Config(
                parameter_validation=False, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
            ),
        )

    def __getattr__(self, service):
        client = self.client(service.replace("_", "-"))
        setattr(self, service, client)
        return client

    @functools.cached_property
    def network(self):
        return Network(self, ("us-east-1a", "us-east-1b"))

    def load_balancer(self, **options):
        request = {"Name": unique("lb"), "Subnets": self.network.subnets, **options}
        return self.elbv2.create_load_balancer(**request)["LoadBalancers"][0]["LoadBalancerArn"]

    def target_group(self, target_type="instance"):
        group = self.elbv2.create_target_group(
            Name=unique("tg"), Protocol="HTTP", Port=80, VpcId=self.network.vpc, TargetType=target_type
        )
        return group["TargetGroups"][0]["TargetGroupArn"]

    def listener(self, load_balancer, target_group=None, port=80, **options):
        action = {"Type": "forward", "TargetGroupArn": target_group} if target_group else NOT_FOUND
        request = {"Protocol": "HTTP", "Port": port, "DefaultActions": [action], **options}
        return self.elbv2.create_listener(LoadBalancerArn=load_balancer, **request)["Listeners"][0]["ListenerArn"]

    def rule(self, listener, target_group, path, priority):
        made = self.elbv2.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
            Actions=[{"Type": "forward", "TargetGroupArn": target_group}],
        )
        return made["Rules"][0]["RuleArn"]

    def served_target_group(self, target_type="instance"):
        """A target group that a listener forwards to."""
        group = self.target_group(target_type)
        self.listener(self.load_balancer(), group)
        return group

    def launch_template(self, **data):
        request = {"LaunchTemplateName": unique("lt"), "LaunchTemplateData": {"ImageId": "ami-12c6146b", **data}}
        return self.ec2.create_launch_template(**request)["LaunchTemplate"]["LaunchTemplateId"]

    def autoscaling_group(self, **options):
        name = unique("asg")
        source = {"LaunchTemplate": {"LaunchTemplateId": self.launch_template(InstanceType="t3.small")}}
        if "MixedInstancesPolicy" in options:
            source = {}
        request = {"MinSize": 0, "MaxSize": 4, "VPCZoneIdentifier": ",".join(self.network.subnets), **source, **options}
        self.autoscaling.create_auto_scaling_group(AutoScalingGroupName=name, **request)
        return name

    def described_group(self, name):
        return self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]

    def capacity_provider(self):
        name = unique("cp")
        group = self.described_group(self.autoscaling_group())["AutoScalingGroupARN"]
        self.ecs.create_capacity_provider(name=name, autoScalingGroupProvider={"autoScalingGroupArn": group})
        return name

    def cluster(self, *providers):
        name = unique("cluster")
        self.ecs.create_cluster(clusterName=name)
        self.ecs.put_cluster_capacity_providers(
            cluster=name, capacityProviders=list(providers), defaultCapacityProviderStrategy=[]
        )
        return name

    def task_definition(self, **options):
        """Registers one for EC2 and bridge, or, with `fargate_task()`, for Fargate."""
        request = {"family": unique("task"), "containerDefinitions": [CONTAINER], "networkMode": "bridge", **options}
        return self.ecs.register_task_definition(**request)["taskDefinition"]["taskDefinitionArn"]

    def service(self, cluster, **options):
        request = {"serviceName": unique("service"), "desiredCount": 2, **options}
        return self.ecs.create_service(cluster=cluster, **request)["service"]

    def described_service(self, service):
        described = self.ecs.describe_services(cluster=service["clusterArn"], services=[service["serviceArn"]])
        return described["services"][0]

    def awsvpc(self):
        return {"awsvpcConfiguration": {"subnets": self.network.subnets, "securityGroups": [self.network.group]}}


class Network:
    """A VPC with an internet gateway, a subnet in each zone and a security group."""

    def __init__(self, aws, zones, gateway=True):
        self.vpc = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self.subnet(aws, zone, f"10.0.{index}.0/24") for index, zone in enumerate(zones)]
        self.group = aws.ec2.create_security_group(GroupName=unique("group"), Description="d", VpcId=self.vpc)["GroupId"]
        if gateway:
            made = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            aws.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=self.vpc)

    def subnet(self, aws, zone, cidr):
        made = aws.ec2.create_subnet(VpcId=self.vpc, AvailabilityZone=zone, CidrBlock=cidr)
        return made["Subnet"]["SubnetId"]


NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
CONTAINER = {"name": "app", "image": "app:1", "memory": 512, "portMappings": [{"containerPort": 5000}]}
FARGATE = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512"}

_numbers = itertools.count(1)


def unique(prefix):
    return f"{prefix}-{next(_numbers)}"


@functools.lru_cache(maxsize=None)
def stock():
    return _started(Server([sys.executable, "-c", STOCK_SERVER]))


@functools.lru_cache(maxsize=None)
def ours():
    return _started(Server([sys.executable, str(SERVER), "--port", "0", "--exit-with-parent"]))


def _started(server):
    atexit.register(server.stop)
    return Aws(server.url)


class PatchTest(unittest.TestCase):
    """A test of patches: the symptom against stock moto, the cure against our emulator."""

    @classmethod
    def setUpClass(cls):
        cls.stock = stock()
        cls.ours = ours()

    def assert_refused(self, code, message, act, *arguments, status=400):
        """Our emulator refuses the act with this error, stock moto does it."""
        act(self.stock, *arguments)
        self.assert_error(code, message, act, self.ours, *arguments, status=status)

    def assert_error(self, code, message, act, *arguments, status=400):
        with self.assertRaises(ClientError) as caught:
            act(*arguments)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        self.assertIn(message, error["Message"])
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], status)

    def assert_server_error(self, act, *arguments):
        """The act fails with HTTP 500, which boto3 cannot read where the service speaks XML."""
        with self.assertRaises((ClientError, ResponseParserError)) as caught:
            act(*arguments)
        self.assertIn("500 Internal Server Error", str(caught.exception))
