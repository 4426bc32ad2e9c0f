import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile, writeScript } from "../tools/testing/temporary-folder";
import { testLifetime } from "../tools/testing/test-lifetime";
import { BASIC_PROGRAMS } from "./runner/containers";
import { whyNoGroovy } from "./runner/groovy";
import { type PipelineOptions, runPipeline } from "./runner/run-pipeline";
import { ROOT } from "./testing/small-cloud";

const WITHOUT_GROOVY = whyNoGroovy() !== undefined;

/** A stand-in for the release program: writes down how it was called, and fails where a test says so. */
const RELEASE_PROGRAM = `
  const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require("node:fs");
  const [command, service, ...args] = process.argv.slice(2);
  appendFileSync(process.env.CALLS, [command, service, ...args].join(" ") + "\\n");
  const out = args[args.indexOf("--out") + 1];
  if (args.includes("--out")) mkdirSync(out, { recursive: true });
  const files = { tag: "7-cart", image: "registry.example/cart:7-cart", dockerfile: "apps/shop/Dockerfile", registry: "registry.example", region: "eu-west-1", folders: "apps/cart apps/kit" };
  if (command === "prepare") {
    for (const [name, value] of Object.entries({ ...files, next: process.env.NEXT_STEP })) writeFileSync(out + "/" + name, value);
  }
  const list = args[args.indexOf("--affected") + 1];
  if (args.includes("--affected")) appendFileSync(process.env.CALLS, existsSync(list) ? "the list is there\\n" : "there is no list\\n");
  if (command === "deploy" && !args.includes("--dry-run")) writeFileSync(out + "/task-definition.json", "{}");
  process.exit(args.includes("--dry-run") ? 0 : Number(process.env["FAIL_" + command.toUpperCase()] ?? 0));`;

/** Runs the Jenkinsfile itself, with stand-ins for every program that it calls. */
async function run(options: Partial<PipelineOptions> = {}) {
  const folder = temporaryFolder();
  const source = join(folder, "source");
  writeFile(source, "jenkins/agent-pod.yaml", readFileSync(join(ROOT, "jenkins/agent-pod.yaml"), "utf8"));
  writeFile(source, "release.cjs", RELEASE_PROGRAM);
  const calls = writeFile(folder, "calls", "");
  const script = (name: string, body: string) => writeScript(folder, `programs/${name}`, body);
  const noted = (name: string) => script(name, `echo "${name} $*" >> "$CALLS"`);
  const npm = script(
    "npm",
    `echo "npm $*" >> "$CALLS"; mkdir -p .local/release; cp release.cjs .local/release/; [ "$3" != affected ] || exit "\${FAIL_AFFECTED:-0}"`,
  );
  const docker = noted("docker");
  const aws = script("aws", `echo "aws $*" >> "$CALLS"; echo password-of-the-registry`);
  const done = await runPipeline({
    jenkinsfile: join(ROOT, "jenkins/Jenkinsfile"),
    source,
    folder: join(folder, "run"),
    lifetime: testLifetime(),
    checkout: 'cp -a "$SOURCE/." .',
    jobName: "release/cart",
    buildNumber: 7,
    containers: {
      node: [...BASIC_PROGRAMS, "node", npm],
      "aws-cli": [...BASIC_PROGRAMS, aws],
      docker: [...BASIC_PROGRAMS, docker],
    },
    ...options,
    environment: { CALLS: calls, NEXT_STEP: "image", ...options.environment },
  });
  const results = Object.fromEntries(done.stages.map(({ name, result }) => [name, result]));
  return { ...done, results, calls: readFileSync(calls, "utf8").split("\n").filter(Boolean) };
}

const IMAGE = [
  "npm run --silent build:release",
  "prepare cart --env dev --image-tag  --out .local/release/prepared",
  "npm run --silent test:unit -- apps/cart apps/kit",
  "docker build --file apps/shop/Dockerfile --build-arg VERSION=7-cart --tag registry.example/cart:7-cart .",
  "aws ecr get-login-password",
  "docker login --username AWS --password-stdin registry.example",
  "docker push registry.example/cart:7-cart",
  "docker logout registry.example",
  "deploy cart --env dev --image-tag 7-cart --dry-run",
];

/** The commit of the last build that succeeded. */
const PREVIOUS = "0123456789abcdef0123456789abcdef01234567";

const CHANGES = "prepare cart --env dev --affected .local/release/affected.json --out .local/release/prepared";

const RELEASE = [
  "deploy cart --env dev --image-tag 7-cart --out .local/release/record",
  "smoke cart --env dev --image-tag 7-cart",
];

describe.skipIf(WITHOUT_GROOVY)("the Jenkinsfile", () => {
  it("prepares, tests, builds, pushes, verifies, deploys and asks the service, named after its job", async () => {
    const { result, calls, log, steps } = await run();
    expect(result, log).toBe("SUCCESS");
    expect(calls).toEqual([...IMAGE, ...RELEASE]);
    // A pod before the approval and one after it: none is held in between.
    expect(new Set(steps.map(({ agent }) => agent))).toEqual(new Set([1, 2, null]));
  });

  it("only tells what would change in a dry run", async () => {
    const { result, calls, log } = await run({ parameters: { DRY_RUN: true } });
    expect(result, log).toBe("SUCCESS");
    expect(calls).toEqual(IMAGE);
  });

  it("does not build what the registry has, and does nothing where nothing has changed", async () => {
    const there = await run({
      environment: { NEXT_STEP: "release" },
      parameters: { IMAGE_TAG: "6-cart", SERVICE: "shop" },
    });
    expect(there.calls).toEqual([
      "npm run --silent build:release",
      "prepare shop --env dev --image-tag 6-cart --out .local/release/prepared",
      "deploy shop --env dev --image-tag 7-cart --dry-run",
      "deploy shop --env dev --image-tag 7-cart --out .local/release/record",
      "smoke shop --env dev --image-tag 7-cart",
    ]);
    const polled = await run({
      environment: { NEXT_STEP: "nothing" },
      cause: "SCMTrigger",
      previousCommit: PREVIOUS,
    });
    expect(polled.result, polled.log).toBe("SUCCESS");
    expect(polled.calls).toEqual([
      "npm run --silent build:release",
      "prepare cart --env dev --image-tag  --out .local/release/prepared",
      `npm run --silent affected -- --since ${PREVIOUS} --env dev --json`,
      CHANGES,
      "the list is there",
    ]);
  });

  it("has no list of what has changed where nothing has succeeded yet, or git does not tell: everything is released", async () => {
    const first = await run({ cause: "SCMTrigger" });
    expect(first.result, first.log).toBe("SUCCESS");
    expect(first.calls).toEqual([...IMAGE.slice(0, 2), CHANGES, "there is no list", ...IMAGE.slice(2), ...RELEASE]);
    const unknown = await run({ environment: { FAIL_AFFECTED: "2" }, cause: "SCMTrigger", previousCommit: PREVIOUS });
    expect(unknown.result, unknown.log).toBe("SUCCESS");
    expect(unknown.calls).toContain("there is no list");
  });

  it("asks before production, when it is verified and with no agent held, and goes on when a person approves", async () => {
    const production = { parameters: { ENVIRONMENT: "prod" } };
    const approved = await run({ ...production, input: { answer: "approve", submitter: "release-approvers" } });
    expect(approved.result, approved.log).toBe("SUCCESS");
    expect(approved.inputs).toMatchObject([{ message: "Release to production?", agentHeld: false }]);
    expect(approved.calls.at(-1)).toBe("smoke cart --env prod --image-tag 7-cart");
    const refused = await run({ ...production, input: { answer: "abort" } });
    expect(refused.result, refused.log).toBe("ABORTED");
    expect(refused.calls.at(-1)).toBe("deploy cart --env prod --image-tag 7-cart --dry-run");
    const dryRun = await run({ parameters: { ENVIRONMENT: "prod", DRY_RUN: true } });
    expect([dryRun.result, dryRun.inputs], dryRun.log).toEqual(["SUCCESS", []]);
  });

  it("fails with the release, archives what was rendered, and asks the service nothing", async () => {
    const { result, results, calls, archive, log } = await run({ environment: { FAIL_DEPLOY: "1" } });
    expect(result, log).toBe("FAILURE");
    expect(results).toMatchObject({ Verify: "SUCCESS", Deploy: "FAILURE", "Smoke test": "SKIPPED" });
    expect(calls.at(-1)).toMatch(/^deploy /);
    expect(readFileSync(join(archive, ".local/release/record/task-definition.json"), "utf8")).toBe("{}");
  });

  it("takes credentials where it is told of some, for what talks to AWS alone, and masks them", async () => {
    const password = "sEcReT-access-key";
    const { result, log, steps, calls } = await run({
      environment: { AWS_CREDENTIALS_ID: "release", FAIL_SMOKE: "0" },
      credentials: { release: { type: "usernamePassword", username: "AKIAEXAMPLE", password } },
    });
    expect(result, log).toBe("SUCCESS");
    expect(calls).toEqual([...IMAGE, ...RELEASE]);
    expect(log).not.toContain(password);
    expect(log).not.toContain("password-of-the-registry");
    expect(steps.map(({ script }) => script).join("\n")).not.toContain(password);
  });
});
