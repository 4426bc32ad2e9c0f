"""The patches over moto, in the order in which they are applied: of two that wrap one method, the later runs first."""

from patches import (
    application_autoscaling,
    autoscaling,
    ec2,
    ecr,
    ecs_capacity,
    ecs_service_rules,
    ecs_services,
    ecs_task_definitions,
    elbv2,
    elbv2_targets,
    s3,
)

SERVICES = (
    ec2,
    autoscaling,
    elbv2,
    elbv2_targets,
    ecr,
    s3,
    ecs_task_definitions,
    ecs_capacity,
    ecs_services,
    ecs_service_rules,
    application_autoscaling,
)


def apply():
    """Applies every patch to the moto of this process. Once per process: patches wrap what is there."""
    for service in SERVICES:
        for patch in service.PATCHES:
            patch()
