"""What a task is: the fields that DescribeTasks returns, and what the control plane keeps beside them.

Times are seconds since 1970 (`created_at`, ...), as `clock.now` gives them; DescribeTasks gets them as `createdAt`, ...
"""

import uuid
from datetime import datetime, timezone

from moto.ecs import models

from control import placement

TIMES = {
    "connectivityAt": "connectivity_at",
    "createdAt": "created_at",
    "executionStoppedAt": "execution_stopped_at",
    "pullStartedAt": "pull_started_at",
    "pullStoppedAt": "pull_stopped_at",
    "startedAt": "started_at",
    "stoppedAt": "stopped_at",
    "stoppingAt": "stopping_at",
}
# What Fargate runs when the service or RunTask names LATEST, and the storage that every task of it has.
FARGATE_PLATFORM_VERSION = "1.4.0"
FARGATE_STORAGE_GIB = 20


class Task(models.Task):
    """A task of a cluster. moto's class gives it the ARN; the state is ours, and changes in `control.tasks` only."""

    # moto's walks from state to state with each description.
    last_status = None

    def __init__(self, backend, cluster, definition, *, group, started_by, overrides, tags, now):
        self._backend, self._account_id, self.region_name = backend, backend.account_id, backend.region_name
        self.id = uuid.uuid4().hex
        self.cluster_name, self.cluster_arn = cluster.name, cluster.arn
        self.definition, self.task_definition_arn = definition, definition.arn
        self.group, self.started_by = group, started_by or None
        self.overrides = {"containerOverrides": [], "inferenceAcceleratorOverrides": [], **(overrides or {})}
        self.tags = list(tags or [])
        self.needs = placement.needs_of(definition, overrides)
        self.cpu, self.memory = str(self.needs.cpu), str(self.needs.memory)
        self.containers = [self._container(container) for container in self._containers()]
        self._start_states(now)
        self._start_where()

    def _containers(self):
        return placement.overridden(self.definition.container_definitions, self.overrides)

    def _container(self, definition):
        arn = f"{self.task_arn.replace(':task/', ':container/')}/{uuid.uuid4()}"
        sizes = {name: str(definition[name]) for name in ("cpu", "memory", "memoryReservation") if name in definition}
        return {
            "containerArn": arn,
            "taskArn": self.task_arn,
            "name": definition["name"],
            "image": definition.get("image"),
            "lastStatus": "PENDING",
            "healthStatus": "UNKNOWN",
            "networkBindings": [],
            "networkInterfaces": [],
            **sizes,
        }

    def _start_states(self, now):
        self.last_status, self.desired_status = "PROVISIONING", "RUNNING"
        self.health_status = "UNKNOWN"
        self.version = 1
        for attribute in TIMES.values():
            setattr(self, attribute, None)
        self.created_at = now
        self.connectivity = None
        self.stop_code = self.stopped_reason = None
        # For POST /_local/kill, and for tasks whose instance is gone: SIGKILL instead of SIGTERM.
        self.killed = False
        # The end of a service event, while the task waits for an instance; see placement.Unplaced.
        self.unplaced_reason = None

    def _start_where(self):
        """Where it runs is known once it is placed, its address and host ports once it runs."""
        self.launch_type = self.capacity_provider_name = self.container_instance_arn = None
        self.instance_id = self.availability_zone = self.address = None
        self.platform_version = self.platform_family = self.ephemeral_storage = None
        self.attachments, self.attributes = [], []
        self.host_ports = {}
        self.enable_execute_command = False
        # Of a service's task, set by the service scheduler.
        self.deployment_id = None
        self.load_balancers = self.service_registries = ()
        self.service_connect = None
        self.ever_healthy = False
        # How it is to be placed.
        self.network_configuration = None
        self.placement_constraints = self.placement_strategy = ()

    def use_fargate(self, platform_version):
        self.launch_type, self.platform_family = "FARGATE", "Linux"
        self.platform_version = FARGATE_PLATFORM_VERSION if platform_version in (None, "LATEST") else platform_version
        self.ephemeral_storage = self.definition.ephemeral_storage or {"sizeInGiB": FARGATE_STORAGE_GIB}

    def note(self, report):
        """Keeps what a TaskReport (local/cloud/view.ts) says of address, ports and containers."""
        self.address = report["address"] or self.address
        seen = {container["name"]: container for container in report["containers"]}
        for container in self.containers:
            if container["name"] in seen:
                self._note_container(container, seen[container["name"]])
                container["lastStatus"] = report["lastStatus"]

    def _note_container(self, container, seen):
        told = ("runtimeId", "exitCode", "reason")
        container.update({name: seen[name] for name in told if seen.get(name) is not None})
        for pair in seen["ports"]:
            self.host_ports[(container["name"], pair["containerPort"])] = pair["hostPort"]
        if seen["ports"] and not self.network_configuration:
            container["networkBindings"] = [self._binding(container["name"], pair) for pair in seen["ports"]]

    def _binding(self, name, pair):
        definition = next(one for one in self.definition.container_definitions if one["name"] == name)
        mappings = definition.get("portMappings") or []
        mapping = next((one for one in mappings if one.get("containerPort") == pair["containerPort"]), {})
        return {"bindIP": "0.0.0.0", "protocol": placement.protocol(mapping), **pair}

    @property
    def is_stopped(self):
        return self.last_status == "STOPPED"

    @property
    def is_placed(self):
        return self.last_status != "PROVISIONING" and not self.is_stopped

    @property
    def is_wanted(self):
        return self.desired_status == "RUNNING"

    def move(self, *states):
        """Goes through the states in this order; the version counts them, as on AWS."""
        for state in states:
            self.last_status = state
            self.version += 1


def _utc(attribute):
    def shown(task):
        seconds = getattr(task, attribute)
        return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)

    return property(shown)


for _name, _attribute in TIMES.items():
    setattr(Task, _name, _utc(_attribute))
