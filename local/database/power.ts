import { RDSClient } from "@aws-sdk/client-rds";
import { messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";
import { instancesOn } from "./instances";

const INTERVAL_MS = 1_000;

export interface PowerOptions {
  readonly servers: readonly { readonly address: string; start(): Promise<void>; stop(): Promise<void> }[];
  /** How the emulator is reached. */
  readonly settings: ClientSettings;
  /** Told what keeps a server from following, once each time that it becomes something else. */
  readonly onFault: (message: string) => void;
  /** Milliseconds between two looks at the emulator. @default 1,000 */
  readonly intervalMs?: number;
}

/**
 * Stops a server when the instance of the emulated RDS that it stands for is stopped, and starts it again when it is not: so
 * that `aws rds stop-db-instance` is an outage to try, and `start-db-instance` its end.
 */
export function followInstances(lifetime: Lifetime, options: PowerOptions): void {
  const { servers, settings, onFault, intervalMs = INTERVAL_MS } = options;
  const client = new RDSClient(settings);
  let timer: NodeJS.Timeout | undefined;
  let fault = "";
  let round = Promise.resolve();
  const look = async () => {
    const pairs = await instancesOn(client, servers);
    const isStopped = (server: (typeof servers)[number]) =>
      pairs.some((pair) => pair.server === server && isOff(pair.instance.DBInstanceStatus));
    await Promise.all(servers.map((server) => (isStopped(server) ? server.stop() : server.start())));
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

function isOff(state: string | undefined): boolean {
  return state === "stopping" || state === "stopped";
}
