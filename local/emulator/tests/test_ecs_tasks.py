"""RunTask, StartTask, StopTask, ListTasks and DescribeTasks: stock moto against our emulator, and with a data plane."""

import unittest

from botocore.exceptions import ClientError, WaiterError

from attached import AttachedTest
from support import CONTAINER, FARGATE, PatchTest, unique

QUICKLY = {"Delay": 0.1, "MaxAttempts": 100}


def cluster_with_an_instance(aws):
    """(cluster, container instance); the instance is registered as its agent would, with 4096 units and 7482 MiB."""
    cluster = aws.cluster()
    return cluster, registered_instance(aws, cluster)


def registered_instance(aws, cluster):
    instance = aws.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
    document = f'{{"instanceId": "{instance["InstanceId"]}"}}'
    registered = aws.ecs.register_container_instance(cluster=cluster, instanceIdentityDocument=document)
    return registered["containerInstance"]["containerInstanceArn"]


def run(aws, cluster, **request):
    if "taskDefinition" not in request:
        request["taskDefinition"] = aws.task_definition()
    return aws.ecs.run_task(cluster=cluster, **request)


def run_on_fargate(aws, cluster, tag="1", **request):
    container = {"name": "app", "image": f"app:{tag}", "portMappings": [{"containerPort": 5000}]}
    definition = aws.task_definition(containerDefinitions=[container], **FARGATE)
    return run(aws, cluster, taskDefinition=definition, launchType="FARGATE", networkConfiguration=aws.awsvpc(), **request)


def described(aws, cluster, arn):
    return aws.ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"][0]


def arn_of(answer, index=0):
    return answer["tasks"][index]["taskArn"]


class Running(PatchTest):
    def test_run_tasks_until_they_end(self):
        self.assert_server_error(run_on_fargate, self.stock, self.stock.cluster())
        self.assert_server_error(run, self.stock, self.stock.cluster())
        (task,) = run_on_fargate(self.ours, self.ours.cluster())["tasks"]
        self.assertEqual((task["lastStatus"], task["desiredStatus"], task["launchType"]), ("PENDING", "RUNNING", "FARGATE"))
        self.assertEqual((task["cpu"], task["memory"]), ("256", "512"))
        self.assertEqual((task["platformVersion"], task["platformFamily"]), ("1.4.0", "Linux"))
        self.assert_error(
            "InvalidParameterException", "No Container Instances were found in your cluster.", run, self.ours, self.ours.cluster()
        )

    def test_failures_name_what_each_instance_lacks(self):
        wanted = {
            "RESOURCE:MEMORY": {"memory": 8000},
            "RESOURCE:CPU": {"cpu": 5000},
            "RESOURCE:PORTS": {"portMappings": [{"containerPort": 80, "hostPort": 22}]},
        }
        cluster, instance = cluster_with_an_instance(self.ours)
        for reason, lacking in wanted.items():
            definition = self.ours.task_definition(containerDefinitions=[{**CONTAINER, **lacking}])
            answer = run(self.ours, cluster, taskDefinition=definition)
            self.assertEqual((answer["tasks"], answer["failures"]), ([], [{"arn": instance, "reason": reason}]))

    def test_as_many_as_fit_are_run(self):
        cluster, instance = cluster_with_an_instance(self.ours)
        definition = self.ours.task_definition(containerDefinitions=[{**CONTAINER, "memory": 3000}])
        answer = run(self.ours, cluster, taskDefinition=definition, count=3, enableExecuteCommand=True)
        self.assertEqual([task["enableExecuteCommand"] for task in answer["tasks"]], [True, True])
        self.assertEqual(answer["failures"], [{"arn": instance, "reason": "RESOURCE:MEMORY"}])

    def test_the_clusters_default_strategy_counts(self):
        cluster = self.ours.cluster("FARGATE")
        self.ours.ecs.put_cluster_capacity_providers(
            cluster=cluster,
            capacityProviders=["FARGATE", "FARGATE_SPOT"],
            defaultCapacityProviderStrategy=[
                {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
                {"capacityProvider": "FARGATE_SPOT", "weight": 3},
            ],
        )
        definition = self.ours.task_definition(**FARGATE)
        answer = run(self.ours, cluster, taskDefinition=definition, networkConfiguration=self.ours.awsvpc(), count=9)
        providers = [task["capacityProviderName"] for task in answer["tasks"]]
        self.assertEqual((providers[0], providers.count("FARGATE"), providers.count("FARGATE_SPOT")), ("FARGATE", 3, 6))

    def test_what_is_given_is_shown(self):
        overrides = {"containerOverrides": [{"name": "app", "command": ["migrate"], "cpu": 64}], "memory": "1024"}
        definition = self.ours.task_definition(**FARGATE, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "1"}])
        answer = run(
            self.ours,
            cluster := self.ours.cluster(),
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=self.ours.awsvpc(),
            overrides=overrides,
            group="batch",
            startedBy="me",
            enableExecuteCommand=True,
            enableECSManagedTags=True,
            propagateTags="TASK_DEFINITION",
            tags=[{"key": "a", "value": "2"}],
        )
        task = self.ours.ecs.describe_tasks(cluster=cluster, tasks=[arn_of(answer)], include=["TAGS"])["tasks"][0]
        self.assertEqual(task["overrides"]["containerOverrides"], overrides["containerOverrides"])
        self.assertEqual((task["group"], task["startedBy"], task["enableExecuteCommand"]), ("batch", "me", True))
        self.assertEqual((task["cpu"], task["memory"], task["containers"][0]["cpu"]), ("256", "1024", "64"))
        tags = {tag["key"]: tag["value"] for tag in task["tags"]}
        self.assertEqual(tags, {"a": "2", "b": "1", "aws:ecs:clusterName": cluster})

    def test_an_unattached_emulator_leaves_tasks_pending(self):
        cluster = self.ours.cluster()
        arn = arn_of(run_on_fargate(self.ours, cluster))
        self.assertEqual([described(self.ours, cluster, arn)["lastStatus"] for _ in range(5)], ["PENDING"] * 5)
        self.ours.ecs.stop_task(cluster=cluster, task=arn)
        self.assertEqual(described(self.ours, cluster, arn)["lastStatus"], "STOPPED")


class ClientTokens(PatchTest):
    def test_run_tasks_once_for_a_client_token(self):
        def twice(aws):
            cluster, token = cluster_with_an_instance(aws)[0], unique("token")
            definition = aws.task_definition()
            return cluster, [arn_of(run(aws, cluster, taskDefinition=definition, clientToken=token)) for _ in range(2)]

        self.assertEqual(len(set(twice(self.stock)[1])), 2)
        cluster, arns = twice(self.ours)
        self.assertEqual(len(set(arns)), 1)
        self.assertEqual(self.ours.ecs.list_tasks(cluster=cluster)["taskArns"], arns[:1])

    def test_a_client_token_is_for_one_request(self):
        cluster, token = cluster_with_an_instance(self.ours)[0], unique("token")
        run(self.ours, cluster, clientToken=token)
        message = "The provided clientToken is already in use with a different RunTask request."
        self.assert_error("ConflictException", message, lambda: run(self.ours, cluster, clientToken=token))


    def test_the_newest_client_tokens_are_known(self):
        request = {
            "taskDefinition": self.ours.task_definition(**FARGATE),
            "launchType": "FARGATE",
            "networkConfiguration": self.ours.awsvpc(),
        }
        cluster, tokens = self.ours.cluster(), [unique("token") for _ in range(101)]
        arns = [arn_of(run(self.ours, cluster, clientToken=token, **request)) for token in tokens]
        self.assertEqual(arn_of(run(self.ours, cluster, clientToken=tokens[1], **request)), arns[1])
        self.assertNotIn(arn_of(run(self.ours, cluster, clientToken=tokens[0], **request)), arns)


class Starting(PatchTest):
    def test_start_tasks_where_there_is_room(self):
        def start(aws, cluster, *names):
            definition = aws.task_definition(containerDefinitions=[{**CONTAINER, "memory": 5000}])
            return aws.ecs.start_task(cluster=cluster, taskDefinition=definition, containerInstances=names)

        cluster, instance = cluster_with_an_instance(self.stock)
        self.assertEqual(len(start(self.stock, cluster, instance, instance)["tasks"]), 2)
        self.assert_server_error(start, self.stock, cluster, "missing")
        cluster, instance = cluster_with_an_instance(self.ours)
        answer = start(self.ours, cluster, instance, instance, "missing")
        self.assertEqual([task["containerInstanceArn"] for task in answer["tasks"]], [instance])
        self.assertEqual(
            answer["failures"],
            [{"arn": instance, "reason": "RESOURCE:MEMORY"}, {"arn": "missing", "reason": "MISSING"}],
        )


    def test_in_another_zone_than_the_subnets_no_task_starts(self):
        instance = self.ours.ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=self.ours.network.subnets[0]
        )["Instances"][0]["InstanceId"]
        cluster = self.ours.cluster()
        registered = self.ours.ecs.register_container_instance(
            cluster=cluster, instanceIdentityDocument=f'{{"instanceId": "{instance}"}}'
        )["containerInstance"]["containerInstanceArn"]
        answer = self.ours.ecs.start_task(
            cluster=cluster,
            containerInstances=[registered],
            taskDefinition=self.ours.task_definition(networkMode="awsvpc"),
            networkConfiguration={"awsvpcConfiguration": {"subnets": self.ours.network.subnets[1:]}},
        )
        self.assertEqual((answer["tasks"], answer["failures"]), ([], [{"arn": registered, "reason": "LOCATION"}]))


class Stopping(PatchTest):
    def test_stop_tasks_gracefully(self):
        def stop_what_is_missing(aws):
            aws.ecs.stop_task(cluster=aws.cluster(), task="missing")

        self.assert_server_error(stop_what_is_missing, self.stock)
        self.assert_error(
            "InvalidParameterException", "The referenced task was not found.", stop_what_is_missing, self.ours
        )
        self.assertNotIn("stopCode", stopped(self.stock))
        task = stopped(self.ours)
        self.assertEqual((task["stopCode"], task["stoppedReason"]), ("UserInitiated", "enough"))
        self.assertIn("stoppedAt", task)


def stopped(aws):
    cluster, _ = cluster_with_an_instance(aws)
    arn = arn_of(run(aws, cluster))
    aws.ecs.stop_task(cluster=cluster, task=arn, reason="enough")
    return described(aws, cluster, arn)


class Describing(PatchTest):
    def test_describe_tasks_as_they_are(self):
        self.assertEqual(states_of_a_task(self.stock), ["DEACTIVATING", "STOPPING", "DEPROVISIONING"])
        self.assertEqual(states_of_a_task(self.ours), ["PENDING"] * 3)
        self.assertEqual(failures_of_a_missing_task(self.stock), [])
        ((arn, reason),) = failures_of_a_missing_task(self.ours)
        self.assertRegex(arn, r"^arn:aws:ecs:us-east-1:123456789012:task/cluster-\d+/missing$")
        self.assertEqual(reason, "MISSING")

    def test_tasks_of_another_cluster_are_missing(self):
        cluster, _ = cluster_with_an_instance(self.ours)
        arn = arn_of(run(self.ours, cluster))
        answer = self.ours.ecs.describe_tasks(cluster=self.ours.cluster(), tasks=[arn])
        self.assertEqual((answer["tasks"], answer["failures"]), ([], [{"arn": arn, "reason": "MISSING"}]))

    def test_list_the_tasks_that_were_asked_for(self):
        cluster, instance = cluster_with_an_instance(self.stock)
        task = arn_of(run(self.stock, cluster))
        self.stock.ecs.stop_task(cluster=cluster, task=task)
        self.assertEqual(self.stock.ecs.list_tasks(cluster=cluster, serviceName="none")["taskArns"], [task])

        cluster, instance = cluster_with_an_instance(self.ours)
        on_ec2 = arn_of(run(self.ours, cluster, startedBy="me"))
        on_fargate = arn_of(run_on_fargate(self.ours, cluster))
        gone = arn_of(run(self.ours, cluster))
        self.ours.ecs.stop_task(cluster=cluster, task=gone)
        family = described(self.ours, cluster, on_ec2)["taskDefinitionArn"].split("/")[1].split(":")[0]

        def listed(**filters):
            return self.ours.ecs.list_tasks(cluster=cluster, **filters)["taskArns"]

        self.assertEqual(listed(), [on_ec2, on_fargate])
        self.assertEqual(listed(desiredStatus="STOPPED"), [gone])
        self.assertEqual(listed(launchType="FARGATE"), [on_fargate])
        self.assertEqual(listed(startedBy="me"), [on_ec2])
        self.assertEqual(listed(family=family), [on_ec2])
        self.assertEqual(listed(containerInstance=instance), [on_ec2])
        self.assertEqual(listed(containerInstance=instance.split("/")[-1]), [on_ec2])
        self.assert_error("ServiceNotFoundException", "", lambda: listed(serviceName="none"))
        self.assert_error("InvalidParameterException", "", lambda: listed(containerInstance="none"))

    def test_count_what_a_cluster_has(self):
        self.assertEqual(counts_after_a_task(self.stock), (1, 0))
        self.assertEqual(counts_after_a_task(self.ours), (0, 1))


def states_of_a_task(aws):
    cluster, _ = cluster_with_an_instance(aws)
    arn = arn_of(run(aws, cluster))
    return [described(aws, cluster, arn)["lastStatus"] for _ in range(3)]


def failures_of_a_missing_task(aws):
    failures = aws.ecs.describe_tasks(cluster=aws.cluster(), tasks=["missing"])["failures"]
    return [(failure["arn"], failure["reason"]) for failure in failures]


def counts_after_a_task(aws):
    """Running and pending tasks after one that ended and one that waits for its containers."""
    cluster, _ = cluster_with_an_instance(aws)
    first = arn_of(run(aws, cluster))
    for _ in range(5):
        described(aws, cluster, first)
    if described(aws, cluster, first)["lastStatus"] == "PENDING":
        aws.ecs.stop_task(cluster=cluster, task=first)
        run(aws, cluster)
    shown = aws.ecs.describe_clusters(clusters=[cluster])["clusters"][0]
    return shown["runningTasksCount"], shown["pendingTasksCount"]


class WithADataPlane(AttachedTest):
    def wait(self, name, cluster, *arns):
        self.aws.ecs.get_waiter(name).wait(cluster=cluster, tasks=list(arns), WaiterConfig=QUICKLY)

    def test_a_one_off_task_runs_to_its_exit_code(self):
        cluster = self.aws.cluster()
        arn = arn_of(run_on_fargate(self.aws, cluster, "exit"))
        self.wait("tasks_stopped", cluster, arn)
        task = described(self.aws, cluster, arn)
        self.assertEqual(
            (task["lastStatus"], task["stopCode"], task["stoppedReason"], task["containers"][0]["exitCode"]),
            ("STOPPED", "EssentialContainerExited", "Essential container in task exited", 1),
        )
        times = [task[name] for name in ("createdAt", "pullStartedAt", "startedAt", "stoppingAt", "executionStoppedAt", "stoppedAt")]
        self.assertEqual(times, sorted(times))
        self.assertEqual(task["desiredStatus"], "STOPPED")
        with self.assertRaisesRegex(WaiterError, "terminal failure state"):
            self.wait("tasks_running", cluster, arn)

    def test_a_task_whose_image_is_missing_fails_to_start(self):
        cluster = self.aws.cluster()
        arn = arn_of(run_on_fargate(self.aws, cluster, "missing"))
        self.wait("tasks_stopped", cluster, arn)
        task = described(self.aws, cluster, arn)
        self.assertEqual(task["stopCode"], "TaskFailedToStart")
        self.assertIn("CannotPullContainerError", task["stoppedReason"])
        self.assertNotIn("startedAt", task)
        self.assertNotIn("exitCode", task["containers"][0])

    def test_a_running_task_is_described_and_stopped(self):
        cluster = self.aws.cluster()
        arn = arn_of(run_on_fargate(self.aws, cluster, count=2))
        self.wait("tasks_running", cluster, arn)
        task = described(self.aws, cluster, arn)
        details = {detail["name"]: detail["value"] for detail in task["attachments"][0]["details"]}
        self.assertEqual((task["attachments"][0]["status"], task["connectivity"]), ("ATTACHED", "CONNECTED"))
        self.assertRegex(details["privateIPv4Address"], r"^127\.")
        self.assertIn(details["subnetId"], self.aws.network.subnets)
        interface = {"attachmentId": task["attachments"][0]["id"], "privateIpv4Address": details["privateIPv4Address"]}
        self.assertEqual(task["containers"][0]["networkInterfaces"], [interface])
        self.assertEqual(task["containers"][0]["lastStatus"], "RUNNING")
        asked = self.aws.ecs.stop_task(cluster=cluster, task=arn, reason="enough")["task"]
        self.assertEqual((asked["desiredStatus"], asked["lastStatus"]), ("STOPPED", "STOPPING"))
        self.wait("tasks_stopped", cluster, arn)
        task = described(self.aws, cluster, arn)
        self.assertEqual((task["stopCode"], task["stoppedReason"]), ("UserInitiated", "enough"))
        self.assertEqual((task["containers"][0]["exitCode"], task["attachments"][0]["status"]), (143, "DELETED"))

    def test_a_cluster_is_deleted_after_its_tasks_only(self):
        cluster = self.aws.cluster()
        arn = arn_of(run_on_fargate(self.aws, cluster))
        self.wait("tasks_running", cluster, arn)
        with self.assertRaisesRegex(ClientError, "The Cluster cannot be deleted while Tasks are active."):
            self.aws.ecs.delete_cluster(cluster=cluster)
        self.aws.ecs.stop_task(cluster=cluster, task=arn)
        self.wait("tasks_stopped", cluster, arn)
        self.aws.ecs.delete_cluster(cluster=cluster)


if __name__ == "__main__":
    unittest.main()
