import { type DBInstance, DescribeDBInstancesCommand, type RDSClient } from "@aws-sdk/client-rds";

/** Something with the address of a server of this machine. */
interface Addressed {
  /** `HOST:PORT`. */
  readonly address: string;
}

/** The MySQL instances of the emulated RDS that are servers of this machine, each with its own. */
export async function instancesOn<Server extends Addressed>(client: RDSClient, servers: readonly Server[]) {
  const { DBInstances: instances = [] } = await client.send(new DescribeDBInstancesCommand({}));
  return instances.flatMap((instance) => {
    const server = servers.find(({ address }) => address === endpointOf(instance));
    return instance.Engine === "mysql" && server ? [{ instance, server }] : [];
  });
}

function endpointOf({ Endpoint: { Address, Port } = {} }: DBInstance): string {
  return `${Address}:${Port}`;
}
