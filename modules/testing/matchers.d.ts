import type { TerraformConstructor } from "cdktf/lib/testing/matchers";
import "vitest";

/** The matchers that `Testing.setupJest()` adds (modules/testing/setup.ts), typed for vitest. */
interface CdktfMatchers<R> {
  toHaveResource(type: TerraformConstructor): R;
  toHaveResourceWithProperties(type: TerraformConstructor, properties: Record<string, unknown>): R;
  toHaveDataSource(type: TerraformConstructor): R;
  toHaveDataSourceWithProperties(type: TerraformConstructor, properties: Record<string, unknown>): R;
  toHaveProviderWithProperties(type: TerraformConstructor, properties: Record<string, unknown>): R;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the parameter list has to be vitest's own to merge with it.
  interface Matchers<T = any> extends CdktfMatchers<T> {}
}
