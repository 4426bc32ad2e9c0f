import { loadProject } from "../../config/load";
import { Failure, USAGE_STATUS } from "../../tools/failure";
import { readServices, servicesOfEnvironment } from "../cloud/services";
import type { ClientSettings } from "../cloud/variables";
import type { View } from "../cloud/view";
import { pageUrl, type Route, routesOf, type ServedListener } from "../routes";
import type { Running } from "../running";
import { loopbackUrl } from "./plan";

const ENVIRONMENT = "local";

/** Where a service is asked, from outside. */
export interface ServiceRoute {
  readonly url: URL;
  /** What the Host header has to be, where a rule asks for one. */
  readonly host: string | undefined;
}

/** The path of a service at its load balancer: a public one, where it has one. @throws Failure with status 2 */
export async function routeOfService(
  { root, running, settings }: { root: string; running: Running; settings: ClientSettings },
  name: string,
): Promise<ServiceRoute> {
  const [view, all] = await Promise.all([readView(running.emulatorUrl), readServices(settings)]);
  const services = servicesOfEnvironment(all, ENVIRONMENT);
  const listeners = servedListeners(view, running.listeners);
  const route = publicFirst(listeners)
    .flatMap((served) => routesOf(served, services))
    .find(({ service }) => service.name === name);
  if (!route)
    throw new Failure(
      noRoute(
        name,
        listeners.flatMap((served) => routesOf(served, services)),
      ),
      USAGE_STATUS,
    );
  const page = loadProject({ root, environment: ENVIRONMENT }).services.find((service) => service.name === name);
  return { url: loopbackUrl(pageUrl(route, page?.healthCheck.path)), host: route.host };
}

async function readView(emulatorUrl: string): Promise<View> {
  const response = await fetch(`${emulatorUrl}/_local/view`);
  if (!response.ok) throw new Failure(`the emulator does not tell what it runs: ${await response.text()}`);
  return (await response.json()) as View;
}

/** @param addresses by `LOAD_BALANCER PROTOCOL PORT`, as a run tells them */
export function servedListeners(
  { loadBalancers }: Pick<View, "loadBalancers">,
  addresses: Running["listeners"],
): readonly ServedListener[] {
  return loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.listeners.flatMap((listener) => {
      const address = addresses[`${loadBalancer.name} ${listener.protocol} ${listener.port}`];
      return address === undefined ? [] : [{ loadBalancer, listener, port: Number(new URL(address).port) }];
    }),
  );
}

function publicFirst(listeners: readonly ServedListener[]): readonly ServedListener[] {
  return listeners.toSorted((one, other) => Number(one.loadBalancer.internal) - Number(other.loadBalancer.internal));
}

function noRoute(name: string, routes: readonly Route[]): string {
  const names = [...new Set(routes.map(({ service }) => service.name))].sort();
  return `no load balancer has a path for a service "${name}"; there are paths for: ${names.join(", ")}. Or give a URL`;
}
