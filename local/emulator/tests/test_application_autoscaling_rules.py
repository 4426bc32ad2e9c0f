"""Targets, policies and scheduled actions: stock moto against our emulator."""

import unittest

from support import FARGATE, PatchTest

from patches.application_autoscaling_rules import is_schedule

INVALID = "ValidationException"
CPU = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
REQUESTS = "ALBRequestCountPerTarget"
LABEL = "app/balancer/50dc6c495c0c9188/targetgroup/group/943f017f100becff"


def names(aws):
    task_definition = aws.task_definition(**FARGATE)
    service = aws.service(
        aws.cluster("FARGATE"), taskDefinition=task_definition, networkConfiguration=aws.awsvpc(), launchType="FARGATE"
    )
    resource = f"service/{service['clusterArn'].split('/')[-1]}/{service['serviceName']}"
    return {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": "ecs:service:DesiredCount"}


def register(aws, **options):
    target = names(aws)
    request = {"MinCapacity": 1, "MaxCapacity": 2, **options}
    given = {name: value for name, value in request.items() if value is not None}
    aws.application_autoscaling.register_scalable_target(**target, **given)
    return target


def track(aws, target, policy="policy", **options):
    configuration = {"TargetValue": 75, "PredefinedMetricSpecification": CPU, **options}
    aws.application_autoscaling.put_scaling_policy(
        PolicyName=policy,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
        **target,
    )


def schedule(aws, target, **options):
    request = {"ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)", **options}
    action = {"ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 1}}
    aws.application_autoscaling.put_scheduled_action(**{**target, **action, **request})


class Targets(PatchTest):
    def test_require_a_capacity_from_least_to_most(self):
        refused = (
            ("Minimum capacity cannot be greater than maximum capacity", {"MinCapacity": 3}),
            ("Minimum capacity must not be negative", {"MinCapacity": -1}),
            ("MinCapacity and MaxCapacity are required", {"MinCapacity": None}),
        )
        for message, options in refused:
            with self.subTest(message):
                self.assert_refused(INVALID, message, lambda aws: register(aws, **options))

    def test_one_bound_is_held_against_the_other_that_is_there(self):
        target = register(self.ours)

        def change(**bound):
            self.ours.application_autoscaling.register_scalable_target(**target, **bound)

        self.assert_error(INVALID, "cannot be greater than maximum capacity", lambda: change(MinCapacity=3))
        change(MaxCapacity=3)
        change(MinCapacity=3)

    def test_a_missing_cluster_is_a_missing_service(self):
        def missing(aws):
            target = {**names(aws), "ResourceId": "service/none/none"}
            aws.application_autoscaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)

        self.assert_error("ClusterNotFoundException", "Cluster not found.", missing, self.stock)
        self.assert_error(INVALID, "ECS service doesn't exist: service/none/none", missing, self.ours)

    def test_require_a_registered_target(self):
        for act in (track, schedule):
            message = "No scalable target registered for service namespace: ecs, resource ID: service/cluster-"
            self.assert_refused("ObjectNotFoundException", message, lambda aws: act(aws, names(aws)))


class Policies(PatchTest):
    def test_require_tracking_of_a_metric_that_there_is(self):
        def metric(name, **label):
            return {"PredefinedMetricSpecification": {"PredefinedMetricType": name, **label}}

        label = f"The resource label of {REQUESTS} must be app/"
        refused = (
            ("is not supported for service namespace ecs", metric("DynamoDBReadCapacityUtilization")),
            ("ScaleInCooldown must not be negative", {"ScaleInCooldown": -1}),
            (label, metric(REQUESTS)),
            (label, metric(REQUESTS, ResourceLabel="targetgroup/group/943f017f100becff")),
            ("A resource label cannot be specified", metric(CPU["PredefinedMetricType"], ResourceLabel=LABEL)),
        )
        for message, options in refused:
            with self.subTest(message):
                self.assert_refused(INVALID, message, lambda aws: track(aws, register(aws), **options))
        track(self.ours, register(self.ours), **metric(REQUESTS, ResourceLabel=LABEL))

    def test_one_policy_tracks_a_metric(self):
        def twice(aws):
            target = register(aws)
            for policy in ("one", "two"):
                track(aws, target, policy)

        message = "Only one TargetTrackingScaling policy for a given metric specification is allowed."
        self.assert_refused(INVALID, message, twice)
        target = register(self.ours)
        for value in (50, 75):
            track(self.ours, target, TargetValue=value)


class Schedules(PatchTest):
    def test_require_schedules_that_come_round(self):
        refused = (
            ("Invalid schedule expression: every night", {"Schedule": "every night"}),
            ("Invalid timezone: Mars/Base", {"Timezone": "Mars/Base"}),
            ("At least one of minimum capacity and maximum capacity", {"ScalableTargetAction": {}}),
            ("cannot be greater than", {"ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 1}}),
        )
        for message, options in refused:
            with self.subTest(message):
                self.assert_refused(INVALID, message, lambda aws: schedule(aws, register(aws), **options))
        schedule(self.ours, register(self.ours), Timezone="Europe/Paris")

    def test_schedules_are_read_as_aws_reads_them(self):
        for text in (
            "cron(0 22 * * ? *)",
            "cron(0/15 8-18 ? JAN-MAR,DEC MON-FRI 2030)",
            "cron(0 0 L * ? *)",
            "cron(0 0 ? * 2#1 *)",
            "rate(1 day)",
            "rate(5 minutes)",
            "at(2030-01-31T22:00:00)",
        ):
            self.assertTrue(is_schedule(text), text)
        for text in (
            "cron(0 22 * * ?)",
            "cron(0 25 * * ? *)",
            "cron(0 22 * * * *)",
            "cron(0 22 ? * ? *)",
            "cron(0 22 1 JANUARY ? *)",
            "rate(1 days)",
            "rate(0 hours)",
            "at(2030-01-31)",
            "at(2030-02-30T00:00:00)",
        ):
            self.assertFalse(is_schedule(text), text)


if __name__ == "__main__":
    unittest.main()
