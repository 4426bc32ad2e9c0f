"""Managed scaling, termination protection and draining of capacity providers."""

import random
import unittest

from control_test import ControlTest, by_strategy, fargate_task
from support import CONTAINER, FARGATE, Network

from control import capacity, tasks

ALL_DAY = 24 * 60 * 60


class Growth(ControlTest):
    def test_tasks_that_do_not_fit_make_the_group_grow(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, count=5, **by_strategy(provider))
        self.assertEqual(ran["failures"], [])
        self.assertEqual(self.states(cluster, ran), ["PROVISIONING"] * 5)
        self.serve()
        self.assertEqual(self.states(cluster, ran), ["RUNNING"] * 5)
        described = self.aws.described_group(group)
        self.assertEqual((described["DesiredCapacity"], len(described["Instances"])), (3, 3))
        self.assertEqual(len({one["AvailabilityZone"] for one in described["Instances"]}), 2)

    def test_at_the_most_instances_tasks_go_on_waiting_and_say_why(self):
        provider, group = self.provider(size=(0, 1))
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, count=3, **by_strategy(provider))
        reason = "No Container Instances were found in your capacity provider."
        self.assertIn(reason, self.task(ran["tasks"][2]["taskArn"]).unplaced_reason)
        self.serve()
        self.assertEqual(self.states(cluster, ran), ["RUNNING", "RUNNING", "PROVISIONING"])
        self.assertEqual(len(self.instances_of(group)), 1)
        waiting = self.task(ran["tasks"][2]["taskArn"])
        self.assertRegex(
            waiting.unplaced_reason,
            r"^was unable to place a task because no container instance met all of its requirements. Reason: The "
            r"closest matching container-instance [0-9a-f]{32} has insufficient memory available\.",
        )
        self.assertNotIn(waiting.task_arn, [seen["arn"] for seen in tasks.view(self.backend)])

    def test_a_waiting_task_is_placed_when_another_ends(self):
        provider, _ = self.provider(size=(0, 1))
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, count=3, **by_strategy(provider))
        self.serve()
        self.aws.ecs.stop_task(cluster=cluster, task=ran["tasks"][0]["taskArn"])
        self.serve()
        self.assertEqual(self.states(cluster, ran), ["STOPPED", "RUNNING", "RUNNING"])
        self.assertIsNone(self.task(ran["tasks"][2]["taskArn"]).unplaced_reason)

    def test_a_task_that_waits_for_too_long_fails(self):
        provider, _ = self.provider(size=(0, 0))
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, **by_strategy(provider))
        self.pass_time(tasks.PROVISIONING_SECONDS - 1)
        self.assertEqual(self.states(cluster, ran), ["PROVISIONING"])
        self.pass_time(2)
        task = self.described(cluster, ran["tasks"][0]["taskArn"])[0]
        self.assertEqual(
            (task["lastStatus"], task["stopCode"], task["stoppedReason"]),
            ("STOPPED", "TaskFailedToStart", "EMPTY CAPACITY PROVIDER"),
        )

    def test_a_task_that_no_instance_can_hold_starts_none(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, memory=2048, **by_strategy(provider))
        self.serve()
        self.assertEqual((self.states(cluster, ran), self.instances_of(group)), (["PROVISIONING"], []))

    def test_without_managed_scaling_no_task_waits(self):
        provider, group = self.provider(protection="DISABLED", status="DISABLED")
        cluster = self.aws.cluster(provider)
        with self.assertRaisesRegex(Exception, "No Container Instances were found in your capacity provider."):
            self.run_task(cluster, **by_strategy(provider))
        self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=1)
        self.pass_time()
        ran = self.run_task(cluster, count=3, **by_strategy(provider))
        self.assertEqual(([task["lastStatus"] for task in ran["tasks"]], len(ran["failures"])), (["PENDING"] * 2, 1))

    def test_without_managed_scaling_idle_instances_stay(self):
        provider, group = self.provider(protection="DISABLED", status="DISABLED")
        self.aws.autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=group, NewInstancesProtectedFromScaleIn=False, DesiredCapacity=1
        )
        self.aws.cluster(provider)
        for _ in range(2):
            self.pass_time(ALL_DAY)
        self.assertEqual(len(self.instances_of(group)), 1)

    def test_a_group_grows_for_the_tasks_of_its_own_provider_only(self):
        (provider, group), (other, others_group) = self.provider(), self.provider()
        cluster = self.aws.cluster(provider, other)
        self.run_task(cluster, **by_strategy(provider))
        self.pass_time()
        self.assertEqual([len(self.instances_of(name)) for name in (group, others_group)], [1, 0])

    def test_an_instance_that_is_draining_gets_no_task(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        self.run_task(cluster, memory=100, **by_strategy(provider))
        self.serve()
        (arn,) = self.aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"]
        self.aws.ecs.update_container_instances_state(cluster=cluster, containerInstances=[arn], status="DRAINING")
        ran = self.run_task(cluster, memory=100, **by_strategy(provider))
        self.serve()
        task = self.task(ran["tasks"][0]["taskArn"])
        self.assertEqual(task.last_status, "RUNNING")
        self.assertNotEqual(task.container_instance_arn, arn)

    def test_a_task_for_one_zone_gets_an_instance_there(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        expression = "attribute:ecs.availability-zone == us-east-1b"
        constraints = [{"type": "memberOf", "expression": expression}]
        ran = self.run_task(cluster, placementConstraints=constraints, **by_strategy(provider))
        self.serve()
        task = self.described(cluster, ran["tasks"][0]["taskArn"])[0]
        self.assertEqual((task["lastStatus"], task["availabilityZone"]), ("RUNNING", "us-east-1b"))

    def test_steps_bound_how_many_are_added_at_once(self):
        provider, group = self.provider(maximumScalingStepSize=2)
        cluster = self.aws.cluster(provider)
        self.run_task(cluster, count=4, memory=2000, **by_strategy(provider))
        self.pass_time()
        self.assertEqual(len(self.instances_of(group)), 2)
        self.pass_time()
        self.assertEqual(len(self.instances_of(group)), 4)

    def test_the_activities_tell_why(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        self.run_task(cluster, **by_strategy(provider))
        self.pass_time()
        instance = self.instances_of(group)[0]["InstanceId"]
        (activity,) = self.aws.autoscaling.describe_scaling_activities(AutoScalingGroupName=group)["Activities"]
        self.assertEqual(activity["Description"], f"Launching a new EC2 instance: {instance}")
        self.assertEqual((activity["StatusCode"], activity["Progress"]), ("Successful", 100))
        self.assertRegex(
            activity["Cause"],
            rf"^At \S+Z a monitor alarm TargetTracking-{group}-AlarmHigh in state ALARM triggered policy "
            r"ECSManagedAutoScalingPolicy changing the desired capacity from 0 to 1\.  At \S+Z an instance was started "
            r"in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1\.$",
        )


class Shrinking(ControlTest):
    def one_idle(self, **options):
        """A capacity provider with one instance with a task and one without: (cluster, group, idle instance's id)."""
        provider, group = self.provider(**options)
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, count=2, memory=2000, **by_strategy(provider))
        self.serve()
        idle = self.task(ran["tasks"][0]["taskArn"]).instance_id
        self.aws.ecs.stop_task(cluster=cluster, task=ran["tasks"][0]["taskArn"])
        self.serve(rounds=1)
        return cluster, group, idle

    def ids(self, group):
        return {one["InstanceId"] for one in self.instances_of(group)}

    def test_an_idle_instance_goes_after_the_delay_and_not_before(self):
        _, group, idle = self.one_idle()
        self.pass_time(capacity.IDLE_SECONDS - 1)
        self.assertIn(idle, self.ids(group))
        self.pass_time(2)
        self.assertEqual(len(self.ids(group) - {idle}), 1)
        self.assertNotIn(idle, self.ids(group))
        self.assertEqual(self.aws.described_group(group)["DesiredCapacity"], 1)
        newest = self.aws.autoscaling.describe_scaling_activities(AutoScalingGroupName=group)["Activities"][0]
        self.assertEqual(newest["Description"], f"Terminating EC2 instance: {idle}")
        self.assertIn("AlarmLow in state ALARM", newest["Cause"])
        self.assertIn("shrinking the capacity from 2 to 1.", newest["Cause"])

    def test_an_instance_with_tasks_never_goes(self):
        _, group, idle = self.one_idle()
        self.pass_time(ALL_DAY)
        self.pass_time(ALL_DAY)
        self.assertEqual(len(self.ids(group)), 1)

    def test_never_below_the_least(self):
        _, group, idle = self.one_idle(size=(2, 4))
        self.pass_time(ALL_DAY)
        self.assertIn(idle, self.ids(group))

    def test_a_target_below_100_keeps_instances_to_spare(self):
        _, group, _ = self.one_idle(targetCapacity=50)
        for _ in range(3):
            self.pass_time(ALL_DAY)
        self.assertEqual(len(self.ids(group)), 2)

    def test_an_instance_that_gets_a_task_in_time_stays(self):
        cluster, group, idle = self.one_idle()
        self.pass_time(capacity.IDLE_SECONDS - 1)
        ran = self.run_task(cluster, memory=2000, **by_strategy(self.backend.clusters[cluster].capacity_providers[0]))
        self.assertEqual(self.task(ran["tasks"][0]["taskArn"]).instance_id, idle)
        self.pass_time(capacity.IDLE_SECONDS)
        self.assertIn(idle, self.ids(group))

    def test_what_a_person_protects_never_goes(self):
        _, group, idle = self.one_idle()
        protect = self.aws.autoscaling.set_instance_protection
        protect(AutoScalingGroupName=group, InstanceIds=[idle], ProtectedFromScaleIn=True)
        self.pass_time(ALL_DAY)
        self.assertIn(idle, self.ids(group))
        protect(AutoScalingGroupName=group, InstanceIds=[idle], ProtectedFromScaleIn=False)
        self.pass_time(1)
        self.assertNotIn(idle, self.ids(group))

    def test_without_termination_protection_of_ecs_the_groups_own_protection_holds(self):
        _, group, idle = self.one_idle(protection="DISABLED")
        self.pass_time(ALL_DAY)
        self.assertIn(idle, self.ids(group))


class Protection(ControlTest):
    def protected(self, group):
        return {one["InstanceId"]: one["ProtectedFromScaleIn"] for one in self.instances_of(group)}

    def test_instances_with_tasks_are_protected_and_others_are_not(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=2)
        self.pass_time()
        ran = self.run_task(cluster, **by_strategy(provider))
        self.pass_time()
        busy = self.task(ran["tasks"][0]["taskArn"]).instance_id
        self.assertEqual(self.protected(group), {name: name == busy for name in self.protected(group)})
        self.assertEqual(len(self.protected(group)), 2)

    def test_protecting_what_ecs_protects_is_no_protection_by_a_person(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, **by_strategy(provider))
        self.serve()
        names = list(self.protected(group))
        self.aws.autoscaling.set_instance_protection(
            AutoScalingGroupName=group, InstanceIds=names, ProtectedFromScaleIn=True
        )
        self.aws.ecs.stop_task(cluster=cluster, task=ran["tasks"][0]["taskArn"])
        self.serve()
        self.assertEqual(list(self.protected(group).values()), [False])

    def test_a_smaller_capacity_ends_idle_instances_only(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, memory=2000, **by_strategy(provider))
        self.serve()
        self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=3)
        self.pass_time()
        self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=0)
        (left,) = self.instances_of(group)
        busy = self.task(ran["tasks"][0]["taskArn"]).instance_id
        self.assertEqual((left["InstanceId"], left["LifecycleState"]), (busy, "InService"))
        self.assertEqual(self.states(cluster, ran), ["RUNNING"])


class Draining(ControlTest):
    def busy_group(self, **options):
        """(cluster, group, answer of RunTask): one unprotected instance with a task."""
        provider, group = self.provider(protection="DISABLED", **options)
        self.aws.autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=group, NewInstancesProtectedFromScaleIn=False
        )
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, **by_strategy(provider))
        self.serve()
        self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=0)
        return cluster, group, ran

    def test_an_instance_that_is_to_go_waits_until_its_tasks_have_gone(self):
        cluster, group, ran = self.busy_group()
        self.serve()
        self.assertEqual([one["LifecycleState"] for one in self.instances_of(group)], ["Terminating:Wait"])
        draining = self.aws.ecs.list_container_instances(cluster=cluster, status="DRAINING")["containerInstanceArns"]
        self.assertEqual(len(draining), 1)
        self.assertEqual(self.states(cluster, ran), ["RUNNING"])
        self.aws.ecs.stop_task(cluster=cluster, task=ran["tasks"][0]["taskArn"])
        self.serve()
        self.assertEqual(self.instances_of(group), [])
        self.assertEqual(self.aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"], [])

    def test_without_managed_draining_it_takes_its_tasks_with_it(self):
        cluster, group, ran = self.busy_group(draining="DISABLED")
        self.assertEqual(self.instances_of(group), [])
        self.serve()
        task = self.described(cluster, ran["tasks"][0]["taskArn"])[0]
        self.assertEqual((task["lastStatus"], task["stopCode"]), ("STOPPED", "TerminationNotice"))

    def test_a_forced_deletion_waits_for_nobody(self):
        cluster, group, ran = self.busy_group()
        self.aws.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=group, ForceDelete=True)
        self.serve()
        self.assertEqual(self.states(cluster, ran), ["STOPPED"])
        self.assertEqual(self.aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"], [])


class Refresh(ControlTest):
    def refresh(self, group, **preferences):
        self.aws.autoscaling.start_instance_refresh(AutoScalingGroupName=group, Preferences=preferences)

    def newest(self, group):
        told = self.aws.autoscaling.describe_instance_refreshes(AutoScalingGroupName=group)["InstanceRefreshes"][0]
        return told["Status"], told["PercentageComplete"], told["InstancesToUpdate"]

    def two_instances(self):
        """(group, cluster, answer of RunTask, ids of the instances): each instance has a task."""
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, count=2, memory=2000, **by_strategy(provider))
        self.serve()
        return group, cluster, ran, {one["InstanceId"] for one in self.instances_of(group)}

    def test_one_instance_after_the_other_is_drained_and_replaced(self):
        group, cluster, ran, former = self.two_instances()
        self.refresh(group, ScaleInProtectedInstances="Refresh")
        self.pass_time()
        states = [one["LifecycleState"] for one in self.instances_of(group)]
        self.assertEqual(sorted(states), ["InService", "InService", "Terminating:Wait"])
        self.assertEqual(self.newest(group), ("InProgress", 0, 2))
        for task in ran["tasks"]:
            self.aws.ecs.stop_task(cluster=cluster, task=task["taskArn"])
            self.serve(rounds=3)
        self.assertEqual(self.newest(group), ("Successful", 100, 0))
        left = {one["InstanceId"] for one in self.instances_of(group)}
        self.assertEqual((len(left), left & former), (2, set()))

    def test_protected_instances_are_left_alone_unless_they_are_to_be_refreshed(self):
        group, _, _, former = self.two_instances()
        self.refresh(group)
        self.pass_time()
        self.assertEqual(self.newest(group), ("Successful", 100, 0))
        self.assertEqual({one["InstanceId"] for one in self.instances_of(group)}, former)

    def test_it_waits_for_protected_instances_when_it_is_told_to(self):
        group, _, _, former = self.two_instances()
        self.refresh(group, ScaleInProtectedInstances="Wait")
        self.pass_time()
        self.assertEqual(self.newest(group), ("InProgress", 0, 2))
        self.assertEqual({one["InstanceId"] for one in self.instances_of(group)}, former)

    def test_a_cancelled_one_goes_no_further(self):
        group, cluster, ran, former = self.two_instances()
        self.refresh(group, ScaleInProtectedInstances="Refresh")
        self.aws.autoscaling.cancel_instance_refresh(AutoScalingGroupName=group)
        self.serve()
        self.assertEqual({one["InstanceId"] for one in self.instances_of(group)}, former)


class Joining(ControlTest):
    def test_instances_of_the_clusters_providers_join_and_leave(self):
        provider, group = self.provider(size=(1, 4))
        cluster = self.aws.cluster(provider)
        self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=1)
        self.pass_time()
        (arn,) = self.aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"]
        (instance,) = self.aws.ecs.describe_container_instances(cluster=cluster, containerInstances=[arn])["containerInstances"]
        shown = self.instances_of(group)[0]
        attributes = {item["name"]: item["value"] for item in instance["attributes"]}
        self.assertEqual(instance["ec2InstanceId"], shown["InstanceId"])
        self.assertEqual((instance["capacityProviderName"], instance["status"]), (provider, "ACTIVE"))
        self.assertEqual(attributes["ecs.availability-zone"], shown["AvailabilityZone"])
        self.assertEqual((attributes["ecs.instance-type"], attributes["ecs.cpu-architecture"]), ("t3.small", "x86_64"))

    def test_a_terminated_instance_takes_its_tasks_with_it_and_is_replaced(self):
        provider, group = self.provider()
        cluster = self.aws.cluster(provider)
        ran = self.run_task(cluster, **by_strategy(provider))
        self.serve()
        gone = self.task(ran["tasks"][0]["taskArn"]).instance_id
        self.aws.ec2.terminate_instances(InstanceIds=[gone])
        self.pass_time()
        (seen,) = tasks.view(self.backend)
        self.assertEqual((seen["instanceId"], seen["desired"]), (gone, "kill"))
        self.serve()
        task = self.described(cluster, ran["tasks"][0]["taskArn"])[0]
        self.assertEqual((task["lastStatus"], task["stopCode"]), ("STOPPED", "TerminationNotice"))
        self.assertEqual(task["stoppedReason"], f"Host EC2 (instance {gone}) terminated.")
        self.assertEqual([one["InstanceId"] == gone for one in self.instances_of(group)], [False])
        causes = [
            activity["Cause"]
            for activity in self.aws.autoscaling.describe_scaling_activities(AutoScalingGroupName=group)["Activities"]
        ]
        self.assertIn("an EC2 health check indicating it has been terminated or stopped.", causes[0])

    def test_an_unattached_emulator_lets_nothing_join(self):
        self.attached = False
        provider, group = self.provider(size=(1, 4))
        cluster = self.aws.cluster(provider)
        self.assertEqual(self.aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"], [])


class Services(ControlTest):
    def service_on(self, provider, **options):
        cluster = self.aws.cluster(provider)
        service = self.aws.service(
            cluster,
            taskDefinition=self.aws.task_definition(containerDefinitions=[{**CONTAINER, "memory": 900}]),
            **by_strategy(provider),
            **options,
        )
        for _ in range(4):
            self.serve()
            self.pass_time(1)
        return cluster, service

    def test_draining_an_instance_moves_the_tasks_of_services_away(self):
        provider, group = self.provider()
        cluster, service = self.service_on(provider)
        self.assertEqual(self.aws.described_service(service)["runningCount"], 2)
        (arn,) = self.aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"]
        before = set(self.aws.ecs.list_tasks(cluster=cluster, serviceName=service["serviceName"])["taskArns"])
        self.aws.ecs.update_container_instances_state(cluster=cluster, containerInstances=[arn], status="DRAINING")
        least = 2
        for _ in range(12):
            self.serve(rounds=1)
            self.pass_time(1)
            least = min(least, self.aws.described_service(service)["runningCount"])
        after = set(self.aws.ecs.list_tasks(cluster=cluster, serviceName=service["serviceName"])["taskArns"])
        self.assertEqual((len(after), before & after, least), (2, set(), 2))
        self.assertNotIn(arn, {self.task(one).container_instance_arn for one in after})
        self.assertEqual(self.aws.ecs.list_tasks(cluster=cluster, containerInstance=arn)["taskArns"], [])

    def test_tasks_are_spread_over_the_zones_unless_the_service_says_otherwise(self):
        for strategy, zones in (([], 2), ([{"type": "binpack", "field": "memory"}], 1)):
            provider, group = self.provider()
            self.aws.autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=2)
            cluster, service = self.service_on(provider, placementStrategy=strategy)
            arns = self.aws.ecs.list_tasks(cluster=cluster, serviceName=service["serviceName"])["taskArns"]
            self.assertEqual(len({task["availabilityZone"] for task in self.described(cluster, *arns)}), zones)
            self.assertEqual(self.aws.described_service(service)["placementStrategy"], strategy)

    def test_a_service_that_is_deleted_leaves_nothing_behind(self):
        provider, group = self.provider()
        cluster, service = self.service_on(provider)
        name = service["serviceName"]
        self.aws.ecs.delete_service(cluster=cluster, service=name, force=True)
        self.serve()
        self.assertEqual(self.aws.described_service(service)["status"], "INACTIVE")
        self.aws.ecs.put_cluster_capacity_providers(
            cluster=cluster, capacityProviders=[], defaultCapacityProviderStrategy=[]
        )
        self.aws.ecs.delete_capacity_provider(capacityProvider=provider)
        self.aws.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=group, ForceDelete=True)
        self.pass_time()
        self.aws.ecs.delete_cluster(cluster=cluster)
        self.assertEqual(self.aws.ecs.list_clusters()["clusterArns"], [])
        tagged = [{"Name": "tag:aws:autoscaling:groupName", "Values": [group]}]
        reservations = self.aws.ec2.describe_instances(Filters=tagged)["Reservations"]
        states = [one["State"]["Name"] for reservation in reservations for one in reservation["Instances"]]
        self.assertEqual(set(states), {"terminated"})


class Interfaces(ControlTest):
    def interfaces(self, subnets):
        filters = [{"Name": "subnet-id", "Values": subnets}]
        return self.aws.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]

    def test_the_interface_of_a_task_goes_with_it(self):
        cluster, network = self.aws.cluster(), Network(self.aws, ("us-east-1a", "us-east-1b"))
        configuration = {"subnets": network.subnets, "securityGroups": [network.group]}
        ran = self.run_task(
            cluster,
            count=4,
            taskDefinition=fargate_task(self.aws),
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": configuration},
        )
        self.serve()
        zones = [interface["AvailabilityZone"] for interface in self.interfaces(network.subnets)]
        self.assertEqual(sorted(zones), ["us-east-1a", "us-east-1a", "us-east-1b", "us-east-1b"])
        for task in ran["tasks"]:
            self.aws.ecs.stop_task(cluster=cluster, task=task["taskArn"])
        self.serve()
        self.assertEqual(self.interfaces(network.subnets), [])
        for subnet in network.subnets:
            self.aws.ec2.delete_subnet(SubnetId=subnet)

    def test_however_tasks_end_no_interface_is_left(self):
        for seed in range(HISTORIES):
            with self.subTest(seed=seed):
                self.setUp()
                network = Network(self.aws, ("us-east-1a", "us-east-1b"))
                history = History(self, random.Random(seed), network)
                self.assertGreater(len(history.go()), 5)
                self.assertEqual(self.interfaces(network.subnets), [])


HISTORIES = 4


class History:
    """Tasks in awsvpc mode on Fargate and on instances, alone and in services, that end in every way there is."""

    def __init__(self, test, chance, network):
        self.test, self.aws, self.chance = test, test.aws, chance
        self.network = {"awsvpcConfiguration": {"subnets": network.subnets, "securityGroups": [network.group]}}
        self.provider, self.group = test.provider(group={"VPCZoneIdentifier": ",".join(network.subnets)})
        self.cluster = self.aws.cluster(self.provider, "FARGATE")
        self.capacity = by_strategy(self.provider), by_strategy("FARGATE")
        container = {**CONTAINER, "memory": 400}
        self.definition = self.aws.task_definition(
            containerDefinitions=[container], **{**FARGATE, "requiresCompatibilities": ["EC2", "FARGATE"]}
        )
        self.services, self.seen = [], set()

    def request(self):
        return {
            "cluster": self.cluster,
            "taskDefinition": self.definition,
            "networkConfiguration": self.network,
            **self.chance.choice(self.capacity),
        }

    def go(self):
        """Everything ends; returns the ARNs of the tasks that there were."""
        ways = (self.run, self.serve, self.update, self.delete, self.stop, self.kill, self.lose_instance, self.refresh)
        for _ in range(60):
            self.chance.choice(ways)()
            self.act()
        while self.services:
            self.delete()
        for arn in self.arns():
            self.aws.ecs.stop_task(cluster=self.cluster, task=arn)
        self.aws.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=self.group, ForceDelete=True)
        self.test.serve()
        return self.seen

    def arns(self):
        return [arn for arn, task in self.test.backend.tasks.get(self.cluster, {}).items() if not task.is_stopped]

    def run(self):
        self.aws.ecs.run_task(**self.request(), count=self.chance.randint(1, 3))

    def serve(self):
        if len(self.services) < 3:
            self.services.append(self.aws.service(**self.request())["serviceName"])

    def update(self):
        for name in self.services[:1]:
            self.aws.ecs.update_service(cluster=self.cluster, service=name, forceNewDeployment=True)

    def delete(self):
        for name in self.services[:1]:
            self.aws.ecs.delete_service(cluster=self.cluster, service=name, force=True)
            self.services.remove(name)

    def stop(self):
        for arn in self.some_task():
            self.aws.ecs.stop_task(cluster=self.cluster, task=arn)

    def some_task(self):
        return self.chance.sample(self.arns(), min(1, len(self.arns())))

    def kill(self):
        for arn in self.some_task():
            if self.test.task(arn).is_placed:
                tasks.kill(self.test.task(arn))

    def lose_instance(self):
        instances = [one["InstanceId"] for one in self.test.instances_of(self.group)]
        if instances:
            self.aws.ec2.terminate_instances(InstanceIds=[self.chance.choice(instances)])

    def refresh(self):
        self.aws.autoscaling.set_desired_capacity(
            AutoScalingGroupName=self.group, DesiredCapacity=self.chance.randint(0, 4)
        )

    def act(self):
        """The data plane, late at times, and with reports that come twice or in another order."""
        self.test.pass_time(self.chance.choice((0.1, 1, 20)))
        self.seen.update(self.arns())
        for seen in tasks.view(self.test.backend):
            reports = ["RUNNING"] if seen["desired"] == "run" else ["STOPPED"]
            reports += self.chance.choice(([], [], ["STOPPED"], ["STOPPED", "RUNNING"], ["RUNNING"]))
            for status in reports if self.chance.random() < 0.7 else ():
                self.test.report(seen["arn"], status, exit_code=1 if status == "STOPPED" else None)


if __name__ == "__main__":
    unittest.main()
