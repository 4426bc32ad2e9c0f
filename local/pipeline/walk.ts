import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Interrupted, messageOf } from "../../tools/failure";
import type { ActionContext, Handed, Outcome, WalkOptions } from "./action";
import { notifyApprovers } from "./approval";
import { runBuildAction } from "./build-action";
import type { Variables } from "./buildspec";
import type { Action, Stage } from "./definition";
import { deployToEcs } from "./ecs-deployment";
import { resolveVariables } from "./pipeline-variables";
import { type ActionRecord, type StageRecord, type Status, statusOf, type WalkRecord } from "./record";
import { copySource, type SourceRevision } from "./source";

/**
 * Walks a pipeline as CodePipeline runs it: stage by stage, the actions of one run order at the same time; an action that
 * does not succeed ends the walk when those beside it have ended.
 *
 * @throws Interrupted; a walk that fails is a record
 */
export async function walk(options: WalkOptions): Promise<WalkRecord> {
  const { pipeline, execution, folder } = options;
  mkdirSync(folder, { recursive: true });
  const handed: Handed = {
    artifacts: new Map(),
    namespaces: new Map([
      ["codepipeline", { PipelineExecutionId: execution }],
      ["variables", pipeline.defaults],
    ]),
  };
  const revisions: SourceRevision[] = [];
  const stages: StageRecord[] = [];
  let status: Status = "succeeded";
  for (const stage of pipeline.stages) {
    options.events.stage(stage.name);
    const actions = await walkStage(options, stage, handed, revisions);
    stages.push({ name: stage.name, actions });
    status = statusOf(actions);
    if (status !== "succeeded") break;
  }
  const [revision] = revisions;
  const record = { pipeline: pipeline.name, execution, status, ...(revision && { revision }), stages };
  writeFileSync(join(folder, "result.json"), JSON.stringify(record, undefined, 2));
  return record;
}

async function walkStage(
  options: WalkOptions,
  stage: Stage,
  handed: Handed,
  revisions: SourceRevision[],
): Promise<readonly ActionRecord[]> {
  const records: ActionRecord[] = [];
  for (const group of stage.groups) {
    const performed = group.map((action) => perform(options, stage, action, handed, revisions));
    const ended = await Promise.allSettled(performed);
    for (const one of ended) {
      if (one.status === "rejected") throw one.reason;
      records.push(one.value);
    }
    if (statusOf(records) !== "succeeded") break;
  }
  return records;
}

async function perform(
  options: WalkOptions,
  stage: Stage,
  action: Action,
  handed: Handed,
  revisions: SourceRevision[],
): Promise<ActionRecord> {
  const startedAt = Date.now();
  const outcome = await outcomeOf(options, stage, action, handed, revisions);
  const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
  const record = { name: action.name, seconds, ...outcome };
  options.events.done(record);
  return record;
}

async function outcomeOf(
  options: WalkOptions,
  stage: Stage,
  action: Action,
  handed: Handed,
  revisions: SourceRevision[],
): Promise<Outcome> {
  try {
    const configuration = resolveVariables(action.configuration, handed.namespaces);
    const context = { ...options, ...handed, stage: stage.name, action, configuration };
    switch (action.kind) {
      case "source":
        return await takeSource(context, revisions);
      case "build":
        return await runBuildAction(context);
      case "approval":
        return await askForApproval(context);
      case "ecs":
        return await deployToEcs(context);
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return { status: "failed", failure: messageOf(error) };
  }
}

/** The working tree stands for what a push to the repository holds. */
async function takeSource(context: ActionContext, revisions: SourceRevision[]): Promise<Outcome> {
  const { lifetime, action, configuration, folder, root, artifacts, namespaces, events } = context;
  events.progress(action.name, "copying the working tree");
  const [output = ""] = action.outputs;
  const target = join(folder, "artifacts", output);
  const revision = await copySource(lifetime, root, target);
  revisions.push(revision);
  artifacts.set(output, { folder: target, revision: revision.id });
  if (action.namespace !== undefined) namespaces.set(action.namespace, sourceVariables(configuration, revision));
  return { status: "succeeded", detail: wordsOf(revision) };
}

/**
 * Source: AWS CodePipeline User Guide, "CodeCommit source action reference" and "CodeStarSourceConnection for ...", output
 * variables.
 */
function sourceVariables(configuration: Variables, { id, message }: SourceRevision): Variables {
  const { RepositoryName = "", BranchName = "", ConnectionArn, FullRepositoryId = "" } = configuration;
  const date = new Date().toISOString();
  return {
    ...(ConnectionArn === undefined
      ? { RepositoryName, CommitterDate: date }
      : { ConnectionArn, FullRepositoryName: FullRepositoryId }),
    BranchName,
    CommitId: id,
    CommitMessage: message ?? "",
    AuthorDate: date,
  };
}

function wordsOf({ id, commit, isCommitted }: SourceRevision): string {
  if (isCommitted) return `the working tree, commit ${id.slice(0, 12)}`;
  const base = commit === undefined ? "no commit" : `commit ${commit.slice(0, 12)} and changes that are in none`;
  return `the working tree, ${base}: ${id.slice(0, 12)}`;
}

async function askForApproval(context: ActionContext): Promise<Outcome> {
  const { lifetime, settings, action, configuration, stage, pipeline, execution, events, decide } = context;
  const { NotificationArn, ExternalEntityLink: link, CustomData: text } = configuration;
  const request = { pipeline: pipeline.name, stage, action: action.name, link, text };
  if (NotificationArn) await lifetime.until(notifyApprovers(settings, NotificationArn, request, execution));
  events.waiting(action.name);
  const { approved, by } = await lifetime.until(decide(request));
  return approved
    ? { status: "succeeded", detail: `approved by ${by}` }
    : { status: "rejected", failure: `rejected by ${by}` };
}
