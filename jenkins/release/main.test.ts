import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { main } from "./main";
import { recordingScreen } from "./testing/recording-screen";
import { EVERYTHING, REPOSITORY } from "./testing/task-definitions";

/** Runs the program as a person does who has no AWS: nothing of this needs any. */
async function run(...args: readonly string[]) {
  const [stdout, stderr] = [recordingScreen(), recordingScreen()];
  const status = await main(args, { root: process.cwd(), variables: { BUILD_NUMBER: "12" }, stdout, stderr });
  return { status, stdout: stdout.written(), stderr: stderr.written() };
}

/** A file with a task definition, and one with a service. */
function files(service = "{}") {
  const folder = temporaryFolder();
  const [taskDefinition, config] = [join(folder, "task.json"), join(folder, "service.json")];
  writeFileSync(taskDefinition, JSON.stringify(EVERYTHING));
  writeFileSync(config, service);
  return { taskDefinition, config };
}

const IMAGE = `${REPOSITORY}:2-cart`;

describe("the program", () => {
  it.each([["--help"], ["deploy", "--help"], ["render", "-h"]])(
    "prints help, and ends with 0: %s %s",
    async (...args) => {
      const { status, stdout, stderr } = await run(...args.filter(Boolean));
      expect(stdout).toMatch(/^usage: npm run release -- /);
      expect([status, stderr]).toEqual([0, ""]);
    },
  );

  it.each([[[]], [["launch"]], [["deploy"]], [["status", "cart", "--force"]]])(
    "ends with 2 where it is used wrongly: %j",
    async (args) => {
      const { status, stdout } = await run(...args);
      expect(status).toBe(2);
      expect(stdout).toMatch(/^ {2}✗ .*\n\nusage: npm run release -- /);
    },
  );

  it("says a fault to a machine in one JSON document, and to a person on stderr", async () => {
    const { status, stdout, stderr } = await run("status", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      outcome: "error",
      status: 2,
      message: expect.stringMatching(/^which service\?\n\nusage: /),
    });
    expect(stderr).toMatch(/^ {2}✗ which service\?\n/);
  });
});

describe("render", () => {
  it("prints the next revision as RegisterTaskDefinition takes it, and nothing else", async () => {
    const { status, stdout, stderr } = await run(
      "render",
      "--task-definition",
      files().taskDefinition,
      "--image",
      IMAGE,
    );
    const input = JSON.parse(stdout);
    expect(input.containerDefinitions.map(({ image }: { image: string }) => image)).toEqual([
      IMAGE,
      `mirror.${REPOSITORY}:1-cart`,
    ]);
    expect(input.tags).toContainEqual({ key: "release:build", value: "12" });
    expect(input).not.toHaveProperty("revision");
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("gives the image to the container that is named", async () => {
    const { taskDefinition } = files();
    const { stdout } = await run(
      "render",
      "--task-definition",
      taskDefinition,
      "--image",
      "envoy:2",
      "--container",
      "mirror",
    );
    expect(JSON.parse(stdout).containerDefinitions[1].image).toBe("envoy:2");
  });

  it("sets the environment of a service.json", async () => {
    const service = {
      name: "cart",
      system: "shop",
      launchType: "FARGATE",
      port: 5000,
      cpu: 256,
      memory: 512,
      replicas: { desired: 1, min: 1, max: 1 },
      routes: { priority: 100, paths: ["/cart"] },
      environment: { LEVEL: "debug" },
    };
    const { taskDefinition, config } = files(JSON.stringify(service));
    const { stdout } = await run("render", "--task-definition", taskDefinition, "--image", IMAGE, "--config", config);
    expect(JSON.parse(stdout).containerDefinitions[0].environment).toEqual([
      { name: "EMPTY", value: "" },
      { name: "LEVEL", value: "debug" },
    ]);
  });

  it.each<[string, (given: ReturnType<typeof files>) => readonly string[], RegExp]>([
    [
      "the file is not there",
      () => ["--task-definition", "/none.json", "--image", IMAGE],
      /^ {2}✗ --task-definition "\/none\.json" cannot be read: ENOENT/,
    ],
    [
      "the file is a folder",
      () => ["--task-definition", "/", "--image", IMAGE],
      /^ {2}✗ --task-definition "\/" cannot be read: EISDIR/,
    ],
    [
      "it holds no task definition",
      ({ config }) => ["--task-definition", config, "--image", IMAGE],
      /service\.json is no task definition: \$\.family is nothing/,
    ],
    [
      "the image is none",
      ({ taskDefinition }) => ["--task-definition", taskDefinition, "--image", "img:"],
      /^ {2}✗ "img:" is no image reference: its tag is empty/,
    ],
    [
      "the container is not there",
      ({ taskDefinition }) => ["--task-definition", taskDefinition, "--image", IMAGE, "--container", "web"],
      /has no container "web"; it has: cart, mirror/,
    ],
    [
      "the service.json is not there",
      ({ taskDefinition }) => ["--task-definition", taskDefinition, "--image", IMAGE, "--config", "/none.json"],
      /^ {2}✗ --config "\/none\.json" cannot be read: ENOENT/,
    ],
    [
      "the service.json is none",
      ({ taskDefinition, config }) => ["--task-definition", taskDefinition, "--image", IMAGE, "--config", config],
      /^the configuration has 8 faults; .*\n\n\S+service\.json \$\.cpu\n/,
    ],
  ])("ends with 2 where %s", async (_, args, message) => {
    const { status, stdout } = await run("render", ...args(files()));
    expect(stdout).toMatch(message);
    expect(status).toBe(2);
  });
});
