import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../tools/testing/temporary-folder";
import { describeRunning, findRunning, leftContainers, type Running, writeRunning } from "./running";

const RUNNING: Running = {
  emulatorUrl: "http://127.0.0.1:4000",
  region: "us-east-1",
  runtime: "process",
  listeners: { "lb HTTP 80": "http://127.0.0.1:5000" },
  apis: { "public-api-local": "http://127.0.0.1:6000" },
  signIns: { "shop-local.auth.us-east-1.amazoncognito.com": "http://127.0.0.1:6001" },
};

/** Runs of these names in an empty repository. */
function repositoryWith(...names: readonly string[]): string {
  const root = temporaryFolder();
  for (const name of names) {
    const folder = join(root, ".local/runs", name);
    mkdirSync(folder, { recursive: true });
    writeRunning(folder, describeRunning(RUNNING));
  }
  return root;
}

const inDocker = { ...RUNNING, runtime: "docker" as const };

/** Of a process that runs, and of one that never does: ids end at 4,194,304. */
const ALIVE = `${process.pid}-abc`;
const GONE = "99999999-abc";

describe("finding the npm start that runs", () => {
  it("gives what it wrote, and its folder", () => {
    const root = repositoryWith(ALIVE, GONE);
    expect(findRunning(root)).toEqual({ ...RUNNING, folder: join(root, ".local/runs", ALIVE) });
  });

  it("tells the registry of the emulated ECR, where there is one", () => {
    const root = repositoryWith(ALIVE);
    writeRunning(join(root, ".local/runs", ALIVE), describeRunning({ ...inDocker, registry: "127.0.0.1:5123" }));
    expect(findRunning(root)).toMatchObject({ runtime: "docker", registry: "127.0.0.1:5123" });
  });

  it("takes what is not told for not there", () => {
    const root = repositoryWith(ALIVE);
    const { apis: _, signIns: __, ...others } = RUNNING;
    writeFile(root, `.local/runs/${ALIVE}/running.json`, JSON.stringify(others));
    expect(findRunning(root)).toMatchObject({ apis: {}, signIns: {} });
  });

  it.each([
    ["nothing was ever started", []],
    ["what was started is gone", [GONE]],
  ])("is refused where %s", (_, names) => {
    expect(() => findRunning(repositoryWith(...names))).toThrow(
      expect.objectContaining({
        message: "nothing runs here: start it by `npm start`, and leave it running",
        status: 2,
      }),
    );
  });

  it("overlooks a start that serves nothing yet", () => {
    const root = repositoryWith(GONE);
    writeFile(root, `.local/runs/${ALIVE}/state`, "");
    expect(() => findRunning(root)).toThrow("nothing runs here");
  });

  it("asks which one, where several run", () => {
    const other = `${process.pid}-xyz`;
    const root = repositoryWith(ALIVE, other);
    expect(() => findRunning(root)).toThrow(
      expect.objectContaining({ message: `several run: ${ALIVE}, ${other}; name one by --run NAME`, status: 2 }),
    );
    expect(findRunning(root, other).folder).toContain(other);
  });

  it("names those that run, where the one that is asked for does not", () => {
    const root = repositoryWith(ALIVE);
    expect(() => findRunning(root, "1-xyz")).toThrow(`--run is "1-xyz", which does not run; there run: ${ALIVE}`);
  });
});

describe("containers of a run that is gone", () => {
  it.each([
    ["are left where it ran containers", GONE, inDocker, true],
    ["are none where it ran processes", GONE, RUNNING, false],
    ["are its own as long as it runs", ALIVE, inDocker, false],
  ])("%s", (_, name, running, left) => {
    const root = repositoryWith();
    const folder = join(root, ".local/runs", name);
    mkdirSync(folder, { recursive: true });
    writeRunning(folder, describeRunning(running));
    expect(leftContainers(root)).toBe(left);
  });
});
