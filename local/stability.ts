import { setTimeout as sleep } from "node:timers/promises";
import type { Lifetime } from "../tools/processes/lifetime";
import { type RunningService, readServices, rolloutOf } from "./cloud/services";
import type { ClientSettings } from "./cloud/variables";

const POLL_MS = 250;

/** Events that are told of a service that does not get there. */
const EVENTS = 5;

export interface Waiting {
  readonly lifetime: Lifetime;
  readonly settings: ClientSettings;
  /** How long a service may take, in milliseconds. */
  readonly boundMs: number;
  /** Only this service. @default all */
  readonly service?: string;
}

export interface Waited {
  readonly services: readonly RunningService[];
  /** What keeps services from their steady state, one text each. */
  readonly faults: readonly string[];
}

/** Waits until every desired task of each service runs and is healthy, and nothing of an older deployment is left. */
export async function untilStable({ lifetime, settings, boundMs, service }: Waiting): Promise<Waited> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const services = await lifetime.until(readServices(settings));
    const watched = services.filter(({ name }) => service === undefined || name === service);
    const unstable = watched.filter((one) => !rolloutOf(one.service).stable);
    if (unstable.length === 0) return { services, faults: [] };
    if (Date.now() > deadline) return { services, faults: unstable.map((one) => faultOf(one, boundMs)) };
    await lifetime.until(sleep(POLL_MS));
  }
}

function faultOf({ name, service }: RunningService, boundMs: number): string {
  const { state, failed } = rolloutOf(service);
  const events = (service.events ?? []).slice(0, EVENTS).map(({ message }) => `      ${message}`);
  const counts = `${service.runningCount} of ${service.desiredCount} tasks run`;
  const words = `${name} is not in a steady state after ${boundMs / 1_000} s: ${counts}, rollout ${state}`;
  return [`${words}${failed ? ` (${failed})` : ""}; its newest events:`, ...events].join("\n");
}
