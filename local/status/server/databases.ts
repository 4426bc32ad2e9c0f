import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import type { ClientSettings } from "../../cloud/variables";
import { readNames } from "../../names/names-file";
import type { DatabaseState, NameState } from "../state";
import type { PlaceOf } from "./places";

/** Reads the instances of RDS. */
export async function readDatabases(settings: ClientSettings, placeOf: PlaceOf): Promise<readonly DatabaseState[]> {
  const client = new RDSClient(settings);
  try {
    const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map(({ DBInstanceIdentifier: id = "", Engine = "", DBInstanceStatus = "", Endpoint }) => ({
      id,
      place: placeOf(id),
      engine: Engine,
      status: DBInstanceStatus,
      endpoint: Endpoint ? `${Endpoint.Address}:${Endpoint.Port}` : "",
    }));
  } finally {
    client.destroy();
  }
}

/** The names that DNS answers, from the run's address book. */
export function namesIn(file: string): readonly NameState[] {
  return Object.entries(readNames(file).names).map(([name, entries]) => ({
    name,
    leadsTo: entries.map(({ address, port }) => (port === undefined ? address : `${address}:${port}`)),
  }));
}
