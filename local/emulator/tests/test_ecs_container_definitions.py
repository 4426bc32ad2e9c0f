"""What RegisterTaskDefinition refuses of containers: stock moto against our emulator."""

import unittest

from support import CONTAINER, FARGATE, PatchTest

ROLE = "arn:aws:iam::123456789012:role/execution"
SECRET = {"name": "KEY", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/key"}
ON_FARGATE = {**FARGATE, "executionRoleArn": ROLE}


def register(aws, container=(), **options):
    return aws.task_definition(containerDefinitions=[{**CONTAINER, **dict(container)}], **options)


class Containers(PatchTest):
    def refuse(self, *refused):
        """Each of (message, changes of the container, options of the task definition)."""
        for message, container, options in refused:
            with self.subTest(message):
                self.assert_refused("ClientException", message, lambda aws: register(aws, container, **options))

    def test_require_names_that_ecs_takes(self):
        self.refuse(
            ("Container.name should not be null or empty.", {"name": ""}, {}),
            ("Container.image should not be null or empty.", {"image": ""}, {}),
            ("Container.name contains invalid characters.", {"name": "a b"}, {}),
            ("Container.image contains invalid characters.", {"image": "app :1"}, {}),
            ("Family contains invalid characters.", {}, {"family": "a b"}),
            ("Role is not valid", {}, {"taskRoleArn": "arn:aws:iam::123456789012:instance-profile/x"}),
        )

    def test_a_task_needs_containers_each_of_its_name(self):
        def of(containers):
            return lambda aws: aws.task_definition(containerDefinitions=containers)

        self.assert_refused("ClientException", "Container list cannot be empty.", of([]))
        self.assert_refused("ClientException", "Duplicate container names found: app.", of([CONTAINER, CONTAINER]))
        self.ours.task_definition(containerDefinitions=[CONTAINER, {**CONTAINER, "name": "other"}])

    def test_images_of_every_form_are_taken(self):
        registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/cart"
        for image in ("nginx", f"{registry}:1.2_3", f"{registry}@sha256:{'a' * 64}", "localhost:5000/App:latest"):
            register(self.ours, {"image": image})

    def test_require_an_essential_container(self):
        self.refuse(("Task definition doesn't have any essential container.", {"essential": False}, {}))
        register(self.ours, {"essential": True})

    def test_require_containers_within_the_task(self):
        self.refuse(
            ("'memory' must be at least 4 MiB", {"memory": 3}, {}),
            ("'memory' must be greater than 'memoryReservation'", {"memoryReservation": 600}, {}),
            ("The 'memory' setting for container 'app' is greater than for the task.", {}, {"memory": "256"}),
            ("The sum of all container 'cpu' values", {"cpu": 512}, {"cpu": "256"}),
        )
        register(self.ours, {"cpu": 256, "memoryReservation": 512}, cpu=".25 vCPU", memory="0.5 GB")

    def test_require_a_task_size_that_ecs_takes(self):
        message = "Invalid 'cpu' setting for task."
        self.refuse(*((message, {}, {"cpu": cpu}) for cpu in ("64", "much", "1.5")))
        for cpu in ("128", "1 vcpu", "196608"):
            register(self.ours, cpu=cpu)

    def test_limit_timeouts_on_fargate(self):
        for field in ("startTimeout", "stopTimeout"):
            self.refuse((f"Invalid '{field}' setting for container 'app'.", {field: 121}, ON_FARGATE))
            register(self.ours, {field: 120}, **ON_FARGATE)
        register(self.ours, {"stopTimeout": 600})

    def test_require_variables_of_different_names(self):
        plain = {"name": "KEY", "value": "x"}
        with_role = {"executionRoleArn": ROLE}
        self.refuse(
            ("such as 'KEY'", {"environment": [plain], "secrets": [SECRET]}, with_role),
            ("Duplicate secret names found: KEY.", {"secrets": [SECRET, SECRET]}, with_role),
            ("specify a value for 'executionRoleArn'", {"secrets": [SECRET]}, {}),
            ("should not be null or empty", {"environment": [{"name": "", "value": "x"}]}, {}),
        )
        register(self.ours, {"environment": [{**plain, "name": "OTHER"}], "secrets": [SECRET]}, **with_role)

    def test_require_the_options_of_log_drivers(self):
        def logging(driver="awslogs", **options):
            return {"logConfiguration": {"logDriver": driver, "options": options}}

        group = {"awslogs-group": "g", "awslogs-region": "us-east-1"}
        self.refuse(
            ("requires options: awslogs-region, awslogs-group", logging(), {}),
            ("requires options: awslogs-stream-prefix", logging(**group), ON_FARGATE),
            ("Log driver awslogs disallows options: log_key", logging(**group, log_key="x"), {}),
            ("should only be set to 'true'", logging(**group, **{"awslogs-create-group": "false"}), {}),
            ("Log driver journald is not supported on Fargate.", logging("journald"), ON_FARGATE),
        )
        options = {**group, "awslogs-stream-prefix": "app", "mode": "non-blocking", "max-buffer-size": "25m"}
        register(self.ours, logging(**options), **ON_FARGATE)

    def test_require_ports_that_exist(self):
        mapping = {"containerPort": 70000}
        self.refuse(("Invalid 'containerPort' setting for container 'app'.", {"portMappings": [mapping]}, {}))

    def test_refuse_privileged_containers_on_fargate(self):
        self.refuse(("do not support privileged", {"privileged": True}, ON_FARGATE))
        register(self.ours, {"privileged": True})


if __name__ == "__main__":
    unittest.main()
