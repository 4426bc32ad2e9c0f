import { dirname, join } from "node:path";
import { type ServiceDatabase, startServiceDatabase } from "@express-on-ecs/kit/testing/service-database";

/** The users of the database that both services of the system share. */
export type SystemUser = "notification" | "user-management" | "migrator";

/** Name of that database. */
export const DATABASE = "user_notifications";

const APPS = dirname(dirname(import.meta.dirname));

/** Both services as they are deployed, and their database with its schema. */
export async function startSystemDatabase(): Promise<ServiceDatabase<SystemUser>> {
  const migrations = join(APPS, "user-management");
  const database = await startServiceDatabase<SystemUser>({
    name: DATABASE,
    users: { notification: "write", "user-management": "write", migrator: "migrate" },
    services: [join(APPS, "notification"), migrations],
    migrations,
  });
  await database.commands("prepare", "migrate");
  return database;
}
