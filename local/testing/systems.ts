import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as watch from "@aws-sdk/client-cloudwatch";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import { Source } from "../../jenkins/testing/source";
import { NpmStart } from "./npm-start";
import { Stacks } from "./stacks";

/** How many secrets were looked for, and where they were found. */
export interface Leaks {
  readonly secrets: number;
  readonly places: readonly string[];
}

/** All systems as `npm start` serves them, of a copy of this repository that tests may change. */
export class Systems {
  readonly #keptOut = new Set<string>();

  private constructor(
    readonly source: Source,
    readonly start: NpmStart,
    readonly stacks: Stacks,
    private readonly services: ecs.ECSClient,
  ) {}

  /**
   * @param args of `npm start`. @default every system
   * @param change done to the copy before. @default nothing
   */
  static async start(
    args: readonly string[] = [],
    change: (source: Source) => void = () => undefined,
  ): Promise<Systems> {
    const source = new Source();
    change(source);
    const start = new NpmStart(args, source.folder);
    try {
      await start.printed("Ctrl-C stops everything.");
    } catch (error) {
      source.remove();
      throw error;
    }
    return new Systems(source, start, new Stacks(start, source), new ecs.ECSClient(start.settings));
  }

  async end(): Promise<void> {
    this.services.destroy();
    this.start.interrupt();
    await this.start.exited;
    this.source.remove();
  }

  /** Runs `npm run local -- ...` in another terminal. Gives what it printed. */
  local(args: string): Promise<string> {
    return this.start.inAnotherTerminal(`npm run --silent local -- ${args}`);
  }

  /** The same, which has to fail. Gives the fault with all that was printed. */
  failing(args: string): Promise<string> {
    return faultOf(this.local(args));
  }

  /** What a program of `local/testing/` prints as JSON. */
  async inspected(program: "leaks" | "remains", args = ""): Promise<unknown> {
    return JSON.parse(await this.start.inAnotherTerminal(`"$EMULATOR_PYTHON" local/testing/${program}.py ${args}`));
  }

  /** A secret that the tests were given: {@link leaks} looks for it. Of a token, the signature: what a part of it ends with. */
  keepOut(secret: string): void {
    this.#keptOut.add(secret.split(".").at(-1) ?? secret);
  }

  /** The files of the run that have a secret of {@link keepOut} in them. */
  leaks(): Leaks {
    const { folder } = this.start;
    const secrets = [...this.#keptOut];
    const places = filesBelow(folder).filter((file) => {
      const content = unlessGone(() => readFileSync(file));
      return secrets.some((secret) => content?.includes(secret));
    });
    return { secrets: secrets.length, places: places.map((file) => relative(folder, file)) };
  }

  async service(cluster: string, name: string): Promise<ecs.Service> {
    const answer = await this.services.send(new ecs.DescribeServicesCommand({ cluster, services: [name] }));
    const [service] = answer.services ?? [];
    if (!service) throw new Error(`there is no service ${name} in ${cluster}`);
    return service;
  }

  /** The ARNs of a service's tasks, sorted. */
  async tasks(cluster: string, serviceName: string): Promise<readonly string[]> {
    const { taskArns = [] } = await this.services.send(new ecs.ListTasksCommand({ cluster, serviceName }));
    return taskArns.sort();
  }

  /** The addresses of the network interfaces of a service's tasks that run. */
  async addresses(cluster: string, serviceName: string): Promise<readonly string[]> {
    const tasks = [...(await this.tasks(cluster, serviceName))];
    if (tasks.length === 0) return [];
    const { tasks: described = [] } = await this.services.send(new ecs.DescribeTasksCommand({ cluster, tasks }));
    return described
      .filter(({ lastStatus }) => lastStatus === "RUNNING")
      .flatMap(({ attachments = [] }) => attachments.flatMap(({ details = [] }) => details))
      .flatMap(({ name, value }) => (name === "privateIPv4Address" && value !== undefined ? [value] : []));
  }

  /** The names of the alarms that ring, of those whose names begin so. */
  async ringing(AlarmNamePrefix: string): Promise<readonly string[]> {
    const alarms = new watch.CloudWatchClient(this.start.settings);
    const { MetricAlarms = [] } = await alarms.send(
      new watch.DescribeAlarmsCommand({ AlarmNamePrefix, StateValue: "ALARM" }),
    );
    alarms.destroy();
    return MetricAlarms.map(({ AlarmName = "" }) => AlarmName);
  }

  /** The tags of a repository's images, sorted. */
  async imageTags(repositoryName: string): Promise<readonly string[]> {
    const images = new ecr.ECRClient(this.start.settings);
    const { imageIds = [] } = await images.send(new ecr.ListImagesCommand({ repositoryName }));
    images.destroy();
    return imageIds.map(({ imageTag = "" }) => imageTag).sort();
  }

  /** The tag of the image that a service runs. */
  async tag(cluster: string, name: string): Promise<string | undefined> {
    const { taskDefinition } = await this.service(cluster, name);
    const answer = await this.services.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition }));
    return answer.taskDefinition?.containerDefinitions?.[0]?.image?.split(":").at(-1);
  }
}

/** The fault of a command that has to fail, with all that it printed. */
export function faultOf(command: Promise<string>): Promise<string> {
  return command.then(
    (output) => Promise.reject(new Error(`did not fail:\n${output}`)),
    (error: Error) => error.message,
  );
}

function filesBelow(folder: string): readonly string[] {
  const entries = unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Databases and logs, which go on while they are looked through, make files and remove them. */
function unlessGone<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
