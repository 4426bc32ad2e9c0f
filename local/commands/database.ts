import {
  DescribeDBInstancesCommand,
  RDSClient,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { type Context, misuse } from "./command";

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

/** Stops or starts the databases of the run, as StopDBInstance and StartDBInstance do: an outage to try, and its end. */
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
    for (const { DBInstanceIdentifier: id = "", DBInstanceStatus: state } of instances) {
      const isDone = state === wanted.state;
      if (!isDone) await lifetime.until(wanted.apply(client, id));
      terminal.done(`database ${id}`, isDone ? `is ${wanted.state} already` : wanted.state);
    }
  } finally {
    client.destroy();
  }
}
