import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";

const INTERVAL_MS = 1_000;

export interface PowerOptions {
  readonly server: { start(): Promise<void>; stop(): Promise<void> };
  /** How the emulator is reached. */
  readonly settings: ClientSettings;
  /** Told what keeps the server from following, once each time that it becomes something else. */
  readonly onFault: (message: string) => void;
  /** Milliseconds between two looks at the emulator. @default 1,000 */
  readonly intervalMs?: number;
}

/**
 * Stops the server when every MySQL instance of the emulated RDS is stopped, and starts it again when one is not: so that
 * `aws rds stop-db-instance` is an outage to try, and `start-db-instance` its end.
 */
export function followInstances(lifetime: Lifetime, options: PowerOptions): void {
  const { server, settings, onFault, intervalMs = INTERVAL_MS } = options;
  const client = new RDSClient(settings);
  let timer: NodeJS.Timeout | undefined;
  let fault = "";
  let round = Promise.resolve();
  const look = async () => {
    const { DBInstances: instances = [] } = await client.send(new DescribeDBInstancesCommand({}));
    const states = instances.filter(({ Engine }) => Engine === "mysql").map(({ DBInstanceStatus }) => DBInstanceStatus);
    const isStopped = states.length > 0 && states.every((state) => state === "stopping" || state === "stopped");
    await (isStopped ? server.stop() : server.start());
  };
  const lookLater = () => {
    timer = setTimeout(() => {
      round = look()
        .then(
          () => "",
          (error: unknown) => messageOf(error),
        )
        .then((words) => {
          if (words !== "" && words !== fault && !lifetime.signal.aborted) onFault(words);
          fault = words;
          if (!lifetime.signal.aborted) lookLater();
        });
    }, intervalMs);
  };
  lookLater();
  lifetime.onEnd(async () => {
    clearTimeout(timer);
    await round;
    client.destroy();
  });
}
