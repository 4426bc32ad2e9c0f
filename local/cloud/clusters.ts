import * as ecs from "@aws-sdk/client-ecs";
import type { ClientSettings } from "./variables";

/** Reads something of every cluster of the account, all of them in one list. */
export async function readClusters<Read>(
  settings: ClientSettings,
  read: (client: ecs.ECSClient, cluster: string) => Promise<readonly Read[]>,
): Promise<readonly Read[]> {
  const client = new ecs.ECSClient(settings);
  try {
    const { clusterArns = [] } = await client.send(new ecs.ListClustersCommand({}));
    return (await Promise.all(clusterArns.map((cluster) => read(client, cluster)))).flat();
  } finally {
    client.destroy();
  }
}
