import { mkdirSync } from "node:fs";
import { type App, TerraformStack, Testing } from "cdktf";
import type { TerraformConstructor } from "cdktf/lib/testing/matchers";
import { PropError } from "../prop-check";

/** A block of synthesised Terraform JSON: the arguments of one resource, data source or output. */
export type Block = Record<string, unknown>;

/** What one stack synthesises to, looked up by type and never by hashed logical id. */
export interface Synthesised {
  /** The JSON text, for `Testing.toHaveResource...` and the vitest matchers. */
  readonly json: string;
  /** Every resource of a type, in order of logical id. */
  resources(type: TerraformConstructor): Block[];
  /** The only resource of a type. Throws when there is none, or more than one. */
  resource(type: TerraformConstructor): Block;
  /** Every data source of a type. */
  dataSources(type: TerraformConstructor): Block[];
  /** How many resources of each type there are: `{ aws_subnet: 4, ... }`. */
  counts(): Record<string, number>;
}

/** Parses the JSON of one stack. */
export function parseStack(json: string): Synthesised {
  const parsed = JSON.parse(json) as {
    resource?: Record<string, Record<string, Block>>;
    data?: typeof parsed.resource;
  };
  const resources = (type: TerraformConstructor) => Object.values(parsed.resource?.[type.tfResourceType] ?? {});
  return {
    json,
    resources,
    resource: (type) => {
      const [only, ...others] = resources(type);
      if (!only || others.length > 0) {
        throw new Error(`expected exactly one ${type.tfResourceType}, found ${only ? others.length + 1 : 0}`);
      }
      return only;
    },
    dataSources: (type) => Object.values(parsed.data?.[type.tfResourceType] ?? {}),
    counts: () =>
      Object.fromEntries(Object.entries(parsed.resource ?? {}).map(([type, all]) => [type, Object.keys(all).length])),
  };
}

/**
 * An App for tests. Nothing is written by `Testing.synth()`: the fixed outdir only keeps `Testing.app()` from leaving a
 * `cdktf.outdir.*` folder in the temporary directory at every call.
 */
export function testingApp(): App {
  const outdir = ".local/testing";
  mkdirSync(outdir, { recursive: true });
  return Testing.app({ outdir });
}

/** Synthesises what `build` adds to an empty stack. */
export function synthesise(build: (stack: TerraformStack) => void): Synthesised {
  const stack = new TerraformStack(testingApp(), "test");
  build(stack);
  return parseStack(Testing.synth(stack));
}

/** What is told when `build` gives a construct of an empty stack what AWS would refuse; undefined when all is taken. */
export function refusalOf(build: (stack: TerraformStack) => void): string | undefined {
  try {
    build(new TerraformStack(testingApp(), "test"));
    return undefined;
  } catch (error) {
    if (error instanceof PropError) return error.message;
    throw error;
  }
}
