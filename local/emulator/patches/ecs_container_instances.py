"""Amazon ECS: container instances (moto 5.2.1).

Which instances join a cluster and which leave it is in control/instances.py; these are the API actions on them.
"""

from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from control import instances
from patching import replace, wrap


def answer_for_clusters_without_container_instances():
    """Symptom (moto 5.2.1): DescribeContainerInstances and UpdateContainerInstancesState answer HTTP 500 in a cluster
    that never had an instance.
    AWS: what is not there is in `failures` (MISSING).
    """

    for action in ("describe_container_instances", "update_container_instances_state", "deregister_container_instance"):

        @wrap(EC2ContainerServiceBackend, action)
        def answer(original, backend, cluster_str, *args, **kwargs):
            cluster = backend._get_cluster(cluster_str)
            backend.container_instances.setdefault(cluster.name, {})
            return original(backend, cluster_str, *args, **kwargs)


def count_what_remains_of_container_instances():
    """Symptom (moto 5.2.1): what a container instance has left is not what its tasks leave: RunTask on Fargate and
    tasks that ended count wrongly, and a task-level size, UDP ports and network mode are not looked at.
    AWS: remainingResources is what is registered less what the tasks there hold; runningTasksCount and
    pendingTasksCount count them.
    """

    for action in ("describe_container_instances", "update_container_instances_state", "deregister_container_instance"):

        @wrap(EC2ContainerServiceBackend, action)
        def count(original, backend, cluster_str, *args, **kwargs):
            instances.refresh(backend, backend._get_cluster(cluster_str).name)
            return original(backend, cluster_str, *args, **kwargs)


def list_container_instances_by_status():
    """Symptom (moto 5.2.1): ListContainerInstances with status DRAINING lists those that are ACTIVE too; for a cluster
    that does not exist it answers with an empty list.
    AWS: the named status only; without one, both. ClusterNotFoundException.
    """

    @replace(EC2ContainerServiceResponse, "list_container_instances")
    def list_container_instances(response):
        backend = response.ecs_backend
        cluster = backend._get_cluster(response._get_param("cluster", "default"))
        wanted = response._get_param("status")
        found = [one for one in instances.all_of(backend, cluster.name) if wanted in (None, one.status)]
        return ActionResult({"containerInstanceArns": sorted(one.container_instance_arn for one in found)})


PATCHES = (
    count_what_remains_of_container_instances,
    answer_for_clusters_without_container_instances,
    list_container_instances_by_status,
)
