import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Lifetime } from "../../tools/processes/lifetime";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { startEmulator } from "../cloud/emulator";
import { clientSettings } from "../cloud/variables";
import { NAMES_MODULE, NamesFile } from "../names/names-file";
import { Registry } from "../registry/registry";
import { testEngine } from "../testing/docker-engine";
import { eventually, testAgent, viewOf, viewTask } from "./agent.fixtures";
import { DockerRuntime, removeLeftOvers, requireEngine } from "./docker-runtime";
import { ImageSource, labelOption } from "./engine-images";

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, "../..");

const RUN = `${process.pid}-docker-test`;

const SERVICES = [
  ["service-a", "EC2", 5000, "medical"],
  ["service-b", "FARGATE", 5001, "finance"],
] as const;

const engine = await testEngine();
if (engine.missing) console.warn(`no test of the docker runtime: ${engine.missing}`);

afterAll(() => engine.end());

async function docker(...args: string[]): Promise<string> {
  return (await run("docker", args, { cwd: ROOT, maxBuffer: 64 << 20 })).stdout.trim();
}

/** The containers of this test that the engine knows. */
async function containers(): Promise<string[]> {
  return (await docker("ps", "--all", "--quiet", "--filter", `label=express-on-ecs.run=${RUN}`))
    .split("\n")
    .filter(Boolean);
}

function runTask(
  definition: ContainerDefinition,
  given: Parameters<typeof viewTask>[1] = {},
  networkMode: "awsvpc" | "bridge" = "awsvpc",
  images?: ImageSource,
) {
  const lifetime = testLifetime();
  const tested = testAgent({ runtime: new DockerRuntime(lifetime, RUN, images), lifetime });
  const want = (desired: "run" | "stop" | "kill") =>
    tested.agent.update(
      viewOf([viewTask("0001", { ...given, desired })], [{ name: "app", ...definition }], { networkMode }),
    );
  want("run");
  return { ...tested, want, log: () => readFileSync(join(tested.folder, "0001-app.log"), "utf8") };
}

describe.skipIf(engine.missing)("a task in a container engine", () => {
  afterEach(async () => {
    await removeLeftOvers((name) => name === RUN);
  });

  describe.each(SERVICES)("of the image of %s on %s", (service, launchType, port, path) => {
    const image = `docker-runtime-test/${service}:7`;

    beforeAll(async () => {
      await docker("build", "-f", `apps/${service}/Dockerfile`, "--build-arg", "VERSION=7", "-t", image, ".");
    });

    it("serves, read-only and as nobody special, with its limits, and ends within its stop timeout", async () => {
      const environment = Object.entries({
        PORT: String(port),
        SERVICE_NAME: service,
        LAUNCH_TYPE: launchType,
        ENVIRONMENT: "local",
        LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "60",
        STOP_TIMEOUT_SECONDS: "10",
        MEDICAL_SERVICE: "Label of medical",
        SECURITY_SERVICE: "Label of security",
        FINANCE_SERVICE: "Label of finance",
        PAYMENT_SERVICE: "Label of payment",
      }).map(([name, value]) => ({ name, value }));
      const definition: ContainerDefinition = {
        image,
        environment,
        memory: 256,
        readonlyRootFilesystem: true,
        stopTimeout: 10,
        linuxParameters: { initProcessEnabled: true },
        portMappings: [{ containerPort: port, hostPort: launchType === "EC2" ? 0 : port, protocol: "tcp" }],
      };
      const given = { launchType, ...(launchType === "EC2" && { instanceId: "i-0123" }) };
      const { reported, want, gone, log } = runTask(definition, given, launchType === "EC2" ? "bridge" : "awsvpc");
      const running = await reported("RUNNING");
      const [container] = running.containers;
      const hostPort = container?.ports[0]?.hostPort;
      const answer = await eventually(async () =>
        (await fetch(`http://${running.address}:${hostPort}/${path}`, { signal: AbortSignal.timeout(2_000) })).text(),
      );
      expect(answer).toContain(`Label of ${path}`);

      const id = container?.runtimeId ?? "";
      expect(await docker("exec", id, "id", "-u")).toBe("1000");
      await expect(docker("exec", id, "sh", "-c", "echo x > /app/x")).rejects.toThrow(/Read-only file system/);
      expect(await docker("exec", id, "cat", "/proc/1/comm")).toMatch(/init|tini/);
      const limits = "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}";
      expect(await docker("inspect", `--format=${limits}`, id)).toBe(
        `${256 << 20} ${launchType === "EC2" ? 0 : 250_000_000}`,
      );

      want("stop");
      const stopped = await reported("STOPPED");
      expect(stopped.containers[0]?.exitCode).toBe(0);
      expect(gone).toEqual([`${running.address}:${hostPort}`]);
      expect(log()).toContain(`"version":"7"`);
      await eventually(async () => expect(await containers()).toEqual([]));
    });
  });

  const NODE = { image: "node:24-slim" };

  it("tells its processor time and its memory", async () => {
    const program = `
      const { user } = process.cpuUsage(); while (process.cpuUsage().user - user < 300_000);
      const kept = Buffer.alloc(64 << 20, 1);
      console.log("done"); setInterval(() => kept.length, 1000);`;
    const { agent, reported, want, log } = runTask({ ...NODE, command: ["node", "-e", program] });
    await reported("RUNNING");
    await eventually(() => expect(log()).toContain("done"));
    const [task] = agent.tasks;
    const usage = await task?.usage();
    expect(usage?.cpuSeconds).toBeGreaterThan(0.05);
    expect(usage?.memoryBytes).toBeGreaterThan(64 << 20);
    expect(usage?.memoryBytes).toBeLessThan(256 << 20);
    want("kill");
    await reported("STOPPED");
    expect(await task?.usage()).toBeUndefined();
  });

  it("gets secrets and values of several lines, none of them on a command line", async () => {
    const environment = [
      { name: "PLAIN", value: "a = 'b' #c" },
      { name: "LINES", value: "one\ntwo" },
    ];
    const program = `console.log(JSON.stringify([process.env.PLAIN, process.env.LINES])); process.exit(9)`;
    const { reported, log } = runTask({ ...NODE, environment, command: ["node", "-e", program] });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 9 }],
    });
    expect(log()).toBe(`["a = 'b' #c","one\\ntwo"]\n`);
  });

  it("finds the names of its run, and has an address that others in its network reach it at", async () => {
    const lifetime = testLifetime();
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    copyFileSync(NAMES_MODULE, join(folder, "use-names.mjs"));
    const runtime = new DockerRuntime(lifetime, RUN, undefined, folder);
    const start = (id: string, program: string) => {
      const tested = testAgent({ runtime, lifetime });
      const portMappings = [{ containerPort: 8096 }];
      const definition = { ...NODE, name: "app", command: ["node", "-e", program], portMappings, user: "1000" };
      tested.agent.update(viewOf([viewTask(id)], [definition]));
      return tested;
    };
    const server = start("0001", 'require("http").createServer((_, response) => response.end("task")).listen(8096)');
    await server.reported("RUNNING");
    const place = server.agent.tasks[0]?.placeOf("app", 8096, "containers");
    expect(place).toEqual({ address: expect.stringMatching(/^\d+(\.\d+){3}$/), port: 8096 });
    // As a run does: in a container, a file that is mounted would stay the one that it was.
    const names = new NamesFile(join(folder, "names.json"));
    const asks =
      'fetch("http://mail.shop.internal:8096").then((a) => a.text()).then(console.log, () => setTimeout(ask, 50))';
    const client = start("0002", `console.log("up"); const ask = () => ${asks}; ask()`);
    const log = join(client.folder, "0002-app.log");
    await eventually(() => expect(readFileSync(log, "utf8")).toBe("up\n"));
    names.write({
      names: { "mail.shop.internal": [{ address: place?.address ?? "" }] },
      endpoints: {},
      namespaces: [],
    });
    await client.reported("STOPPED");
    expect(readFileSync(log, "utf8")).toBe("up\ntask\n");
  });

  it("is ended by SIGKILL when its stop timeout is up", async () => {
    const program = "process.on('SIGTERM', () => console.log('heard')); console.log('up'); setInterval(() => {}, 1000)";
    const { reported, want, log } = runTask({ ...NODE, command: ["node", "-e", program], stopTimeout: 4 });
    await reported("RUNNING");
    await eventually(() => expect(log()).toBe("up\n"));
    want("stop");
    expect((await reported("STOPPED")).containers[0]?.exitCode).toBe(137);
    expect(log()).toBe("up\nheard\n");
  });

  it("is killed without being asked", async () => {
    const { reported, want } = runTask({ ...NODE, command: ["sleep", "60"] });
    await reported("RUNNING");
    want("kill");
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 137 }],
    });
  });

  it("is killed when its memory limit is exceeded", async () => {
    const program = "const kept = []; setInterval(() => kept.push(Buffer.alloc(8 << 20, 1)), 10)";
    const { reported } = runTask({ ...NODE, command: ["node", "-e", program], memory: 64 });
    expect(await reported("STOPPED")).toMatchObject({
      containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    });
  });

  it("does not start without its image, which is pulled from nowhere else than the registry", async () => {
    const { reported } = runTask({ image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cart:none" });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*No such image: 123456789012.*cart:none/),
    });
  });

  describe("whose image was pushed to the registry from another engine", () => {
    const lifetime = new Lifetime();
    const folder = mkdtempSync(join(tmpdir(), "docker-runtime-test-"));
    const settings = async () => {
      const registry = await Registry.start(lifetime, join(folder, "registry"));
      const emulator = await startEmulator(lifetime, {
        root: ROOT,
        python: process.env.EMULATOR_PYTHON ?? "",
        log: join(folder, "emulator.log"),
        registry: registry.address,
      });
      const reached = clientSettings(emulator.url, "eu-west-1");
      registry.connect(reached);
      return { address: registry.address, settings: reached, folder: join(folder, "docker") };
    };
    let images: ImageSource;
    let repository = "";

    beforeAll(async () => {
      const options = await settings();
      images = new ImageSource(options);
      repository = `${options.address}/shop/cart`;
      const client = new ECRClient(options.settings);
      await client.send(new CreateRepositoryCommand({ repositoryName: "shop/cart" }));
      client.destroy();
    });
    afterAll(async () => {
      await lifetime.end();
      rmSync(folder, { recursive: true });
    });

    it("is pulled, with credentials that only we can read, and removed at the end", async () => {
      await images.logIn();
      const [config, archive] = [join(folder, "docker"), join(folder, "archive.tar")];
      writeFileSync(join(folder, "file"), "content");
      await run("tar", ["--create", "--file", archive, "--directory", folder, "file"]);
      await docker("import", archive, `${repository}:1`);
      await docker("--config", config, "push", `${repository}:1`);
      await docker("rmi", `${repository}:1`);
      rmSync(config, { recursive: true });

      // There is nothing in it that could run.
      const { reported } = runTask({ image: `${repository}:1`, command: ["/none"] }, {}, "awsvpc", images);
      expect(await reported("STOPPED")).toMatchObject({
        stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*none/s),
      });
      expect(await docker("images", "--quiet", repository)).toMatch(/^\w+$/);
      expect([config, join(config, "config.json")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
      await images.removePulled();
      expect(await docker("images", "--quiet", repository)).toBe("");
    });

    it("does not start where the registry lacks it", async () => {
      const { reported } = runTask({ image: `${repository}:none` }, {}, "awsvpc", images);
      expect(await reported("STOPPED")).toMatchObject({
        stopCode: "TaskFailedToStart",
        stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*manifest.*Requested image not found/s),
      });
    });
  });

  it("has its image removed by a later run when its own is gone, and left alone otherwise", async () => {
    const image = "docker-runtime-test/labelled";
    const folder = temporaryFolder();
    writeFile(folder, "Dockerfile", "FROM scratch\nENV A=1\n");
    await docker("build", labelOption(RUN), "-t", `${image}:1`, "-t", `${image}:2`, folder);
    await removeLeftOvers((name) => name !== RUN);
    expect((await docker("images", "--quiet", image)).split("\n")).toHaveLength(2);
    await removeLeftOvers((name) => name === RUN);
    expect(await docker("images", "--quiet", image)).toBe("");
  });

  it("does not start with a command that its image does not have", async () => {
    const { reported } = runTask({ ...NODE, command: ["no-such-program"] });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*no-such-program/s),
    });
    expect(await containers()).toEqual([]);
  });

  it("is removed by a later run when its own is gone, and left alone otherwise", async () => {
    const { reported } = runTask({ ...NODE, command: ["sleep", "60"] });
    await reported("RUNNING");
    expect(await removeLeftOvers(() => false)).toBe(0);
    expect(await containers()).toHaveLength(1);
    expect(await removeLeftOvers((name) => name === RUN)).toBe(1);
    expect(await containers()).toEqual([]);
  });

  it("needs an engine", async () => {
    await requireEngine();
    const host = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = "unix:///no/such/docker.sock";
    try {
      await expect(requireEngine()).rejects.toThrow(
        /^--runtime docker needs a container engine, but none answers: .*\nstart it, /,
      );
    } finally {
      if (host === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = host;
    }
  });
});
