"""Amazon ECS: revisions of task definitions, as they are listed and described (moto 5.2.1)."""

from moto.core.responses import ActionResult
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse

from control import clock
from patching import add, replace, wrap

# API_ListTaskDefinitions: the largest page, which is what comes when none is asked for.
PAGE = 100


def list_revisions_in_order():
    """Symptom (moto 5.2.1): ListTaskDefinitions gives all revisions at once, the oldest first, whatever `sort`,
    `maxResults` and `nextToken` say.
    AWS: by family and revision, ascending or descending; at most 100 on a page.
    """

    @replace(EC2ContainerServiceResponse, "list_task_definitions")
    def list_task_definitions(response):
        backend, ask = response.ecs_backend, response._get_param
        found = backend.list_task_definitions(ask("familyPrefix"), ask("status", "ACTIVE"))
        ordered = sorted(found, key=_family_and_revision, reverse=ask("sort", "ASC") == "DESC")
        size, token = ask("maxResults", PAGE), ask("nextToken", "0")
        if not 1 <= size <= PAGE or not token.isdecimal():
            raise InvalidParameterException(f"Invalid token or page size. maxResults has to be from 1 to {PAGE}.")
        end = int(token) + size
        more = {"nextToken": str(end)} if len(ordered) > end else {}
        return ActionResult({"taskDefinitionArns": ordered[int(token) : end], **more})


def _family_and_revision(arn):
    family, revision = arn.split("/")[-1].rsplit(":", 1)
    return family, int(revision)


def tell_who_registered_a_revision():
    """Symptom (moto 5.2.1): a revision has neither registeredAt nor registeredBy, and deregisteredAt never.
    AWS: the times, and the ARN of the caller.
    """

    @wrap(EC2ContainerServiceBackend, "register_task_definition")
    def register_task_definition(original, backend, *arguments, **definition):
        revision = original(backend, *arguments, **definition)
        revision.registered_at = clock.timestamp()
        # Whom GetCallerIdentity names for keys that moto did not make.
        revision.registered_by = f"arn:aws:sts::{backend.account_id}:user/moto"
        return revision

    @wrap(EC2ContainerServiceBackend, "deregister_task_definition")
    def deregister_task_definition(original, backend, name):
        revision = original(backend, name)
        revision.deregistered_at = clock.timestamp()
        return revision

    for name in ("registered_at", "registered_by", "deregistered_at"):
        add(TaskDefinition, name)(None)


PATCHES = (
    list_revisions_in_order,
    tell_who_registered_a_revision,
)
