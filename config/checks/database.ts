import { DB_INSTANCE_CLASS } from "../../modules/aws/forms";
import { DB_STORAGE_GROWTH_PERCENT_MIN } from "../../modules/aws/limits";
import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import { SPARE_CONNECTIONS } from "../limits";
import type { Service } from "../service";

/** While a deployment is under way, the tasks of both versions run. */
const TASKS_IN_A_DEPLOYMENT = 2;

/** What RDS would refuse of an environment's database. */
export function checkDatabase({ database }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const { instanceClass, allocatedStorageGiB: least, maxAllocatedStorageGiB: most } = database ?? {};
  const findings: Finding[] = [];
  if (instanceClass !== undefined && !DB_INSTANCE_CLASS.fits(instanceClass)) {
    findings.push({
      at: [["database", "instanceClass"]],
      problem: "is not an instance class of RDS",
      allowed: DB_INSTANCE_CLASS.allowed,
      mend: `write for example ${JSON.stringify(/^db\./.test(instanceClass) ? "db.t4g.micro" : `db.${instanceClass}`)}`,
    });
  }
  const growth = Math.ceil((least ?? 0) * (1 + DB_STORAGE_GROWTH_PERCENT_MIN / 100));
  if (least !== undefined && most !== undefined && most < growth) {
    findings.push({
      at: [
        ["database", "maxAllocatedStorageGiB"],
        ["database", "allocatedStorageGiB"],
      ],
      problem: `leaves less than ${DB_STORAGE_GROWTH_PERCENT_MIN} % above "allocatedStorageGiB" (${least})`,
      allowed: `${growth} or more`,
      mend: `write for example ${least * 2}`,
    });
  }
  return findings;
}

/** A service of one system, as far as it could be read. */
type Entry = Pick<Salvaged<Service>, "name" | "database" | "replicas">;

/**
 * The connections that the pools of a system's tasks may open at most: while a deployment of each service is under way
 * twice its most tasks run, and some connections are left for one-off tasks and people.
 */
export function connectionsNeeded(services: readonly Entry[]): number {
  const pools = services.map(({ database, replicas }) => (database?.connectionLimit ?? 0) * mostTasks(replicas));
  return pools.reduce((sum, pool) => sum + pool, SPARE_CONNECTIONS);
}

/** In words, for a message: `customer 2 x 2 x 5`. */
export function connectionsInWords(services: readonly Entry[]): string {
  const parts = services.flatMap(({ name, database, replicas }) =>
    database
      ? [`${name} ${replicas?.max ?? 0} tasks x ${TASKS_IN_A_DEPLOYMENT} in a deployment x ${database.connectionLimit}`]
      : [],
  );
  return [...parts, `${SPARE_CONNECTIONS} spare`].join(" + ");
}

const mostTasks = (replicas: Entry["replicas"]) => (replicas?.max ?? 0) * TASKS_IN_A_DEPLOYMENT;
