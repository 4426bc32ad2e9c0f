"""Services that scale by target tracking: what their metrics, alarms and policies make of the desired count."""

import types
import unittest
from unittest import mock

from control_test import ACCOUNT
from scaled_service import CPU, MEMORY, ScaledTest
from support import CONTAINER, REGION, unique

from control import scaling


class ScalingOut(ScaledTest):
    def setUp(self):
        super().setUp()
        self.running_service(2)
        self.register()

    def test_three_minutes_above_the_target_scale_to_where_the_metric_would_be_at_it(self):
        self.track(target=50)
        self.pass_minutes(2, cpu=90)
        self.assertEqual(self.desired, 2)
        self.pass_minutes(1, cpu=90)
        self.assertEqual(self.desired, 4)

    def test_two_minutes_above_it_with_one_below_between_do_not(self):
        self.track(target=50)
        for cpu in (90, 90, 40, 90, 90):
            self.pass_minutes(1, cpu=cpu)
        self.assertEqual(self.desired, 2)

    def test_no_more_tasks_than_the_most(self):
        self.register(most=3)
        self.track(target=50)
        self.pass_minutes(3, cpu=100)
        self.assertEqual(self.desired, 3)

    def test_a_larger_need_goes_on_within_the_cooldown_and_the_same_need_does_not(self):
        self.track(target=50, out=600)
        self.pass_minutes(3, cpu=75)
        self.assertEqual(self.desired, 3)
        self.pass_minutes(3, cpu=70)
        self.assertEqual(self.desired, 3)
        self.pass_minutes(1, cpu=100)
        self.assertEqual(self.desired, 4)

    def test_after_the_cooldown_the_tasks_that_there_are_count(self):
        self.track(target=50, out=120)
        self.pass_minutes(3, cpu=75)
        self.pass_minutes(1, cpu=75)
        self.assertEqual(self.desired, 3)
        self.pass_minutes(2, cpu=75)
        self.assertEqual(self.desired, 5)

    def test_of_several_policies_the_one_that_wants_most_wins(self):
        self.track(CPU, target=50)
        self.track(MEMORY, target=20)
        self.pass_minutes(3, cpu=60, memory=50)
        self.assertEqual(self.desired, 5)
        self.assertIn(f"triggered policy {MEMORY}", self.activities()[0]["Cause"])

    def test_a_suspended_target_stays_and_goes_on_when_it_is_resumed(self):
        self.track(target=50)
        self.register(SuspendedState={"DynamicScalingOutSuspended": True})
        self.pass_minutes(5, cpu=90)
        self.assertEqual(self.desired, 2)
        self.register(SuspendedState={"DynamicScalingOutSuspended": False})
        self.pass_minutes(1, cpu=90)
        self.assertEqual(self.desired, 4)

    def test_a_scale_out_goes_on_during_a_deployment(self):
        self.track(target=50)
        self.pass_minutes(2, cpu=90)
        self.aws.ecs.update_service(
            cluster=self.cluster, service=self.service["serviceName"], forceNewDeployment=True
        )
        self.now += 55
        self.measure(cpu=90)
        self.now += 5
        self.pass_time()
        self.assertEqual(self.desired, 4)

    def test_the_alarm_and_the_service_tell_of_it(self):
        self.track(target=50)
        self.pass_minutes(3, cpu=90)
        alarms = self.aws.cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
        self.assertEqual(len(alarms), 1)
        self.assertRegex(alarms[0]["AlarmName"], r"^TargetTracking-service/.+-AlarmHigh-[0-9a-f-]{36}$")
        self.assertIn("3 out of the last 3 datapoints [90.0 (", alarms[0]["StateReason"])
        self.assertIn("were greater than the threshold (50.0)", alarms[0]["StateReason"])
        events = [event["message"] for event in self.aws.described_service(self.service)["events"]]
        self.assertTrue(any("has started 2 tasks" in message for message in events[:4]), events[:4])
        activity = self.activities()[0]
        self.assertEqual(activity["Description"], "Setting desired count to 4.")
        self.assertEqual(activity["StatusCode"], "Successful")
        self.assertEqual(
            activity["Cause"], f"monitor alarm {alarms[0]['AlarmName']} in state ALARM triggered policy {CPU}"
        )
        message = "Successfully set desired count to 4. Change successfully fulfilled by ecs."
        self.assertEqual(activity["StatusMessage"], message)

    def test_one_that_has_all_it_may_is_told_once_to_who_asks(self):
        self.register(most=2)
        self.track(target=50)
        self.pass_minutes(6, cpu=90)
        self.assertEqual((self.desired, self.activities()), (2, []))
        (activity,) = self.activities(IncludeNotScaledActivities=True)
        reason = {"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 2, "CurrentCapacity": 2}
        self.assertEqual((activity["StatusCode"], activity["NotScaledReasons"]), ("Failed", [reason]))

    def test_an_alarm_without_actions_scales_nothing(self):
        high = next(alarm for alarm in self.track(target=50)["Alarms"] if "AlarmHigh" in alarm["AlarmName"])
        self.aws.cloudwatch.disable_alarm_actions(AlarmNames=[high["AlarmName"]])
        self.pass_minutes(4, cpu=90)
        self.assertEqual(self.desired, 2)


class ScalingIn(ScaledTest):
    def setUp(self):
        super().setUp()
        self.running_service(8)
        self.register(least=2)

    def test_fifteen_minutes_below_the_target_scale_half_of_the_way(self):
        self.track(target=50)
        self.pass_minutes(14, cpu=25)
        self.assertEqual(self.desired, 8)
        self.pass_minutes(1, cpu=25)
        self.assertEqual(self.desired, 6)

    def test_the_highest_of_these_minutes_counts(self):
        self.track(target=50)
        self.pass_minutes(7, cpu=10)
        self.pass_minutes(1, cpu=44)
        self.pass_minutes(7, cpu=10)
        self.assertEqual(self.desired, 8)

    def test_step_by_step_to_the_least_with_the_cooldown_between(self):
        self.track(target=50, in_=300)
        self.pass_minutes(15, cpu=1)
        seen = [self.desired]
        for _ in range(4):
            self.pass_minutes(4, cpu=1)
            self.assertEqual(self.desired, seen[-1])
            self.pass_minutes(1, cpu=1)
            seen.append(self.desired)
        self.assertEqual(seen, [5, 3, 2, 2, 2])

    def test_between_nine_tenths_of_the_target_and_the_target_nothing_changes(self):
        self.track(target=50)
        self.pass_minutes(20, cpu=46)
        self.assertEqual(self.desired, 8)

    def test_a_scale_out_does_not_wait_for_the_cooldown_of_a_scale_in(self):
        self.track(target=50, in_=3600)
        self.pass_minutes(15, cpu=25)
        self.assertEqual(self.desired, 6)
        self.pass_minutes(3, cpu=100)
        self.assertEqual(self.desired, 10)

    def test_only_when_all_policies_agree(self):
        self.track(CPU, target=50)
        self.track(MEMORY, target=50)
        self.pass_minutes(20, cpu=1, memory=48)
        self.assertEqual(self.desired, 8)
        self.pass_minutes(15, cpu=1, memory=1)
        self.assertEqual(self.desired, 5)

    def test_a_policy_that_does_not_scale_in_has_no_say_and_no_low_alarm(self):
        self.track(CPU, target=50)
        made = self.track(MEMORY, target=50, DisableScaleIn=True)
        self.assertEqual(["AlarmHigh" in alarm["AlarmName"] for alarm in made["Alarms"]], [True])
        self.pass_minutes(15, cpu=1, memory=48)
        self.assertEqual(self.desired, 5)

    def test_policies_of_which_none_scales_in_keep_every_task(self):
        self.track(CPU, target=50, DisableScaleIn=True)
        self.pass_minutes(20, cpu=1)
        self.assertEqual(self.desired, 8)

    def test_suspended_it_keeps_every_task(self):
        self.track(target=50)
        self.register(SuspendedState={"DynamicScalingInSuspended": True})
        self.pass_minutes(20, cpu=1)
        self.assertEqual(self.desired, 8)

    def test_not_during_a_deployment(self):
        self.track(target=50)
        self.pass_minutes(14, cpu=1)
        self.aws.ecs.update_service(
            cluster=self.cluster, service=self.service["serviceName"], forceNewDeployment=True
        )
        for _ in range(3):
            self.now += 55
            self.measure(cpu=1)
            self.now += 5
            self.pass_time()
        self.assertEqual(self.desired, 8)
        self.serve(20)
        self.pass_minutes(1, cpu=1)
        self.assertEqual(self.desired, 5)

    def test_without_data_nothing_changes(self):
        self.track(target=50)
        self.pass_minutes(20)
        self.assertEqual(self.desired, 8)
        states = {alarm["StateValue"] for alarm in self.aws.cloudwatch.describe_alarms()["MetricAlarms"]}
        self.assertEqual(states, {"INSUFFICIENT_DATA"})

    def test_the_load_of_a_service_settles_at_its_target(self):
        self.track(target=50, out=60, in_=60)
        self.pass_minutes(60, cpu=lambda tasks: 200 / tasks)
        self.assertEqual(self.desired, 4)
        self.pass_minutes(10, cpu=lambda tasks: 400 / tasks)
        self.assertEqual(self.desired, 8)


class Metrics(ScaledTest):
    def test_an_own_metric_scales(self):
        self.running_service(2)
        self.register()
        own = {"Namespace": "Queue", "MetricName": "Backlog", "Statistic": "Maximum"}
        self.track({"CustomizedMetricSpecification": own}, target=10)
        self.put_backlog(minutes=3, value=25)
        self.assertEqual(self.desired, 5)

    def test_an_own_metric_by_metric_math_scales(self):
        self.running_service(2)
        self.register()
        backlog = {"Metric": {"Namespace": "Queue", "MetricName": "Backlog"}, "Stat": "Maximum"}
        queries = [
            {"Id": "m", "MetricStat": backlog, "ReturnData": False},
            {"Id": "e", "Expression": "m / 5", "ReturnData": True},
        ]
        self.track({"CustomizedMetricSpecification": {"Metrics": queries}}, target=1)
        self.put_backlog(minutes=3, value=10)
        self.assertEqual(self.desired, 4)

    def put_backlog(self, minutes, value):
        for _ in range(minutes):
            self.now += 30
            data = [{"MetricName": "Backlog", "Value": value}]
            self.aws.cloudwatch.put_metric_data(Namespace="Queue", MetricData=data)
            self.pass_minutes(1)

    def test_requests_for_each_target_scale(self):
        group = self.aws.served_target_group("ip")
        (balancer,) = self.aws.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0][
            "LoadBalancerArns"
        ]
        registered = {"targetGroupArn": group, "containerName": "app", "containerPort": 5000}
        self.running_service(2, loadBalancers=[registered])
        self.register()
        label = f"{balancer.partition(':loadbalancer/')[2]}/{group.rpartition(':')[2]}"
        specification = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": label}
        self.track({"PredefinedMetricSpecification": specification}, target=100)
        for _ in range(3):
            self.now += 30
            self.take(targets=[self.requests(group, balancer, 300), self.requests(group, balancer, 260)])
            self.pass_minutes(1)
        # Both tasks have one address here: one target, which has had all requests.
        self.assertEqual(self.desired, 10)

    def requests(self, group, balancer, count):
        place = {"targetGroupArn": group, "loadBalancerArn": balancer, "id": "127.1.2.3", "port": 32768}
        return {**place, "requests": count, "statuses": {"2": count}, "responseSeconds": [], "connectionErrors": 0}


class BlueGreenServices(ScaledTest):
    def setUp(self):
        super().setUp()
        group = self.aws.served_target_group("ip")
        balancer = {"targetGroupArn": group, "containerName": "app", "containerPort": 5000}
        self.running_service(4, deploymentController={"type": "CODE_DEPLOY"}, loadBalancers=[balancer])
        self.register()
        self.track(target=50)

    def test_a_service_that_codedeploy_deploys_scales(self):
        self.pass_minutes(3, cpu=90)
        self.assertEqual(self.desired, 8)

    def test_it_does_not_scale_in_during_a_deployment(self):
        names = {"cluster_name": self.cluster, "service_name": self.service["serviceName"]}
        deployment = types.SimpleNamespace(is_ongoing=True, **names)
        others = types.SimpleNamespace(deployments={"d-1": deployment})
        with mock.patch.object(scaling, "codedeploy_backends", {ACCOUNT: {REGION: others}}):
            self.pass_minutes(16, cpu=1)
            self.assertEqual(self.desired, 4)
            deployment.is_ongoing = False
            self.pass_minutes(1, cpu=1)
        self.assertEqual(self.desired, 3)


class Faster(ScaledTest):
    time_scale = 60.0

    def test_with_a_time_scale_the_minutes_are_shorter(self):
        self.running_service(2)
        self.register()
        self.track(target=50, out=60, in_=60)
        self.serve(5)
        start = self.now
        for _ in range(3):
            self.now = (self.now // 1 + 1) - 0.5
            self.measure(cpu=90, seconds=0.25)
            self.now = self.now // 1 + 1
            self.pass_time(0.001)
        self.assertEqual(self.desired, 4)
        self.assertLess(self.now - start, 4)


class Bounds(ScaledTest):
    def test_a_service_outside_of_new_bounds_goes_to_the_nearer(self):
        self.running_service(2)
        self.register(least=3, most=5)
        self.pass_time()
        self.assertEqual(self.desired, 3)
        self.assertEqual(self.activities()[0]["Cause"], "minimum capacity was set to 3")
        self.register(least=1, most=2)
        self.pass_time()
        self.assertEqual(self.desired, 2)
        self.assertEqual(self.activities()[0]["Cause"], "maximum capacity was set to 2")

    def test_what_a_person_sets_later_stays(self):
        self.running_service(2)
        self.register(least=1, most=3)
        self.pass_time()
        self.aws.ecs.update_service(cluster=self.cluster, service=self.service["serviceName"], desiredCount=5)
        self.pass_minutes(3)
        self.assertEqual(self.desired, 5)

    def test_a_service_that_is_gone_troubles_nobody(self):
        self.running_service(2)
        self.register(least=3, most=5)
        self.track()
        self.aws.ecs.delete_service(cluster=self.cluster, service=self.service["serviceName"], force=True)
        self.pass_minutes(2)
        self.assertEqual(self.activities(), [])


class Instances(ScaledTest):
    def test_more_tasks_start_more_instances(self):
        provider, group = self.provider(size=(0, 6))
        cluster = self.aws.cluster(provider)
        self.service = self.aws.service(
            cluster,
            taskDefinition=self.aws.task_definition(containerDefinitions=[{**CONTAINER, "cpu": 256, "memory": 900}]),
            capacityProviderStrategy=[{"capacityProvider": provider, "weight": 1}],
            desiredCount=2,
            serviceName=unique("service"),
        )
        self.serve(12)
        before = len(self.instances_of(group))
        self.register()
        self.track(target=50)
        self.pass_minutes(3, cpu=150)
        self.serve(8)
        self.assertEqual(self.desired, 6)
        self.assertGreater(len(self.instances_of(group)), before)
        self.assertEqual(self.aws.described_service(self.service)["runningCount"], 6)


if __name__ == "__main__":
    unittest.main()
