"""Amazon ECS: RunTask, StartTask, StopTask, ListTasks and DescribeTasks, and what a cluster counts (moto 5.2.1).

What a task is and how it lives is in control/tasks.py; these are the API actions on it.
"""

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from control import instances, placement, tasks
from patching import replace, wrap

# Tags that ECS itself sets on tasks. Source: ECS Developer Guide, "Tag your Amazon ECS resources".
CLUSTER_TAG = "aws:ecs:clusterName"
STANDALONE_REASON = "Task stopped by user"
PENDING_STATES = ("PROVISIONING", "PENDING", "ACTIVATING")
# AWS knows a client token for 24 hours; here the newest are known.
CLIENT_TOKENS_KEPT = 100


def run_tasks_until_they_end():
    """Symptom (moto 5.2.1): RunTask on Fargate answers HTTP 500 unless each container says its memory and the VPC has
    DNS host names, and on EC2 when the cluster has no instance; capacity providers are ignored; the tasks are RUNNING
    at once.
    AWS: tasks begin as PROVISIONING or PENDING and run to their exit code. Where there is no room on EC2, `failures`
    says what is missing on which instance; with a capacity provider that scales, the task waits.
    """

    @replace(EC2ContainerServiceResponse, "run_task")
    def run_task(response):
        backend, request = response.ecs_backend, response._get_params()
        try:
            made, failures = _create(backend, request, request.get("count", 1)), []
        except placement.Unplaced as unplaced:
            made, failures = unplaced.placed, unplaced.failures
            if not failures:
                raise InvalidParameterException(unplaced.why) from None
        for task in made:
            task.enable_execute_command = request.get("enableExecuteCommand", False)
        return ActionResult({"tasks": made, "failures": failures})


def _create(backend, request, count):
    definition = backend.describe_task_definition(request["taskDefinition"])
    return tasks.create(
        backend,
        request.get("cluster", "default"),
        definition,
        group=request.get("group") or f"family:{definition.family}",
        started_by=request.get("startedBy"),
        launch_type=request.get("launchType"),
        capacity_provider_strategy=request.get("capacityProviderStrategy"),
        network_configuration=request.get("networkConfiguration"),
        overrides=request.get("overrides"),
        tags=_tags(backend, definition, request),
        placement_constraints=request.get("placementConstraints") or (),
        placement_strategy=request.get("placementStrategy") or (),
        count=count,
        platform_version=request.get("platformVersion"),
    )


def _tags(backend, definition, request):
    cluster = backend._get_cluster(request.get("cluster", "default"))
    managed = [{"key": CLUSTER_TAG, "value": cluster.name}] if request.get("enableECSManagedTags") else []
    propagated = definition.tags if request.get("propagateTags") == "TASK_DEFINITION" else []
    given = request.get("tags") or []
    own = {tag["key"] for tag in given}
    return [*managed, *(tag for tag in propagated if tag["key"] not in own), *given]


def run_tasks_once_for_a_client_token():
    """Symptom (moto 5.2.1): RunTask with the clientToken of a former request, as a client sends it when it did not get
    the answer, runs the tasks a second time.
    AWS: answers with the tasks of the former request; ConflictException when the request is another one.
    """

    @wrap(EC2ContainerServiceResponse, "run_task")
    def run_task(original, response):
        request = dict(response._get_params())
        token = request.pop("clientToken", None)
        if token is None:
            return original(response)
        runs = response.ecs_backend.__dict__.setdefault("runs_by_client_token", {})
        if token not in runs:
            runs[token] = request, original(response)
            for oldest in list(runs)[:-CLIENT_TOKENS_KEPT]:
                del runs[oldest]
        former, result = runs[token]
        if former != request:
            raise ECSException(
                "ConflictException",
                "The RunTask request could not be processed due to conflicts. The provided clientToken is already in "
                "use with a different RunTask request.",
            )
        return result


def start_tasks_where_there_is_room():
    """Symptom (moto 5.2.1): StartTask puts a task on an instance that has no room for it; an instance that the cluster
    lacks: HTTP 500.
    AWS: both are `failures`.
    """

    @replace(EC2ContainerServiceResponse, "start_task")
    def start_task(response):
        backend, request = response.ecs_backend, response._get_params()
        cluster = backend._get_cluster(request.get("cluster", "default"))
        made, failures = [], []
        for name in request["containerInstances"]:
            instance = instances.of_arn(backend, cluster.name, name)
            try:
                made.append(_create_on(backend, instance, request))
            except placement.Unplaced as unplaced:
                failures += unplaced.failures
            except LookupError:
                failures.append({"arn": name, "reason": "MISSING"})
        return ActionResult({"tasks": made, "failures": failures})


def _create_on(backend, instance, request):
    if instance is None:
        raise LookupError
    definition = backend.describe_task_definition(request["taskDefinition"])
    return tasks.create_on(
        backend,
        instance,
        definition,
        group=request.get("group") or f"family:{definition.family}",
        started_by=request.get("startedBy"),
        overrides=request.get("overrides"),
        tags=_tags(backend, definition, request),
        network_configuration=request.get("networkConfiguration"),
    )


def stop_tasks_gracefully():
    """Symptom (moto 5.2.1): StopTask of a task that does not exist: HTTP 500; one that exists is STOPPED at once, with
    neither stopCode nor stoppedAt, even while its containers still run.
    AWS: desiredStatus is STOPPED; the task gets there when its containers have ended. A task that does not exist:
    InvalidParameterException.
    """

    @replace(EC2ContainerServiceBackend, "stop_task")
    def stop_task(backend, cluster_str, task_str, reason):
        task = _find(backend, backend._get_cluster(cluster_str), task_str)
        if task is None:
            raise InvalidParameterException("The referenced task was not found.")
        tasks.stop(backend, task, reason=reason or STANDALONE_REASON, stop_code="UserInitiated")
        return task


def _find(backend, cluster, name):
    """The task of an id or ARN; None if the cluster has none."""
    tasks_here = backend.tasks.get(cluster.name, {}).values()
    return next((task for task in tasks_here if name in (task.id, task.task_arn)), None)


def describe_tasks_as_they_are():
    """Symptom (moto 5.2.1): each DescribeTasks moves a task one state on its way from RUNNING to STOPPED, with exit
    code 0, so that a wait for tasks that run fails; tasks that do not exist are passed over.
    AWS: describes what is, and names what is not in `failures` (MISSING).
    """

    @replace(EC2ContainerServiceBackend, "describe_tasks")
    def describe_tasks(backend, cluster_str, names):
        cluster = backend._get_cluster(cluster_str)
        if not names:
            raise InvalidParameterException("Tasks cannot be empty.")
        found = [_find(backend, cluster, name) for name in names]
        return [task for task in found if task is not None]

    @wrap(EC2ContainerServiceResponse, "describe_tasks")
    def tell_failures(original, response):
        answer = original(response)
        backend = response.ecs_backend
        cluster = backend._get_cluster(response._get_param("cluster", "default"))
        missing = [name for name in response._get_param("tasks", []) if _find(backend, cluster, name) is None]
        prefix = cluster.arn.replace(":cluster/", ":task/")
        answer.result["failures"] = [
            {"arn": name if name.startswith("arn:") else f"{prefix}/{name}", "reason": "MISSING"} for name in missing
        ]
        return answer


def list_the_tasks_that_were_asked_for():
    """Symptom (moto 5.2.1): ListTasks ignores serviceName and launchType, lists stopped tasks among the others, and
    fails with HTTP 500 when it is asked for those of an instance while there is a task on Fargate.
    AWS: applies every filter; without desiredStatus it lists those that are to run.
    """

    @replace(EC2ContainerServiceResponse, "list_tasks")
    def list_tasks(response):
        backend, request = response.ecs_backend, response._get_params()
        cluster = backend._get_cluster(request.get("cluster", "default"))
        wanted = _filters(backend, cluster, request)
        found = [
            task
            for task in backend.tasks.get(cluster.name, {}).values()
            if all(getattr(task, name) == value for name, value in wanted.items())
            and request.get("family") in (None, task.definition.family)
        ]
        return ActionResult({"taskArns": [task.task_arn for task in found]})


def _filters(backend, cluster, request):
    """Attributes of a task, and what they have to be."""
    wanted = {"desired_status": request.get("desiredStatus", "RUNNING")}
    if "serviceName" in request:
        name = request["serviceName"].split("/")[-1]
        wanted["group"] = f"service:{backend._get_service(cluster.name, name).name}"
    if "containerInstance" in request:
        instance = instances.of_arn(backend, cluster.name, request["containerInstance"])
        if instance is None:
            raise InvalidParameterException("The specified container instance is not registered with the cluster.")
        wanted["container_instance_arn"] = instance.container_instance_arn
    given = {"started_by": request.get("startedBy"), "launch_type": request.get("launchType")}
    return {**wanted, **{name: value for name, value in given.items() if value is not None}}


def count_what_a_cluster_has():
    """Symptom (moto 5.2.1): DescribeClusters counts tasks that have long stopped, and container instances that have
    left.
    AWS: runningTasksCount, pendingTasksCount and registeredContainerInstancesCount are of what is there.
    """

    @wrap(EC2ContainerServiceBackend, "describe_clusters")
    def describe_clusters(original, backend, cluster_names):
        clusters, failures = original(backend, cluster_names)
        for cluster in clusters:
            states = [task.last_status for task in backend.tasks.get(cluster.name, {}).values()]
            cluster.running_tasks_count = states.count("RUNNING")
            cluster.pending_tasks_count = sum(state in PENDING_STATES for state in states)
            cluster.registered_container_instances_count = len(instances.all_of(backend, cluster.name))
        return clusters, failures


PATCHES = (
    run_tasks_until_they_end,
    run_tasks_once_for_a_client_token,
    start_tasks_where_there_is_room,
    stop_tasks_gracefully,
    describe_tasks_as_they_are,
    list_the_tasks_that_were_asked_for,
    count_what_a_cluster_has,
)
