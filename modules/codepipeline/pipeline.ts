import { Codepipeline, type CodepipelineStage } from "@cdktf/provider-aws/lib/codepipeline";
import type { Construct } from "constructs";
import { type AwsLocation, createServiceRole, onBehalfOf, type PolicyStatement } from "../iam/policy";
import type { ArtifactStore } from "./artifact-store";
import { PipelineTriggers } from "./pipeline-triggers";

export interface PipelineProps {
  readonly name: string;
  readonly location: AwsLocation;
  readonly artifactStore: ArtifactStore;
  /** What happens to an execution that comes while another one is under way. */
  readonly executionMode: "QUEUED" | "SUPERSEDED";
  readonly stages: readonly CodepipelineStage[];
  /** What the actions of the stages do, apart from the artifact store. */
  readonly statements: readonly PolicyStatement[];
  /** What starts the pipeline: event patterns, by the end of their rules' names, 5 letters at most. */
  readonly patterns: Readonly<Record<string, object>>;
  readonly roleName: string;
  /** What the role is for. */
  readonly roleDescription: string;
  /** Name of the role that EventBridge has. */
  readonly eventRoleName: string;
}

/** Makes a pipeline of type V2 in `scope`, with the role that its actions have and what starts it. */
export function createPipeline(scope: Construct, props: PipelineProps): Codepipeline {
  const { name, location, artifactStore } = props;
  const { partition, region, accountId } = location;
  const { role, policy } = createServiceRole(scope, {
    name: props.roleName,
    description: `CodePipeline: ${props.roleDescription}`,
    trustedService: "codepipeline.amazonaws.com",
    trustCondition: onBehalfOf(location, [`arn:${partition}:codepipeline:${region}:${accountId}:${name}`]),
    statements: [...props.statements, ...artifactStore.readWriteStatements()],
  });
  const pipeline = new Codepipeline(scope, "Resource", {
    name,
    pipelineType: "V2",
    executionMode: props.executionMode,
    roleArn: role.arn,
    artifactStore: [
      {
        type: "S3",
        location: artifactStore.bucket.bucket,
        encryptionKey: { type: "KMS", id: artifactStore.key.arn },
      },
    ],
    stage: [...props.stages],
    dependsOn: policy ? [policy] : [],
  });
  new PipelineTriggers(scope, "Triggers", {
    location,
    pipelineName: name,
    pipelineArn: pipeline.arn,
    patterns: props.patterns,
    roleName: props.eventRoleName,
  });
  return pipeline;
}
