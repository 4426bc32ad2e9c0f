import { deploymentUnit } from "../../config/deployment-unit";
import { systemNames } from "../../config/names";
import type { Service } from "../../config/service";
import { lastPart } from "../../modules/aws/arn";
import { readServices } from "../cloud/services";
import type { ClientSettings } from "../cloud/variables";

/** What serves in an environment. */
export interface Serving {
  readonly environment: string;
  /** `FAMILY:REVISION`; absent where the service is not deployed. */
  readonly revision?: string;
  readonly imageTag?: string;
}

/** Reads what serves of a service in each environment. */
export async function readServing(
  settings: ClientSettings,
  service: Pick<Service, "name" | "system" | "group">,
  environments: readonly string[],
): Promise<readonly Serving[]> {
  const services = await readServices(settings);
  return environments.map((environment) => {
    const { cluster } = systemNames(deploymentUnit(service), environment);
    const found = services.find((one) => one.name === service.name && lastPart(one.clusterArn) === cluster);
    if (!found) return { environment };
    const image = found.taskDefinition.containerDefinitions?.[0]?.image ?? "";
    return { environment, revision: lastPart(found.service.taskDefinition), imageTag: image.split(":").at(-1) ?? "" };
  });
}

/** `local serves 1a2b-cart (cart:4), local-prod serves bootstrap (cart:1), as before`. */
export function wordsOfServing(before: readonly Serving[], now: readonly Serving[]): string {
  const words = now.map(({ environment, revision, imageTag }, index) => {
    if (revision === undefined) return `${environment} has no such service`;
    const isSame = before[index]?.revision === revision;
    return `${environment} serves ${imageTag} (${revision})${isSame ? ", as before" : ""}`;
  });
  return words.join("; ");
}
