import type { EnvironmentFile } from "../environment";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import type { Service } from "../service";
import { nearest } from "../suggest";
import type { ServiceDirectory } from "./service-directory";
import { unitOf } from "./service-pairs";

/** What is wrong with a service's calls by themselves. */
export function checkCalls({ name, calls }: Salvaged<Service>): readonly Finding[] {
  const itself = present(calls).filter(([, callee]) => callee === name);
  return [
    ...findDuplicates(calls, ["calls"], "the service"),
    ...itself.map(([index]) => ({
      at: [["calls", index]] as const,
      problem: "the service calls itself",
      allowed: "other services of the same system",
      mend: "remove it",
    })),
  ];
}

/** What is wrong with a service's calls, seen with those that it calls and with how they are found. */
export function checkCallees(
  service: Salvaged<Service>,
  services: ServiceDirectory,
  { discovery }: Salvaged<EnvironmentFile>,
): readonly Finding[] {
  const unit = unitOf(service);
  const others = () => services.namesIn(unit).filter((name) => name !== service.name);
  return present(service.calls)
    .filter(([, name]) => name !== service.name)
    .flatMap(([index, name]) => {
      const callee = services.named(name);
      if (!callee) return [unknown(index, name, others())];
      if (unitOf(callee) !== unit) return [foreign(index, callee, others(), callee.system === service.system)];
      if (callee.expose !== undefined) return [exposed(index, name)];
      return callee.deployment?.controller === "CODE_DEPLOY" && discovery !== undefined && discovery !== "load-balancer"
        ? [blueGreen(index, name, discovery)]
        : [];
    });
}

function unknown(index: number, name: string, own: readonly string[]): Finding {
  const meant = nearest(name, own);
  return {
    at: [["calls", index]],
    problem: `there is no service ${JSON.stringify(name)}`,
    allowed: listed(own),
    mend: meant ? `did you mean ${JSON.stringify(meant)}?` : "remove it, or name one of these",
  };
}

function foreign(
  index: number,
  { name, system, group }: Salvaged<Service>,
  own: readonly string[],
  isOfGroup: boolean,
): Finding {
  const ofGroup = group === undefined ? "of no group" : `of the group ${JSON.stringify(group)}`;
  const place = isOfGroup ? ofGroup : `of the system ${JSON.stringify(system)}`;
  return {
    at: [["calls", index]],
    problem: `${JSON.stringify(name)} is ${place}, whose private names and ports are its own`,
    allowed: listed(own, isOfGroup ? "group" : "system"),
    mend: `call it by its public name, which "environment" can hold, and remove it here${isOfGroup ? '; or write the same "group" in both' : ""}`,
  };
}

/** Its tasks take nothing without a token of a user's, and the load balancer of the system does not lead to it. */
function exposed(index: number, name: string): Finding {
  return {
    at: [["calls", index]],
    problem: `${JSON.stringify(name)} is reached through the API only, with the tokens of users`,
    allowed: 'services of the same system without "expose"',
    mend: "call another service of the same application, which is not exposed",
  };
}

/** ECS changes registries and proxies of a service by UpdateService, which takes neither for one that CodeDeploy deploys. */
function blueGreen(index: number, name: string, discovery: string): Finding {
  return {
    at: [["calls", index]],
    problem: `${JSON.stringify(name)} is deployed by CodeDeploy: ECS changes no discovery of it, as the environment's "discovery" of ${JSON.stringify(discovery)} asks for`,
    allowed: 'services with "deployment.controller" "ECS"; others where "discovery" is "load-balancer"',
    mend: `write "discovery": "load-balancer" in the environment, or "controller": "ECS" in ${name}`,
  };
}

/**
 * What Service Connect does not bear of who calls whom: a caller that CodeDeploy deploys, for it has a proxy, too; and a ring,
 * for a task knows only the names that were there when its deployment began.
 */
export function checkConnections(
  service: Salvaged<Service>,
  services: ServiceDirectory,
  { discovery }: Salvaged<EnvironmentFile>,
): readonly Finding[] {
  if (discovery !== "service-connect" || members(service.calls).length === 0) return [];
  const findings: Finding[] = [];
  if (service.deployment?.controller === "CODE_DEPLOY") {
    findings.push({
      at: [["calls"], ["deployment", "controller"]],
      problem: "the service is deployed by CodeDeploy, which knows no Service Connect",
      allowed: 'calls of services with "deployment.controller" "ECS", or another "discovery" in the environment',
      mend: 'write "discovery": "cloud-map" in the environment, or "controller": "ECS"',
    });
  }
  const ring = ringOf(service, services);
  if (ring) {
    findings.push({
      at: [["calls"]],
      problem: `${ring.join(" calls ")}: with Service Connect each would have to be there before the other`,
      allowed: "calls that lead back to no caller",
      mend: 'write "discovery": "cloud-map" in the environment, or take one of the calls away',
    });
  }
  return findings;
}

/** The way from a service back to itself, by its calls; undefined where there is none. */
function ringOf(start: Salvaged<Service>, services: ServiceDirectory): readonly string[] | undefined {
  const visited = new Set<string>();
  const follow = (service: Salvaged<Service>, way: readonly string[]): readonly string[] | undefined => {
    for (const name of members(service.calls)) {
      if (name === start.name) return way.length > 1 ? [...way, name] : undefined;
      const callee = visited.has(name) ? undefined : services.named(name);
      visited.add(name);
      const ring = callee && follow(callee, [...way, name]);
      if (ring) return ring;
    }
    return undefined;
  };
  return start.name === undefined || !services.mayBeInRing(start.name) ? undefined : follow(start, [start.name]);
}

const listed = (names: readonly string[], unit = "system") =>
  names.map((name) => JSON.stringify(name)).join(", ") || `nothing: the ${unit} has no other service`;
