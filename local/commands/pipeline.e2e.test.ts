import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../tools/failure";
import { recordingTerminal } from "../../tools/testing/recording-terminal";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { PipelineCloud, ROOT, type TestAction } from "../pipeline/walk.fixtures";
import { RUNS } from "../run-folder";
import { type CommandOptions, NO_OPTIONS } from "./command";
import { walkPipeline } from "./pipeline";

const FAMILY = "user-notifications-local-notification";

describe("a pipeline from GitHub", () => {
  let cloud: PipelineCloud;
  let run: string;

  beforeAll(async () => {
    cloud = await PipelineCloud.start();
    mkdirSync(join(ROOT, RUNS), { recursive: true });
    run = mkdtempSync(join(ROOT, RUNS, `${process.pid}-`));
    const source: TestAction = {
      name: "Source",
      provider: "CodeStarSourceConnection",
      configuration: {
        ConnectionArn: await createConnection("express-on-ecs-local"),
        FullRepositoryId: "octo-org/shop",
        BranchName: "main",
      },
      makes: ["Source"],
    };
    const build = (project: string): TestAction => ({
      name: "Build",
      provider: "CodeBuild",
      configuration: { ProjectName: project },
      takes: ["Source"],
    });
    const commands = (...list: string[]) => ({ buildspec: { phases: { build: { commands: list } } } });
    await cloud.createPipeline(`${FAMILY}-github`, [source, build("image")], { image: commands("echo an image") });
    await cloud.createPipeline(`${FAMILY}-pr`, [source, build("check")], { check: commands("echo a check") });
    const repository = { RepositoryName: "shop", BranchName: "main" };
    const own: TestAction = { ...source, provider: "CodeCommit", configuration: repository };
    await cloud.createPipeline("user-notifications-local-user-management", [own, build("image")], {});
  });
  afterAll(async () => {
    await cloud.end();
    rmSync(run, { recursive: true, force: true });
  });

  async function createConnection(name: string): Promise<string> {
    const scope = "emulated/20240101/us-east-1/codeconnections/aws4_request";
    const answer = await fetch(cloud.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "CodeConnections_20231201.CreateConnection",
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify({ ConnectionName: name, ProviderType: "GitHub" }),
    });
    return ((await answer.json()) as { ConnectionArn: string }).ConnectionArn;
  }

  /** Walks, and gives what was printed, or why nothing was walked. */
  async function walk(name: string, options: Partial<CommandOptions> = {}) {
    const { terminal, written } = recordingTerminal();
    const { settings, url: emulatorUrl } = cloud;
    const running = {
      ...{ folder: run, emulatorUrl, region: settings.region, runtime: "process" as const },
      ...{ listeners: {}, apis: {}, signIns: {} },
    };
    const lifetime = testLifetime();
    try {
      await walkPipeline({ root: ROOT, terminal, lifetime, running, settings }, [name], { ...NO_OPTIONS, ...options });
      return { status: 0, text: written() };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { status: error.status, text: error.message };
    } finally {
      await lifetime.end();
    }
  }

  it("is not walked before its connection is confirmed, which is told, and then is", async () => {
    const pending = await walk("notification");
    expect(pending.status).toBe(2);
    expect(pending.text).toContain(
      `the connection express-on-ecs-local, by which ${FAMILY}-github reads its source, is PENDING: a person has to ` +
        "confirm it once, on AWS in the console (Developer Tools, Settings, Connections), on this machine by the option --confirm",
    );
    const confirmed = await walk("notification", { confirm: true });
    expect(confirmed.status, confirmed.text).toBe(0);
    expect(confirmed.text).toContain("✓ connection express-on-ecs-local confirmed");
    expect(confirmed.text).toContain(`✓ ${FAMILY}-github: every stage succeeded`);
    const again = await walk("notification");
    expect([again.status, again.text]).toEqual([0, expect.not.stringContaining("confirmed")]);
  });

  it("of pull requests is walked where that is asked for", async () => {
    const { status, text } = await walk("notification", { "pull-request": true, confirm: true });
    expect([status, text]).toEqual([0, expect.stringContaining(`✓ ${FAMILY}-pr: every stage succeeded`)]);
  });

  it.each([
    ["service-b", {}, "service-b has no pipeline here; services with a pipeline: notification, user-management"],
    [
      "user-management",
      { "pull-request": true },
      "user-management has no pipeline of pull requests here; services with a pipeline of pull requests: notification",
    ],
    [
      "user-management",
      { confirm: true },
      "--confirm: the pipeline user-notifications-local-user-management reads its source by no connection",
    ],
  ])("refuses %s with %j", async (name, options, message) => {
    expect(await walk(name, options)).toEqual({ status: 2, text: expect.stringContaining(message) });
  });
});
