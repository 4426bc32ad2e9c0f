import * as ecs from "@aws-sdk/client-ecs";
import { Source } from "../../jenkins/testing/source";
import { clientSettings } from "../cloud/variables";
import { NpmStart } from "./npm-start";
import { Stacks } from "./stacks";

/** All systems as `npm start` serves them, of a copy of this repository that tests may change. */
export class Systems {
  private constructor(
    readonly source: Source,
    readonly start: NpmStart,
    readonly stacks: Stacks,
    private readonly services: ecs.ECSClient,
  ) {}

  static async start(): Promise<Systems> {
    const source = new Source();
    const start = new NpmStart([], source.folder);
    try {
      await start.printed("Ctrl-C stops everything.");
    } catch (error) {
      source.remove();
      throw error;
    }
    return new Systems(
      source,
      start,
      new Stacks(start, source),
      new ecs.ECSClient(clientSettings(start.emulatorUrl, "us-east-1")),
    );
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
    return this.local(args).then(
      (output) => Promise.reject(new Error(`did not fail:\n${output}`)),
      (error: Error) => error.message,
    );
  }

  /** What a program of `local/testing/` prints as JSON. */
  async inspected(program: "leaks" | "remains", args = ""): Promise<unknown> {
    return JSON.parse(await this.start.inAnotherTerminal(`"$EMULATOR_PYTHON" local/testing/${program}.py ${args}`));
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

  /** The tag of the image that a service runs. */
  async tag(cluster: string, name: string): Promise<string | undefined> {
    const { taskDefinition } = await this.service(cluster, name);
    const answer = await this.services.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition }));
    return answer.taskDefinition?.containerDefinitions?.[0]?.image?.split(":").at(-1);
  }
}
