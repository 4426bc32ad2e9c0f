"""Container instances: stock moto against our emulator."""

import unittest

from support import CONTAINER, PatchTest
from test_ecs_tasks import cluster_with_an_instance, registered_instance


def described(aws, cluster, *names):
    return aws.ecs.describe_container_instances(cluster=cluster, containerInstances=list(names))


def drain(aws, cluster, name):
    return aws.ecs.update_container_instances_state(cluster=cluster, containerInstances=[name], status="DRAINING")


class ContainerInstances(PatchTest):
    def test_answer_for_clusters_without_container_instances(self):
        for act in (described, drain):
            self.assert_server_error(act, self.stock, self.stock.cluster(), "missing")
            answer = act(self.ours, self.ours.cluster(), "missing")
            self.assertEqual(answer["containerInstances"], [])
            self.assertEqual([failure["reason"] for failure in answer["failures"]], ["MISSING"])

    def test_count_what_remains_of_container_instances(self):
        self.assertEqual(remaining_with_a_task(self.stock), (4096, 6970, ["80"], 1, 0))
        self.assertEqual(remaining_with_a_task(self.ours), (3840, 6482, ["80"], 0, 1))

    def test_what_a_stopped_task_held_is_free_again(self):
        cluster, instance = cluster_with_an_instance(self.ours)
        ran = self.ours.ecs.run_task(cluster=cluster, taskDefinition=self.ours.task_definition())
        self.assertEqual(memory(self.ours, cluster, instance), 7482 - 512)
        self.ours.ecs.stop_task(cluster=cluster, task=ran["tasks"][0]["taskArn"])
        self.assertEqual(memory(self.ours, cluster, instance), 7482)
        self.ours.ecs.deregister_container_instance(cluster=cluster, containerInstance=instance)

    def test_list_container_instances_by_status(self):
        def draining(aws):
            cluster, first = cluster_with_an_instance(aws)
            registered_instance(aws, cluster)
            drain(aws, cluster, first)
            listed = aws.ecs.list_container_instances(cluster=cluster, status="DRAINING")["containerInstanceArns"]
            both = aws.ecs.list_container_instances(cluster=cluster)["containerInstanceArns"]
            return len(listed), len(both), first in listed

        self.assertEqual(draining(self.stock), (2, 2, True))
        self.assertEqual(draining(self.ours), (1, 2, True))
        self.assert_refused(
            "ClusterNotFoundException", "Cluster not found.", lambda aws: aws.ecs.list_container_instances(cluster="none")
        )

    def test_nothing_is_placed_on_an_instance_that_drains(self):
        cluster, instance = cluster_with_an_instance(self.ours)
        drain(self.ours, cluster, instance)
        self.assert_error(
            "InvalidParameterException",
            "No Container Instances were found in your cluster.",
            lambda: self.ours.ecs.run_task(cluster=cluster, taskDefinition=self.ours.task_definition()),
        )


def remaining_with_a_task(aws):
    """CPU, memory, ports beside those that are reserved, running and pending tasks, with a task of a size of its own."""
    cluster, instance = cluster_with_an_instance(aws)
    container = {**CONTAINER, "portMappings": [{"containerPort": 5000, "hostPort": 80}]}
    definition = aws.task_definition(containerDefinitions=[container], cpu="256", memory="1000")
    aws.ecs.run_task(cluster=cluster, taskDefinition=definition)
    shown = described(aws, cluster, instance)["containerInstances"][0]
    remaining = {item["name"]: item for item in shown["remainingResources"]}
    reserved = ("22", "2375", "2376", "51678", "51679")
    ports = [port for port in remaining["PORTS"]["stringSetValue"] if port not in reserved]
    counts = shown["runningTasksCount"], shown["pendingTasksCount"]
    return remaining["CPU"]["integerValue"], remaining["MEMORY"]["integerValue"], ports, *counts


def memory(aws, cluster, instance):
    shown = described(aws, cluster, instance)["containerInstances"][0]
    return next(item["integerValue"] for item in shown["remainingResources"] if item["name"] == "MEMORY")


if __name__ == "__main__":
    unittest.main()
