"""The actions of pipelines: which there are, in what order they run, and what each needs.

Source: "Action structure reference" and "Valid action providers in CodePipeline" of the CodePipeline User Guide.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """What an action of AWS's own needs and may have. Numbers of artifacts are the least and the most."""

    inputs: tuple
    outputs: tuple
    required: tuple = ()
    optional: tuple = ()
    numbered: tuple = ()
    """Beginnings of options that there are several of, such as Image1ArtifactName."""


DEPLOYED_IMAGES = tuple(f"Image{number}" for number in range(1, 5))

# (category, provider) of owner AWS.
ACTIONS = {
    ("Source", "CodeCommit"): Action(
        (0, 0), (1, 1), ("RepositoryName", "BranchName"), ("PollForSourceChanges", "OutputArtifactFormat")
    ),
    ("Source", "ECR"): Action((0, 0), (1, 1), ("RepositoryName",), ("ImageTag",)),
    ("Source", "S3"): Action(
        (0, 0), (1, 1), ("S3Bucket", "S3ObjectKey"), ("PollForSourceChanges", "AllowOverrideForS3ObjectKey")
    ),
    ("Source", "CodeStarSourceConnection"): Action(
        (0, 0),
        (1, 1),
        ("ConnectionArn", "FullRepositoryId", "BranchName"),
        ("OutputArtifactFormat", "DetectChanges"),
    ),
    ("Build", "CodeBuild"): Action(
        (1, 5),
        (0, 5),
        ("ProjectName",),
        ("PrimarySource", "BatchEnabled", "BuildspecOverride", "CombineArtifacts", "EnvironmentVariables"),
    ),
    ("Build", "ECRBuildAndPublish"): Action(
        (1, 1), (0, 1), ("ECRRepositoryName",), ("DockerFilePath", "ImageTags", "RegistryType")
    ),
    ("Build", "Commands"): Action((1, 10), (0, 1)),
    ("Test", "CodeBuild"): Action(
        (1, 5),
        (0, 5),
        ("ProjectName",),
        ("PrimarySource", "BatchEnabled", "BuildspecOverride", "CombineArtifacts", "EnvironmentVariables"),
    ),
    ("Compute", "Commands"): Action((1, 10), (0, 1)),
    ("Deploy", "CodeDeploy"): Action((1, 1), (0, 0), ("ApplicationName", "DeploymentGroupName")),
    ("Deploy", "CodeDeployToECS"): Action(
        (1, 5),
        (0, 0),
        (
            "ApplicationName",
            "DeploymentGroupName",
            "TaskDefinitionTemplateArtifact",
            "AppSpecTemplateArtifact",
        ),
        ("AppSpecTemplatePath", "TaskDefinitionTemplatePath"),
        DEPLOYED_IMAGES,
    ),
    ("Deploy", "ECS"): Action((1, 1), (0, 0), ("ClusterName", "ServiceName"), ("FileName", "DeploymentTimeout")),
    ("Deploy", "S3"): Action(
        (1, 1),
        (0, 0),
        ("BucketName", "Extract"),
        ("ObjectKey", "CannedACL", "CacheControl", "KMSEncryptionKeyARN"),
    ),
    ("Deploy", "CloudFormation"): Action(
        (0, 10),
        (0, 1),
        ("ActionMode", "StackName"),
        (
            "Capabilities",
            "ChangeSetName",
            "OutputFileName",
            "ParameterOverrides",
            "RoleArn",
            "TemplateConfiguration",
            "TemplatePath",
        ),
    ),
    ("Approval", "Manual"): Action((0, 0), (0, 0), (), ("CustomData", "ExternalEntityLink", "NotificationArn")),
    ("Invoke", "Lambda"): Action((0, 5), (0, 5), ("FunctionName",), ("UserParameters",)),
    ("Invoke", "StepFunctions"): Action(
        (0, 1), (0, 1), ("StateMachineArn",), ("ExecutionNamePrefix", "InputType", "Input")
    ),
    ("Invoke", "CodePipeline"): Action((0, 0), (0, 0), ("PipelineName",), ("SourceRevisions", "Variables")),
}


def in_order(pipeline):
    """Every (stage, action), first those that run first."""
    for stage in pipeline.get("stages") or []:
        for action in sorted(stage.get("actions") or [], key=lambda action: action.get("runOrder") or 1):
            yield stage, action


def artifacts(action, members):
    """The names of the artifacts that an action takes (`inputArtifacts`) or makes (`outputArtifacts`)."""
    return [artifact["name"] for artifact in action.get(members) or []]


def fault_of(action, region):
    """What is wrong with an action of AWS's own, or None. Of other owners' actions nothing is known."""
    kind, name = action["actionTypeId"], action["name"]
    if kind["owner"] != "AWS":
        return None
    known = ACTIONS.get((kind["category"], kind["provider"]))
    if not known or kind["version"] != "1":
        told = ", ".join(
            f"{part.capitalize()}: '{kind[part]}'" for part in ("category", "provider", "owner", "version")
        )
        return f"ActionType ({told}) in action '{name}' is not available in region {region.upper().replace('-', '_')}"
    return _fault_of_artifacts(action, known) or _fault_of_configuration(action, known)


def _fault_of_artifacts(action, known):
    for word, (low, high) in (("input", known.inputs), ("output", known.outputs)):
        count = len(artifacts(action, f"{word}Artifacts"))
        if count < low:
            return (
                f"Action '{action['name']}' has {count} {word} artifacts, which is less than the minimum {word} "
                f"artifact count ({low})"
            )
        if count > high:
            return (
                f"Action '{action['name']}' has {count} {word} artifacts, which is more than the maximum {word} "
                f"artifact count ({high})"
            )
    return None


def _fault_of_configuration(action, known):
    given = action.get("configuration") or {}
    for option in known.required:
        if not given.get(option):
            return f"Action configuration for action '{action['name']}' is missing required configuration '{option}'"
    numbered = [f"{beginning}{end}" for beginning in known.numbered for end in ("ArtifactName", "ContainerName")]
    for option in given:
        if option not in (*known.required, *known.optional, *numbered):
            return f"Action configuration for action '{action['name']}' contains unknown configuration '{option}'"
    taken = artifacts(action, "inputArtifacts")
    for option, artifact in given.items():
        # CodeBuild's PrimarySource and the artifacts of CodeDeployToECS name what the action takes.
        if (
            option == "PrimarySource" or option.endswith(("TemplateArtifact", "ArtifactName"))
        ) and artifact not in taken:
            return (
                f"Action configuration for action '{action['name']}' names the artifact '{artifact}' in '{option}', "
                f"which is none of its input artifacts: {', '.join(taken)}"
            )
    return None
