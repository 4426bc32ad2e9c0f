import { appendFileSync } from "node:fs";
import { deploymentUnit } from "../../config/deployment-unit";
import { Output } from "../../jenkins/release/output";
import { runRelease } from "../release-command";
import type { DeploySession } from "../session";

/**
 * Makes the schema and the users of each system's database, and fills it with sample data where it is wanted: the one-off tasks
 * that `npm run release -- migrate` runs in an account.
 *
 * @param samples whether to add sample data
 * @throws Failure with what the task that failed has logged
 */
export async function migrateDatabases(session: DeploySession, samples: boolean): Promise<void> {
  const { project, run, systems, lifetime, terminal, databases } = session;
  const services = project.services.filter(
    ({ system, database: user }) => systems.includes(system) && user?.migrations,
  );
  if (services.length === 0) return;
  await lifetime.until(databases?.prepareMasterUsers() ?? Promise.resolve());
  for (const service of services) {
    const { name } = service;
    const unit = deploymentUnit(service);
    terminal.progress(`preparing and migrating the database of ${unit}`);
    const log = run.log("migrations");
    const output = new Output(false, { write: (text) => appendFileSync(log, text) });
    const args = ["migrate", name, "--prepare", ...(samples ? ["--seed"] : [])];
    await runRelease({ ...session, output }, project.environment.name, args);
    terminal.done(`database of ${unit}`, samples ? "prepared, migrated, with sample data" : "prepared, migrated");
  }
}
