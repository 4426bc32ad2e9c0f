"""What Terraform makes of one Fargate service, as far as a release needs it: for tests that do not wait for Terraform.

Reads the service from stdin as JSON: names (of config/names.ts), cluster, application, repository (of the deployment files),
port, cpu, memory, environment, image; `bakeMinutes` for one that CodeDeploy deploys, with migrations. Prints the ARN of the
revision that it publishes.
"""

import json
import sys

import boto3

import blue_green_platform


def main():
    given = json.load(sys.stdin)
    names, port = given["names"], given["port"]
    is_blue_green = given.get("bakeMinutes") is not None
    ec2 = boto3.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"][:2]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnets[0]["VpcId"]]}])
    ids = [subnet["SubnetId"] for subnet in subnets]
    role = {what: make_role(names[f"{what}Role"], "ecs-tasks") for what in ("execution", "task")}
    boto3.client("logs").create_log_group(logGroupName=names["logGroup"])
    boto3.client("ecr").create_repository(repositoryName=names["repository"], imageTagMutability="IMMUTABLE")
    traffic = make_traffic(given, subnets[0]["VpcId"], ids, is_blue_green)
    boto3.client("ecs").create_cluster(
        clusterName=given["cluster"], capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=[]
    )
    revision = publish(given, role, "family", "taskDefinitionParameter", None)
    service = {
        "cluster": given["cluster"],
        "serviceName": names["service"],
        "taskDefinition": revision,
        "desiredCount": 1,
        "healthCheckGracePeriodSeconds": 30,
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ids,
                # moto 5.2.1 answers HTTP 500 where none is given.
                "securityGroups": [groups["SecurityGroups"][0]["GroupId"]],
            }
        },
        "loadBalancers": [
            {"targetGroupArn": traffic["groups"][0], "containerName": names["container"], "containerPort": port}
        ],
    }
    if is_blue_green:
        for family, parameter, command in blue_green_platform.TASKS:
            publish(given, role, family, parameter, command)
        deployment_role = make_role(names["deploymentRole"], "codedeploy")
        blue_green_platform.make(given, service, traffic, deployment_role)
    else:
        make_rolling(service)
    print(revision)


def make_rolling(service):
    boto3.client("ecs").create_service(
        **service,
        launchType="FARGATE",
        deploymentConfiguration={
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "minimumHealthyPercent": 100,
            "maximumPercent": 200,
        },
    )


def publish(given, role, family, parameter, command):
    """Registers a revision of a family, and publishes it. `command`: of a task that runs once."""
    names, port = given["names"], given["port"]
    options = {
        "awslogs-group": names["logGroup"],
        "awslogs-region": boto3.session.Session().region_name,
        "awslogs-stream-prefix": names["container"],
    }
    served = {"portMappings": [{"containerPort": port, "hostPort": port, "protocol": "tcp"}]}
    container = {
        "name": names["container"],
        "image": given["image"],
        "essential": True,
        "environment": [{"name": name, "value": value} for name, value in given["environment"].items()],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
        **({"command": command} if command else served),
    }
    revision = boto3.client("ecs").register_task_definition(
        family=names[family],
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu=str(given["cpu"]),
        memory=str(given["memory"]),
        executionRoleArn=role["execution"],
        taskRoleArn=role["task"],
        containerDefinitions=[container],
        tags=[{"key": "Environment", "value": "local"}],
    )["taskDefinition"]["taskDefinitionArn"]
    boto3.client("ssm").put_parameter(Name=names[parameter], Value=revision, Type="String")
    return revision


def make_role(name, who):
    principal = {"Service": f"{who}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    return boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def make_traffic(given, vpc, subnets, is_blue_green):
    """The load balancer: its target groups, and a listener for requests; with two groups, another one for tests."""
    elb = boto3.client("elbv2")
    colours = ("blue", "green") if is_blue_green else ("blue",)
    groups = [make_target_group(elb, given["port"], vpc, f"release-test-{colour}") for colour in colours]
    balancer = elb.create_load_balancer(Name=given["cluster"], Subnets=subnets, Scheme="internal")
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    ports = (80, 8080) if is_blue_green else (80,)
    return {"groups": groups, "listeners": [make_listener(elb, arn, port, groups[0]) for port in ports]}


def make_target_group(elb, port, vpc, name):
    group = elb.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=port,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath="/healthcheck",
        HealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}]
    )
    return group


def make_listener(elb, balancer, port, group):
    return elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=port,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]


main()
