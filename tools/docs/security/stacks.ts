import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The arguments of a resource. */
export type Resource = Readonly<Record<string, unknown>>;

/** A synthesised stack, as far as these tables go: resources by type, then by id. */
export interface Stack {
  readonly name: string;
  readonly resources: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

/** @param json what cdktf writes as cdk.tf.json */
export function stackOf(name: string, json: string): Stack {
  return { name, resources: (JSON.parse(json) as { resource?: Stack["resources"] }).resource ?? {} };
}

/** Reads the stacks that were synthesised into a folder, in order of names. */
export function readStacks(folder: string): readonly Stack[] {
  return readdirSync(join(folder, "stacks"))
    .sort()
    .map((name) => stackOf(name, readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8")));
}

/** The resources of a type, in order of ids. */
export function resourcesOf({ resources }: Stack, type: string): readonly (readonly [id: string, Resource])[] {
  return Object.entries(resources[type] ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** An argument that is text. */
export const textOf = (resource: Resource, argument: string): string => {
  const value = resource[argument];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
};
