import {
  type ActionDeclaration,
  CodePipelineClient,
  GetPipelineCommand,
  type PipelineDeclaration,
  PipelineNotFoundException,
  paginateListPipelines,
} from "@aws-sdk/client-codepipeline";
import { Failure, USAGE_STATUS } from "../../tools/failure";
import type { ClientSettings } from "../cloud/variables";

/** What an action is done by here. */
export type ActionKind = "source" | "build" | "approval" | "ecs";

export interface Action {
  readonly name: string;
  readonly kind: ActionKind;
  /** Whose variables others name as `#{NAMESPACE.VARIABLE}`. */
  readonly namespace: string | undefined;
  readonly configuration: Readonly<Record<string, string>>;
  /** Names of the artifacts that it takes and hands on. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface Stage {
  readonly name: string;
  /** Groups of actions that run at the same time, one group after the other. */
  readonly groups: readonly (readonly Action[])[];
}

/** A pipeline that can be walked on this machine. */
export interface Pipeline {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** Values of the pipeline's own variables that nobody has given. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** By `CATEGORY PROVIDER` of its type. */
const KINDS: ReadonlyMap<string, ActionKind> = new Map([
  ["Source CodeCommit", "source"],
  ["Source CodeStarSourceConnection", "source"],
  ["Build CodeBuild", "build"],
  ["Test CodeBuild", "build"],
  ["Approval Manual", "approval"],
  ["Deploy ECS", "ecs"],
]);

/** Reads a pipeline; `undefined` where there is none of the name. @throws Failure for one that can't be walked here */
export async function readPipeline(settings: ClientSettings, name: string): Promise<Pipeline | undefined> {
  const client = new CodePipelineClient(settings);
  try {
    const { pipeline } = await client.send(new GetPipelineCommand({ name }));
    return pipeline && toPipeline(pipeline);
  } catch (error) {
    if (error instanceof PipelineNotFoundException) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/** Names of every pipeline of the account. */
export async function pipelineNames(settings: ClientSettings): Promise<readonly string[]> {
  const client = new CodePipelineClient(settings);
  try {
    const found: string[] = [];
    for await (const { pipelines = [] } of paginateListPipelines({ client }, {})) {
      found.push(...pipelines.map(({ name = "" }) => name));
    }
    return found.sort();
  } finally {
    client.destroy();
  }
}

/** @throws Failure with status 2 that names every action which is not performed here */
export function toPipeline({ name = "", stages = [], variables = [] }: PipelineDeclaration): Pipeline {
  const unknown = stages.flatMap((stage) => (stage.actions ?? []).filter((action) => !kindOf(action)).map(wordsOf));
  if (unknown.length > 0) {
    throw new Failure(
      `the pipeline ${name} can't be walked on this machine: ${unknown.join(", ")}; performed are ${[...KINDS.keys()].join(", ")}`,
      USAGE_STATUS,
    );
  }
  return {
    name,
    stages: stages.map((stage) => ({ name: stage.name ?? "", groups: inOrder(stage.actions ?? []) })),
    defaults: Object.fromEntries(variables.map((variable) => [variable.name ?? "", variable.defaultValue ?? ""])),
  };
}

function inOrder(actions: readonly ActionDeclaration[]): readonly (readonly Action[])[] {
  const orders = [...new Set(actions.map(({ runOrder = 1 }) => runOrder))].sort((first, second) => first - second);
  return orders.map((order) => actions.filter(({ runOrder = 1 }) => runOrder === order).flatMap(toAction));
}

function toAction(action: ActionDeclaration): readonly Action[] {
  const kind = kindOf(action);
  if (!kind) return [];
  const { name = "", namespace, configuration = {}, inputArtifacts = [], outputArtifacts = [] } = action;
  return [
    {
      name,
      kind,
      namespace,
      configuration,
      inputs: inputArtifacts.map((artifact) => artifact.name ?? ""),
      outputs: outputArtifacts.map((artifact) => artifact.name ?? ""),
    },
  ];
}

function kindOf({ actionTypeId }: ActionDeclaration): ActionKind | undefined {
  if (actionTypeId?.owner !== "AWS") return undefined;
  return KINDS.get(`${actionTypeId.category} ${actionTypeId.provider}`);
}

function wordsOf({ name, actionTypeId }: ActionDeclaration): string {
  return `the action ${name} is of ${actionTypeId?.category} ${actionTypeId?.provider}`;
}

/** Whether somebody has to approve. */
export function asksForApproval({ stages }: Pipeline): boolean {
  return stages.some(({ groups }) => groups.flat().some(({ kind }) => kind === "approval"));
}
