"""What RegisterTaskDefinition refuses: stock moto against our emulator."""

import unittest

from support import CONTAINER, FARGATE, PatchTest


class Fargate(PatchTest):
    def test_require_awsvpc_for_fargate(self):
        def on_bridge(aws):
            aws.task_definition(**{**FARGATE, "networkMode": "bridge"})

        self.assert_refused("ClientException", "Fargate only supports network mode ‘awsvpc’.", on_bridge)

    def test_require_a_size_that_fargate_offers(self):
        def of_an_impossible_size(aws):
            aws.task_definition(**{**FARGATE, "memory": "300"}, containerDefinitions=[{**CONTAINER, "memory": 256}])

        def of_an_impossible_cpu(aws):
            aws.task_definition(**{**FARGATE, "cpu": "300"})

        message = "No Fargate configuration exists for given values: 256 CPU, 300 memory."
        self.assert_refused("ClientException", message, of_an_impossible_size)
        self.assert_refused("ClientException", "given values: 300 CPU, 512 memory.", of_an_impossible_cpu)

    def test_a_size_is_needed(self):
        def without(name):
            return lambda aws: aws.task_definition(**{key: FARGATE[key] for key in FARGATE if key != name})

        for name in ("cpu", "memory"):
            message = f"Fargate requires that '{name}' be defined at the task level."
            self.assert_refused("ClientException", message, without(name))

    def test_sizes_at_the_ends_of_the_table_are_taken(self):
        for cpu, memory in ((256, 512), (256, 2048), (4096, 30720), (8192, 61440), (16384, 32768), (16384, 122880)):
            self.ours.task_definition(**{**FARGATE, "cpu": str(cpu), "memory": str(memory)})

    def test_sizes_may_be_written_with_units(self):
        self.ours.task_definition(**{**FARGATE, "cpu": ".25 vCPU", "memory": "1 GB"})

    def test_require_an_execution_role_for_logs_on_fargate(self):
        options = {"awslogs-group": "g", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "app"}
        logging = {**CONTAINER, "logConfiguration": {"logDriver": "awslogs", "options": options}}

        def without_role(aws):
            aws.task_definition(**FARGATE, containerDefinitions=[logging])

        message = "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        self.assert_refused("ClientException", message, without_role)
        role = "arn:aws:iam::123456789012:role/execution"
        self.ours.task_definition(**FARGATE, containerDefinitions=[logging], executionRoleArn=role)

    def test_require_equal_ports_in_awsvpc(self):
        def on_another_host_port(aws):
            mapping = {"containerPort": 5000, "hostPort": 0}
            aws.task_definition(**FARGATE, containerDefinitions=[{**CONTAINER, "portMappings": [mapping]}])

        message = "the host ports and container ports in port mappings must match."
        self.assert_refused("ClientException", message, on_another_host_port)


class Ec2(PatchTest):
    def test_bridge_with_a_dynamic_host_port_is_taken(self):
        mapping = {"containerPort": 5000, "hostPort": 0}
        self.ours.task_definition(containerDefinitions=[{**CONTAINER, "portMappings": [mapping]}])


if __name__ == "__main__":
    unittest.main()
