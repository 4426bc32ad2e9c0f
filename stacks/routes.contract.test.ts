import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { describe, expect, it } from "vitest";
import { matchesPattern } from "../config/path-pattern";
import { SYSTEMS } from "../config/systems";
import type { Block } from "../modules/testing/synth";
import { JENKINS_ECS } from "./jenkins-ecs";
import { synthesiseAll } from "./stacks.fixtures";

/** What every application says of itself in src/routes.ts, and builds its router from. */
interface RoutesModule {
  readonly publicRoutes: readonly { readonly path: string }[];
}

const applications = readdirSync("apps").filter((name) => existsSync(join("apps", name, "service.json")));
const stack = synthesiseAll("local", undefined, applications).jenkinsEcs;

/** The service that a listener rule forwards to: by the target group that the service registers with. */
function ownerOf(rule: Block): unknown {
  const [action] = rule.action as { target_group_arn: string }[];
  const owners = stack
    .resources(EcsService)
    .filter((service) => (service.load_balancer as Block[])[0]?.target_group_arn === action?.target_group_arn);
  expect(owners).toHaveLength(1);
  return owners[0]?.name;
}

/** Names of the services whose rules match a path. */
function servicesFor(path: string): unknown[] {
  return stack
    .resources(LbListenerRule)
    .filter((rule) =>
      (rule.condition as { path_pattern: { values: string[] } }[])[0]?.path_pattern.values.some((pattern) =>
        matchesPattern(pattern, path),
      ),
    )
    .map(ownerOf);
}

async function publicPaths(application: string): Promise<string[]> {
  const { publicRoutes } = (await import(`../apps/${application}/src/routes.ts`)) as RoutesModule;
  // A parameter such as :id stands for one part of a path, whatever it is.
  return publicRoutes.map(({ path }) => path.replace(/:\w+/g, "42"));
}

describe("the contract between the applications and the load balancer", () => {
  it("is held by every application that has a service.json", () => {
    expect(applications).toEqual(stack.resources(EcsService).map((service) => service.name));
  });

  it("knows a stack for every system that a service may belong to", () => {
    expect(SYSTEMS).toEqual([JENKINS_ECS]);
  });

  it.each(applications)("sends every public route of %s to that service and to no other", async (application) => {
    const paths = await publicPaths(application);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(servicesFor(path), path).toEqual([application]);
  });

  it.each(["/healthcheck", "/health/live", "/health/ready", "/", "/medicalfoo", "/MEDICAL"])(
    "sends %s to nobody",
    (path) => {
      expect(servicesFor(path)).toEqual([]);
    },
  );
});
