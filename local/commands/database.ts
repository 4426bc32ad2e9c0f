import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  RDSClient,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { Failure } from "../../tools/failure";
import { type Context, misuse } from "./command";

const POLL_MS = 50;

/** A server follows its instance within a second, and takes one to start; a busy machine may take long. */
const BOUND_MS = 60_000;

interface Switch {
  /** What the instance is afterwards. */
  readonly state: "stopped" | "available";
  readonly apply: (client: RDSClient, DBInstanceIdentifier: string) => Promise<unknown>;
}

const SWITCHES: ReadonlyMap<string, Switch> = new Map([
  [
    "stop",
    { state: "stopped", apply: (client, id) => client.send(new StopDBInstanceCommand({ DBInstanceIdentifier: id })) },
  ],
  [
    "start",
    {
      state: "available",
      apply: (client, id) => client.send(new StartDBInstanceCommand({ DBInstanceIdentifier: id })),
    },
  ],
]);

/**
 * Stops or starts the databases of the run, as StopDBInstance and StartDBInstance do: an outage to try, and its end. Returns
 * when their servers have followed.
 */
export async function switchDatabase(
  { lifetime, settings, terminal }: Context,
  args: readonly string[],
): Promise<void> {
  const wanted = SWITCHES.get(args[0] ?? "");
  if (!wanted || args.length > 1) throw misuse("database takes stop or start");
  const client = new RDSClient(settings);
  try {
    const { DBInstances: instances = [] } = await lifetime.until(client.send(new DescribeDBInstancesCommand({})));
    if (instances.length === 0) throw misuse("no database is deployed here");
    for (const instance of instances) {
      const { DBInstanceIdentifier: id = "", DBInstanceStatus: state } = instance;
      const isDone = state === wanted.state;
      if (!isDone) await lifetime.until(wanted.apply(client, id));
      await lifetime.until(untilItFollows(instance, wanted.state, lifetime.signal));
      terminal.done(`database ${id}`, isDone ? `is ${wanted.state} already` : wanted.state);
    }
  } finally {
    client.destroy();
  }
}

/** The server that stands for the instance is stopped and started by `npm start`, some time after the call has returned. */
async function untilItFollows(
  { DBInstanceIdentifier: id, Endpoint: { Address = "", Port = 0 } = {} }: DBInstance,
  state: Switch["state"],
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + BOUND_MS;
  while ((await takesConnections(Address, Port)) !== (state === "available")) {
    signal.throwIfAborted();
    if (Date.now() > deadline) {
      throw new Failure(
        `database ${id} is ${state} for RDS, but its server at ${Address}:${Port} has not followed within ` +
          `${BOUND_MS / 1000} seconds: see what npm start says`,
      );
    }
    await sleep(POLL_MS);
  }
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
