import type { CodepipelineStageAction } from "@cdktf/provider-aws/lib/codepipeline";
import type { PolicyStatement } from "../iam/policy";

/** A project that a pipeline runs. */
export interface RunProject {
  /** Name of the project. */
  readonly name: string;
  /** Its ARN. */
  readonly arn: string;
}

export interface BuildActionProps {
  /** Name of the action. */
  readonly name: string;
  /** `Test`: it changes nothing. @default "Build" */
  readonly category?: "Build" | "Test";
  /** The project that is run. */
  readonly project: RunProject;
  /** The artifact that it takes. */
  readonly input: string;
  /** The artifact that it hands on. @default - none */
  readonly output?: string;
}

/** An action that runs a project. Source: AWS CodePipeline User Guide, "AWS CodeBuild build and test action reference". */
export function buildAction({
  name,
  category = "Build",
  project,
  input,
  output,
}: BuildActionProps): CodepipelineStageAction {
  return {
    name,
    category,
    owner: "AWS",
    provider: "CodeBuild",
    version: "1",
    configuration: { ProjectName: project.name },
    inputArtifacts: [input],
    ...(output !== undefined && { outputArtifacts: [output] }),
  };
}

/** What a pipeline's role needs for it. Source: the same, "Service role permissions: CodeBuild action". */
export function runProjects(Sid: string, projects: readonly RunProject[]): PolicyStatement {
  const arns = projects.map(({ arn }) => arn);
  const [only, ...others] = arns;
  return {
    Sid,
    Effect: "Allow",
    Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
    Resource: only !== undefined && others.length === 0 ? only : arns,
  };
}
