import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition, Secret } from "@aws-sdk/client-ecs";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lifetime } from "../../tools/processes/lifetime";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { type Emulator, startEmulator } from "../cloud/emulator";
import { type ClientSettings, clientSettings } from "../cloud/variables";
import { eventually, testAgent, viewOf, viewTask } from "./agent.fixtures";
import { ProcessRuntime } from "./process-runtime";

const REGION = "eu-west-1";

const ROOT = join(import.meta.dirname, "../..");

describe("a task beside an emulator", () => {
  const lifetime = new Lifetime();
  const folder = mkdtempSync(join(tmpdir(), "agent-test-"));
  let emulator: Emulator;
  let settings: ClientSettings;

  beforeAll(async () => {
    const python = process.env.EMULATOR_PYTHON ?? "";
    emulator = await startEmulator(lifetime, { root: ROOT, python, log: join(folder, "emulator.log") });
    settings = clientSettings(emulator.url, REGION);
  });
  afterAll(async () => {
    await lifetime.end();
    rmSync(folder, { recursive: true });
  });

  /** Runs a task of a program to its end. */
  function runTask(program: string, definition: ContainerDefinition) {
    const lifetime = testLifetime();
    const bundle = temporaryFolder();
    writeFile(bundle, "main.cjs", program);
    const runtime = new ProcessRuntime({ lifetime, bundleOf: () => bundle });
    const tested = testAgent({ runtime, lifetime, url: emulator.url });
    tested.agent.update(viewOf([viewTask("0001")], [{ name: "cart", image: "cart:1", ...definition }]));
    return tested;
  }

  describe("its log", () => {
    let logs: CloudWatchLogsClient;

    beforeAll(async () => {
      logs = new CloudWatchLogsClient(settings);
    });

    const awslogs = (group: string, options: Record<string, string> = {}): ContainerDefinition => ({
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": group, "awslogs-region": REGION, "awslogs-stream-prefix": "ecs", ...options },
      },
    });

    async function messages(logGroupName: string, logStreamName = "ecs/cart/0001"): Promise<string[]> {
      const page = { logGroupName, logStreamName, startFromHead: true };
      const { events = [] } = await logs.send(new GetLogEventsCommand(page));
      return events.map(({ message = "" }) => message);
    }

    it("is in its log stream when it stops, whole and in order", async () => {
      await logs.send(new CreateLogGroupCommand({ logGroupName: "/shop/order" }));
      const program = `for (let n = 0; n < 5000; n++) console.log("line", n); console.error("grün"); process.stdout.write("last");`;
      const { reported } = runTask(program, awslogs("/shop/order"));
      await reported("STOPPED");
      const found = await messages("/shop/order");
      expect(found.slice(0, 5_000)).toEqual(Array.from({ length: 5_000 }, (_, n) => `line ${n}`));
      expect(found.slice(5_000)).toEqual(["grün", "last"]);
    });

    it("comes while it runs", async () => {
      await logs.send(new CreateLogGroupCommand({ logGroupName: "/shop/live" }));
      const { reported, agent } = runTask("console.log('up'); setInterval(() => {}, 1000);", awslogs("/shop/live"));
      await reported("RUNNING");
      await eventually(async () => expect(await messages("/shop/live")).toEqual(["up"]));
      agent.update(viewOf([]));
      await reported("STOPPED");
    });

    it("is kept back while the emulator does not take it, and not lost", async () => {
      const group = "/shop/late";
      await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
      const { reported, said, agent } = runTask("console.log('up'); setInterval(() => {}, 1000);", awslogs(group));
      await reported("RUNNING");
      const child = emulator.group.child;
      child.kill("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      child.kill("SIGCONT");
      await eventually(async () => expect(await messages(group)).toEqual(["up"]));
      expect(said).toEqual([]);
      agent.update(viewOf([]));
      await reported("STOPPED");
    });

    it("makes its group where it is told to", async () => {
      const { reported } = runTask("console.log('up')", awslogs("/shop/made", { "awslogs-create-group": "true" }));
      await reported("STOPPED");
      expect(await messages("/shop/made")).toEqual(["up"]);
    });

    it("keeps the task from starting where its group does not exist", async () => {
      const { reported } = runTask("console.log('up')", awslogs("/shop/missing"));
      expect(await reported("STOPPED")).toMatchObject({
        stopCode: "TaskFailedToStart",
        stoppedReason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
      });
    });
  });

  describe("its secrets", () => {
    const PRINT = `console.log(JSON.stringify([process.env.A, process.env.B, process.env.C, process.env.D]))`;
    let secretArn = "";
    let parameterArn = "";

    beforeAll(async () => {
      const secrets = new SecretsManagerClient(settings);
      const SecretString = JSON.stringify({ user: "cart", password: "hunter2", port: 3306 });
      secretArn = (await secrets.send(new CreateSecretCommand({ Name: "shop/db", SecretString }))).ARN ?? "";
      const parameter = { Name: "/shop/token", Value: "t0ken", Type: "SecureString" as const };
      await new SSMClient(settings).send(new PutParameterCommand(parameter));
      await new SSMClient(settings).send(new PutParameterCommand({ ...parameter, Name: "plain", Type: "String" }));
      parameterArn = `arn:aws:ssm:${REGION}:123456789012:parameter/shop/token`;
    });

    async function run(secrets: Secret[]) {
      const tested = runTask(PRINT, { secrets });
      const stopped = await tested.reported("STOPPED");
      const log = join(tested.folder, "0001-cart.log");
      return { stopped, said: tested.said, values: () => JSON.parse(readFileSync(log, "utf8")) };
    }

    it("are in its environment: whole, a key of them, and parameters by ARN and name", async () => {
      const { values } = await run([
        { name: "A", valueFrom: secretArn },
        { name: "B", valueFrom: `${secretArn}:password::` },
        { name: "C", valueFrom: parameterArn },
        { name: "D", valueFrom: "plain" },
      ]);
      expect(values()).toEqual(['{"user":"cart","password":"hunter2","port":3306}', "hunter2", "t0ken", "t0ken"]);
    });

    it("are found by the ARN of a parameter of one level, and as other JSON values than texts", async () => {
      const { values } = await run([
        { name: "A", valueFrom: `arn:aws:ssm:${REGION}:123456789012:parameter/plain` },
        { name: "B", valueFrom: `${secretArn}:port::` },
        { name: "C", valueFrom: `${secretArn}:user:AWSCURRENT:` },
      ]);
      expect(values()).toEqual(["t0ken", "3306", "cart", null]);
    });

    it.each([
      [
        "a secret",
        () => `${secretArn.slice(0, -6)}abcdef`,
        /unable to retrieve secret from asm: failed to fetch secret arn:.*abcdef from secrets manager: ResourceNotFoundException: /,
      ],
      ["a key", () => `${secretArn}:pin::`, /did not contain json key pin$/],
      [
        "a parameter",
        () => `${parameterArn}s`,
        /unable to retrieve secrets from ssm: invalid parameters: arn:.*tokens$/,
      ],
    ])("keep it from starting where %s is missing, and are never told", async (_, valueFrom, words) => {
      const { stopped, said } = await run([
        { name: "A", valueFrom: `${secretArn}:password::` },
        { name: "B", valueFrom: valueFrom() },
      ]);
      expect(stopped.stopCode).toBe("TaskFailedToStart");
      expect(stopped.stoppedReason).toMatch(/^ResourceInitializationError: unable to pull secrets or registry auth: /);
      expect(stopped.stoppedReason).toMatch(words);
      expect(JSON.stringify([stopped, said])).not.toMatch(/hunter2|t0ken/);
    });
  });
});
