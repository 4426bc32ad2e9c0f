import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { deploymentUnit, groupsOf } from "../config/deployment-unit";
import type { Environment } from "../config/environment";
import { loadProject } from "../config/load";
import type { Service } from "../config/service";
import { JENKINS_ECS, JenkinsEcsStack } from "./jenkins-ecs";
import { NetworkStack } from "./network";
import { RegistryStack } from "./registry";

const LOCAL = loadProject({ root: process.cwd(), environment: "local" });

/** A service of jenkins-ecs; what a test says otherwise is not checked, for the configuration's checks are not asked. */
export function service(name: string, priority: number, changes: Partial<Service> = {}): Service {
  const template = LOCAL.services.find((one) => one.name === "service-b");
  if (!template) throw new Error("there is no service-b");
  const routes = { ...template.routes, priority, paths: [`/${name}`] };
  return { ...template, name, routes, ...changes };
}

/** The JSON of each stack that holds something of services, by the stack's name, of these services of jenkins-ecs alone. */
export function synthesiseServices(
  services: readonly Service[],
  changes: Partial<Environment> = {},
): ReadonlyMap<string, string> {
  const { dns } = LOCAL.environment;
  const groups = groupsOf(JENKINS_ECS, services);
  const records = groups.map((group) => [deploymentUnit({ system: JENKINS_ECS, group }), group ?? "app"]);
  const environment = {
    ...LOCAL.environment,
    ...(dns && { dns: { ...dns, recordNames: Object.fromEntries(records) } }),
    ...changes,
  };
  const sorted = services.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const outdir = mkdtempSync(join(tmpdir(), "sharding-"));
  try {
    const app = new App({ outdir });
    const registry = new RegistryStack(app, { environment, services: sorted });
    const network = new NetworkStack(app, { environment });
    const systems = groups.map((group) => {
      const own = sorted.filter((one) => one.group === group);
      return new JenkinsEcsStack(app, { environment, group, services: own, network, registry });
    });
    // As cdktf writes it, with what stacks refer to of each other, which `Testing.synth` leaves out.
    app.synth();
    return new Map(
      [...systems, registry, network].map(({ stackName }) => [
        stackName,
        readFileSync(join(outdir, "stacks", stackName, "cdk.tf.json"), "utf8"),
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** What of a stack's JSON is not as it was, by address: `aws_lb.Platform_LoadBalancer_1234`, `output.url`. */
export interface Difference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Holds the JSON of a stack against that of before. */
export function differenceOf(before: string, after: string): Difference {
  const [old, now] = [blocksOf(before), blocksOf(after)];
  return {
    added: [...now.keys()].filter((address) => !old.has(address)),
    changed: [...old].flatMap(([address, text]) => (now.has(address) && now.get(address) !== text ? [address] : [])),
    removed: [...old.keys()].filter((address) => !now.has(address)),
  };
}

/** Every block as text, by its address. */
function blocksOf(json: string): ReadonlyMap<string, string> {
  // "//" is a comment to Terraform: cdktf's own list of the outputs.
  const { resource = {}, data = {}, output = {}, "//": _comment, ...others } = JSON.parse(json);
  const ofTypes = (blocks: Record<string, Record<string, unknown>>, start: string) =>
    Object.entries(blocks).flatMap(([type, named]) =>
      Object.entries(named).map(([name, block]) => [`${start}${type}.${name}`, JSON.stringify(block)] as const),
    );
  return new Map([
    ...ofTypes(resource, ""),
    ...ofTypes(data, "data."),
    ...Object.entries(output).map(([name, block]) => [`output.${name}`, JSON.stringify(block)] as const),
    ...Object.entries(others).map(([name, block]) => [name, JSON.stringify(block)] as const),
  ]);
}
