import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../../tools/failure";
import { isRunning } from "../../tools/processes/descendants";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { type BuildOptions, runBuildspec } from "./buildspec";
import { parseBuildspec } from "./buildspec-document";
import { filesBelow } from "./file-patterns";

type Document = Record<string, unknown>;

const machine = { PATH: process.env.PATH ?? "" };

/** Runs a buildspec in a folder that holds these files. */
async function build(document: Document, given: Partial<BuildOptions> & { files?: Record<string, string> } = {}) {
  const folder = temporaryFolder();
  const source = join(folder, "source");
  mkdirSync(source);
  for (const [name, text] of Object.entries(given.files ?? {})) writeFile(source, name, text);
  const log = writeFile(folder, "log", "");
  const result = await runBuildspec({
    lifetime: testLifetime(),
    buildspec: parseBuildspec(JSON.stringify({ version: 0.2, ...document }), "test"),
    ...{ source, machine, log },
    variables: {},
    folder: join(folder, "shell"),
    artifacts: join(folder, "artifacts"),
    timeoutMs: 60_000,
    lookUp: {
      parameter: async (name) => `parameter ${name}`,
      secret: async (reference) => `secret ${reference}`,
    },
    ...given,
  });
  const text = readFileSync(log, "utf8");
  const printed = text.split("\n").filter((line) => line !== "" && !line.startsWith("[Container]"));
  const artifacts = join(folder, "artifacts");
  return { ...result, source, log: text, printed, made: existsSync(artifacts) ? filesBelow(artifacts) : [] };
}

const commands = (...list: string[]) => ({ phases: { build: { commands: list } } });

describe.each(["sh", "bash"])("the commands of a build in %s", (shell) => {
  const run = (...list: string[]) => build({ env: { shell }, ...commands(...list) });

  it("share the folder and the variables, exported or not, and no functions or options", async () => {
    const { status, printed } = await run(
      "mkdir below; cd below; PLAIN='it'\"'\"'s $HOME'; export EXPORTED=two",
      "set -e; greet() { echo hello; }",
      'echo "$PLAIN $EXPORTED $(basename "$PWD")"; false; echo "and on"',
      "command -v greet || echo no greet",
    );
    expect(printed).toEqual(["it's $HOME two below", "and on", "no greet"]);
    expect(status).toBe("SUCCEEDED");
  });

  it("find a variable unset that one of them has unset", async () => {
    const { printed } = await build(
      { env: { shell }, ...commands("unset GIVEN", 'echo "GIVEN: $GIVEN"') },
      { variables: { GIVEN: "yes" } },
    );
    expect(printed).toEqual(["GIVEN: "]);
  });

  it("may be of several lines, and hand nothing over where they leave by exit", async () => {
    const { printed } = await run("A=1\nif true; then\n  A=2\nfi", "A=3; exit 0", 'echo "$A"');
    expect(printed).toEqual(["2"]);
  });

  it("end with the first that fails, whose status is told", async () => {
    const { status, failure, printed } = await run("echo one", "(exit 7)", "echo three");
    expect([status, failure, printed]).toEqual(["FAILED", "build: (exit 7) exited with status 7", ["one"]]);
  });

  it("of several lines are told by their number where they fail", async () => {
    const { failure, log } = await run("true", "echo one\nexit 7");
    expect(failure).toBe("build: command 2 of 2 exited with status 7");
    expect(log).toContain("[Container]     exit 7\n");
  });

  it("can't read what nobody has typed", async () => {
    expect((await run("read line || echo nothing")).printed).toEqual(["nothing"]);
  });
});

describe("the phases of a build", () => {
  const phases = ["install", "pre_build", "build", "post_build"] as const;

  /** Each phase tells its name, and one of them fails. */
  const failing = (failed: string, more: object = {}) => ({
    phases: Object.fromEntries(
      phases.map((name) => [
        name,
        {
          commands: [`echo "${name} $CODEBUILD_BUILD_SUCCEEDING"`, ...(name === failed ? ["exit 3"] : [])],
          finally: [`echo "${name} at last"`],
          ...(name === failed && more),
        },
      ]),
    ),
    artifacts: { files: ["file"] },
  });

  const files = { file: "content" };

  it.each([
    ["nothing", 4, ["primary/file"]],
    ["install", 1, []],
    ["pre_build", 2, []],
    ["build", 4, ["primary/file"]],
    ["post_build", 4, ["primary/file"]],
  ])("where %s fails: %i of them run, and %j is kept", async (failed, count, kept) => {
    const { status, printed, made, failure } = await build(failing(failed), { files });
    const ran = printed.filter((line) => /^\w+ [01]$/.test(line)).map((line) => line.split(" ")[0]);
    expect(ran).toEqual(phases.slice(0, count));
    expect(made).toEqual(kept);
    expect(status).toBe(failed === "nothing" ? "SUCCEEDED" : "FAILED");
    expect(failure).toBe(failed === "nothing" ? undefined : `${failed}: exit 3 exited with status 3`);
    expect(printed.filter((line) => line.endsWith("at last"))).toHaveLength(count);
  });

  it("tell the commands after a failure that the build fails", async () => {
    const { printed } = await build(failing("build"), { files });
    expect(printed.filter((line) => /[01]$/.test(line))).toEqual([
      "install 1",
      "pre_build 1",
      "build 1",
      "post_build 0",
    ]);
  });

  it("end at once with ABORT, and keep nothing", async () => {
    const { printed, made } = await build(failing("build", { "on-failure": "ABORT" }), { files });
    expect(printed).not.toContain("post_build 0");
    expect(made).toEqual([]);
  });

  it("go on with CONTINUE, and the build fails all the same", async () => {
    const { printed, status } = await build(failing("install", { "on-failure": "CONTINUE" }), { files });
    expect(printed).toContain("post_build 0");
    expect(status).toBe("FAILED");
  });

  it("fail where what comes at last fails", async () => {
    const { status, failure } = await build({ phases: { build: { commands: ["true"], finally: ["exit 4"] } } });
    expect([status, failure]).toEqual(["FAILED", "build: exit 4 exited with status 4"]);
  });
});

describe("the variables of a build", () => {
  it("are the machine's, the buildspec's over them, and over both the project's", async () => {
    const { printed } = await build(
      {
        env: {
          variables: { A: "of the buildspec", B: "of the buildspec", C: 3 },
          "parameter-store": { P: "/cart/x" },
          "secrets-manager": { S: "cart:key" },
        },
        ...commands('echo "$A|$B|$C|$P|$S|$M"'),
      },
      { machine: { ...machine, A: "of the machine", M: "of the machine" }, variables: { B: "of the project" } },
    );
    expect(printed).toEqual(["of the buildspec|of the project|3|parameter /cart/x|secret cart:key|of the machine"]);
  });

  it("hold nothing else of this process", async () => {
    process.env.SECRET_OF_THE_PERSON = "secret";
    const { printed } = await build(commands("env"));
    delete process.env.SECRET_OF_THE_PERSON;
    expect(printed.join("\n")).not.toContain("SECRET_OF_THE_PERSON");
  });

  it("that can't be had fail the build before its first command", async () => {
    const parameter = async () => {
      throw new Error("ParameterNotFound");
    };
    const { status, failure, printed } = await build(
      { env: { "parameter-store": { P: "/x" } }, ...commands("echo one") },
      { lookUp: { parameter, secret: parameter } },
    );
    expect([status, printed]).toEqual(["FAILED", []]);
    expect(failure).toBe("the variable P can't be had: /x: ParameterNotFound");
  });

  it("that are exported are what they were at the end", async () => {
    const { exportedVariables } = await build({
      env: { "exported-variables": ["TAG", "NONE"] },
      ...commands("TAG=1", 'TAG="it\'s $TAG"'),
    });
    expect(exportedVariables).toEqual({ TAG: "it's 1", NONE: "" });
  });
});

describe("what a build makes", () => {
  const files = { "a.txt": "a", "out/b.txt": "b", "out/deep/c.txt": "c", ".hidden/d.txt": "d" };

  it("is copied with its folders, and hidden ones", async () => {
    const { made, artifacts } = await build(
      { ...commands("echo e > out/e.txt"), artifacts: { files: ["out/**/*", ".hidden/*"] } },
      { files },
    );
    expect(artifacts).toEqual([".hidden/d.txt", "out/b.txt", "out/deep/c.txt", "out/e.txt"]);
    expect(made).toEqual(artifacts.map((file) => `primary/${file}`));
  });

  it("may be of another folder, without its folders, and without some", async () => {
    const artifacts = {
      files: ["**/*"],
      "base-directory": "out",
      "discard-paths": "yes",
      "exclude-paths": ["b.*"],
    };
    expect((await build({ ...commands("true"), artifacts }, { files })).made).toEqual(["primary/c.txt"]);
  });

  it("may be several artifacts, and no other one", async () => {
    const artifacts = { "secondary-artifacts": { One: { files: ["a.txt"] }, Two: { files: ["out/b.txt"] } } };
    expect((await build({ ...commands("true"), artifacts }, { files })).made).toEqual([
      "secondary/One/a.txt",
      "secondary/Two/out/b.txt",
    ]);
  });

  it("has to be there: one of several may be missing, all may not", async () => {
    const some = await build({ ...commands("true"), artifacts: { files: ["none/*", "a.txt"] } }, { files });
    expect([some.status, some.made]).toEqual(["SUCCEEDED", ["primary/a.txt"]]);
    expect(some.log).toContain("Skipping invalid file path none/*");
    const none = await build({ ...commands("true"), artifacts: { files: ["none/*"] } }, { files });
    expect([none.status, none.failure]).toEqual(["FAILED", "no file fits what the artifact is to be of: none/*"]);
  });

  it("tells of reports whether they are there", async () => {
    const reports = { tests: { files: ["*.txt"], "base-directory": "out" }, coverage: { files: ["clover.xml"] } };
    const { reports: found, source, log } = await build({ ...commands("true"), reports }, { files });
    expect(found).toEqual({ tests: [join(source, "out/b.txt")], coverage: [] });
    expect(log).toContain("no file of the report coverage");
  });
});

describe("a build that does not end", () => {
  it("fails when its time is up, with all that it started", async () => {
    const { status, failure, printed } = await build(
      { phases: { build: { commands: ["sleep 60 & echo $!; wait", "echo later"] } } },
      { timeoutMs: 6_000 },
    );
    expect(status).toBe("FAILED");
    expect(failure).toBe("build: sleep 60 & echo $!; wait did not end within 0.1 minutes");
    expect(printed).toHaveLength(1);
    // It was ended beside the shell, not before it.
    await expect.poll(() => isRunning(Number(printed[0]))).toBe(false);
  });

  it("is interrupted with all that it started", async () => {
    const lifetime = testLifetime();
    const folder = temporaryFolder();
    const running = build(commands(`echo $$ > ${folder}/pid; sleep 60`), { lifetime });
    while (!existsSync(join(folder, "pid")) || readFileSync(join(folder, "pid"), "utf8") === "") await sleep(20);
    lifetime.interrupt();
    await expect(running).rejects.toBeInstanceOf(Interrupted);
    await lifetime.end();
    expect(isRunning(Number(readFileSync(join(folder, "pid"), "utf8")))).toBe(false);
  });
});
