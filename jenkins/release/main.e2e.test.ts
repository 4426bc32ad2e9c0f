import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutAwsSettings } from "../../local/cloud/variables";
import { SILENCE } from "./testing/fake-aws";
import { type FakeCloud, fakeCloud } from "./testing/fake-cloud";
import { revisionArn } from "./testing/fake-ecs";
import { ROOT } from "./testing/run-on";

const TAG = "2-service-b";

const folder = mkdtempSync(join(tmpdir(), "release-main-"));
const program = join(folder, "release.cjs");
beforeAll(async () => {
  const child = spawn(process.execPath, [join(ROOT, "jenkins/build.mjs"), program], { cwd: ROOT, stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([0, null]);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly variables?: NodeJS.ProcessEnv;
  /** What is done when the program runs. */
  readonly act?: (child: { kill(signal: NodeJS.Signals): void }) => Promise<void>;
}

/** Runs the program as the pipeline does: `node` and one file. */
async function run(args: readonly string[], { variables, act }: Run = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    env: {
      ...withoutAwsSettings(process.env),
      ENVIRONMENT: "local",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (texts.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (texts.stderr += text));
  const closed = once(child, "close");
  try {
    await act?.(child);
    const [status] = await closed;
    return { status, ...texts };
  } finally {
    child.kill("SIGKILL");
  }
}

/** A cloud in which revision 1 serves, and the variables that lead there. */
async function serving(): Promise<{ cloud: FakeCloud; variables: NodeJS.ProcessEnv }> {
  const cloud = await fakeCloud();
  cloud.ecs.serve(cloud.ecs.add());
  return { cloud, variables: { AWS_ENDPOINT_URL: cloud.aws.url } };
}

const TIME = { timeout: 60_000 };

describe("the program with --json", TIME, () => {
  it("prints one JSON document on stdout, and all else on stderr", async () => {
    const { variables } = await serving();
    const { status, stdout, stderr } = await run(["deploy", "service-b", "--image-tag", TAG, "--json"], { variables });
    expect(JSON.parse(stdout)).toEqual({
      outcome: "released",
      service: "service-b",
      environment: "local",
      family: "jenkins-ecs-local-service-b",
      revision: "jenkins-ecs-local-service-b:2",
      before: "jenkins-ecs-local-service-b:1",
      image: `127.0.0.1:5000/jenkins-ecs-local/service-b:${TAG}`,
      retired: [],
      calls: expect.any(Number),
    });
    expect(stderr).toContain("✓ service-b runs jenkins-ecs-local-service-b:2");
    expect(status).toBe(0);
  });

  it.each<[string, readonly string[], NodeJS.ProcessEnv, number, string]>([
    [
      "no environment",
      ["status", "service-b"],
      { ENVIRONMENT: "" },
      2,
      "--env is missing: which environment, of config/environments?",
    ],
    [
      "an unknown service",
      ["status", "service-c"],
      {},
      2,
      'there is no service "service-c" in apps/; did you mean "service-a"? There are: customer, employee, notification, service-a, service-b',
    ],
    [
      "an image that is not there",
      ["verify", "service-b", "--image-tag", "none"],
      {},
      2,
      'image: repository jenkins-ecs-local/service-b has no image with the tag "none"; push it first',
    ],
    [
      "a service that does not answer",
      ["smoke", "service-b", "--image-tag", TAG, "--url", "http://127.0.0.1:1"],
      {},
      1,
      "service-b does not answer as it should:",
    ],
    [
      "a number that is none",
      ["deploy", "service-b", "--image-tag", TAG, "--keep", "1"],
      {},
      2,
      '--keep is "1"; it has to be a whole number from 2 to 1000',
    ],
    [
      "an image tag that is none",
      ["diff", "service-b", "--image-tag", "a b"],
      {},
      2,
      '--image-tag is "a b"; allowed: ',
    ],
    [
      "nobody who answers",
      ["status", "service-b"],
      { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      4,
      "AWS cannot be reached for ecs:DescribeServices at http://127.0.0.1:1 (ECONNREFUSED: ",
    ],
    [
      "AWS instead of the emulator",
      ["status", "service-b"],
      { AWS_ENDPOINT_URL: "" },
      2,
      'environment "local" is emulated (config/environments/local.json), but AWS_ENDPOINT_URL is not set: run `npm start`, and source the file of variables that it names',
    ],
    [
      "the emulator instead of AWS",
      ["status", "service-b", "--env", "prod"],
      { AWS_ENDPOINT_URL: "http://localhost:1" },
      2,
      'environment "prod" is an AWS account\'s, but AWS_ENDPOINT_URL is "http://localhost:1", on this machine: unset it, or use --env local',
    ],
  ])("prints one JSON document with %s", async (_, args, more, expected, message) => {
    const { cloud, variables } = await serving();
    cloud.aws.on("BatchGetImage", () => ({ images: [] }));
    const { status, stdout, stderr } = await run([...args, "--json"], { variables: { ...variables, ...more } });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ outcome: expect.stringMatching(/error|failed/), status: expected });
    expect(document.message.slice(0, message.length)).toBe(message);
    expect(stderr).toContain(message);
    expect(status).toBe(expected);
    expect(cloud.aws.changes).toEqual([]);
  });

  it("prints one JSON document with an unknown environment", async () => {
    const { status, stdout } = await run(["status", "service-b", "--env", "staging", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "error",
      status: 2,
      message: expect.stringContaining("staging"),
    });
    expect(status).toBe(2);
  });
});

describe("the program at Ctrl-C", TIME, () => {
  const args = ["deploy", "service-b", "--image-tag", TAG, "--json"];

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends at %s with %i, and says what was changed", async (signal, expected) => {
    const { cloud, variables } = await serving();
    cloud.ecs.course = ["IN_PROGRESS"];
    const { status, stdout, stderr } = await run(args, {
      variables,
      act: async (child) => {
        await expect.poll(() => cloud.aws.count("DescribeServiceDeployments"), { timeout: 30_000 }).toBeGreaterThan(2);
        child.kill(signal);
      },
    });
    const message =
      "interrupted; changed until then: registered jenkins-ecs-local-service-b:2; updated service-b to " +
      "jenkins-ecs-local-service-b:2; the same command goes on";
    expect(JSON.parse(stdout)).toEqual({ outcome: "interrupted", status: expected, message });
    expect(stderr).toContain(`✗ ${message}\n`);
    expect(status).toBe(expected);
    expect(cloud.ecs.serving).toBe(revisionArn(2));
  });

  it("ends where AWS does not answer, and says that nothing was changed", async () => {
    const { cloud, variables } = await serving();
    cloud.aws.on("DescribeServices", () => SILENCE);
    const { status, stdout } = await run(args, {
      variables,
      act: async (child) => {
        await expect.poll(() => cloud.aws.count("DescribeServices"), { timeout: 30_000 }).toBe(1);
        child.kill("SIGINT");
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      outcome: "interrupted",
      status: 130,
      message: "interrupted; nothing was changed",
    });
    expect(status).toBe(130);
    expect(cloud.aws.changes).toEqual([]);
  });
});
