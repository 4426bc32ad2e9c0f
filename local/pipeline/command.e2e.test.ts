import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { descendants, isRunning } from "../../tools/processes/descendants";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { RUNS } from "../run-folder";
import { PipelineCloud, ROOT, type TestAction } from "./walk.fixtures";

const PIPELINE = "user-notifications-local-user-management";

const SOURCE: TestAction = {
  name: "Source",
  provider: "CodeCommit",
  configuration: { RepositoryName: "shop", BranchName: "main" },
  makes: ["Source"],
};

const commands = (...list: string[]) => ({
  buildspec: { env: { shell: "bash" }, phases: { build: { commands: list } } },
});

/** What a walk leaves behind wherever it ends: nothing that runs, nothing that keeps the next one from running. */
describe("npm run local -- pipeline", () => {
  let cloud: PipelineCloud;
  let run: string;
  let work: string;

  beforeAll(async () => {
    cloud = await PipelineCloud.start();
    const runs = join(ROOT, RUNS);
    mkdirSync(runs, { recursive: true });
    run = mkdtempSync(join(runs, `${process.pid}-`));
    work = cloud.folder;
    const running = {
      emulatorUrl: cloud.url,
      region: "us-east-1",
      runtime: "process",
      listeners: { "user-notifications-local HTTP 80": "http://127.0.0.1:8080" },
    };
    writeFile(run, "running.json", JSON.stringify(running));
    // Production is there: to deploy it is another matter.
    writeFile(run, "state/local-prod/deployed", "");
    const approval: TestAction = { name: "Approval", provider: "Manual", configuration: { CustomData: "Release?" } };
    const build = (name: string, project: string): TestAction => ({
      name,
      provider: "CodeBuild",
      configuration: { ProjectName: project },
      takes: ["Source"],
    });
    await cloud.createPipeline(
      PIPELINE,
      [SOURCE, build("Build", "build"), approval, build("Production", "production")],
      {
        build: commands(
          "test -f apps/user-management/service.json && test -d node_modules/vitest && echo 'the repository is here'",
          `if [ -f ${work}/fail ]; then echo why it fails; exit 3; fi`,
          `if [ -f ${work}/slow ]; then echo $$ > ${work}/pid; sleep 600; fi`,
        ),
        production: commands(`touch ${work}/production`),
      },
    );
  });
  afterAll(async () => {
    await cloud.end();
    rmSync(run, { recursive: true, force: true });
  });

  /** What `npm run local` runs: npm itself tells of a signal by no status. */
  const commandLine = (args: readonly string[]) => [
    ...[process.execPath, "tools/with-packages.mjs", "local/local.ts"],
    ...[...args, "--run", basename(run)],
  ];

  /** Starts the command, in a process group of its own, as a terminal gives it. */
  function start(args: readonly string[]) {
    const [file = "", ...rest] = commandLine(args);
    const child = spawn(file, rest, { cwd: ROOT, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    child.stdout.on("data", (piece) => {
      printed.stdout += String(piece);
    });
    child.stderr.on("data", (piece) => {
      printed.stderr += String(piece);
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    return { child, printed, ended };
  }

  async function local(...args: string[]) {
    const { child, printed, ended } = start(args);
    child.stdin.end();
    const status = await ended;
    return { status, ...printed };
  }

  const walked = () => existsSync(join(work, "production"));
  const executions = () => (existsSync(join(run, "pipeline")) ? readdirSync(join(run, "pipeline")).length : 0);

  it("refuses what it can't walk before it starts anything", async () => {
    const refusals = [
      [["pipeline"], "pipeline takes a service"],
      [["pipeline", "nobody"], 'there is no service "nobody"; services with a pipeline: user-management'],
      [["pipeline", "customer"], "customer has no pipeline here; services with a pipeline: user-management"],
      [["pipeline", "user-management", "--approve", "--reject"], "--approve and --reject: only one can be"],
      [["pipeline", "user-management"], "there is no terminal to answer at: give --approve or --reject"],
    ] as const;
    for (const [args, message] of refusals) {
      const { status, stdout } = await local(...args);
      expect([status, stdout], args.join(" ")).toEqual([2, expect.stringContaining(message)]);
    }
    expect(executions()).toBe(0);
  });

  it("walks the working tree to production when it is approved, and tells it in JSON", async () => {
    const { status, stdout, stderr } = await local("pipeline", "user-management", "--approve", "--json");
    expect([status, stderr]).toEqual([0, expect.stringContaining("every stage succeeded")]);
    const record = JSON.parse(stdout);
    expect(record).toMatchObject({ pipeline: PIPELINE, status: "succeeded" });
    const log = join(run, "pipeline", record.execution, "logs/Build-Build.log");
    expect(readFileSync(log, "utf8")).toContain("\nthe repository is here\n");
    expect(walked()).toBe(true);
    rmSync(join(work, "production"));
  });

  it("leaves production alone when it is rejected", async () => {
    const { status, stdout } = await local("pipeline", "user-management", "--reject");
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ Approval, after \d+\.\d s: rejected by --reject/);
    expect(stdout).toContain(`✗ ${PIPELINE}: rejected; local has no such service; local-prod has no such service`);
    expect(walked()).toBe(false);
  });

  it("shows what a failed build has printed, and asks nobody", async () => {
    writeFile(work, "fail", "");
    const { status, stdout } = await local("pipeline", "user-management", "--approve");
    rmSync(join(work, "fail"));
    expect(status).toBe(1);
    expect(stdout).toContain("\n    why it fails\n");
    expect(stdout).toContain(`${PIPELINE}: failed; `);
    expect(stdout).not.toContain("Approval");
    expect(walked()).toBe(false);
  });

  it("is ended by Ctrl-C with all that it started, leaves no lock, and walks again", async () => {
    writeFile(work, "slow", "");
    const { child, ended } = start(["pipeline", "user-management", "--approve"]);
    const pid = join(work, "pid");
    while (!existsSync(pid) || readFileSync(pid, "utf8") === "") await sleep(20);
    const started = descendants(child.pid ?? Number.NaN);
    const meanwhile = await local("pipeline", "user-management", "--approve");
    expect([meanwhile.status, meanwhile.stdout]).toEqual([
      1,
      expect.stringMatching(
        /the pipeline \S+ is walked by another command \(process \d+\): wait for its end, or end it/,
      ),
    ]);
    interrupt(child);
    expect(await ended).toBe(130);
    const builder = Number(readFileSync(pid, "utf8"));
    // What was ended may take a moment to be gone.
    await expect.poll(() => [...started, builder].filter(isRunning)).toEqual([]);
    rmSync(join(work, "slow"));
    expect((await local("pipeline", "user-management", "--reject")).status).toBe(1);
  });

  describe.skipIf(!hasPseudoTerminals())("at a terminal", () => {
    /** Walks at a terminal of its own, and types what is given when it is asked. */
    async function answer(typed: string) {
      const command = commandLine(["pipeline", "user-management"]);
      const transcript = join(temporaryFolder(), "transcript");
      const child = spawn("script", ["--quiet", "--return", "--command", command.join(" "), transcript], {
        cwd: ROOT,
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      });
      let shown = "";
      let isTyped = false;
      child.stdout.on("data", (piece) => {
        shown += String(piece);
        if (!shown.includes("[y/N] ") || isTyped) return;
        isTyped = true;
        child.stdin.write(typed);
      });
      const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
      return { status, shown };
    }

    it("asks, with what is approved and where it serves, and goes on at yes", async () => {
      const { status, shown } = await answer("y\n");
      expect(status, shown).toBe(0);
      expect(shown).toContain("Release?");
      expect(shown).toContain("local, where it serves: http://127.0.0.1:8080");
      expect(shown).toContain("Approve to local-prod? [y/N] ");
      expect(walked()).toBe(true);
      rmSync(join(work, "production"));
    });

    it.each([
      ["at anything else", "no\n", 1],
      ["at Ctrl-C", "\u0003", 130],
    ])("does not go on %s", async (_, typed, expected) => {
      const { status, shown } = await answer(typed);
      expect(status, shown).toBe(expected);
      expect(walked()).toBe(false);
    });
  });
});

/** What Ctrl-C in a terminal does: SIGINT to everything in the foreground. */
function interrupt({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGINT");
}

/** Whether there is util-linux's `script`, which gives a program a terminal. */
function hasPseudoTerminals(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}
