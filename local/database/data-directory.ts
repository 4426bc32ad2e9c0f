import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Exit } from "../../tools/processes/process-group";
import type { MysqlExecutable } from "../../tools/setup/mysql";
import { commonArguments } from "./server-arguments";

export interface DataDirectory {
  readonly executable: MysqlExecutable;
  /** Folder to make. */
  readonly folder: string;
  /** Folder for temporary tables. */
  readonly temporary: string;
  /** File for what the server prints. */
  readonly log: string;
  /** The password of root, who can connect from this machine's socket only: of letters and digits. */
  readonly password: string;
}

/** Makes the files of an empty database server: root and nobody else, no test database. @throws Failure */
export async function makeDataDirectory(lifetime: Lifetime, directory: DataDirectory): Promise<void> {
  const { executable, folder, log } = directory;
  await mkdir(folder, { mode: 0o700 });
  const make = executable.product === "MariaDB" ? bootstrap : initialise;
  const { status, reason } = await make(lifetime, directory);
  if (status !== 0)
    throw new Failure(
      `${executable.file} could not make its data directory: it ${reason}\n${readFileSync(log, "utf8").trim()}`,
    );
}

/** MariaDB: what mariadb-install-db does, less help texts and a test database, in a second. One statement a line. */
async function bootstrap(lifetime: Lifetime, directory: DataDirectory): Promise<Exit> {
  const { executable, folder, password } = directory;
  const statements = [
    "CREATE DATABASE mysql;",
    "USE mysql;",
    "SET @skip_auth_anonymous=1;",
    "SET @auth_root_socket=NULL;",
    ...executable.systemTables.map((file) => readFileSync(file, "utf8")),
    // Root of other hosts than the socket, without a password.
    "DELETE FROM mysql.global_priv WHERE NOT (Host='localhost' AND User IN ('root','mariadb.sys'));",
    "FLUSH PRIVILEGES;",
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
  ];
  return run(lifetime, directory, ["--bootstrap", `--datadir=${folder}`], `${statements.join("\n")}\n`);
}

/** MySQL makes its tables by itself, and root without a password; it reads the statements from a file only. */
async function initialise(lifetime: Lifetime, directory: DataDirectory): Promise<Exit> {
  const { folder, password } = directory;
  const file = join(folder, "..", "first-statements.sql");
  writeFileSync(file, `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';\n`, { mode: 0o600 });
  try {
    const args = ["--initialize-insecure", `--datadir=${folder}`, `--init-file=${file}`];
    return await run(lifetime, directory, args, "");
  } finally {
    await rm(file);
  }
}

async function run(
  lifetime: Lifetime,
  { executable, temporary, log }: DataDirectory,
  args: readonly string[],
  input: string,
): Promise<Exit> {
  const output = openSync(log, "a");
  const group = lifetime.start(executable.file, [...commonArguments(executable, temporary), ...args], {
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  // A server that ends before it has read all of it says why in its log.
  group.child.stdin?.on("error", () => undefined).end(input);
  return lifetime.until(group.exited);
}
