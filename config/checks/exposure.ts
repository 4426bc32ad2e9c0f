import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import type { Service } from "../service";
import { API_SYSTEM } from "../systems";
import { checkScopes } from "./scopes";

/** What is wrong with how a service is exposed: what does not go with it, and its routes. */
export function checkExposure(
  service: Salvaged<Service>,
  environment: Pick<Salvaged<EnvironmentFile>, "api">,
): readonly Finding[] {
  const { expose, scopes, system } = service;
  if (expose === undefined) {
    return [...(scopes === undefined ? [] : [SCOPES_ALONE]), ...(system === API_SYSTEM ? [BEHIND_NOTHING] : [])];
  }
  const misplaced = NOT_EXPOSED.filter(({ isGiven }) => isGiven(service)).map(({ isGiven: _, ...finding }) => finding);
  return [...misplaced, ...checkScopes(service, environment)];
}

const SCOPES_ALONE: Finding = {
  at: [["expose"], ["scopes"]],
  problem: '"scopes" without "expose": no API leads to this service',
  allowed: '"scopes" beside "expose": "api"',
  mend: 'add "expose": "api", or remove "scopes"',
};

const BEHIND_NOTHING: Finding = {
  at: [["system"], ["expose"]],
  problem: `the services of ${API_SYSTEM} are reached through the API only, and this one is not exposed`,
  allowed: '"expose": "api" beside this system',
  mend: 'add "expose": "api" and "scopes", or name another system',
};

/** What does not go with being reached through the API only. */
const NOT_EXPOSED: readonly (Finding & { readonly isGiven: (service: Salvaged<Service>) => boolean })[] = [
  {
    isGiven: ({ routes }) => routes?.default === true,
    at: [["routes", "default"], ["expose"]],
    problem: "an exposed service gets what the routes of the API say, and not what is left",
    allowed: '"priority" and "paths"',
    mend: 'write "priority" and "paths" in place of "default", or remove "expose"',
  },
  {
    isGiven: ({ routes }) => (routes?.hosts?.length ?? 0) > 0,
    at: [["routes", "hosts"], ["expose"]],
    problem: "requests to an exposed service come from the gateway, all of them to one host",
    allowed: 'no "hosts" beside "expose"',
    mend: 'remove "hosts", or "expose"',
  },
  {
    isGiven: ({ routes }) => (routes?.sourceCidrs?.length ?? 0) > 0,
    at: [["routes", "sourceCidrs"], ["expose"]],
    problem: "requests to an exposed service come from the gateway's addresses, whoever asks",
    allowed: 'no "sourceCidrs" beside "expose"; scopes say who may ask',
    mend: 'remove "sourceCidrs", or "expose"',
  },
  {
    isGiven: ({ internalRoutes }) => internalRoutes !== undefined,
    at: [["internalRoutes"], ["expose"]],
    problem: "an exposed service is reached through the API only, and not by other services of its system",
    allowed: 'no "internalRoutes" beside "expose"',
    mend: 'write them in another service of the same "app", which is not exposed',
  },
  {
    isGiven: ({ publicCidrs }) => (publicCidrs?.length ?? 0) > 0,
    at: [["publicCidrs"], ["expose"]],
    problem: "an exposed service is reached through the API only, and not at the tasks' port",
    allowed: 'no "publicCidrs" beside "expose"',
    mend: 'remove "publicCidrs", or "expose"',
  },
  {
    isGiven: ({ deployment }) => deployment?.controller === "CODE_DEPLOY",
    at: [["deployment", "controller"], ["expose"]],
    problem: "CodeDeploy works at the load balancer of the system, which an exposed service is not behind",
    allowed: '"deployment.controller" "ECS" beside "expose"',
    mend: 'write "controller": "ECS"',
  },
  {
    isGiven: ({ launchType }) => launchType === "EC2",
    at: [["launchType"], ["expose"]],
    problem: "only tasks on Fargate are reached through the API",
    allowed: '"FARGATE" beside "expose"',
    mend: 'write "FARGATE", with a task size that it has',
  },
];
