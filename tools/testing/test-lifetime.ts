import { onTestFinished } from "vitest";
import { Lifetime } from "../processes/lifetime";

/** A lifetime that ends with the test, with every process in it. */
export function testLifetime(): Lifetime {
  const lifetime = new Lifetime();
  onTestFinished(() => lifetime.kill());
  return lifetime;
}
