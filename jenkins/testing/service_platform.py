"""What Terraform makes of one Fargate service, as far as a release needs it: for tests that do not wait for Terraform.

Reads the service from stdin as JSON: names (of config/names.ts), port, cpu, memory, environment, image. Prints the ARN
of the revision that it publishes.
"""

import json
import sys

import boto3

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def main():
    given = json.load(sys.stdin)
    names, port = given["names"], given["port"]
    ec2 = boto3.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"][:2]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnets[0]["VpcId"]]}])
    ids = [subnet["SubnetId"] for subnet in subnets]
    role = {what: make_role(names[f"{what}Role"]) for what in ("execution", "task")}
    boto3.client("logs").create_log_group(logGroupName=names["logGroup"])
    boto3.client("ecr").create_repository(repositoryName=names["repository"], imageTagMutability="IMMUTABLE")
    target_group = make_target_group(given, subnets[0]["VpcId"], ids)
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName=given["cluster"])
    options = {
        "awslogs-group": names["logGroup"],
        "awslogs-region": boto3.session.Session().region_name,
        "awslogs-stream-prefix": names["container"],
    }
    container = {
        "name": names["container"],
        "image": given["image"],
        "essential": True,
        "portMappings": [{"containerPort": port, "hostPort": port, "protocol": "tcp"}],
        "environment": [{"name": name, "value": value} for name, value in given["environment"].items()],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    revision = ecs.register_task_definition(
        family=names["family"],
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu=str(given["cpu"]),
        memory=str(given["memory"]),
        executionRoleArn=role["execution"],
        taskRoleArn=role["task"],
        containerDefinitions=[container],
        tags=[{"key": "Environment", "value": "local"}],
    )["taskDefinition"]["taskDefinitionArn"]
    boto3.client("ssm").put_parameter(Name=names["taskDefinitionParameter"], Value=revision, Type="String")
    ecs.create_service(
        cluster=given["cluster"],
        serviceName=names["service"],
        taskDefinition=revision,
        desiredCount=1,
        launchType="FARGATE",
        healthCheckGracePeriodSeconds=30,
        deploymentConfiguration={
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "minimumHealthyPercent": 100,
            "maximumPercent": 200,
        },
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": ids,
                # moto 5.2.1 answers HTTP 500 where none is given.
                "securityGroups": [groups["SecurityGroups"][0]["GroupId"]],
            }
        },
        loadBalancers=[
            {"targetGroupArn": target_group, "containerName": names["container"], "containerPort": port}
        ],
    )
    print(revision)


def make_role(name):
    role = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    return role["Role"]["Arn"]


def make_target_group(given, vpc, subnets):
    elb = boto3.client("elbv2")
    group = elb.create_target_group(
        Name="release-test",
        Protocol="HTTP",
        Port=given["port"],
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath="/healthcheck",
        HealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}]
    )
    balancer = elb.create_load_balancer(Name=given["cluster"], Subnets=subnets, Scheme="internal")
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return group


main()
