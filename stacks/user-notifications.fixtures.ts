import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Environment } from "../config/environment";
import type { Block, Synthesised } from "../modules/testing/synth";
import { type Changes, synthesiseAll } from "./stacks.fixtures";

export type Mode = Environment["discovery"];
export const MODES: readonly Mode[] = ["load-balancer", "cloud-map", "service-connect"];
export const SERVICES = ["notification", "user-management"];

/** The stack of an environment in a mode. */
export const synthesised = (discovery: Mode, name = "local", { service, environment }: Changes = {}) =>
  synthesiseAll(name, {
    ...(service && { service }),
    environment: (same) => ({ ...(environment?.(same) ?? same), discovery }),
  }).userNotifications;

const made = new Map<Mode, Synthesised>();

/** The local environment's stack in a mode, made once. */
export function by(mode: Mode): Synthesised {
  const stack = made.get(mode) ?? synthesised(mode);
  made.set(mode, stack);
  return stack;
}

/** The only block of a name, or of a family. */
export const named = (blocks: Block[], name: string): Block => {
  const [block, ...others] = blocks.filter((candidate) => candidate.name === name || candidate.family === name);
  if (!block || others.length > 0) throw new Error(`there is not exactly one ${name}`);
  return block;
};
export const service = (stack: Synthesised, name: string) => named(stack.resources(EcsService), name);
export const container = (stack: Synthesised, name: string, environment = "local") =>
  JSON.parse(
    String(
      named(stack.resources(EcsTaskDefinition), `user-notifications-${environment}-${name}`).container_definitions,
    ),
  )[0];
export const variables = (stack: Synthesised, name: string, environment = "local"): Record<string, string> =>
  Object.fromEntries(
    container(stack, name, environment).environment.map((one: { name: string; value: string }) => [
      one.name,
      one.value,
    ]),
  );
/** What the caller is told of where the other answers. */
export const callVariables = (stack: Synthesised, environment = "local") =>
  Object.fromEntries(
    Object.entries(variables(stack, "user-management", environment)).filter(([name]) =>
      name.startsWith("NOTIFICATION_SERVICE"),
    ),
  );
/** What the rules of the security groups are for. */
export const descriptions = (stack: Synthesised) =>
  [...stack.resources(VpcSecurityGroupIngressRule), ...stack.resources(VpcSecurityGroupEgressRule)].map(
    ({ description }) => description,
  );
