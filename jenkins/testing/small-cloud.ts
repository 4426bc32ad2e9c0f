import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as codedeploy from "@aws-sdk/client-codedeploy";
import { ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import { deploymentUnit } from "../../config/deployment-unit";
import { loadProject } from "../../config/load";
import { serviceNames, systemNames } from "../../config/names";
import type { Service } from "../../config/service";
import { TaskCredentials } from "../../local/agent/task-credentials";
import { startEmulator } from "../../local/cloud/emulator";
import { clientSettings, emulatorVariables, withoutAwsSettings } from "../../local/cloud/variables";
import { urlOf } from "../../local/routes";
import { RunFolder } from "../../local/run-folder";
import { startRunner } from "../../local/runner";
import type { Session } from "../../local/session";
import { Lifetime } from "../../tools/processes/lifetime";
import { ProcessGroup } from "../../tools/processes/process-group";
import { recordingTerminal } from "../../tools/testing/recording-terminal";
import { ONGOING_DEPLOYMENT } from "../release/aws/code-deploy";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const REGION = "us-east-1";

const POLL_MS = 100;

/** Port of the listener for requests; where there are two, the other one is for tests. */
const PRODUCTION_PORT = 80;

/** A program that serves and tells its version, as the services do. */
const SERVING = `
  const answer = (request, response) => response.end(JSON.stringify({ version: VERSION }));
  require("node:http").createServer(answer).listen(Number(process.env.PORT), process.env.HOST);
  process.on("SIGTERM", () => process.exit(0));`;

/** Each takes a second here. */
const BAKE_MINUTES = 4;

/** What stands for the migrations of an image: it says what it is asked to do. */
const DATABASE = `console.log("database:", process.argv[2]);`;

/**
 * The emulator with one service of the environment "local", and what runs its tasks and serves it: everything that a
 * release meets, without Terraform. `service-b` is deployed by ECS itself, `employee` by CodeDeploy, with migrations.
 */
export class SmallCloud {
  readonly client: ecs.ECSClient;
  readonly codeDeploy: codedeploy.CodeDeployClient;
  /** The revision that is published as Terraform's. */
  published = "";

  private constructor(
    private readonly lifetime: Lifetime,
    private readonly session: Session,
    private readonly folder: string,
    private readonly balancers: ReturnType<typeof startRunner>,
    readonly service: Service,
  ) {
    this.client = new ecs.ECSClient(session.settings);
    this.codeDeploy = new codedeploy.CodeDeployClient(session.settings);
    lifetime.onEnd(() => {
      this.client.destroy();
      this.codeDeploy.destroy();
    });
  }

  static async start(name: "service-b" | "employee" = "service-b"): Promise<SmallCloud> {
    const lifetime = new Lifetime();
    const folder = mkdtempSync(join(tmpdir(), "release-test-"));
    const project = loadProject({ root: ROOT, environment: "local" });
    const run = await RunFolder.create(folder);
    const python = process.env.EMULATOR_PYTHON ?? "";
    const emulator = await startEmulator(lifetime, { root: ROOT, python, log: run.log("emulator") });
    const settings = clientSettings(emulator.url, REGION);
    const session: Session = {
      root: ROOT,
      project,
      lifetime,
      terminal: recordingTerminal().terminal,
      run,
      runtime: "process",
      systems: [],
      emulator,
      taskEndpoint: emulator.url,
      credentials: await TaskCredentials.start(lifetime, settings),
      settings,
      variables: {},
      exitWithParent: "",
    };
    const service = project.services.find((one) => one.name === name);
    if (!service) throw new Error(`there is no ${name}`);
    const cloud = new SmallCloud(lifetime, session, folder, startRunner(session, 0), service);
    await cloud.#createPlatform(python);
    return cloud;
  }

  async end(): Promise<void> {
    await this.lifetime.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get emulatorUrl(): string {
    return this.session.emulator.url;
  }

  /** How a client of the SDK reaches it. */
  get settings() {
    return this.session.settings;
  }

  get names() {
    return serviceNames(this.service, "local");
  }

  get cluster(): string {
    return systemNames(deploymentUnit(this.service), "local").cluster;
  }

  /** Where CodeDeploy deploys it. */
  get deploymentGroup() {
    const { deploymentApplication: applicationName } = systemNames(deploymentUnit(this.service), "local");
    return { applicationName, deploymentGroupName: this.names.deploymentGroup };
  }

  /** The image of a tag. */
  imageOf(tag: string): string {
    return `123456789012.dkr.ecr.${REGION}.amazonaws.com/${this.names.repository}:${tag}`;
  }

  /** Variables of a shell that talks to this cloud. @param url of something between it and the emulator */
  variables(url = this.emulatorUrl): NodeJS.ProcessEnv {
    return { ...withoutAwsSettings(process.env), ...emulatorVariables(url, REGION), ENVIRONMENT: "local" };
  }

  /** Puts an image into the repository: a program, one that serves by default, and the migrations. */
  async push(tag: string, program = SERVING, database = DATABASE): Promise<void> {
    this.#build(tag, program, database);
    const digest = `sha256:${createHash("sha256").update(tag).digest("hex")}`;
    const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
    const config = { mediaType: "application/vnd.docker.container.image.v1+json", size: 1, digest };
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] });
    const client = new ECRClient(this.session.settings);
    await client.send(new PutImageCommand({ repositoryName: this.names.repository, imageTag: tag, imageManifest }));
    client.destroy();
  }

  /** Where the load balancer serves the service. */
  get url(): string {
    const served = this.balancers.served.find(({ listener }) => listener.port === PRODUCTION_PORT);
    if (!served) throw new Error("no listener is served");
    return urlOf(served);
  }

  /** The version that the load balancer's answer tells. */
  async version(): Promise<string> {
    return ((await (await fetch(this.url)).json()) as { version: string }).version;
  }

  async describeService(): Promise<ecs.Service> {
    const { services = [] } = await this.client.send(
      new ecs.DescribeServicesCommand({ cluster: this.cluster, services: [this.service.name] }),
    );
    if (!services[0]) throw new Error("the service is gone");
    return services[0];
  }

  /**
   * Waits until no deployment goes on, and the tasks that the last one has replaced are gone: nothing of the service changes
   * by itself any more, and the load balancer has heard where the traffic goes.
   */
  async settled(): Promise<void> {
    while (!(await this.#isSettled())) await sleep(POLL_MS);
  }

  async #isSettled(): Promise<boolean> {
    if (this.service.deployment.controller !== "CODE_DEPLOY") {
      const { deployments: [last, ...more] = [] } = await this.describeService();
      return last?.rolloutState === "COMPLETED" && more.length === 0;
    }
    // Before the service: a deployment is there before its task set, and ends before the task set that it replaces.
    const { deployments = [] } = await this.codeDeploy.send(
      new codedeploy.ListDeploymentsCommand({ ...this.deploymentGroup, includeOnlyStatuses: [...ONGOING_DEPLOYMENT] }),
    );
    const { taskSets: [taskSet, ...others] = [] } = await this.describeService();
    return deployments.length === 0 && taskSet?.stabilityStatus === "STEADY_STATE" && others.length === 0;
  }

  /** The active revisions, `family:number`, the oldest first, each with its image's tag. @param family the service's own */
  async revisions(family = this.names.family): Promise<readonly { readonly name: string; readonly tag: string }[]> {
    const { taskDefinitionArns = [] } = await this.client.send(
      new ecs.ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE" }),
    );
    // The prefix of another family is this one.
    const own = taskDefinitionArns.filter((arn) => arn.includes(`/${family}:`));
    return Promise.all(
      own.map(async (arn) => {
        const { taskDefinition } = await this.client.send(
          new ecs.DescribeTaskDefinitionCommand({ taskDefinition: arn }),
        );
        const image = taskDefinition?.containerDefinitions?.[0]?.image ?? "";
        return { name: arn.slice(arn.lastIndexOf("/") + 1), tag: image.slice(image.lastIndexOf(":") + 1) };
      }),
    );
  }

  async #createPlatform(python: string): Promise<void> {
    const { service, names, cluster } = this;
    const { port, cpu, memory, environment } = service;
    const { deploymentApplication: application, deploymentRepository: repository } = systemNames(
      deploymentUnit(service),
      "local",
    );
    const image = this.imageOf("bootstrap");
    const blueGreen = service.deployment.controller === "CODE_DEPLOY" && { bakeMinutes: BAKE_MINUTES };
    const given = { names, cluster, application, repository, port, cpu, memory, environment, image, ...blueGreen };
    // The tasks of the first revision start as soon as the service exists.
    this.#build("bootstrap", SERVING, DATABASE);
    const group = new ProcessGroup(python, [join(ROOT, "jenkins/testing/service_platform.py")], {
      env: this.variables(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    let printed = "";
    group.child.stdout?.on("data", (piece) => {
      printed += String(piece);
    });
    // It may end before it has read what is written: the exit status says so.
    group.child.stdin?.on("error", () => undefined);
    group.child.stdin?.end(JSON.stringify(given));
    const { status, reason } = await group.exited;
    if (status !== 0) throw new Error(`the platform could not be made: ${reason}`);
    this.published = printed.trim();
    await this.push("bootstrap");
    await this.settled();
  }

  /** What stands for an image on this machine. */
  #build(tag: string, program: string, database: string): void {
    const bundle = this.session.run.bundle(this.service.name, tag);
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, "main.cjs"), `const VERSION = ${JSON.stringify(tag)};\n${program}`);
    writeFileSync(join(bundle, "database.cjs"), database);
  }
}
