"""What the API models allow: stock moto against our emulator."""

import unittest

import botocore.session
from support import CONTAINER, PatchTest, unique

from patches import request_constraints


class Requests(PatchTest):
    def test_hold_requests_to_the_api_models(self):
        refused = (
            ("ValidationError", "'roleName' failed to satisfy constraint: Member must have length less", long_role_name),
            ("ValidationError", "'healthCheckTimeoutSeconds'", lambda aws: target_group(aws, HealthCheckTimeoutSeconds=1)),
            ("ValidationError", "'port' failed", lambda aws: target_group(aws, Port=70000)),
            ("ValidationError", "'priority' failed to satisfy constraint: Member must have value less", late_rule),
            ("InvalidParameterException", "at 'repositoryName'", lambda aws: aws.ecr.create_repository(repositoryName="a")),
            ("InvalidParameterException", "regular expression pattern", lambda aws: log_group(aws, "a b")),
            ("InvalidParameterException", "'tags' failed", lambda aws: log_group(aws, unique("group"), tags=many_tags())),
            ("ClientException", "enum value set: [bridge, host, awsvpc, none]", odd_network_mode),
            ("ValidationException", "'description'", long_description),
            ("ValidationException", "at 'validationMethod'", odd_validation),
            ("ValidationError", "'comparisonOperator'", odd_alarm),
            ("ValidationException", "'description' failed", lambda aws: aws.kms.create_key(Description="d" * 8193)),
            ("ValidationException", "'name' failed", lambda aws: aws.events.put_rule(Name="a b", EventPattern="{}")),
            ("ValidationException", "'description'", long_secret_description),
        )
        for code, message, act in refused:
            with self.subTest(message):
                self.assert_refused(code, message, act)

    def test_all_that_is_wrong_is_told(self):
        def twice_wrong(aws):
            target_group(aws, HealthCheckTimeoutSeconds=1, HealthyThresholdCount=11)

        self.assert_error("ValidationError", "2 validation errors detected: ", twice_wrong, self.ours)

    def test_values_at_the_ends_are_taken(self):
        target_group(self.ours, HealthCheckIntervalSeconds=300, HealthCheckTimeoutSeconds=120, HealthyThresholdCount=10)
        self.ours.iam.create_role(RoleName="r" * 64, AssumeRolePolicyDocument=TRUST, Description="Größe: ±1 ÿ")
        tags = [{"Key": "Ünïcödé ключ 鍵", "Value": "a b:/=+-@_."}]
        self.ours.elbv2.add_tags(ResourceArns=[target_group(self.ours)], Tags=tags)

    def test_every_pattern_of_the_models_can_be_read(self):
        session = botocore.session.get_session()
        read = 0
        for service in request_constraints.ERROR_CODES:
            model = session.get_service_model(service)
            for name in model.shape_names:
                pattern = model.shape_for(name).metadata.get("pattern")
                if pattern:
                    request_constraints.python_pattern(pattern)
                    read += 1
        self.assertGreater(read, 200)


TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "ec2.amazonaws.com"}}]}'
)


def long_role_name(aws):
    aws.iam.create_role(RoleName="r" * 65, AssumeRolePolicyDocument=TRUST)


def target_group(aws, **options):
    request = {"Name": unique("tg"), "Protocol": "HTTP", "Port": 80, "VpcId": aws.network.vpc, **options}
    return aws.elbv2.create_target_group(**request)["TargetGroups"][0]["TargetGroupArn"]


def late_rule(aws):
    aws.rule(aws.listener(aws.load_balancer()), target_group(aws), "/a", 50001)


def log_group(aws, name, **options):
    aws.logs.create_log_group(logGroupName=name, **options)


def many_tags():
    return {str(number): "" for number in range(51)}


def odd_network_mode(aws):
    aws.ecs.register_task_definition(family=unique("f"), containerDefinitions=[CONTAINER], networkMode="bridged")


def long_description(aws):
    aws.ssm.put_parameter(Name="/" + unique("p"), Type="String", Value="x", Description="d" * 1025)


def odd_validation(aws):
    aws.acm.request_certificate(DomainName="a.example.com", ValidationMethod="dns")


def odd_alarm(aws):
    watched = {"Namespace": "AWS/RDS", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 60}
    options = {"ComparisonOperator": "Above", "Threshold": 1, "EvaluationPeriods": 1, **watched}
    aws.cloudwatch.put_metric_alarm(AlarmName=unique("alarm"), **options)


def long_secret_description(aws):
    aws.secretsmanager.create_secret(Name=unique("secret"), SecretString="x", Description="d" * 2049)


if __name__ == "__main__":
    unittest.main()
