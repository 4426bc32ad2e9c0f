import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Interrupted } from "../../tools/failure";
import { isRunning } from "../../tools/processes/descendants";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import type { WalkEvents } from "./action";
import type { ApprovalRequest } from "./approval";
import { readPipeline } from "./definition";
import { type ExecutionOptions, execute } from "./execution";
import { PipelineCloud, type TestAction, testRepository } from "./walk.fixtures";

const silent: WalkEvents = {
  stage: () => undefined,
  progress: () => undefined,
  waiting: () => undefined,
  done: () => undefined,
};

const commands = (...list: string[]) => ({
  buildspec: { env: { shell: "bash" }, phases: { build: { commands: list } } },
});

describe("a walk of a pipeline", () => {
  let cloud: PipelineCloud;
  let repository: string;
  let commit: string;

  beforeAll(async () => {
    cloud = await PipelineCloud.start();
    repository = testRepository(cloud.folder, { "greeting.txt": "hello", "package.json": "{}" });
    commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: repository, encoding: "utf8" }).trim();
    const client = new SSMClient(cloud.settings);
    await client.send(new PutParameterCommand({ Name: "/shop/colour", Value: "green", Type: "String" }));
    client.destroy();
  });
  afterAll(() => cloud.end());

  const SOURCE: TestAction = {
    name: "Source",
    provider: "CodeCommit",
    configuration: { RepositoryName: "shop", BranchName: "main", PollForSourceChanges: "false" },
    makes: ["Source"],
    namespace: "Source",
  };

  const approval = (): TestAction => ({
    name: "Approval",
    provider: "Manual",
    configuration: {
      NotificationArn: cloud.topic,
      CustomData: "Release #{Source.CommitId}, tag #{Build.TAG}?",
      ExternalEntityLink: "https://example.com/#{Source.CommitId}",
    },
  });

  const build = (name: string, project: string, takes: string, more: Partial<TestAction> = {}): TestAction => ({
    name,
    provider: "CodeBuild",
    configuration: { ProjectName: project },
    takes: [takes],
    ...more,
  });

  /** Walks a pipeline in a folder of its own. */
  async function walk(name: string, given: Partial<ExecutionOptions> = {}) {
    const pipeline = await readPipeline(cloud.settings, name);
    if (!pipeline) throw new Error(`there is no pipeline ${name}`);
    const run = given.run ?? mkdtempSync(join(cloud.folder, "run-"));
    const asked: ApprovalRequest[] = [];
    const lifetime = given.lifetime ?? testLifetime();
    const record = await execute({
      ...{ lifetime, root: repository, run, settings: cloud.settings, emulatorUrl: cloud.url, pipeline },
      registry: undefined,
      services: [],
      environments: [],
      decide: async (request) => {
        asked.push(request);
        return { approved: true, by: "the test" };
      },
      events: silent,
      ...given,
    });
    await lifetime.end();
    const folder = join(run, "pipeline", record.execution);
    const log = (action: string) => readFileSync(join(folder, "logs", `${action}-${action}.log`), "utf8");
    const outcomes = record.stages.flatMap(({ actions }) => actions.map(({ name, status }) => [name, status]));
    return { record, folder, run, asked, log, outcomes };
  }

  const reject = async () => ({ approved: false, by: "the test" });

  it("hands artifacts and variables from action to action, asks, and goes on when it is approved", async () => {
    await cloud.createPipeline(
      "shop",
      [
        SOURCE,
        build("Build", "shop-build", "Source", { makes: ["Built"], namespace: "Build" }),
        approval(),
        build("Production", "shop-production", "Built", {
          configuration: {
            ProjectName: "shop-production",
            EnvironmentVariables: JSON.stringify([
              { name: "TAG", value: "#{Build.TAG}" },
              { name: "COLOUR", value: "/shop/colour", type: "PARAMETER_STORE" },
            ]),
          },
        }),
      ],
      {
        "shop-build": {
          buildspec: {
            env: { shell: "bash", "exported-variables": ["TAG"] },
            phases: {
              build: {
                commands: [
                  'TAG=$(printf %.7s "$CODEBUILD_RESOLVED_SOURCE_VERSION")-$SERVICE',
                  'mkdir out; echo "$(cat greeting.txt) of $TAG" > out/page',
                ],
              },
            },
            artifacts: { files: ["out/*"] },
          },
          variables: [{ name: "SERVICE", value: "cart", type: "PLAINTEXT" }],
        },
        "shop-production": commands(
          "ls; cat out/page; echo $TAG is $COLOUR, $AWS_ENDPOINT_URL",
          'echo "$CODEBUILD_INITIATOR $CODEBUILD_BUILD_NUMBER [$CODEBUILD_RESOLVED_SOURCE_VERSION]"',
        ),
      },
    );
    const { record, asked, log, outcomes, folder, run } = await walk("shop");
    expect(outcomes).toEqual([
      ["Source", "succeeded"],
      ["Build", "succeeded"],
      ["Approval", "succeeded"],
      ["Production", "succeeded"],
    ]);
    const tag = `${commit.slice(0, 7)}-cart`;
    expect(log("Production")).toContain(`\nout\nhello of ${tag}\n${tag} is green, ${cloud.url}\n`);
    expect(log("Production")).toContain("\ncodepipeline/shop 1 []\n");
    expect(asked).toEqual([
      {
        pipeline: "shop",
        stage: "Approval",
        action: "Approval",
        text: `Release ${commit}, tag ${tag}?`,
        link: `https://example.com/${commit}`,
      },
    ]);
    const [message = "{}"] = cloud.published.filter((body) => body.includes(record.execution));
    const { Subject, Message } = JSON.parse(message);
    expect(Subject).toBe("APPROVAL NEEDED: AWS CodePipeline shop for action Approval");
    expect(JSON.parse(Message).approval).toMatchObject({ pipelineName: "shop", token: record.execution });
    expect(record).toMatchObject({ status: "succeeded", revision: { id: commit, isCommitted: true } });
    expect(JSON.parse(readFileSync(join(folder, "result.json"), "utf8"))).toEqual(record);
    expect(readdirSync(folder).sort()).toEqual(["logs", "result.json"]);
    expect((await walk("shop", { run })).log("Production")).toContain("\ncodepipeline/shop 2 []\n");
  });

  it("ends where it is rejected: nothing after it is started", async () => {
    const file = join(temporaryFolder(), "production");
    await cloud.createPipeline("rejected", [SOURCE, approvalOf(cloud.topic), build("Production", "late", "Source")], {
      late: commands(`touch ${file}`),
    });
    const { record, outcomes } = await walk("rejected", { decide: reject });
    expect(record.status).toBe("rejected");
    expect(outcomes).toEqual([
      ["Source", "succeeded"],
      ["Approval", "rejected"],
    ]);
    expect(record.stages[1]?.actions[0]?.failure).toBe("rejected by the test");
    expect(existsSync(file)).toBe(false);
  });

  it("ends where a build fails: nobody is asked, and what it had is kept", async () => {
    await cloud.createPipeline("failing", [SOURCE, build("Build", "failing", "Source"), approvalOf(cloud.topic)], {
      failing: commands("echo about to fail; exit 3"),
    });
    const { record, asked, outcomes, log, folder } = await walk("failing");
    expect([record.status, asked]).toEqual(["failed", []]);
    expect(outcomes).toEqual([
      ["Source", "succeeded"],
      ["Build", "failed"],
    ]);
    expect(record.stages[1]?.actions[0]?.failure).toBe("build: echo about to fail; exit 3 exited with status 3");
    expect(log("Build")).toContain("\nabout to fail\n");
    expect(cloud.published.filter((body) => body.includes(record.execution))).toEqual([]);
    expect(existsSync(join(folder, "sources/Build/Build/Source/greeting.txt"))).toBe(true);
    expect(existsSync(join(folder, "shells"))).toBe(false);
  });

  it.each([
    ["a project that there is not", build("Build", "nobody", "Source"), "there is no build project nobody"],
    [
      "a variable that nobody has made",
      { ...approvalOf(""), configuration: { CustomData: "#{Build.TAG}" } },
      /^there is no variable #\{Build\.TAG\}/,
    ],
  ])("fails at %s", async (name, action, message) => {
    const pipeline = name.replaceAll(" ", "-");
    await cloud.createPipeline(pipeline, [SOURCE, action], {});
    const { record } = await walk(pipeline);
    const failure = record.stages[1]?.actions[0]?.failure ?? "";
    expect(failure).toMatch(message);
  });

  it("fails where a build does not make its artifact", async () => {
    const made = build("Build", "artless", "Source", { makes: ["Built"] });
    await cloud.createPipeline("artless", [SOURCE, made], { artless: commands("true") });
    const { record } = await walk("artless");
    expect(record.stages[1]?.actions[0]?.failure).toBe("the build has made no artifact Built");
  });

  it("is interrupted with every process that it has started, and can be walked again", async () => {
    const folder = temporaryFolder();
    const pid = join(folder, "pid");
    await cloud.createPipeline("slow", [SOURCE, build("Build", "slow", "Source")], {
      slow: commands(`if [ -f ${pid} ]; then exit 0; fi; echo $$ > ${pid}; sleep 60`),
    });
    const lifetime = testLifetime();
    const run = mkdtempSync(join(cloud.folder, "run-"));
    const walking = walk("slow", { lifetime, run });
    while (!existsSync(pid) || readFileSync(pid, "utf8") === "") await sleep(20);
    lifetime.interrupt();
    await expect(walking).rejects.toBeInstanceOf(Interrupted);
    await lifetime.end();
    expect(isRunning(Number(readFileSync(pid, "utf8")))).toBe(false);
    expect((await walk("slow", { run })).record.status).toBe("succeeded");
  });
});

function approvalOf(topic: string): TestAction {
  return { name: "Approval", provider: "Manual", configuration: topic === "" ? {} : { NotificationArn: topic } };
}
