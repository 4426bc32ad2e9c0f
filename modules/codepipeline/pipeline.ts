import { Codepipeline, type CodepipelineStage, type CodepipelineTrigger } from "@cdktf/provider-aws/lib/codepipeline";
import type { Construct } from "constructs";
import { type AwsLocation, createServiceRole, onBehalfOf, type PolicyStatement } from "../iam/policy";
import type { ArtifactStore } from "./artifact-store";
import { PipelineTriggers } from "./pipeline-triggers";

/** Events of AWS that start a pipeline. */
export interface StartedByEvents {
  /** Event patterns, by the end of their rules' names, 5 letters at most. */
  readonly patterns: Readonly<Record<string, object>>;
  /** Name of the role that EventBridge has. */
  readonly eventRoleName: string;
}

/** What happens at a provider that a source action is connected to, which CodePipeline follows by itself. */
export interface StartedByProvider {
  /** One for each source action. */
  readonly triggers: readonly CodepipelineTrigger[];
}

export interface PipelineProps {
  /** Name of the pipeline: 1 to 100 letters, digits and `.@_-`. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Where its actions hand files to each other. */
  readonly artifactStore: ArtifactStore;
  /** What happens to an execution that comes while another one is under way. */
  readonly executionMode: "QUEUED" | "SUPERSEDED" | "PARALLEL";
  /** Its stages, in order. */
  readonly stages: readonly CodepipelineStage[];
  /** What the actions of the stages do, apart from the artifact store. */
  readonly statements: readonly PolicyStatement[];
  /** What starts the pipeline, beside people. */
  readonly startedBy: StartedByEvents | StartedByProvider;
  /** Name of the role that CodePipeline has; at most 64 characters. */
  readonly roleName: string;
  /** What the role is for. */
  readonly roleDescription: string;
}

/** Makes a pipeline of type V2 in `scope`, with the role that its actions have and what starts it. */
export function createPipeline(scope: Construct, props: PipelineProps): Codepipeline {
  const { name, location, artifactStore, startedBy } = props;
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
    ...("triggers" in startedBy && { trigger: [...startedBy.triggers] }),
    dependsOn: policy ? [policy] : [],
  });
  if ("patterns" in startedBy) {
    new PipelineTriggers(scope, "Triggers", {
      location,
      pipelineName: name,
      pipelineArn: pipeline.arn,
      patterns: startedBy.patterns,
      roleName: startedBy.eventRoleName,
    });
  }
  return pipeline;
}
