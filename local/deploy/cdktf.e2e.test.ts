import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../../tools/failure";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { deployStacks } from "./cdktf";

const EXIT_WITH_PARENT = fileURLToPath(new URL("../../tools/processes/exit-with-parent.mjs", import.meta.url));

/** A repository whose CDKTF CLI is the given program. */
function fakeCli(program: string) {
  const root = temporaryFolder();
  mkdirSync(join(root, "node_modules/cdktf-cli/bundle/bin"), { recursive: true });
  writeFile(root, "node_modules/cdktf-cli/bundle/bin/cdktf", program);
  return {
    root,
    stacks: ["state", "jenkins-ecs"],
    environment: { GIVEN: "yes" },
    synthesised: join(root, "out"),
    log: join(root, "cdktf.log"),
    exitWithParent: EXIT_WITH_PARENT,
    onProgress: () => undefined,
  };
}

const TELL = "console.log(JSON.stringify([process.argv.slice(2), process.env.GIVEN, process.env.CI]))";

describe("cdktf deploy", () => {
  it("is asked for exactly these stacks, without questions, in the given environment", async () => {
    const options = fakeCli(TELL);
    await deployStacks(testLifetime(), options);
    const args = ["deploy", "state", "jenkins-ecs", "--auto-approve", "--no-color", "--output", options.synthesised];
    expect(JSON.parse(readFileSync(options.log, "utf8"))).toEqual([args, "yes", "1"]);
  });

  it("is told where the stacks are synthesised already", async () => {
    const options = fakeCli(TELL);
    await deployStacks(testLifetime(), { ...options, skipSynth: true });
    expect(readFileSync(options.log, "utf8")).toContain('"--skip-synth","--ignore-missing-stack-dependencies"]');
  });

  it("fails with Terraform's error and the place of the log", async () => {
    const options = fakeCli(
      "console.log('state  noise'); console.log('state  Error: the bucket is taken'); process.exit(1)",
    );
    await expect(deployStacks(testLifetime(), options)).rejects.toThrow(
      `cdktf deploy state jenkins-ecs exited with status 1\nstate: Error: the bucket is taken\nall of its output: ${options.log}`,
    );
  });

  it("fails with its last words where Terraform gave none", async () => {
    const options = fakeCli("console.error('cannot synthesise'); process.exit(1)");
    await expect(deployStacks(testLifetime(), options)).rejects.toThrow(
      "exited with status 1\ncannot synthesise\nall of",
    );
  });

  it("is interrupted politely when the lifetime ends", async () => {
    const lifetime = testLifetime();
    const options = fakeCli(
      "process.on('SIGINT', () => { console.log('interrupted'); process.exit(0); }); console.log('running'); setInterval(() => {}, 1000);",
    );
    const onProgress = () => {
      if (readFileSync(options.log, "utf8").includes("running")) lifetime.interrupt();
    };
    const deployed = deployStacks(lifetime, { ...options, onProgress });
    await expect(deployed).rejects.toThrow(Interrupted);
    await lifetime.end();
    expect(readFileSync(options.log, "utf8")).toBe("running\ninterrupted\n");
  });
});
