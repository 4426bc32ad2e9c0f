import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFile } from "../tools/testing/temporary-folder";
import { commandLineOf, NpmStart, stillRunning } from "./testing/npm-start";

/** One system: the others are applied, planned and destroyed by their own tests, and all together below, with --once. */
const STACKS = ["state", "registry", "network", "jenkins-ecs"] as const;

/** Names of the folders of runs, each of which tells its own from every other's. */
const runFolders = () => (existsSync(".local/runs") ? readdirSync(".local/runs") : []);

describe("npm start", () => {
  let start: NpmStart;
  let folders: Map<string, string>;

  /** Runs Terraform on a stack as it is synthesised anew in another terminal. */
  const terraform = (stack: string, args: string) =>
    start.inAnotherTerminal(`"$TERRAFORM_BINARY_NAME" -chdir='${folders.get(stack)}' ${args} -input=false -no-color`);

  let url: string;

  beforeAll(async () => {
    start = new NpmStart(["--system", "jenkins-ecs"]);
    await start.printed("Ctrl-C stops everything.");
    url = start.listener("jenkins-ecs-local", 80);
    const outdir = join(start.folder, "second");
    mkdirSync(outdir);
    await start.inAnotherTerminal(`CDKTF_OUTDIR='${outdir}' node tools/synth.mjs`);
    folders = new Map(STACKS.map((stack) => [stack, join(outdir, "stacks", stack)]));
    for (const stack of STACKS) await terraform(stack, "init");
  });
  afterAll(async () => {
    start.interrupt();
    await start.exited;
  });

  it.each([
    ["/medical", "Medical", "EC2"],
    ["/security", "Security", "EC2"],
    ["/finance", "Finance", "FARGATE"],
    ["/payment", "Payment", "FARGATE"],
  ])("answers %s with the page of %s on %s", async (path, service, launchType) => {
    const json = await fetch(url + path, { headers: { accept: "application/json" } });
    expect(json.status).toBe(200);
    expect(await json.json()).toMatchObject({ service, launchType, environment: "local" });
    const page = await fetch(url + path, { headers: { accept: "text/html" } });
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain(`<h1>${service}</h1>`);
  });

  it("answers a path that no rule matches with the listener's default action", async () => {
    for (const path of ["/", "/medicalfoo", "/MEDICAL", "/healthcheck"]) {
      const response = await fetch(url + path);
      expect([response.status, await response.text()]).toEqual([404, "not found: no service answers this path"]);
    }
  });

  it("lets the service answer what is below its own paths", async () => {
    const response = await fetch(`${url}/medical/nothing-here`, { headers: { accept: "application/json" } });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  it.each(STACKS)("leaves nothing to change in the stack %s: the second plan is empty", async (stack) => {
    // With -detailed-exitcode a plan that would change something ends with 2, and is then the message of the failure.
    expect(await terraform(stack, "plan -detailed-exitcode")).toContain("No changes.");
  });

  it("is what `npx cdktf diff` in another terminal talks to", async () => {
    const printed = await start.inAnotherTerminal("CI=1 npx cdktf diff registry");
    expect(printed).toContain("No changes.");
  });

  it("is what `aws ecs` in another terminal would see: both services, with their capacity providers", async () => {
    const script = `import boto3, json
services = boto3.client("ecs").describe_services(cluster="jenkins-ecs-local", services=["service-a", "service-b"])["services"]
print(json.dumps([[one["serviceName"], one["desiredCount"], one["capacityProviderStrategy"][0]["capacityProvider"]] for one in services]))`;
    const printed = await start.inAnotherTerminal(`"$EMULATOR_PYTHON" -c '${script}'`);
    expect(JSON.parse(printed)).toEqual([
      ["service-a", 2, "jenkins-ecs-local"],
      ["service-b", 2, "FARGATE"],
    ]);
  });

  it("lets Terraform wait for the steady state of a service", async () => {
    const folder = join(start.folder, "steady");
    const script = `import boto3, json
service = boto3.client("ecs").describe_services(cluster="jenkins-ecs-local", services=["service-b"])["services"][0]
print(json.dumps([service["taskDefinition"], service["networkConfiguration"]["awsvpcConfiguration"]]))`;
    const [taskDefinition, network] = JSON.parse(await start.inAnotherTerminal(`"$EMULATOR_PYTHON" -c '${script}'`));
    writeFile(folder, "main.tf.json", JSON.stringify(steadyService(taskDefinition, network)));
    const steady = (args: string) =>
      start.inAnotherTerminal(`"$TERRAFORM_BINARY_NAME" -chdir='${folder}' ${args} -input=false -no-color`);
    await steady("init");
    await steady("apply -auto-approve");
    expect(await steady("plan -detailed-exitcode")).toContain("No changes.");
    await steady("destroy -auto-approve");
  });

  it("can be destroyed, and then the emulator holds nothing", async () => {
    for (const stack of STACKS.toReversed()) await terraform(stack, "destroy -auto-approve");
    expect(JSON.parse(await start.inAnotherTerminal('"$EMULATOR_PYTHON" local/testing/remains.py'))).toEqual({});
  });

  it("says it when the emulator dies, and leaves nothing but the logs", async () => {
    const { folder, emulatorUrl, processes } = start;
    const emulator = processes.find((pid) => commandLineOf(pid).includes("local/emulator/server.py"));
    process.kill(emulator ?? Number.NaN, "SIGKILL");
    expect(await start.exited).toBe(1);
    expect(start.output).toMatch(/the AWS emulator was ended by SIGKILL; its log: \S+emulator\.log/);
    expect(start.output).toContain(`logs and state are kept until the next start: ${relative(".", folder)}`);
    expect(existsSync(join(folder, "logs/emulator.log"))).toBe(true);
    await expect(fetch(emulatorUrl)).rejects.toThrow();
    await expect(fetch(url)).rejects.toThrow();
    expect(stillRunning(processes)).toEqual([]);
  });
});

/** A service beside the others, which Terraform takes as made only when its task runs. */
function steadyService(taskDefinition: string, network: { subnets: string[]; securityGroups: string[] }) {
  const { subnets, securityGroups } = network;
  return {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: { aws: { max_retries: 2, skip_credentials_validation: true, skip_metadata_api_check: "true" } },
    resource: {
      aws_ecs_service: {
        steady: {
          name: "steady",
          cluster: "jenkins-ecs-local",
          task_definition: taskDefinition,
          desired_count: 1,
          launch_type: "FARGATE",
          network_configuration: { subnets, security_groups: securityGroups },
          wait_for_steady_state: true,
          timeouts: { create: "60s" },
        },
      },
    },
  };
}

describe("npm start -- --once", () => {
  it("deploys, checks every route, and leaves neither a process nor a folder", async () => {
    const before = runFolders();
    const once = new NpmStart(["--once"]);
    await once.printed("AWS emulator");
    const processes = once.processes;
    expect(processes.some((pid) => commandLineOf(pid).includes("local/emulator/server.py"))).toBe(true);
    const [folder = "none"] = runFolders().filter((name) => !before.includes(name));
    const status = await once.exited;
    expect(status, once.output).toBe(0);
    expect(once.output).toContain("all 24 answers are right");
    expect(folder).not.toBe("none");
    expect(runFolders()).not.toContain(folder);
    expect(stillRunning(processes)).toEqual([]);
  });
});
