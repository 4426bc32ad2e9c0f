"""AWS CodePipeline: pipelines that Terraform can manage, and what no pipeline may be (moto 5.2.1)."""

import json
import re

from moto.codepipeline.exceptions import InvalidStructureException
from moto.codepipeline.models import CodePipeline, CodePipelineBackend
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.utils import unix_time
from moto.iam.exceptions import NotFoundException

import code_connections
import pipeline_actions
from patching import replace, wrap
from refusing import Refusal, as_list, before

PRINCIPAL = "codepipeline.amazonaws.com"
CONNECTION_SOURCE = "CodeStarSourceConnection"
REPOSITORY = re.compile(r"[^/\s]+(/[^/\s]+)+")


def tell_times_as_numbers():
    """Symptom (moto 5.2.1): the provider can't read a pipeline: "expected Timestamp to be a JSON Number".
    AWS: seconds since 1970.
    """

    @replace(CodePipeline, "metadata")
    @property
    def metadata(pipeline):
        times = {"created": unix_time(pipeline._created), "updated": unix_time(pipeline._updated)}
        return {"pipelineArn": pipeline._arn, **times}


def keep_the_type_of_a_pipeline():
    """Symptom (moto 5.2.1): a pipeline without a type or an execution mode has none: the next plan sets them.
    AWS: V1 and SUPERSEDED.
    """

    @wrap(CodePipeline, "add_default_values")
    def add_default_values(original, pipeline, declared):
        declared.setdefault("pipelineType", "V1")
        declared.setdefault("executionMode", "SUPERSEDED")
        return original(pipeline, declared)


def trust_roles_by_any_statement():
    """Symptom (moto 5.2.1): a role is not trusted where its trust policy lists services, and HTTP 500 where a statement
    trusts no service; UpdatePipeline takes any role.
    AWS: the policy has to allow codepipeline.amazonaws.com; InvalidStructureException where none does.
    """

    @replace(CodePipelineBackend, "create_pipeline")
    def create_pipeline(backend, pipeline, tags):
        name = pipeline["name"]
        if name in backend.pipelines:
            raise InvalidStructureException(
                f"A pipeline with the name '{name}' already exists in account '{backend.account_id}'"
            )
        made = CodePipeline(backend.account_id, backend.region_name, pipeline)
        made.validate_tags(tags or [])
        made.tags.update({tag["key"]: tag["value"] for tag in tags or []})
        backend.pipelines[name] = made
        return pipeline, sorted(tags or [], key=lambda tag: tag["key"])

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def role(response, request):
        arn = request["pipeline"]["roleArn"]
        if PRINCIPAL not in _trusted_services(response.codepipeline_backend, arn):
            raise InvalidStructureException(f"CodePipeline is not authorized to perform AssumeRole on role {arn}")


def _trusted_services(backend, arn):
    try:
        policy = json.loads(backend.iam_backend.get_role_by_arn(arn).assume_role_policy_document)
    except NotFoundException:
        return []
    allowing = [statement for statement in as_list(policy["Statement"]) if statement.get("Effect") == "Allow"]
    principals = [statement.get("Principal") for statement in allowing]
    return [
        service
        for principal in principals
        if isinstance(principal, dict)
        for service in as_list(principal.get("Service", []))
    ]


def require_sources_before_all_else():
    """Symptom (moto 5.2.1): pipelines may begin with a deployment, have sources in the middle, and stages or actions of
    one name; UpdatePipeline takes a single stage.
    AWS: InvalidStructureException ("CodePipeline pipeline structure reference").
    """

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def stages(_response, request):
        stages = request["pipeline"].get("stages") or []
        if len(stages) < 2:
            raise InvalidStructureException(
                f"Pipeline has only {len(stages)} stage(s). There should be a minimum of 2 stages in a pipeline"
            )
        _require_unique([stage["name"] for stage in stages], "stage")
        for index, stage in enumerate(stages):
            _require_actions(stage, first=index == 0)


def _require_actions(stage, first):
    actions = stage.get("actions") or []
    if not actions:
        raise InvalidStructureException(f"Stage '{stage['name']}' has no actions. It should have at least one")
    _require_unique([action["name"] for action in actions], "action")
    sources = [action["name"] for action in actions if action["actionTypeId"]["category"] == "Source"]
    if first and len(sources) < len(actions):
        raise InvalidStructureException("Pipeline should start with a stage that only contains source actions")
    if not first and sources:
        raise InvalidStructureException(f"Source action '{sources[0]}' can only occur in the first stage")


def _require_unique(names, what):
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InvalidStructureException(f"The {what} name '{twice}' has been used more than once")


def require_artifacts_that_an_earlier_action_makes():
    """Symptom (moto 5.2.1): an action may take an artifact that nobody makes, or that is made later, and two actions
    may make the same.
    AWS: InvalidStructureException.
    """

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def artifacts(_response, request):
        made = []
        for _, action in pipeline_actions.in_order(request["pipeline"]):
            for name in pipeline_actions.artifacts(action, "inputArtifacts"):
                if name not in made:
                    raise InvalidStructureException(
                        f"Input Artifact Bundle {name} in action {action['name']} is not declared as an Output "
                        "Artifact Bundle in any of the preceding actions"
                    )
            for name in pipeline_actions.artifacts(action, "outputArtifacts"):
                if name in made:
                    raise InvalidStructureException(
                        "Output Artifact Bundle name must be unique within the pipeline. "
                        f"{name} has been used more than once"
                    )
                made.append(name)


def require_actions_that_there_are():
    """Symptom (moto 5.2.1): a provider that does not exist, without its configuration or with too few artifacts.
    AWS: InvalidActionDeclarationException ("Action structure reference").
    """

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def actions(response, request):
        for _, action in pipeline_actions.in_order(request["pipeline"]):
            fault = pipeline_actions.fault_of(action, response.region)
            if fault:
                raise Refusal("InvalidActionDeclarationException", fault)


def refuse_what_needs_type_v2():
    """Symptom (moto 5.2.1): pipelines of type V1 have triggers, variables, and modes that queue.
    AWS: InvalidStructureException ("What type of pipeline is right for me?").
    """

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def pipeline_type(_response, request):
        pipeline = request["pipeline"]
        queues = pipeline.get("executionMode", "SUPERSEDED") != "SUPERSEDED"
        if pipeline.get("pipelineType", "V1") == "V1" and (
            queues or pipeline.get("triggers") or pipeline.get("variables")
        ):
            raise InvalidStructureException(
                "Triggers, variables and the execution modes QUEUED and PARALLEL can be used with pipelines of type V2 "
                "only"
            )


def require_a_connection_that_there_is():
    """Symptom (moto 5.2.1): a source may come by a connection that does not exist, from a repository without an owner.
    AWS: InvalidActionDeclarationException ("CodeStarSourceConnection action reference").
    """

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def connection(_response, request):
        for _, action in pipeline_actions.in_order(request["pipeline"]):
            if action["actionTypeId"]["provider"] == CONNECTION_SOURCE:
                _require_connection(action["name"], action.get("configuration") or {})


def _require_connection(name, given):
    if code_connections.find(given["ConnectionArn"]) is None:
        raise Refusal(
            "InvalidActionDeclarationException",
            f"Action configuration for action '{name}' names the connection '{given['ConnectionArn']}', which does not "
            "exist",
        )
    if not REPOSITORY.fullmatch(given["FullRepositoryId"]):
        raise Refusal(
            "InvalidActionDeclarationException",
            f"Action configuration for action '{name}' names the repository '{given['FullRepositoryId']}' in "
            "'FullRepositoryId', which is not of the form owner/name",
        )


def require_a_source_of_a_trigger():
    """Symptom (moto 5.2.1): a trigger may be of a source action that the pipeline has not, or that is no connection,
    and an action may have two triggers.
    AWS: InvalidStructureException ("GitConfiguration": one trigger for each source action).
    """

    @before(CodePipelineResponse, "create_pipeline", "update_pipeline")
    def trigger(_response, request):
        pipeline = request["pipeline"]
        sources = [
            action["name"]
            for _, action in pipeline_actions.in_order(pipeline)
            if action["actionTypeId"]["provider"] == CONNECTION_SOURCE
        ]
        named = [trigger["gitConfiguration"]["sourceActionName"] for trigger in pipeline.get("triggers") or []]
        for name in named:
            if name not in sources:
                raise InvalidStructureException(
                    f"Trigger configuration names the source action '{name}', which is no action of the provider "
                    f"{CONNECTION_SOURCE} of the pipeline"
                )
        _require_unique(named, "source action of a trigger")


# Of checks the last runs first: those of the structure, which the others rely on.
PATCHES = (
    tell_times_as_numbers,
    keep_the_type_of_a_pipeline,
    trust_roles_by_any_statement,
    refuse_what_needs_type_v2,
    require_a_source_of_a_trigger,
    require_a_connection_that_there_is,
    require_artifacts_that_an_earlier_action_makes,
    require_actions_that_there_are,
    require_sources_before_all_else,
)
