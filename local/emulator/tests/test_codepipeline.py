"""CodePipeline's pipelines: stock moto against our emulator."""

import copy
import json
import unittest

from support import PatchTest, unique
from test_codecommit import as_sent

INVALID, BAD_ACTION = "InvalidStructureException", "InvalidActionDeclarationException"


def action(name, category, provider, configuration, inputs=(), outputs=()):
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration,
        "inputArtifacts": [{"name": artifact} for artifact in inputs],
        "outputArtifacts": [{"name": artifact} for artifact in outputs],
    }


COMMIT = action("Files", "Source", "CodeCommit", {"RepositoryName": "r", "BranchName": "main"}, outputs=["files"])
IMAGE = action("Image", "Source", "ECR", {"RepositoryName": "r", "ImageTag": "release"}, outputs=["image"])
CHECK = action("Check", "Build", "CodeBuild", {"ProjectName": "check"}, ["files"], ["checked"])
DEPLOYED = {
    "ApplicationName": "shop",
    "DeploymentGroupName": "cart",
    "AppSpecTemplateArtifact": "files",
    "TaskDefinitionTemplateArtifact": "files",
    "Image1ArtifactName": "image",
    "Image1ContainerName": "IMAGE1_NAME",
}
DEPLOY = action("Deploy", "Deploy", "CodeDeployToECS", DEPLOYED, ["files", "image"])
GONE = "arn:aws:codeconnections:us-east-1:123456789012:connection/5e5b6d1c-0f7c-4d3e-9d0a-5a1f6f8e7c2b"
CONNECTED = {"ConnectionArn": GONE, "FullRepositoryId": "example/express-on-ecs", "BranchName": "main"}
GITHUB = action("GitHub", "Source", "CodeStarSourceConnection", CONNECTED, outputs=["files"])
BUILD = ("Build", [CHECK])
STAGES = [("Source", [COMMIT, IMAGE]), ("Check", [CHECK]), ("Deploy", [DEPLOY])]


def role(aws, *statements):
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": list(statements) or [allow]}
    made = aws.iam.create_role(RoleName=unique("pipeline"), AssumeRolePolicyDocument=json.dumps(document))
    return made["Role"]["Arn"]


def github(aws):
    made = aws.codeconnections.create_connection(ConnectionName=unique("github"), ProviderType="GitHub")
    return made["ConnectionArn"]


def trigger(source):
    branch = {"branches": {"includes": ["main"]}}
    pull_request = {"events": ["OPEN", "UPDATED"], **branch}
    of_source = {"sourceActionName": source, "push": [branch], "pullRequest": [pull_request]}
    return {"providerType": "CodeStarSourceConnection", "gitConfiguration": of_source}


def declared(aws, stages=STAGES, **options):
    return {
        "name": unique("pipeline"),
        "roleArn": options.pop("role", None) or role(aws),
        "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [{"name": name, "actions": copy.deepcopy(actions)} for name, actions in stages],
        **options,
    }


def create(aws, stages=STAGES, **options):
    return aws.codepipeline.create_pipeline(pipeline=declared(aws, stages, **options))["pipeline"]


def changed(base, **configuration):
    """An action with other options; one that is None is left out."""
    options = {name: value for name, value in {**base["configuration"], **configuration}.items() if value is not None}
    return {**base, "configuration": options}


class Pipelines(PatchTest):
    def assert_both_refuse(self, code, message, stages):
        """At the creation and at a change; stock moto takes both."""
        self.assert_refused(code, message, create, stages)
        name = create(self.ours)["name"]
        update = self.ours.codepipeline.update_pipeline
        self.assert_error(code, message, lambda: update(pipeline=declared(self.ours, stages, name=name)))

    def test_tell_times_as_numbers(self):
        def times(aws):
            client, name = aws.client("codepipeline"), create(aws)["name"]
            told = as_sent(client, lambda: client.get_pipeline(name=name))["metadata"]
            return [type(told[member]) for member in ("created", "updated")]

        self.assertEqual(times(self.stock), [str, str])
        self.assertEqual(times(self.ours), [float, float])

    def test_keep_the_type_of_a_pipeline(self):
        def told(aws):
            request = declared(aws)
            del request["pipelineType"]
            aws.codepipeline.create_pipeline(pipeline=request)
            pipeline = aws.codepipeline.get_pipeline(name=request["name"])["pipeline"]
            return pipeline.get("pipelineType"), pipeline.get("executionMode")

        self.assertEqual(told(self.stock), (None, None))
        self.assertEqual(told(self.ours), ("V1", "SUPERSEDED"))

    def test_trust_roles_by_any_statement(self):
        services = {"Service": ["codepipeline.amazonaws.com", "codebuild.amazonaws.com"]}
        allow = {"Effect": "Allow", "Action": "sts:AssumeRole"}
        several = [{**allow, "Principal": {"AWS": "123456789012"}}, {**allow, "Principal": services}]
        message = "CodePipeline is not authorized to perform AssumeRole on role"
        self.assert_error(INVALID, message, lambda: create(self.stock, role=role(self.stock, several[1])))
        self.assert_server_error(lambda: create(self.stock, role=role(self.stock, *several)))
        name = create(self.ours, role=role(self.ours, *several))["name"]
        for arn in (role(self.ours, several[0]), "arn:aws:iam::123456789012:role/missing"):
            self.assert_error(INVALID, message, lambda given=arn: create(self.ours, role=given))
            update = self.ours.codepipeline.update_pipeline
            pipeline = declared(self.ours, name=name, role=arn)
            self.assert_error(INVALID, message, lambda given=pipeline: update(pipeline=given))

    def test_a_name_is_taken_once_and_tags_are_kept(self):
        request = declared(self.ours)
        client = self.ours.codepipeline
        client.create_pipeline(pipeline=request, tags=[{"key": "b", "value": "2"}, {"key": "a", "value": "1"}])
        arn = client.get_pipeline(name=request["name"])["metadata"]["pipelineArn"]
        tags = client.list_tags_for_resource(resourceArn=arn)["tags"]
        self.assertEqual([tag["key"] for tag in tags], ["a", "b"])
        self.assert_error(INVALID, "already exists", lambda: client.create_pipeline(pipeline=request))

    def test_require_sources_before_all_else(self):
        only_sources = "Pipeline should start with a stage that only contains source actions"
        self.assert_both_refuse(INVALID, only_sources, [("Deploy", [DEPLOY]), ("Source", [COMMIT, IMAGE])])
        self.assert_both_refuse(INVALID, only_sources, [("Source", [COMMIT, CHECK]), ("Deploy", [DEPLOY])])
        later = [("Source", [COMMIT]), ("More", [IMAGE])]
        self.assert_both_refuse(INVALID, "Source action 'Image' can only occur in the first stage", later)
        twice = [("Source", [COMMIT, IMAGE]), ("Source", [DEPLOY])]
        self.assert_both_refuse(INVALID, "The stage name 'Source' has been used more than once", twice)
        same = [("Source", [COMMIT, {**IMAGE, "name": "Files"}]), ("Deploy", [DEPLOY])]
        self.assert_both_refuse(INVALID, "The action name 'Files' has been used more than once", same)
        self.assert_both_refuse(INVALID, "Stage 'Deploy' has no actions", [("Source", [COMMIT]), ("Deploy", [])])
        name = create(self.ours)["name"]
        single = declared(self.ours, [("Source", [COMMIT])], name=name)
        update = self.ours.codepipeline.update_pipeline
        self.assert_error(INVALID, "Pipeline has only 1 stage(s).", lambda: update(pipeline=single))

    def test_require_artifacts_that_an_earlier_action_makes(self):
        unknown = [("Source", [COMMIT]), ("Deploy", [DEPLOY])]
        self.assert_both_refuse(INVALID, "Input Artifact Bundle image in action Deploy", unknown)
        late = {**CHECK, "inputArtifacts": [{"name": "checked"}], "outputArtifacts": []}
        order = [("Source", [COMMIT]), ("Check", [{**late, "runOrder": 1, "name": "A"}, {**CHECK, "runOrder": 2}])]
        self.assert_both_refuse(INVALID, "Input Artifact Bundle checked in action A", order)
        twice = [("Source", [COMMIT, {**IMAGE, "outputArtifacts": [{"name": "files"}]}]), ("Check", [CHECK])]
        self.assert_both_refuse(INVALID, "files has been used more than once", twice)

    def test_require_actions_that_there_are(self):
        def with_deploy(deploy):
            return [("Source", [COMMIT, IMAGE]), ("Deploy", [deploy])]

        bogus = {**DEPLOY, "actionTypeId": {**DEPLOY["actionTypeId"], "provider": "CodeDeployToEC"}}
        message = (
            "ActionType (Category: 'Deploy', Provider: 'CodeDeployToEC', Owner: 'AWS', Version: '1') in action "
            "'Deploy' is not available in region US_EAST_1"
        )
        self.assert_both_refuse(BAD_ACTION, message, with_deploy(bogus))
        missing = "Action configuration for action 'Deploy' is missing required configuration 'ApplicationName'"
        self.assert_both_refuse(BAD_ACTION, missing, with_deploy(changed(DEPLOY, ApplicationName=None)))
        unknown = "Action configuration for action 'Deploy' contains unknown configuration 'Image5ArtifactName'"
        self.assert_both_refuse(BAD_ACTION, unknown, with_deploy(changed(DEPLOY, Image5ArtifactName="image")))
        other = (
            "names the artifact 'checked' in 'AppSpecTemplateArtifact', which is none of its input artifacts: "
            "files, image"
        )
        self.assert_both_refuse(BAD_ACTION, other, with_deploy(changed(DEPLOY, AppSpecTemplateArtifact="checked")))
        nothing = "Action 'Deploy' has 0 input artifacts, which is less than the minimum input artifact count (1)"
        self.assert_both_refuse(BAD_ACTION, nothing, with_deploy({**DEPLOY, "inputArtifacts": []}))
        makes = "Action 'Deploy' has 1 output artifacts, which is more than the maximum output artifact count (0)"
        self.assert_both_refuse(BAD_ACTION, makes, with_deploy({**DEPLOY, "outputArtifacts": [{"name": "x"}]}))
        approval = action("Approve", "Approval", "Manual", {})
        create(self.ours, [("Source", [COMMIT]), ("Approve", [approval])])

    def test_refuse_what_needs_type_v2(self):
        def of_type(kind, **options):
            return lambda aws: create(aws, pipelineType=kind, **options)

        queued = {"executionMode": "QUEUED"}
        self.assert_refused(INVALID, "with pipelines of type V2 only", of_type("V1", **queued))
        self.assert_refused(INVALID, "with pipelines of type V2 only", of_type("V1", variables=[{"name": "A"}]))
        of_type("V2", **queued)(self.ours)

    def test_require_a_connection_that_there_is(self):
        def from_github(aws, **changes):
            aws.codepipeline.create_pipeline(pipeline=declared(aws, [("Source", [changed(GITHUB, **changes)]), BUILD]))

        arn = github(self.ours)
        self.assert_refused(BAD_ACTION, f"names the connection '{GONE}', which does not exist", from_github)
        wrong = {"ConnectionArn": arn, "FullRepositoryId": "express-on-ecs"}
        self.assert_refused(BAD_ACTION, "which is not of the form owner/name", lambda aws: from_github(aws, **wrong))
        message = "is missing required configuration 'FullRepositoryId'"
        missing = {"ConnectionArn": arn, "FullRepositoryId": None}
        self.assert_refused(BAD_ACTION, message, lambda aws: from_github(aws, **missing))
        from_github(self.ours, ConnectionArn=arn)

    def test_require_a_source_of_a_trigger(self):
        arn = github(self.ours)
        stages = [("Source", [changed(GITHUB, ConnectionArn=arn)]), BUILD]

        def triggered(aws, *sources):
            return create(aws, stages, triggers=[trigger(source) for source in sources])

        message = "names the source action 'Files', which is no action of the provider CodeStarSourceConnection"
        self.assert_refused(INVALID, message, lambda aws: triggered(aws, "Files"))
        message = "The source action of a trigger name 'GitHub' has been used more than once"
        self.assert_refused(INVALID, message, lambda aws: triggered(aws, "GitHub", "GitHub"))
        told = self.ours.codepipeline.get_pipeline(name=triggered(self.ours, "GitHub")["name"])["pipeline"]
        self.assertEqual(told["triggers"], [trigger("GitHub")])

    def test_names_are_held_to_the_api_model(self):
        self.assert_refused("ValidationException", "at 'pipeline.name'", lambda aws: create(aws, name="a b"))


if __name__ == "__main__":
    unittest.main()
