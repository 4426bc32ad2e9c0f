import type { QuotaId } from "../../modules/aws/quotas";
import type { StackText } from "../documents/documents";
import { type Account, countUses, type Use } from "./uses";

/** Resources of a stack as its document has them: by type, then by id. */
export type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** A stack of these resources. */
export function stackOf(
  resource: Resources,
  name = "trial",
  outputs: Readonly<Record<string, unknown>> = {},
): StackText {
  const output = Object.fromEntries(Object.entries(outputs).map(([id, value]) => [id, { value }]));
  return { name, json: JSON.stringify({ resource, output }) };
}

/** An expression of Terraform's that refers to an argument of a resource. */
export const ref = (address: string, argument = "arn") => `\${${address}.${argument}}`;

/** Resources `one0`, `one1`, ... of a type. */
export function many(type: string, count: number, body: (index: number) => object = () => ({})): Resources {
  return { [type]: Object.fromEntries(Array.from({ length: count }, (_, index) => [`one${index}`, body(index)])) };
}

/** A list of so many texts that refer to nothing. */
export const texts = (count: number) => Array.from({ length: count }, (_, index) => `text${index}`);

/** What a stack of these resources uses of one quota. */
export function usesOf(quota: QuotaId, resources: Resources, quotas: Account["quotas"] = {}): readonly Use[] {
  return usesOfStacks(quota, [stackOf(resources)], quotas);
}

/** What stacks use of one quota. */
export function usesOfStacks(
  quota: QuotaId,
  stacks: readonly StackText[],
  quotas: Account["quotas"] = {},
): readonly Use[] {
  return countUses(stacks, { region: "eu-central-1", quotas }).filter((use) => use.quota === quota);
}
