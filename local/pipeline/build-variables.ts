import {
  BatchGetProjectsCommand,
  CodeBuildClient,
  type EnvironmentVariable,
  type Project,
} from "@aws-sdk/client-codebuild";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { Failure } from "../../tools/failure";
import type { ClientSettings } from "../cloud/variables";
import type { BuildOptions, Variables } from "./buildspec";

/** CodeBuild's own: "Create a build project". */
const TIMEOUT_MINUTES = 60;

/** A build project, as far as a build needs it. */
export interface BuildProject {
  readonly name: string;
  readonly arn: string;
  readonly buildspec: string;
  readonly image: string;
  readonly timeoutMs: number;
  readonly variables: readonly EnvironmentVariable[];
}

/** Reads a project. @throws Failure where there is none of the name */
export async function readProject(settings: ClientSettings, name: string): Promise<BuildProject> {
  const client = new CodeBuildClient(settings);
  try {
    const { projects: [project] = [] } = await client.send(new BatchGetProjectsCommand({ names: [name] }));
    if (!project) throw new Failure(`there is no build project ${name}`);
    return toProject(project);
  } finally {
    client.destroy();
  }
}

function toProject({ name = "", arn = "", source, environment, timeoutInMinutes }: Project): BuildProject {
  return {
    name,
    arn,
    buildspec: source?.buildspec ?? "",
    image: environment?.image ?? "",
    timeoutMs: (timeoutInMinutes ?? TIMEOUT_MINUTES) * 60_000,
    variables: environment?.environmentVariables ?? [],
  };
}

/** Reads parameters and secrets, for builds that take variables from them. */
export function lookUpIn(settings: ClientSettings): BuildOptions["lookUp"] {
  return {
    parameter: async (name) => {
      const client = new SSMClient(settings);
      const command = new GetParameterCommand({ Name: name, WithDecryption: true });
      const { Parameter } = await client.send(command).finally(() => client.destroy());
      return Parameter?.Value ?? "";
    },
    secret: async (reference) => {
      const { id, key, stage, version } = parseSecretReference(reference);
      const client = new SecretsManagerClient(settings);
      const command = new GetSecretValueCommand({
        SecretId: id,
        ...(stage && { VersionStage: stage }),
        ...(version && { VersionId: version }),
      });
      const { SecretString: text = "" } = await client.send(command).finally(() => client.destroy());
      return key ? valueIn(text, key) : text;
    },
  };
}

/** `ID:JSON_KEY:VERSION_STAGE:VERSION_ID`; an id may be an ARN, which has colons of its own. */
export function parseSecretReference(reference: string) {
  const parts = reference.split(":");
  const length = parts[0] === "arn" ? 7 : 1;
  const [key, stage, version] = parts.slice(length);
  return { id: parts.slice(0, length).join(":"), key, stage, version };
}

function valueIn(text: string, key: string): string {
  const secret: unknown = JSON.parse(text);
  const value = typeof secret === "object" && secret !== null ? Reflect.get(secret, key) : undefined;
  if (typeof value === "string") return value;
  throw new Failure(`the secret has no text "${key}"`);
}

/** The values of a project's variables, those of the action that starts it before its own. */
export async function variablesOf(
  project: Pick<BuildProject, "variables">,
  ofAction: readonly EnvironmentVariable[],
  lookUp: BuildOptions["lookUp"],
): Promise<Variables> {
  const all = new Map([...project.variables, ...ofAction].map((variable) => [variable.name ?? "", variable]));
  const values = [...all].map(async ([name, { type = "PLAINTEXT", value = "" }]) => {
    if (type === "PARAMETER_STORE") return [name, await lookUp.parameter(value)] as const;
    if (type === "SECRETS_MANAGER") return [name, await lookUp.secret(value)] as const;
    return [name, value] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

export interface BuildFacts {
  readonly project: Pick<BuildProject, "name" | "arn" | "image">;
  readonly pipeline: string;
  /** Tells this build from every other one. */
  readonly buildId: string;
  readonly number: number;
  readonly startedAt: Date;
  /** Folders of the artifacts that it takes, by name; the first is the primary one. */
  readonly sources: ReadonlyMap<string, string>;
  /** Commit of the primary artifact, where that is a source. */
  readonly revision: string | undefined;
}

/** What CodeBuild tells a build. Source: AWS CodeBuild User Guide, "Environment variables in build environments". */
export function codeBuildVariables(facts: BuildFacts): Variables {
  const { project, pipeline, buildId, number, startedAt, sources, revision } = facts;
  const [[, primary = ""] = [], ...others] = [...sources];
  const folders = others.map(([name, folder]) => [`CODEBUILD_SRC_DIR_${name}`, folder]);
  return {
    CODEBUILD_BUILD_ARN: `${project.arn.replace(/:project\/.*$/, "")}:build/${project.name}:${buildId}`,
    CODEBUILD_BUILD_ID: `${project.name}:${buildId}`,
    CODEBUILD_BUILD_IMAGE: project.image,
    CODEBUILD_BUILD_NUMBER: String(number),
    CODEBUILD_INITIATOR: `codepipeline/${pipeline}`,
    CODEBUILD_LOG_PATH: buildId,
    CODEBUILD_PROJECT_ARN: project.arn,
    CODEBUILD_SRC_DIR: primary,
    CODEBUILD_START_TIME: String(startedAt.getTime()),
    ...(revision !== undefined && { CODEBUILD_RESOLVED_SOURCE_VERSION: revision }),
    ...Object.fromEntries(folders),
  };
}
