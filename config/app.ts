import type { Service } from "./service";

/** Name of the folder of `apps/` that holds what a service runs: its own, unless it is a further deployment of another's. */
export function appOf({ name, app }: Pick<Service, "name" | "app">): string {
  return app ?? name;
}
