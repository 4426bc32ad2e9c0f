import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { migrationBuildspec } from "./migration-buildspec";

const REVISION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-migrate:4";
const NEXT = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-migrate:5";
const TASK = "arn:aws:ecs:eu-west-1:123456789012:task/shop/1234";
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/cart@sha256:abc";
const runTask = { cluster: "shop", count: 1, capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }] };

/** What the commands of AWS's program answer, each call the next; the last again and again. */
type Answers = Readonly<Record<string, readonly unknown[]>>;

const described = {
  taskDefinition: {
    taskDefinitionArn: REVISION,
    family: "shop-migrate",
    revision: 4,
    status: "ACTIVE",
    registeredAt: "2026-01-01T00:00:00Z",
    containerDefinitions: [
      { name: "cart", image: "old", command: ["node", "database.cjs", "migrate"] },
      { name: "other", image: "untouched" },
    ],
  },
  tags: [{ key: "Environment", value: "dev" }],
};

const stopped = (exitCode: number | undefined, reasons: { task?: string; container?: string } = {}) => ({
  tasks: [
    {
      lastStatus: "STOPPED",
      stoppedReason: reasons.task ?? "Essential container in task exited",
      containers: [
        { name: "other", exitCode: 0 },
        { name: "cart", ...(exitCode !== undefined && { exitCode }), reason: reasons.container },
      ],
    },
  ],
});

const answers: Answers = {
  "describe-task-definition": [described],
  "register-task-definition": [NEXT],
  "run-task": [{ tasks: [{ taskArn: TASK }], failures: [] }],
  "describe-tasks": [{ tasks: [{ lastStatus: "PENDING" }] }, { tasks: [{ lastStatus: "RUNNING" }] }, stopped(0)],
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A program `aws` that writes its calls down, and answers what it is told. */
const stub = (folder: string) => `#!${process.execPath}
const fs = require("node:fs");
const [, , , command, ...options] = process.argv;
const answers = JSON.parse(fs.readFileSync(${JSON.stringify(join(folder, "answers.json"))}));
const log = ${JSON.stringify(join(folder, "calls.jsonl"))};
const earlier = fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\\n").map((line) => JSON.parse(line)) : [];
const input = options[options.indexOf("--cli-input-json") + 1];
const given = options.includes("--cli-input-json") ? JSON.parse(fs.readFileSync(input.replace("file://", ""))) : options;
fs.appendFileSync(log, JSON.stringify({ command, given }) + "\\n");
const all = answers[command];
const answer = all[Math.min(earlier.filter((call) => call.command === command).length, all.length - 1)];
if (answer === null) { process.stderr.write(command + " was refused\\n"); process.exit(254); }
process.stdout.write(typeof answer === "string" ? answer + "\\n" : JSON.stringify(answer));
`;

interface Build {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly { command: string; given: unknown }[];
}

/** Runs the commands of the buildspec as CodeBuild does: one after the other in one shell, in the artifact's folder. */
async function build(changed: Answers = {}, imageDetail: unknown = { ImageURI: IMAGE }): Promise<Build> {
  const folder = mkdtempSync(join(tmpdir(), "migration-"));
  folders.push(folder);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(folder, "answers.json"), JSON.stringify({ ...answers, ...changed }));
  writeFileSync(join(bin, "aws"), stub(folder));
  chmodSync(join(bin, "aws"), 0o755);
  writeFileSync(join(folder, "imageDetail.json"), JSON.stringify(imageDetail));
  const { env, phases } = JSON.parse(migrationBuildspec()) as {
    env: { shell: string; variables: Record<string, string> };
    phases: { build: { commands: string[] } };
  };
  const environment = {
    ...env.variables,
    PATH: `${bin}:${process.env.PATH}`,
    POLL_SECONDS: "0",
    TASK_DEFINITION: REVISION,
    CONTAINER: "cart",
    RUN_TASK: JSON.stringify(runTask),
  };
  return new Promise((resolve) => {
    const script = phases.build.commands.join("\n");
    // Without --norc bash reads the user's file: it takes a program that runs it for a remote shell.
    execFile(env.shell, ["--norc", "-c", script], { cwd: folder, env: environment }, (error, stdout, stderr) => {
      const status = typeof error?.code === "number" ? error.code : 0;
      const lines = readFileSync(join(folder, "calls.jsonl"), { encoding: "utf8", flag: "a+" }).split("\n");
      const calls = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
      resolve({ status, stdout, stderr, calls });
    });
  });
}

const commands = ({ calls }: Build) => calls.map(({ command }) => command);
const given = ({ calls }: Build, command: string) => calls.find((call) => call.command === command)?.given;

describe("the build of a migration", () => {
  it("registers, runs, waits, and ends well when the task does", async () => {
    const result = await build();
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
    expect(commands(result)).toEqual([
      "describe-task-definition",
      "register-task-definition",
      "run-task",
      "describe-tasks",
      "describe-tasks",
      "describe-tasks",
    ]);
    expect(result.stdout).toBe(
      `registered ${NEXT} with the image ${IMAGE}\nstarted ${TASK}; the log of its container tells more\nthe migration is done\n`,
    );
  });

  it("registers what Terraform registered, with the image in its container alone, and its tags", async () => {
    const result = await build();
    expect(given(result, "describe-task-definition")).toEqual(expect.arrayContaining([REVISION, "--include", "TAGS"]));
    expect(given(result, "register-task-definition")).toEqual({
      family: "shop-migrate",
      containerDefinitions: [
        { name: "cart", image: IMAGE, command: ["node", "database.cjs", "migrate"] },
        { name: "other", image: "untouched" },
      ],
      tags: [{ key: "Environment", value: "dev" }],
    });
  });

  it("registers no tags where there are none, for ECS takes no empty list", async () => {
    const result = await build({ "describe-task-definition": [{ ...described, tags: [] }] });
    expect(given(result, "register-task-definition")).not.toHaveProperty("tags");
  });

  it("runs the new revision as it is told, and watches that task in that cluster", async () => {
    const result = await build();
    expect(given(result, "run-task")).toEqual({ ...runTask, taskDefinition: NEXT });
    expect(given(result, "describe-tasks")).toEqual(expect.arrayContaining(["--cluster", "shop", "--tasks", TASK]));
  });

  it.each([1, 2, 137])("ends with the exit status %d of the task, and says why it stopped", async (status) => {
    const result = await build({ "describe-tasks": [stopped(status, { container: "OutOfMemoryError" })] });
    expect(result.status).toBe(status);
    expect(result.stderr).toBe(
      `the migration failed with the exit status ${status}: Essential container in task exited; OutOfMemoryError\n`,
    );
  });

  it("fails where the container never ran", async () => {
    const reason = "CannotPullContainerError";
    const result = await build({ "describe-tasks": [stopped(undefined, { task: reason })] });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(`the migration failed with the exit status none: ${reason}\n`);
  });

  it("fails where the task could not be started, with ECS's reason", async () => {
    const failures = [{ reason: "Capacity is unavailable at this time" }];
    const result = await build({ "run-task": [{ tasks: [], failures }] });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(`the task could not be started: ${JSON.stringify(failures)}\n`);
  });

  it("fails where ECS does not know the task any more", async () => {
    const result = await build({ "describe-tasks": [{ tasks: [], failures: [{ reason: "MISSING" }] }] });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe('ECS does not know the task any more: [{"reason":"MISSING"}]\n');
  });

  it("runs nothing where the revision has no container of the name", async () => {
    const other = { ...described.taskDefinition, containerDefinitions: [{ name: "other", image: "untouched" }] };
    const result = await build({ "describe-task-definition": [{ taskDefinition: other, tags: [] }] });
    expect(result.status).not.toBe(0);
    expect(result.stderr).toMatch(/no container cart/);
    expect(commands(result)).toEqual(["describe-task-definition"]);
  });

  it("calls nobody where the artifact has no image", async () => {
    const result = await build({}, {});
    expect(result.status).not.toBe(0);
    expect(commands(result)).toEqual([]);
  });

  it.each([
    ["describe-task-definition", 1],
    ["register-task-definition", 2],
    ["run-task", 3],
    ["describe-tasks", 4],
  ])("ends at the call of %s that is refused", async (command, count) => {
    const result = await build({ [command]: [null] });
    expect(result.status).not.toBe(0);
    expect(result.stderr).toMatch(`${command} was refused`);
    expect(commands(result)).toHaveLength(count);
  });
});
