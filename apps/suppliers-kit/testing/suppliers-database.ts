import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { type ServiceDatabase, startServiceDatabase } from "@express-on-ecs/kit/testing/service-database";

type User = "customer" | "employee" | "migrator";

/** The two services and a database for them, as they are deployed. */
export type SuppliersDatabase = ServiceDatabase<User>;

const APPS = dirname(dirname(import.meta.dirname));

/** Starts a database server and builds both services; the database itself is for `command("prepare")` to make. */
export async function startSuppliersDatabase(): Promise<SuppliersDatabase> {
  const database = await startServiceDatabase<User>({
    name: "COFFEE",
    users: { customer: "read", employee: "write", migrator: "migrate" },
    services: [join(APPS, "customer"), join(APPS, "employee")],
    migrations: join(APPS, "employee"),
  });
  const csrfSecret = randomBytes(24).toString("base64url");
  return {
    ...database,
    start: (service, changed = {}) =>
      database.start(service, { ...(service === "employee" && { CSRF_SECRET: csrfSecret }), ...changed }),
  };
}
