import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { startEmulator } from "./emulator";

/** Starts a stand-in for the emulator, a shell script. */
function start(script: string, startBoundMs = 60_000) {
  const root = temporaryFolder();
  const server = writeFile(root, "server.sh", script);
  const log = join(root, "emulator.log");
  const started = startEmulator(testLifetime(), { root, python: "sh", server, log, startBoundMs });
  return { started, log };
}

describe("starting the emulator", () => {
  it("gives the address that the emulator tells, and asks it to end with us", async () => {
    const { started, log } = start('echo "noise"; echo "$*" >&2; echo "ready http://127.0.0.1:4566"; cat > /dev/null');
    const emulator = await started;
    expect(readFileSync(log, "utf8")).toBe("--port 0 --exit-with-parent\n");
    expect(emulator.url).toBe("http://127.0.0.1:4566");
    emulator.group.child.stdin?.end();
    expect((await emulator.group.exited).reason).toBe("exited with status 0");
  });

  it("tells it the registry of its ECR", async () => {
    const root = temporaryFolder();
    const server = writeFile(root, "server.sh", 'echo "ready http://127.0.0.1:4566/$4$5"; cat > /dev/null');
    const options = { root, python: "sh", server, log: join(root, "emulator.log"), registry: "127.0.0.1:5123" };
    const { url } = await startEmulator(testLifetime(), options);
    expect(url).toMatch(/--registry127\.0\.0\.1:5123$/);
  });

  it("tells it the servers of its databases, in one list", async () => {
    const root = temporaryFolder();
    const server = writeFile(root, "server.sh", 'echo "ready http://127.0.0.1:4566/$4$5"; cat > /dev/null');
    const mysql = ["127.0.0.1:3306", "127.0.0.1:3307"];
    const { url } = await startEmulator(testLifetime(), { root, python: "sh", server, log: join(root, "log"), mysql });
    expect(url).toMatch(/--mysql127\.0\.0\.1:3306,127\.0\.0\.1:3307$/);
  });

  it("tells it how fast the minutes of CloudWatch pass, where that is not a clock's pace", async () => {
    const root = temporaryFolder();
    const server = writeFile(root, "server.sh", 'echo "ready http://127.0.0.1:4566/$4$5"; cat > /dev/null');
    const options = { root, python: "sh", server, log: join(root, "log") };
    expect((await startEmulator(testLifetime(), { ...options, timeScale: 20 })).url).toMatch(/--time-scale20$/);
    expect((await startEmulator(testLifetime(), { ...options, timeScale: 1 })).url).toMatch(/4566\/$/);
  });

  it("fails with the emulator's own words", async () => {
    await expect(start("echo 'moto 4.0 is installed' >&2; exit 2").started).rejects.toThrow(
      "the AWS emulator did not start: it exited with status 2\nmoto 4.0 is installed",
    );
  });

  it("does not wait for ever", async () => {
    await expect(start("sleep 60", 100).started).rejects.toThrow(
      "the AWS emulator did not start: it was ended by SIGTERM",
    );
  });
});
