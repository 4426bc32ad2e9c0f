import type { Described } from "./task-definition";

/** The image of a container; of the first one where there is none of that name. */
export function imageOf({ taskDefinition: { containerDefinitions } }: Described, container: string): string {
  return (containerDefinitions.find(({ name }) => name === container) ?? containerDefinitions[0])?.image ?? "";
}
