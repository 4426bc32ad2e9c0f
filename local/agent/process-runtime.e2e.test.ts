import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { isRunning } from "../../tools/processes/descendants";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { eventually, type TestAgentOptions, testAgent, viewOf, viewTask } from "./agent.fixtures";
import { ProcessRuntime } from "./process-runtime";

type Definition = Parameters<typeof viewOf>[1] extends readonly (infer Container)[] | undefined ? Container : never;

const PORTS = [{ containerPort: 5001, protocol: "tcp" as const }];

/** Answers every request with its environment, and says so. */
const SERVING = `
  process.on("SIGTERM", () => process.exit(0));
  require("node:http")
    .createServer((request, response) => response.end(JSON.stringify(process.env)))
    .listen(Number(process.env.PORT), process.env.HOST, () => console.log("serving"));
`;

/** Runs a task of a program; the image `cart:1` stands for it. */
function runTask(
  program: string,
  definition: Definition = {},
  task: Parameters<typeof viewTask>[1] = {},
  { names, variables }: { names?: string } & Pick<TestAgentOptions, "variables"> = {},
) {
  const lifetime = testLifetime();
  const bundle = temporaryFolder();
  writeFile(bundle, "main.cjs", program);
  const bundleOf = (image: string) => (image === "cart:1" ? bundle : undefined);
  const runtime = new ProcessRuntime({ lifetime, bundleOf, ...(names !== undefined && { names }) });
  const tested = testAgent({ runtime, lifetime, ...(variables && { variables }) });
  const containers = [{ name: "cart", image: "cart:1", ...definition }];
  const want = (desired: "run" | "stop" | "kill") =>
    tested.agent.update(viewOf([viewTask("0001", { ...task, desired })], containers));
  want("run");
  const log = join(tested.folder, "0001-cart.log");
  const logged = (text: string) => eventually(() => expect(readFileSync(log, "utf8")).toContain(text));
  return { ...tested, want, log, logged, bundle };
}

describe("a container as a process", () => {
  it("has the environment of its task definition, and nothing of the shell's but the search path", async () => {
    process.env.SECRET_OF_THE_SHELL = "secret";
    onTestFinished(() => void delete process.env.SECRET_OF_THE_SHELL);
    const environment = [
      { name: "GREETING", value: "hello" },
      { name: "PORT", value: "5001" },
    ];
    const overrides = { containerOverrides: [{ name: "cart", environment: [{ name: "GREETING", value: "hi" }] }] };
    const { reported, logged } = runTask(SERVING, { environment, portMappings: PORTS }, { overrides });
    const { address, containers } = await reported("RUNNING");
    const port = containers[0]?.ports[0]?.hostPort;
    await logged("serving");
    expect(await (await fetch(`http://${address}:${port}/`)).json()).toEqual({
      PATH: process.env.PATH,
      GREETING: "hi",
      HOST: address,
      PORT: String(port),
    });
  });

  it("has what ECS adds, unless its task definition says otherwise", async () => {
    const environment = [{ name: "AWS_REGION", value: "eu-north-1" }];
    const { reported, log } = runTask(
      "console.log(process.env.AWS_REGION, process.env.ADDED)",
      { environment },
      {},
      {
        variables: () => ({ AWS_REGION: "eu-west-1", ADDED: "yes" }),
      },
    );
    await reported("STOPPED");
    expect(readFileSync(log, "utf8")).toBe("eu-north-1 yes\n");
  });

  it("finds the names of its run, and knows nothing of them where it is given none", async () => {
    const look = 'require("node:dns").lookup("mail.shop.internal", 4, (fault, address) => console.log(address))';
    const names = writeFile(
      temporaryFolder(),
      "names.json",
      JSON.stringify({ names: { "mail.shop.internal": [{ address: "127.1.2.3" }] }, namespaces: ["shop.internal"] }),
    );
    const { reported, log } = runTask(look, {}, {}, { names });
    await reported("STOPPED");
    expect(readFileSync(log, "utf8")).toBe("127.1.2.3\n");
  });

  it("runs in the folder of its bundle, and writes to its log", async () => {
    const { reported, log, bundle } = runTask("console.log(process.cwd()); console.error('no');");
    await reported("STOPPED");
    expect(readFileSync(log, "utf8").split("\n").sort()).toEqual(["", bundle, "no"].sort());
  });

  it.each([
    ["process.exit(3)", 3],
    ["", 0],
    ["process.kill(process.pid, 'SIGKILL')", 137],
    ["process.kill(process.pid, 'SIGABRT')", 134],
  ])("has the exit code that Docker tells: %s", async (program, exitCode) => {
    const { reported } = runTask(program);
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode }],
    });
  });

  it("ends by itself on SIGTERM", async () => {
    const { reported, want, gone, logged } = runTask(SERVING, { portMappings: PORTS });
    const { address } = await reported("RUNNING");
    await logged("serving");
    want("stop");
    const stopped = await reported("STOPPED");
    expect(stopped.containers[0]?.exitCode).toBe(0);
    expect(stopped.stopCode).toBeUndefined();
    expect(gone).toEqual([`${address}:5001`]);
  });

  it("is ended by SIGKILL when its stop timeout is up", async () => {
    const deaf = "process.on('SIGTERM', () => console.log('heard')); setInterval(() => {}, 1000); console.log('up');";
    // Long enough to be heard of on a busy machine.
    const { reported, want, logged } = runTask(deaf, { stopTimeout: 4 });
    await reported("RUNNING");
    await logged("up");
    const before = Date.now();
    want("stop");
    const stopped = await reported("STOPPED");
    expect(Date.now() - before).toBeGreaterThanOrEqual(3_990);
    expect(stopped.containers[0]?.exitCode).toBe(137);
    await logged("heard");
  });

  it("is killed without being asked", async () => {
    const { reported, want, logged, log } = runTask(
      "process.on('SIGTERM', () => console.log('heard')); setInterval(() => {}, 1000); console.log('up');",
    );
    await reported("RUNNING");
    await logged("up");
    want("kill");
    expect((await reported("STOPPED")).containers[0]?.exitCode).toBe(137);
    expect(readFileSync(log, "utf8")).toBe("up\n");
  });

  // Three times the limit, and no more however long it takes until somebody looks: the machine is everybody's.
  const HUNGRY =
    "const kept = []; setInterval(() => { if (kept.length < 48) kept.push(Buffer.alloc(8 << 20, 1)); }, 10);";

  it.runIf(process.platform === "linux").each([
    ["the process itself", HUNGRY],
    [
      "a process that it started",
      `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(HUNGRY)}], { stdio: "inherit" });`,
    ],
  ])("is killed when its memory limit is exceeded by %s", async (_, program) => {
    const { reported, said } = runTask(program, { memory: 128 });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    });
    expect(said[0]).toContain("(cart: OutOfMemoryError: Container killed due to memory usage)");
  });

  it.runIf(process.platform === "linux")(
    "tells its processor time, that of processes it started too, and its memory",
    async () => {
      const spin = "{ const { user } = process.cpuUsage(); while (process.cpuUsage().user - user < 300_000); }";
      const { agent, reported, logged } = runTask(`
      const { spawnSync } = require("node:child_process");
      ${spin}
      const kept = Buffer.alloc(64 << 20, 1);
      spawnSync(process.execPath, ["-e", ${JSON.stringify(spin)}]);
      console.log("done");
      setInterval(() => kept.length, 1000);`);
      await reported("RUNNING");
      await logged("done");
      const [task] = agent.tasks;
      const first = await task?.usage();
      expect(first?.cpuSeconds).toBeGreaterThan(0.5);
      expect(first?.memoryBytes).toBeGreaterThan(64 << 20);
      expect(first?.memoryBytes).toBeLessThan(256 << 20);
      const second = await task?.usage();
      expect(second?.cpuSeconds).toBeGreaterThanOrEqual(first?.cpuSeconds ?? Number.NaN);
    },
  );

  it("does not start without something built for its image", async () => {
    const { reported } = runTask("", { image: "cart:2" });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason:
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref cart:2: cart:2: not found",
      containers: [{ name: "cart", ports: [] }],
    });
  });

  it("takes along what it started, when it ends", async () => {
    const program = `const { pid } = require("node:child_process").spawn("sleep", ["60"], { stdio: "ignore" });
      console.log(pid); setTimeout(() => process.exit(0), 50);`;
    const { reported, log } = runTask(program);
    await reported("STOPPED");
    const pid = Number(readFileSync(log, "utf8"));
    expect(pid).toBeGreaterThan(0);
    await eventually(() => expect(isRunning(pid)).toBe(false));
  });
});

describe("a container as a process that is no Node process", () => {
  it("runs with the same environment, and has its exit code", async () => {
    const environment = [{ name: "GREETING", value: "hello" }];
    const { reported, log } = runTask("", { command: ["sh", "-c", "env; exit 5"], environment });
    expect((await reported("STOPPED")).containers[0]?.exitCode).toBe(5);
    const names = readFileSync(log, "utf8").match(/^\w+(?==)/gm);
    // The shell's own: PWD, SHLVL, OLDPWD and _.
    expect(names?.filter((name) => !/^(PWD|OLDPWD|SHLVL|_)$/.test(name)).sort()).toEqual(["GREETING", "PATH"]);
  });

  it("hears SIGTERM, and has as long to end as its stop timeout says", async () => {
    const script = "trap 'echo heard; sleep 0.3; exit 4' TERM; echo up; while :; do sleep 0.05; done";
    const { reported, want, logged, log } = runTask("", { command: ["sh", "-c", script] });
    await reported("RUNNING");
    await logged("up");
    want("stop");
    expect((await reported("STOPPED")).containers[0]?.exitCode).toBe(4);
    expect(readFileSync(log, "utf8")).toBe("up\nheard\n");
  });

  it.runIf(process.platform === "linux")(
    "tells its processor time and memory without those of what starts it",
    async () => {
      const spin = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; sleep 60";
      const { agent, reported, logged } = runTask("", { command: ["sh", "-c", spin] });
      await reported("RUNNING");
      await logged("done");
      const usage = await agent.tasks[0]?.usage();
      expect(usage?.cpuSeconds).toBeGreaterThan(0.02);
      // A Node process takes ten times as much.
      expect(usage?.memoryBytes).toBeGreaterThan(0);
      expect(usage?.memoryBytes).toBeLessThan(4 << 20);
    },
  );

  it("tells of a program that does not exist", async () => {
    const { reported, log } = runTask("", { command: ["no-such-program"] });
    expect((await reported("STOPPED")).containers[0]?.exitCode).toBe(127);
    expect(readFileSync(log, "utf8")).toContain("no-such-program could not be started");
  });
});

describe("a runner that is killed", () => {
  const RUNNER = fileURLToPath(new URL("runner.fixture.ts", import.meta.url));

  it.each([
    ["a Node process", "node main.cjs"],
    ["another program", "sh -c main.sh"],
  ])("leaves no container behind: %s", async (_, command) => {
    const folder = temporaryFolder();
    const pidFile = join(folder, "pid");
    writeFile(
      folder,
      "main.cjs",
      `require("node:fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const argv = command === "node main.cjs" ? ["node", "main.cjs"] : ["sh", "-c", "echo $$ > pid; exec sleep 600"];
    const runner = spawn(process.execPath, ["--import", "tsx", RUNNER, folder, ...argv], { stdio: "inherit" });
    onTestFinished(() => void runner.kill("SIGKILL"));
    const pidOf = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0);
    // The runner has to be compiled first, and a process to be started by it.
    await eventually(() => expect(pidOf()).toBeGreaterThan(0), 60_000);
    const pid = pidOf();
    expect(isRunning(pid)).toBe(true);
    runner.kill("SIGKILL");
    await eventually(() => expect(isRunning(pid)).toBe(false));
  });
});
