import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Emulator, startEmulator } from "../../local/cloud/emulator";
import { Interrupted } from "../failure";
import { descendants } from "../processes/descendants";
import { Lifetime } from "../processes/lifetime";
import { synthesise } from "./stacks";
import { deployState } from "./state";
import { trialRun, writeTrial } from "./trial.fixtures";

const REPOSITORY = process.cwd();

let folder: string;
let emulator: Emulator;
const lifetime = new Lifetime();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "state-bootstrap-"));
  const python = process.env.EMULATOR_PYTHON ?? "python3";
  emulator = await startEmulator(lifetime, { root: REPOSITORY, python, log: join(folder, "emulator.log") });
});

afterAll(async () => {
  await lifetime.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A project of its own, with an environment `trial` whose state lives in a bucket of its own. */
function makeProject(bucket: string) {
  const root = join(folder, bucket);
  writeTrial(root, bucket);
  symlinkSync(join(REPOSITORY, "apps"), join(root, "apps"));
  const app = `node ${join(REPOSITORY, "tools/synth.mjs")}`;
  writeFileSync(
    join(root, "cdktf.json"),
    JSON.stringify({ language: "typescript", app, projectId: bucket, sendCrashReports: "false" }),
  );
  return { root, bucket };
}

interface Run {
  /** What the person sees. */
  readonly output: () => string;
  readonly lifetime: Lifetime;
  readonly ended: Promise<unknown>;
}

/** Deploys the state stack as the command does; `ended` gives what was thrown. */
function startRun({ root, bucket }: ReturnType<typeof makeProject>): Run {
  const { deployment, output, end } = trialRun(
    root,
    emulator.url,
    join(folder, `${bucket}-${readdirSync(folder).length}.log`),
  );
  const work = async () => {
    try {
      const stacks = await synthesise(deployment, "cdktf.out");
      await deployState(deployment, stacks, {
        terraform: process.env.TERRAFORM_BINARY_NAME ?? "terraform",
        autoApprove: true,
      });
    } finally {
      await end();
    }
  };
  const ended = work().then(
    () => "done",
    (error) => error,
  );
  return { lifetime: deployment.lifetime, output, ended };
}

/** What is in a bucket, or the bucket itself. The emulator verifies no signature, but hides objects from who has none. */
const s3 = (path: string, request: RequestInit = {}) =>
  fetch(`${emulator.url}/${path}`, {
    ...request,
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=emulated/20260101/us-east-1/s3/aws4_request" },
  });
const exists = async (path: string) => (await s3(path, { method: "HEAD" })).ok;
const localState = (root: string) => join(root, ".local/state/trial/state.tfstate");

interface State {
  readonly resources: readonly { readonly type: string }[];
  readonly outputs: { readonly bucket: { readonly value: string } };
}

async function expectStateInBucket({ root, bucket }: ReturnType<typeof makeProject>): Promise<void> {
  const state = (await (await s3(`${bucket}/trial/state.tfstate`)).json()) as State;
  expect(state.resources.map(({ type }) => type)).toContain("aws_s3_bucket_lifecycle_configuration");
  expect(state.outputs.bucket.value).toBe(bucket);
  expect(existsSync(localState(root))).toBe(false);
}

describe.concurrent("the state of the state bucket", () => {
  it("moves into the bucket, where the next run finds it and a second client is refused", async () => {
    const project = makeProject("clean-trial-state");
    const first = startRun(project);
    expect(await first.ended, first.output()).toBe("done");
    expect(first.output()).toContain("moved into s3://clean-trial-state/trial/state.tfstate");
    await expectStateInBucket(project);

    const second = startRun(project);
    expect(await second.ended, second.output()).toBe("done");
    expect(second.output()).toContain("No changes.");
    expect(second.output()).not.toContain("moved into");

    const holder = { ID: "0-1-2", Operation: "OperationTypeApply", Who: "somebody@elsewhere", Version: "1.11.4" };
    const lock = JSON.stringify({ ...holder, Created: "2026-01-01T00:00:00Z" });
    expect((await s3(`${project.bucket}/trial/state.tfstate.tflock`, { method: "PUT", body: lock })).ok).toBe(true);
    const third = startRun(project);
    expect(await third.ended).toMatchObject({
      name: "Failure",
      message:
        "state could not be deployed; mend what Terraform says above, then run the command again: it goes on where it stopped",
    });
    expect(third.output()).toContain("Error acquiring the state lock");
    expect(third.output()).toContain("somebody@elsewhere");
  });

  it("is completed and moved by the run after one that was interrupted", async () => {
    const project = makeProject("interrupted-trial-state");
    const first = startRun(project);
    while (!(await exists(project.bucket))) await sleep(100);
    first.lifetime.interrupt();
    expect(await first.ended, first.output()).toBeInstanceOf(Interrupted);
    const left = () => descendants(process.pid).filter((pid) => worksIn(pid).startsWith(project.root));
    await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 15_000 });
    expect(await exists(`${project.bucket}/trial/state.tfstate`)).toBe(false);

    const second = startRun(project);
    expect(await second.ended, second.output()).toBe("done");
    await expectStateInBucket(project);
  });

  it("is not made up for a bucket that somebody else made", async () => {
    const project = makeProject("foreign-trial-state");
    await s3(project.bucket, { method: "PUT" });
    const run = startRun(project);
    expect(await run.ended).toMatchObject({
      name: "Failure",
      message: expect.stringMatching(
        /^bucket foreign-trial-state exists, but neither trial\/state\.tfstate in it nor .*\/\.local\/state\/trial\/state\.tfstate on this machine says what Terraform made of it/,
      ),
    });
  });
});

/** Where a process runs; only Linux says so. */
function worksIn(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}
