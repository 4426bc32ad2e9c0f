import { appendFileSync } from "node:fs";
import { readCommandLine } from "../../jenkins/release/command-line";
import { Output } from "../../jenkins/release/output";
import { runCommand } from "../../jenkins/release/run-command";
import type { Session } from "../session";

/**
 * Makes the schema and the users of each system's database, and fills it with the sample data: the one-off tasks that
 * `npm run release -- migrate` runs in an account.
 *
 * @throws Failure with what the task that failed has logged
 */
export async function migrateDatabases(session: Session): Promise<void> {
  const { root, project, run, systems, lifetime, terminal, settings, variables, database } = session;
  const { endpoint, credentials } = settings;
  const services = project.services.filter(
    ({ system, database: user }) => systems.includes(system) && user?.migrations,
  );
  if (services.length === 0) return;
  await lifetime.until(database?.prepareMasterUsers() ?? Promise.resolve());
  for (const { name, system } of services) {
    terminal.progress(`preparing and migrating the database of ${system}`);
    const line = readCommandLine(["migrate", name, "--env", project.environment.name, "--prepare", "--seed"]);
    if ("help" in line) return;
    const log = run.log("migrations");
    const output = new Output(false, { write: (text) => appendFileSync(log, text) });
    await runCommand({ root, line, output, variables, lifetime, settings: { endpoint, credentials } });
    terminal.done(`database of ${system}`, "prepared, migrated, with sample data");
  }
}
