import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CodeBuildClient, CreateProjectCommand, type EnvironmentVariable } from "@aws-sdk/client-codebuild";
import {
  type ActionDeclaration,
  type ActionTypeId,
  CodePipelineClient,
  CreatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { close, listen } from "../../tools/listen";
import { Lifetime } from "../../tools/processes/lifetime";
import { writeFile } from "../../tools/testing/temporary-folder";
import { startEmulator } from "../cloud/emulator";
import { type ClientSettings, clientSettings } from "../cloud/variables";

export const ROOT = join(import.meta.dirname, "../..");

const REGION = "us-east-1";

/** What a build project of a test does. */
export interface TestProject {
  readonly buildspec: object;
  readonly variables?: readonly EnvironmentVariable[];
}

/** An action, without what all of them have. */
export interface TestAction {
  readonly name: string;
  readonly provider: keyof typeof CATEGORIES;
  readonly configuration: Readonly<Record<string, string>>;
  readonly takes?: readonly string[];
  readonly makes?: readonly string[];
  readonly namespace?: string;
}

const CATEGORIES = {
  CodeCommit: "Source",
  CodeStarSourceConnection: "Source",
  CodeBuild: "Build",
  Manual: "Approval",
  ECS: "Deploy",
} as const;

/** An emulator with a topic whose subscriber tells what it was sent, for pipelines that tests make. */
export class PipelineCloud {
  /** Bodies of what the topic's subscriber was sent. */
  readonly published: string[] = [];

  private constructor(
    readonly lifetime: Lifetime,
    readonly folder: string,
    readonly url: string,
    readonly settings: ClientSettings,
    private readonly roles: { readonly codebuild: string; readonly codepipeline: string },
    private topicArn = "",
  ) {}

  static async start(): Promise<PipelineCloud> {
    const lifetime = new Lifetime();
    const folder = mkdtempSync(join(tmpdir(), "walk-test-"));
    const python = process.env.EMULATOR_PYTHON ?? "";
    const { url } = await startEmulator(lifetime, { root: ROOT, python, log: join(folder, "emulator.log") });
    return PipelineCloud.#at(url, lifetime, folder);
  }

  /** In an emulator that is there, and stays. */
  static beside(url: string): Promise<PipelineCloud> {
    return PipelineCloud.#at(url, new Lifetime(), mkdtempSync(join(tmpdir(), "walk-test-")));
  }

  static async #at(url: string, lifetime: Lifetime, folder: string): Promise<PipelineCloud> {
    const settings = clientSettings(url, REGION);
    const [codebuild, codepipeline] = [
      await createRole(settings, "codebuild"),
      await createRole(settings, "codepipeline"),
    ];
    const cloud = new PipelineCloud(lifetime, folder, url, settings, { codebuild, codepipeline });
    await cloud.#createTopic();
    return cloud;
  }

  get topic(): string {
    return this.topicArn;
  }

  /** Makes the projects, and a pipeline with a stage for each action. */
  async createPipeline(
    name: string,
    actions: readonly TestAction[],
    projects: Readonly<Record<string, TestProject>>,
  ): Promise<void> {
    for (const [project, made] of Object.entries(projects)) await this.#createProject(project, made);
    const client = new CodePipelineClient(this.settings);
    const pipeline = {
      name,
      roleArn: this.roles.codepipeline,
      artifactStore: { type: "S3" as const, location: "artifacts" },
      stages: actions.map((action) => ({ name: action.name, actions: [toAction(action)] })),
    };
    await client.send(new CreatePipelineCommand({ pipeline })).finally(() => client.destroy());
  }

  async end(): Promise<void> {
    await this.lifetime.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #createProject(name: string, { buildspec, variables = [] }: TestProject): Promise<void> {
    const client = new CodeBuildClient(this.settings);
    const command = new CreateProjectCommand({
      name,
      source: { type: "CODEPIPELINE", buildspec: JSON.stringify({ version: 0.2, ...buildspec }) },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        computeType: "BUILD_GENERAL1_SMALL",
        environmentVariables: [...variables],
      },
      serviceRole: this.roles.codebuild,
    });
    await client.send(command).finally(() => client.destroy());
  }

  async #createTopic(): Promise<void> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        this.published.push(body);
        response.end();
      });
    });
    const port = await listen(server, 0);
    this.lifetime.onEnd(() => close(server));
    const client = new SNSClient(this.settings);
    const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: "approvals" }));
    const Endpoint = `http://127.0.0.1:${port}/`;
    await client.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint }));
    client.destroy();
    this.topicArn = TopicArn;
  }
}

function toAction({ name, provider, configuration, takes = [], makes = [], namespace }: TestAction): ActionDeclaration {
  const actionTypeId: ActionTypeId = { category: CATEGORIES[provider], owner: "AWS", provider, version: "1" };
  return {
    name,
    actionTypeId,
    configuration,
    inputArtifacts: takes.map((artifact) => ({ name: artifact })),
    outputArtifacts: makes.map((artifact) => ({ name: artifact })),
    ...(namespace !== undefined && { namespace }),
  };
}

async function createRole(settings: ClientSettings, service: string): Promise<string> {
  const client = new IAMClient(settings);
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" }],
  };
  const command = new CreateRoleCommand({ RoleName: service, AssumeRolePolicyDocument: JSON.stringify(document) });
  const { Role } = await client.send(command).finally(() => client.destroy());
  return Role?.Arn ?? "";
}

/** A repository that a test may change, with these files committed. */
export function testRepository(parent: string, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(parent, "repository-"));
  for (const [name, content] of Object.entries(files)) writeFile(folder, name, content);
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.test", "-c", "commit.gpgsign=false"];
  const git = (...args: string[]) => execFileSync("git", [...identity, ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Change the greeting");
  return folder;
}
