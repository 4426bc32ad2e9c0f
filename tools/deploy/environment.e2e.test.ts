import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Source } from "../../jenkins/testing/source";
import { type Emulator, startEmulator } from "../../local/cloud/emulator";
import { Lifetime } from "../processes/lifetime";
import { fakeDocker } from "./deploy.fixtures";
import { deployEnvironment } from "./environment";
import { TRIAL, TRIAL_REGION, trialRun, writeTrial } from "./trial.fixtures";

let source: Source;
let emulator: Emulator;
let client: ECRClient;
const lifetime = new Lifetime();

beforeAll(async () => {
  source = new Source();
  // What git ignores: another file would be a change that affects everything.
  mkdirSync(join(source.folder, ".local"));
  writeTrial(source.folder, "since-trial-state");
  source.commit("an environment in the emulator");
  const python = process.env.EMULATOR_PYTHON ?? "python3";
  emulator = await startEmulator(lifetime, {
    root: process.cwd(),
    python,
    log: join(source.folder, ".local/emulator.log"),
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new ECRClient({ endpoint: emulator.url, region: TRIAL_REGION, credentials });
});

afterAll(async () => {
  client?.destroy();
  await lifetime.end();
  source?.remove();
});

/** Deploys as the command does. @returns what the person sees */
async function deploySince(since: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const run = trialRun(source.folder, emulator.url, join(source.folder, ".local/deploy.log"), more);
  const { deployment, project } = run;
  const options = { environment: TRIAL, services: [], autoApprove: true, since, help: false };
  try {
    await deployEnvironment({ deployment, project, options, client });
  } catch (error) {
    throw new Error(run.output(), { cause: error });
  } finally {
    await run.end();
  }
  return run.output();
}

const withComment = (text: string) => `${text}\n// More.\n`;

describe("a deployment of what has changed since a commit", () => {
  it("deploys the stack that has changed alone, and nothing where nothing has", async () => {
    const base = source.head;
    source.edit("modules/s3/state-bucket.ts", withComment);
    const first = await deploySince(base);
    expect(first.match(/deploying .*/g)).toEqual(["deploying state"]);
    expect(first).toContain("Apply complete!");
    expect(first).toContain("moved into s3://since-trial-state/trial/state.tfstate");

    const again = await deploySince(base);
    expect(again.match(/deploying .*/g)).toEqual(["deploying state"]);
    expect(again).toContain("No changes.");

    const since = source.head;
    source.edit("README.md", (text) => `${text}\nMore.\n`);
    const nothing = await deploySince(since);
    expect(nothing).toContain(`no stack of trial has changed since ${since}`);
    expect(nothing).not.toContain("deploying");
  });

  it("asks for docker before anything is made, where a service has changed that has no image", async () => {
    const since = source.head;
    source.edit("modules/ecr/repository.ts", withComment);
    const { path } = fakeDocker("exit 1");
    const refused = deploySince(since, { PATH: `${path}:${process.env.PATH}` });
    await expect(refused).rejects.toThrow("to be deployed: registry  modules/ecr/repository.ts");
    await expect(refused).rejects.not.toThrow("deploying");
    await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringContaining("docker builds") } });
    expect(await client.send(new DescribeRepositoriesCommand({}))).toMatchObject({ repositories: [] });
  });
});
