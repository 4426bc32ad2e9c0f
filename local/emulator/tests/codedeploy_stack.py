"""What the tests of CodeDeploy share: a service behind a production and a test listener, and its deployment group."""

import json

from support import CONTAINER, FARGATE, unique

TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codedeploy.amazonaws.com"}}
STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
ROLLBACK = {
    "enabled": True,
    "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
}
ALL_AT_ONCE = "CodeDeployDefault.ECSAllAtOnce"


def role(aws, principal="codedeploy.amazonaws.com"):
    """ARN of a role that the service may assume."""
    statement = {**TRUST, "Principal": {"Service": principal}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return aws.iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument=policy)["Role"]["Arn"]


def application(aws, platform="ECS"):
    name = unique("application")
    aws.codedeploy.create_application(applicationName=name, computePlatform=platform)
    return name


def blue_green(bake_minutes=0, **ready):
    return {
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": bake_minutes,
        },
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT", "waitTimeInMinutes": 0, **ready},
    }


class Stack:
    """A cluster with a service that CodeDeploy deploys, its load balancer, listeners and target groups."""

    def __init__(self, aws, tag="1", desired=2, rules=False, **service):
        self.aws, self.family = aws, unique("family")
        self.balancer = aws.load_balancer()
        self.blue, self.green = aws.target_group("ip"), aws.target_group("ip")
        for group in (self.blue, self.green):
            attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": "1"}
            aws.elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[attribute])
        self.rules = rules
        default = None if rules else self.blue
        self.production = aws.listener(self.balancer, default, 80)
        self.test = aws.listener(self.balancer, default, 8080)
        if rules:
            for listener in (self.production, self.test):
                aws.rule(listener, self.blue, "/admin/*", 1)
        self.cluster = aws.cluster("FARGATE")
        request = {
            "taskDefinition": self.revision(tag),
            "desiredCount": desired,
            "deploymentController": {"type": "CODE_DEPLOY"},
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
            "networkConfiguration": aws.awsvpc(),
            "loadBalancers": [{"targetGroupArn": self.blue, "containerName": "app", "containerPort": 5000}],
            **service,
        }
        self.service = aws.service(self.cluster, **request)
        self.name = self.service["serviceName"]

    def revision(self, tag):
        container = {**CONTAINER, "image": f"app:{tag}"}
        return self.aws.task_definition(family=self.family, containerDefinitions=[container], **FARGATE)

    def described(self):
        return self.aws.described_service(self.service)

    def task_sets(self):
        """{status: task set}; of several that are DRAINING one."""
        return {item["status"]: item for item in self.described()["taskSets"]}

    def group_request(self, application_name, **changes):
        """The parameters of CreateDeploymentGroup."""
        names = [arn.split("/")[-2] for arn in (self.blue, self.green)]
        pair = {
            "targetGroups": [{"name": name} for name in names],
            "prodTrafficRoute": {"listenerArns": [self.production]},
            "testTrafficRoute": {"listenerArns": [self.test]},
        }
        return {
            "applicationName": application_name,
            "deploymentGroupName": self.name,
            "deploymentConfigName": ALL_AT_ONCE,
            "deploymentStyle": STYLE,
            "blueGreenDeploymentConfiguration": blue_green(),
            "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
            "ecsServices": [{"clusterName": self.cluster, "serviceName": self.name}],
            "autoRollbackConfiguration": ROLLBACK,
            **changes,
        }

    def group(self, **changes):
        """Makes the deployment group; (application name, group name)."""
        if "serviceRoleArn" not in changes:
            changes["serviceRoleArn"] = role(self.aws)
        name = application(self.aws)
        self.aws.codedeploy.create_deployment_group(**self.group_request(name, **changes))
        self.application = name
        return name, self.name

    def appspec(self, tag="2", **properties):
        wanted = {
            "TaskDefinition": self.revision(tag),
            "LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 5000},
            "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Base": 0, "Weight": 1}],
            **properties,
        }
        kept = {name: value for name, value in wanted.items() if value is not None}
        return json.dumps(
            {"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": kept}}]}
        )

    def deploy(self, tag="2", content=None, **request):
        """CreateDeployment; the id."""
        revision = {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": self.appspec(tag) if content is None else content},
        }
        answer = self.aws.codedeploy.create_deployment(
            applicationName=self.application, deploymentGroupName=self.name, revision=revision, **request
        )
        return answer["deploymentId"]

    def deployment(self, deployment_id):
        return self.aws.codedeploy.get_deployment(deploymentId=deployment_id)["deploymentInfo"]

    def target(self, deployment_id):
        """The ecsTarget of the deployment."""
        (target_id,) = self.aws.codedeploy.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
        answer = self.aws.codedeploy.get_deployment_target(deploymentId=deployment_id, targetId=target_id)
        return answer["deploymentTarget"]["ecsTarget"]

    def events(self, deployment_id):
        """{lifecycle event: status}."""
        events = self.target(deployment_id)["lifecycleEvents"]
        return {event["lifecycleEventName"]: event["status"] for event in events}

    def weights(self, listener):
        """{target group: weight} of the rule that forwards."""
        rules = self.aws.elbv2.describe_rules(ListenerArn=listener)["Rules"]
        rule = next(item for item in rules if item["Priority"] == ("1" if self.rules else "default"))
        action = rule["Actions"][0]
        if "ForwardConfig" not in action:
            return {action["TargetGroupArn"]: 1}
        return {item["TargetGroupArn"]: item["Weight"] for item in action["ForwardConfig"]["TargetGroups"]}
