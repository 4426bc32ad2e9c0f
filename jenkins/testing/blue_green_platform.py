"""What a service has that CodeDeploy deploys, with migrations: beside what every service has (service_platform.py)."""

import boto3

COMMAND = ["node", "--enable-source-maps", "database.cjs"]

# The tasks that run once: names of the family and of the parameter, and the command.
TASKS = (
    ("migrateFamily", "migrateTaskDefinitionParameter", [*COMMAND, "migrate"]),
    ("prepareDatabaseFamily", "prepareDatabaseTaskDefinitionParameter", [*COMMAND, "prepare"]),
)

STRATEGY = [{"capacityProvider": "FARGATE", "base": 1, "weight": 1}]


def make(given, service, traffic, role):
    """The service, its application and deployment group, and the repository of the deployment files."""
    names = given["names"]
    boto3.client("ecs").create_service(
        **service, deploymentController={"type": "CODE_DEPLOY"}, capacityProviderStrategy=STRATEGY
    )
    boto3.client("codecommit").create_repository(repositoryName=given["repository"])
    codedeploy = boto3.client("codedeploy")
    codedeploy.create_application(applicationName=given["application"], computePlatform="ECS")
    production, test = traffic["listeners"]
    pair = {
        "targetGroups": [{"name": arn.split("/")[1]} for arn in traffic["groups"]],
        "prodTrafficRoute": {"listenerArns": [production]},
        "testTrafficRoute": {"listenerArns": [test]},
    }
    codedeploy.create_deployment_group(
        applicationName=given["application"],
        deploymentGroupName=names["deploymentGroup"],
        deploymentConfigName="CodeDeployDefault.ECSCanary10Percent5Minutes",
        serviceRoleArn=role,
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        blueGreenDeploymentConfiguration={
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE",
                "terminationWaitTimeInMinutes": given["bakeMinutes"],
            },
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        },
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        loadBalancerInfo={"targetGroupPairInfoList": [pair]},
        ecsServices=[{"serviceName": names["service"], "clusterName": given["cluster"]}],
    )
