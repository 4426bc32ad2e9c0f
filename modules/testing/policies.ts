import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Block, Synthesised } from "./synth";

/** One statement of a synthesised policy. */
export interface SynthesisedStatement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** The statements of a policy's JSON text. */
export function statementsOf(text: unknown): SynthesisedStatement[] {
  return (JSON.parse(String(text)) as { Statement: SynthesisedStatement[] }).Statement;
}

/** What the role of this name allows. Throws when it has not exactly one policy. */
export function permissionsOf(stack: Synthesised, roleName: string): SynthesisedStatement[] {
  const address = addressOf(stack, roleName);
  const [policy, ...others] = stack
    .resources(IamRolePolicy)
    .filter(({ role }) => String(role).includes(`.${address}.`));
  if (!policy || others.length > 0) throw new Error(`expected one policy of ${roleName}, found ${others.length}`);
  return statementsOf(policy.policy);
}

/** Who may assume the role of this name. */
export function trustOf(stack: Synthesised, roleName: string): SynthesisedStatement[] {
  return statementsOf(stack.resources(IamRole).find(({ name }) => name === roleName)?.assume_role_policy);
}

function addressOf({ json }: Synthesised, roleName: string): string {
  const { resource } = JSON.parse(json) as { resource: { aws_iam_role: Record<string, Block> } };
  const [address] = Object.entries(resource.aws_iam_role).find(([, { name }]) => name === roleName) ?? [];
  if (address === undefined) throw new Error(`there is no role ${roleName}`);
  return address;
}
