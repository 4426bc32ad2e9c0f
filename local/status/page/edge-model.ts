import type { RequestState } from "../state";
import type { Sections } from "./connection";
import { type System, servicesBehind, trafficOf } from "./model";

/** A line of the picture, from one node to another, both by the names that they have in the document. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Requests a second: how thick it is, and whether it moves. */
  readonly rate: number;
  /** Whether no request takes it now: a group of weight 0, a name that is only called. */
  readonly isFaint: boolean;
  /** Whether the marked request has taken it. */
  readonly isMarked: boolean;
}

/** The lines of a system. */
export function edgesOf(system: System, { traffic }: Sections, marked: RequestState | undefined): readonly Edge[] {
  const { apis, balancers, services } = system;
  const plain = { rate: 0, isFaint: false, isMarked: false };
  const listeners = balancers.flatMap((balancer) => balancer.listeners.map((listener) => ({ balancer, listener })));
  const toApis = apis.map(({ id }) => ({ ...plain, from: "clients", to: `api:${id}` }));
  const fromApis = apis.flatMap(({ id, routes }) => {
    const led = new Set(routes.map(({ listener }) => listener));
    return listeners
      .filter(({ listener }) => led.has(listener.arn))
      .map(({ listener }) => ({ ...plain, from: `api:${id}`, to: `listener:${listener.arn}` }));
  });
  const toListeners = listeners
    .filter(({ balancer }) => !balancer.internal)
    .map(({ listener: { arn } }) => ({
      ...plain,
      from: "clients",
      to: `listener:${arn}`,
      isMarked: marked?.listener === arn,
    }));
  const toServices = listeners.flatMap(({ listener }) =>
    listener.rules.flatMap((rule) =>
      servicesBehind(rule, services).map(({ service, group, share }) => ({
        from: `rule:${rule.arn}`,
        to: `service:${service.id}`,
        rate: trafficOf(service, traffic)?.rate ?? 0,
        isFaint: share === 0,
        isMarked: marked?.rule === rule.arn && marked.group === group,
      })),
    ),
  );
  const toData = services.flatMap(({ id, database }) =>
    database === undefined ? [] : [{ ...plain, from: `service:${id}`, to: `database:${database}` }],
  );
  return [...toApis, ...fromApis, ...toListeners, ...toServices, ...toData];
}
