import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentVariable } from "@aws-sdk/client-codebuild";
import * as z from "zod";
import { Failure } from "../../tools/failure";
import type { ActionContext, Outcome } from "./action";
import { codeBuildVariables, lookUpIn, readProject, variablesOf } from "./build-variables";
import { runBuildspec } from "./buildspec";
import { parseBuildspec } from "./buildspec-document";
import { filesBelow } from "./file-patterns";
import { linkPackages } from "./packages";
import { copyArtifact } from "./source";

/** `EnvironmentVariables` of an action: "AWS CodeBuild build and test action reference". */
const ofAction = z.array(
  z.object({
    name: z.string(),
    value: z.string(),
    type: z.enum(["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]).default("PLAINTEXT"),
  }),
);

/** Performs an action of CodeBuild: its project's buildspec, in a copy of the artifacts that it takes. */
export async function runBuildAction(context: ActionContext): Promise<Outcome> {
  const { lifetime, settings, action, configuration, folder, events, machine, pipeline, number } = context;
  const project = await lifetime.until(readProject(settings, configuration.ProjectName ?? ""));
  const buildspec = parseBuildspec(project.buildspec, project.name);
  const lookUp = lookUpIn(settings);
  const variables = await lifetime.until(variablesOf(project, variablesIn(configuration), lookUp));
  events.progress(action.name, "taking the artifacts");
  const sources = await takeInputs(context);
  const facts = {
    ...{ project, pipeline: pipeline.name, buildId: randomUUID(), number, startedAt: new Date(), sources },
    revision: context.artifacts.get(primaryOf(context))?.revision,
  };
  const log = join(folder, "logs", `${context.stage}-${action.name}.log`);
  mkdirSync(join(folder, "logs"), { recursive: true });
  writeFileSync(log, "");
  const artifacts = join(folder, "outputs", context.stage, action.name);
  const [source = folder] = sources.values();
  const result = await runBuildspec({
    ...{ lifetime, buildspec, source, machine, artifacts, log, lookUp },
    variables: { ...variables, ...codeBuildVariables(facts) },
    folder: join(folder, "shells", context.stage, action.name),
    timeoutMs: project.timeoutMs,
    onCommand: (phase) => events.progress(action.name, `${project.name}, phase ${phase}`),
  }).finally(() => context.afterBuild?.());
  if (action.namespace !== undefined) context.namespaces.set(action.namespace, result.exportedVariables);
  if (result.status === "FAILED") return { status: "failed", failure: result.failure ?? "", log };
  handOn(context, artifacts);
  const reports = Object.values(result.reports).filter((files) => files.length > 0).length;
  return { status: "succeeded", log, ...(reports > 0 && { detail: `${reports} reports` }) };
}

function variablesIn({ EnvironmentVariables: text }: ActionContext["configuration"]): readonly EnvironmentVariable[] {
  return text === undefined ? [] : ofAction.parse(JSON.parse(text));
}

/** The artifact that a build runs in. */
function primaryOf({ action, configuration }: ActionContext): string {
  return configuration.PrimarySource ?? action.inputs[0] ?? "";
}

/** Gives each build folders of its own, the primary one first: what it changes there, no other one sees. */
async function takeInputs(context: ActionContext): Promise<ReadonlyMap<string, string>> {
  const { lifetime, action, folder, root, artifacts, stage } = context;
  const primary = primaryOf(context);
  const sources = new Map<string, string>();
  for (const name of [primary, ...action.inputs.filter((input) => input !== primary)]) {
    const artifact = artifacts.get(name);
    if (!artifact) throw new Failure(`no action before has made the artifact ${name}`);
    const target = join(folder, "sources", stage, action.name, name);
    await copyArtifact(
      lifetime,
      artifact.folder,
      target,
      existsSync(artifact.folder) ? filesBelow(artifact.folder) : [],
    );
    linkPackages(root, target);
    sources.set(name, target);
  }
  return sources;
}

/** One artifact is the primary one; of several, each is the secondary one of its name. */
function handOn({ action, artifacts }: ActionContext, folder: string): void {
  const [only, ...others] = action.outputs;
  if (only === undefined) return;
  if (others.length === 0) artifacts.set(only, { folder: join(folder, "primary") });
  else for (const name of action.outputs) artifacts.set(name, { folder: join(folder, "secondary", name) });
  for (const name of action.outputs) {
    const made = artifacts.get(name)?.folder ?? "";
    if (!existsSync(made)) throw new Failure(`the build has made no artifact ${name}`);
  }
}
