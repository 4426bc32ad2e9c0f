import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import * as ecs from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SmallCloud } from "../../jenkins/testing/small-cloud";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { readPipeline } from "./definition";
import { execute } from "./execution";
import { PipelineCloud, type TestAction, testRepository } from "./walk.fixtures";

const BROKEN = "process.exit(1);";

const silent = {
  stage: () => undefined,
  progress: () => undefined,
  waiting: () => undefined,
  done: () => undefined,
};

describe("the action of ECS, in a pipeline from GitHub", () => {
  let cloud: SmallCloud;
  let pipelines: PipelineCloud;
  let repository: string;
  let connection: string;
  let count = 0;

  beforeAll(async () => {
    cloud = await SmallCloud.start();
    pipelines = await PipelineCloud.beside(cloud.emulatorUrl);
    connection = await createConnection(cloud.emulatorUrl);
    repository = testRepository(pipelines.folder, { "package.json": "{}" });
  });
  afterAll(async () => {
    await pipelines?.end();
    await cloud?.end();
  });

  const source = (): TestAction => ({
    name: "Source",
    provider: "CodeStarSourceConnection",
    configuration: {
      ConnectionArn: connection,
      FullRepositoryId: "octo-org/shop",
      BranchName: "main",
      DetectChanges: "false",
    },
    makes: ["Source"],
    namespace: "Source",
  });

  /** Walks a pipeline whose build hands on this text as `imagedefinitions.json`. */
  async function walk(definitions: string, configuration: Readonly<Record<string, string>> = {}) {
    const name = `shop-${++count}`;
    const EnvironmentVariables = JSON.stringify([
      { name: "DEFINITIONS", value: definitions },
      { name: "REPOSITORY", value: "#{Source.FullRepositoryName}" },
    ]);
    const build = { ProjectName: name, EnvironmentVariables };
    const ecsAction = { ClusterName: cloud.cluster, ServiceName: cloud.service.name, ...configuration };
    await pipelines.createPipeline(
      name,
      [
        source(),
        { name: "Build", provider: "CodeBuild", configuration: build, takes: ["Source"], makes: ["Image"] },
        { name: "Deploy", provider: "ECS", configuration: ecsAction, takes: ["Image"] },
      ],
      { [name]: { buildspec: buildspecOf() } },
    );
    const pipeline = await readPipeline(cloud.settings, name);
    if (!pipeline) throw new Error(`there is no pipeline ${name}`);
    const lifetime = testLifetime();
    const record = await execute({
      ...{ lifetime, root: repository, run: mkdtempSync(join(pipelines.folder, "run-")), pipeline },
      ...{ settings: cloud.settings, emulatorUrl: cloud.emulatorUrl, registry: undefined },
      ...{ services: [], environments: [], events: silent },
      decide: async () => ({ approved: true, by: "nobody" }),
    });
    await lifetime.end();
    return { status: record.status, deploy: record.stages[2]?.actions[0] };
  }

  const imageOf = (tag: string, name = cloud.names.container) =>
    JSON.stringify([{ name, imageUri: cloud.imageOf(tag) }]);

  /** The revision that the service runs. */
  async function running(): Promise<ecs.TaskDefinition> {
    const { taskDefinition: revision } = await cloud.describeService();
    const described = new ecs.DescribeTaskDefinitionCommand({ taskDefinition: revision });
    const { taskDefinition } = await cloud.client.send(described);
    if (!taskDefinition) throw new Error("there is no revision");
    return taskDefinition;
  }

  it("gives the container its image, in a copy of the revision that runs, and waits until it serves", async () => {
    const before = await running();
    await cloud.push("2");
    const { status, deploy } = await walk(imageOf("2"));
    expect(deploy?.failure).toBeUndefined();
    expect(status).toBe("succeeded");
    const after = await running();
    expect(deploy?.detail).toBe(`${cloud.service.name} runs ${after.family}:${after.revision}`);
    expect(after.revision).toBe((before.revision ?? 0) + 1);
    const [container] = before.containerDefinitions ?? [];
    expect(after.containerDefinitions).toEqual([{ ...container, image: cloud.imageOf("2") }]);
    expect([after.cpu, after.memory, after.taskRoleArn]).toEqual([before.cpu, before.memory, before.taskRoleArn]);
    expect((await cloud.describeService()).deployments).toHaveLength(1);
    expect(await cloud.version()).toBe("2");
  });

  it("does not look at a newer revision that does not run: what Terraform has changed does not reach the tasks", async () => {
    const { family, containerDefinitions: [container] = [], ...others } = await running();
    const { cpu, memory, networkMode, requiresCompatibilities, executionRoleArn, taskRoleArn } = others;
    const changed = { ...container, environment: [{ name: "NEW", value: "of Terraform" }] };
    await cloud.client.send(
      new ecs.RegisterTaskDefinitionCommand({
        ...{ family, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn, taskRoleArn },
        containerDefinitions: [changed],
      }),
    );
    await cloud.push("3");
    expect((await walk(imageOf("3"))).status).toBe("succeeded");
    expect((await running()).containerDefinitions).toEqual([{ ...container, image: cloud.imageOf("3") }]);
  });

  it("fails where ECS rolls back, and tells why; what served before serves", async () => {
    const before = await running();
    await cloud.push("4", BROKEN);
    const { status, deploy } = await walk(imageOf("4"));
    expect(status).toBe("failed");
    expect(deploy?.failure).toMatch(/^ECS has rolled service-b back from [\w-]+:\d+: .*circuit breaker/);
    expect((await running()).revision).toBe(before.revision);
    expect(await cloud.version()).toBe("3");
  });

  it("fails at its timeout, and leaves to ECS what that is doing", async () => {
    await cloud.push("5");
    const { status, deploy } = await walk(imageOf("5"), { DeploymentTimeout: "0" });
    expect([status, deploy?.failure]).toEqual([
      "failed",
      expect.stringMatching(/^service-b is not done with jenkins-ecs-local-service-b:\d+ in time; ECS goes on$/),
    ]);
    await cloud.settled();
    expect(await cloud.version()).toBe("5");
  });

  it.each<[string, () => [string, Readonly<Record<string, string>>?], RegExp]>([
    [
      "an artifact without the file",
      () => [imageOf("3"), { FileName: "images.json" }],
      /^the artifact Image has no images\.json$/,
    ],
    [
      "what is no JSON",
      () => ["{"],
      /^imagedefinitions\.json: .*JSON.*; expected is \[\{"name": CONTAINER, "imageUri": IMAGE\}\]$/s,
    ],
    ["no image", () => ["[]"], /^imagedefinitions\.json: .*; expected is/s],
    [
      "a container that there is not",
      () => [imageOf("3", "sidecar")],
      /^jenkins-ecs-local-service-b has no container sidecar; it has service-b$/,
    ],
    [
      "a service that there is not",
      () => [imageOf("3"), { ServiceName: "nobody" }],
      /^there is no service nobody in cluster jenkins-ecs-local/,
    ],
  ])("refuses %s, and changes nothing", async (_, given, message) => {
    const before = await cloud.revisions();
    const { status, deploy } = await walk(...given());
    expect(status).toBe("failed");
    expect(deploy?.failure).toMatch(message);
    expect(await cloud.revisions()).toEqual(before);
  });
});

function buildspecOf() {
  const commands = ['test "$REPOSITORY" = octo-org/shop', 'printf %s "$DEFINITIONS" > imagedefinitions.json'];
  return { env: { shell: "bash" }, phases: { build: { commands } }, artifacts: { files: ["imagedefinitions.json"] } };
}

/** Makes a connection as the SDK does, of which there is no client here. */
async function createConnection(url: string): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": "com.amazonaws.codeconnections.CodeConnections_20231201.CreateConnection",
      Authorization: "AWS4-HMAC-SHA256 Credential=emulated/20260101/us-east-1/codeconnections/aws4_request",
    },
    body: JSON.stringify({ ConnectionName: "shop", ProviderType: "GitHub" }),
  });
  const { ConnectionArn } = (await answer.json()) as { readonly ConnectionArn?: string };
  if (!ConnectionArn) throw new Error(`no connection was made: HTTP ${answer.status}`);
  return ConnectionArn;
}
