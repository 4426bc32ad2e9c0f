import { listEnvironments } from "../../../config/load-environment";
import { readServices } from "../../cloud/services";
import { readInstances } from "../../commands/status";
import { readTasks } from "../../commands/tasks";
import type { DataPlane } from "../../runner";
import type { Session } from "../../session";
import type { ServiceState } from "../state";
import { apisOf, signInsOf } from "./apis";
import { balancersOf } from "./balancers";
import type { Reading } from "./collector";
import { namesIn, readDatabases } from "./databases";
import { mailsOf, readPipelines } from "./deliveries";
import { readGroups } from "./groups";
import { placesOf } from "./places";
import type { RequestLog } from "./request-log";
import { readScaling } from "./scaling";
import { serviceStateOf } from "./services";
import { taskStatesOf } from "./tasks";

/** What each section is read from: the emulator, by calls of the AWS API, and this machine's own data plane. */
export function readingsOf(session: Session, dataPlane: DataPlane, requests: RequestLog): readonly Reading[] {
  const { root, run, runtime, project, systems, settings, emulator, timeScale = 1 } = session;
  const placeOf = placesOf(listEnvironments(root));
  const readMails = mailsOf(emulator.url);
  let services: readonly ServiceState[] = [];
  return [
    {
      name: "this run",
      everyMs: 1_000,
      read: () => ({
        run: { name: run.name, region: settings.region, runtime, emulatorUrl: emulator.url, systems },
        balancers: balancersOf(dataPlane.served, placeOf),
        apis: apisOf(dataPlane.gateways, placeOf),
        signIns: signInsOf(dataPlane.gateways),
        names: namesIn(run.names),
      }),
    },
    {
      name: "requests",
      everyMs: 500,
      read: () => ({ requests: requests.recent, traffic: requests.traffic.read() }),
    },
    {
      name: "services",
      everyMs: 1_000,
      read: async () => {
        services = (await readServices(settings)).map((one) => serviceStateOf(one, project, placeOf));
        return { services };
      },
    },
    {
      name: "tasks",
      everyMs: 1_000,
      read: async () => {
        const [tasks, instances] = await Promise.all([readTasks(settings), readInstances(settings)]);
        return { tasks: taskStatesOf(tasks, instances) };
      },
    },
    {
      name: "targets",
      everyMs: 1_000,
      read: async () => ({ groups: await readGroups(settings, (host, port) => dataPlane.taskAt(host, port)) }),
    },
    {
      name: "databases",
      everyMs: 5_000,
      read: async () => ({ databases: await readDatabases(settings, placeOf) }),
    },
    { name: "pipelines", everyMs: 10_000, read: async () => ({ pipelines: await readPipelines(settings, project) }) },
    { name: "mails", everyMs: 2_000, read: async () => ({ mails: await readMails() }) },
    { name: "scaling", everyMs: 5_000, read: () => readScaling(settings, services, timeScale) },
  ];
}
