import type {
  ApiState,
  BalancerState,
  DatabaseState,
  GroupState,
  ListenerState,
  Place,
  RequestState,
  RuleState,
  ServiceState,
  TaskState,
  TrafficState,
} from "../state";
import type { Sections } from "./connection";

/** How something does: each has a colour, and a shape and a word beside it. */
export type Tone = "good" | "busy" | "warn" | "bad" | "idle";

/** A state in words, and how good it is. */
export interface Condition {
  readonly tone: Tone;
  readonly text: string;
}

/** A system in an environment, with all that is of it. */
export interface System {
  readonly place: Place | undefined;
  /** `jenkins-ecs`, or `user-notifications, production`. */
  readonly title: string;
  readonly apis: readonly ApiState[];
  readonly balancers: readonly BalancerState[];
  readonly services: readonly ServiceState[];
  readonly databases: readonly DatabaseState[];
}

const OTHER = "of no system";

/** What there is, by system: those of the local environment first. */
export function systemsOf({ apis = [], balancers = [], services = [], databases = [] }: Sections): readonly System[] {
  const all = [...balancers, ...services, ...databases, ...apis];
  const titles = [...new Set(all.map(({ place }) => titleOf(place)))].sort(
    (one, other) =>
      Number(one === OTHER || one.includes(",")) - Number(other === OTHER || other.includes(",")) ||
      one.localeCompare(other),
  );
  return titles.map((title) => {
    const isOf = ({ place }: { readonly place: Place | undefined }) => titleOf(place) === title;
    return {
      title,
      place: all.find(isOf)?.place,
      apis: apis.filter(isOf),
      balancers: balancers.filter(isOf),
      services: services.filter(isOf),
      databases: databases.filter(isOf),
    };
  });
}

function titleOf(place: Place | undefined): string {
  if (place === undefined) return OTHER;
  return place.environment === "local" ? place.system : `${place.system}, ${place.environment}`;
}

/** The services that a rule leads to, with the share of its requests that each gets. */
export function servicesBehind(
  { targets }: RuleState,
  services: readonly ServiceState[],
): readonly { readonly service: ServiceState; readonly group: string; readonly share: number }[] {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.flatMap(({ group, weight }) => {
    const service = services.find(({ groups }) => groups.includes(group));
    return service ? [{ service, group, share: total === 0 ? 0 : weight / total }] : [];
  });
}

export function tasksOf({ id }: ServiceState, tasks: readonly TaskState[] = []): readonly TaskState[] {
  return tasks.filter(({ service, status }) => service === id && status !== "STOPPED");
}

/** How a service does. */
export function serviceCondition(service: ServiceState): Condition {
  const { failed, stable, running, desired, rollout } = service;
  if (failed !== undefined) return { tone: "bad", text: "deployment failed" };
  if (stable) return desired === 0 ? { tone: "idle", text: "scaled to 0" } : { tone: "good", text: "steady" };
  if (rollout === "BLUE_GREEN") return { tone: "busy", text: "blue/green" };
  if (rollout === "IN_PROGRESS") return { tone: "busy", text: "deploying" };
  if (running < desired) return { tone: "warn", text: `${desired - running} missing` };
  return { tone: "busy", text: "changing" };
}

/** How a task does: what ECS says of it, and what load balancers say of its targets. */
export function taskCondition(task: TaskState, groups: readonly GroupState[] = []): Condition {
  const { status, desired, health } = task;
  if (status === "STOPPED") return { tone: "idle", text: "stopped" };
  if (desired === "STOPPED") return { tone: "warn", text: "stopping" };
  if (status !== "RUNNING") return { tone: "busy", text: status.toLowerCase() };
  const targets = groups.flatMap((group) => group.targets).filter((target) => target.task === task.id);
  if (health === "UNHEALTHY" || targets.some((target) => target.health === "unhealthy"))
    return { tone: "bad", text: "unhealthy" };
  if (targets.some((target) => target.health === "draining")) return { tone: "warn", text: "draining" };
  if (targets.some((target) => target.health === "initial")) return { tone: "busy", text: "starting" };
  return { tone: "good", text: targets.length > 0 || health === "HEALTHY" ? "healthy" : "running" };
}

export function statusCondition(status: number): Condition {
  if (status >= 500) return { tone: "bad", text: String(status) };
  if (status >= 400) return { tone: "warn", text: String(status) };
  return { tone: "good", text: String(status) };
}

/** The traffic of all target groups of a service, as one. */
export function trafficOf({ groups }: ServiceState, traffic: readonly TrafficState[] = []): TrafficState | undefined {
  const own = traffic.filter(({ group }) => groups.includes(group));
  const [first, ...others] = own;
  if (!first) return undefined;
  return others.reduce(together, first);
}

function together(one: TrafficState, other: TrafficState): TrafficState {
  const [fewer, more] = count(one) < count(other) ? [one, other] : [other, one];
  // Percentiles can't be added: those of the group with most of the requests are nearest.
  return {
    ...more,
    rate: one.rate + other.rate,
    errorShare: count(more) === 0 ? 0 : (share(more) + share(fewer)) / (count(one) + count(other)),
    history: one.history.map((value, index) => value + (other.history[index] ?? 0)),
  };
}

const count = ({ history }: TrafficState) => history.reduce((sum, value) => sum + value, 0);

const share = (traffic: TrafficState) => traffic.errorShare * count(traffic);

/** A listener, with the load balancer that it is of. */
export interface NamedListener {
  readonly balancer: BalancerState;
  readonly listener: ListenerState;
}

export function listenersOf(balancers: readonly BalancerState[] = []): readonly NamedListener[] {
  return balancers.flatMap((balancer) => balancer.listeners.map((listener) => ({ balancer, listener })));
}

/** Where a request can be sent to. */
export interface Entrance {
  /** ARN of a listener, or id of an API. */
  readonly id: string;
  readonly label: string;
  /** To begin with. */
  readonly path: string;
}

/** What a person reaches first, then what only a VPC reaches. */
export function entrancesOf({ balancers, apis = [] }: Sections): readonly Entrance[] {
  const listeners = listenersOf(balancers);
  const open = listeners.filter(({ balancer }) => !balancer.internal);
  const internal = listeners.filter(({ balancer }) => balancer.internal);
  return [...open.map(ofListener), ...apis.map(ofApi), ...internal.map(ofListener)];
}

function ofListener({ balancer, listener }: NamedListener): Entrance {
  const { arn: id, protocol, port } = listener;
  const label = `${balancer.name}, ${protocol} ${port}${balancer.internal ? ", internal" : ""}`;
  return { id, label, path: pathOf(listener) };
}

function ofApi({ id, name, kind, routes }: ApiState): Entrance {
  const path = routes.map((route) => route.path).find((one) => !one.includes("{"));
  return { id, label: `${name}, ${kind} API`, path: path ?? "/" };
}

/** What a request went by, as far as it is still there. */
export interface Way {
  readonly listener: NamedListener | undefined;
  readonly rule: RuleState | undefined;
  readonly group: GroupState | undefined;
  readonly service: ServiceState | undefined;
}

export function wayOf(request: RequestState, { balancers, groups = [], services = [] }: Sections): Way {
  const listener = listenersOf(balancers).find((one) => one.listener.arn === request.listener);
  const { group } = request;
  return {
    listener,
    rule: listener?.listener.rules.find(({ arn }) => arn === request.rule),
    group: groups.find(({ arn }) => arn === group),
    service: services.find((service) => group !== undefined && service.groups.includes(group)),
  };
}

/** A path that a rule asks for, to begin a trace with: `/medical` of `path /medical, /medical/*`. */
export function pathOf({ rules }: ListenerState): string {
  const paths = rules.flatMap(({ conditions }) => conditions.filter((text) => text.startsWith("path ")));
  const values = paths.flatMap((text) => text.slice("path ".length).split(", "));
  return values.find((path) => !/[*?]/.test(path)) ?? "/";
}
