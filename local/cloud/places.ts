import { SYSTEMS } from "../../config/systems";

/** Where something is that is named after it. */
export interface NamedPlace {
  /** A system's name; or that of a group's unit, as `deploymentUnit` gives it. */
  readonly unit: string;
  readonly environment: string;
}

/**
 * Where a cluster or a load balancer is, by its name: `jenkins-ecs-local`, `jenkins-ecs-team-local` for a group,
 * `jenkins-ecs-local-2` for a system's second load balancer. Names are all that AWS's APIs tell of it, and groups are known to
 * the configuration of the time when they were deployed.
 *
 * @param environments names of those that there may be
 * @returns undefined for what is of no system of ours
 */
export function placeOfName(name: string, environments: readonly string[]): NamedPlace | undefined {
  // Of "prod" and "local-prod", which both end the name, the longer one.
  const longestFirst = [...environments].sort((one, other) => other.length - one.length);
  for (const candidate of [name, name.replace(/-\d+$/, "")]) {
    const environment = longestFirst.find((one) => candidate.endsWith(`-${one}`));
    if (environment === undefined) continue;
    const unit = candidate.slice(0, -environment.length - 1);
    if (SYSTEMS.some((system) => unit === system || unit.startsWith(`${system}-`))) return { unit, environment };
  }
  return undefined;
}
