"""Prints as JSON what is left in the emulator, by kind: whatever it does not hold by itself when it is new."""

import json

import boto3


def ids(service, operation, key, attribute=None, **arguments):
    """The named attribute of everything that a list or describe call answers with."""
    items = getattr(boto3.client(service), operation)(**arguments)[key]
    return [item[attribute] if attribute else item for item in items]


NOT_DEFAULT = [{"Name": "is-default", "Values": ["false"]}]

REMAINS = {
    "VPCs": ids("ec2", "describe_vpcs", "Vpcs", "VpcId", Filters=NOT_DEFAULT),
    "NAT gateways": [
        gateway["NatGatewayId"]
        for gateway in ids("ec2", "describe_nat_gateways", "NatGateways")
        if gateway["State"] != "deleted"
    ],
    "addresses": ids("ec2", "describe_addresses", "Addresses", "AllocationId"),
    "flow logs": ids("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    "network interfaces": ids("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    "launch templates": ids("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateName"),
    "instances": [
        instance["InstanceId"]
        for reservation in ids("ec2", "describe_instances", "Reservations")
        for instance in reservation["Instances"]
        if instance["State"]["Name"] != "terminated"
    ],
    "autoscaling groups": ids(
        "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"
    ),
    "scalable targets": ids(
        "application-autoscaling", "describe_scalable_targets", "ScalableTargets", "ResourceId", ServiceNamespace="ecs"
    ),
    "clusters": ids("ecs", "list_clusters", "clusterArns"),
    # moto 5.2.1 answers HTTP 500 unless it is asked for providers by name.
    "capacity providers": ids(
        "ecs", "describe_capacity_providers", "capacityProviders", "name", capacityProviders=["jenkins-ecs-local"]
    ),
    "load balancers": ids("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerName"),
    "target groups": ids("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupName"),
    "repositories": ids("ecr", "describe_repositories", "repositories", "repositoryName"),
    "roles": ids("iam", "list_roles", "Roles", "RoleName"),
    "instance profiles": ids("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    "log groups": ids("logs", "describe_log_groups", "logGroups", "logGroupName"),
    # AWS's own parameters, of the AMIs, come with the first of them that is read.
    "parameters": [
        name for name in ids("ssm", "describe_parameters", "Parameters", "Name") if not name.startswith("/aws/")
    ],
    "buckets": ids("s3", "list_buckets", "Buckets", "Name"),
    "databases": ids("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    "database subnet groups": ids("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    "database parameter groups": [
        name
        for name in ids("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName")
        if not name.startswith("default.")
    ],
    "secrets": ids("secretsmanager", "list_secrets", "SecretList", "Name"),
    "topics": ids("sns", "list_topics", "Topics", "TopicArn"),
    "alarms": ids("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "rules": ids("events", "list_rules", "Rules", "Name"),
    "CodeDeploy applications": ids("codedeploy", "list_applications", "applications"),
    "pipelines": ids("codepipeline", "list_pipelines", "pipelines", "name"),
    "build projects": ids("codebuild", "list_projects", "projects"),
    "report groups": ids("codebuild", "list_report_groups", "reportGroups"),
    "subscriptions": ids("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    "mail identities": ids("sesv2", "list_email_identities", "EmailIdentities", "IdentityName"),
    "mail configuration sets": ids("sesv2", "list_configuration_sets", "ConfigurationSets"),
    "namespaces": ids("servicediscovery", "list_namespaces", "Namespaces", "Name"),
    "discovery services": ids("servicediscovery", "list_services", "Services", "Name"),
    "user pools": ids("cognito-idp", "list_user_pools", "UserPools", "Name", MaxResults=60),
    "HTTP APIs": ids("apigatewayv2", "get_apis", "Items", "Name"),
    "VPC links": ids("apigatewayv2", "get_vpc_links", "Items", "Name"),
    "domains of HTTP APIs": ids("apigatewayv2", "get_domain_names", "Items", "DomainName"),
    "REST APIs": ids("apigateway", "get_rest_apis", "items", "name"),
    "domains of REST APIs": ids("apigateway", "get_domain_names", "items", "domainName"),
    "usage plans": ids("apigateway", "get_usage_plans", "items", "name"),
    "connections": ids("codeconnections", "list_connections", "Connections", "ConnectionName"),
    "git repositories": ids("codecommit", "list_repositories", "repositories", "repositoryName"),
    "keys": [
        key["KeyId"]
        for key in (
            boto3.client("kms").describe_key(KeyId=key_id)["KeyMetadata"]
            for key_id in ids("kms", "list_keys", "Keys", "KeyId")
        )
        if key["KeyManager"] == "CUSTOMER"
        and key["KeyState"] != "PendingDeletion"
        # AWS's own come with the first use and stay; moto 5.2.1 takes them for a customer's: aws/secretsmanager, and aws/ebs
        # with the first encrypted volume of an instance.
        and not key["Description"].startswith(("Default key", "Default master key"))
    ],
    "certificates": ids("acm", "list_certificates", "CertificateSummaryList", "DomainName"),
    "records": [
        record["Name"]
        for zone in ids("route53", "list_hosted_zones", "HostedZones", "Id")
        for record in ids("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone)
        if record["Type"] not in ("NS", "SOA")
    ],
}

print(json.dumps({kind: left for kind, left in REMAINS.items() if left}))
