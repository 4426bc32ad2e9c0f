import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";
import { executablesOnPath, isExecutable } from "./executables";

/** The oldest releases that a run is known to work with, as [major, minor]. */
const MINIMUM = { MariaDB: [10, 6], MySQL: [8, 0] } as const;

/** Where the server lies without being on the search path: that of a person who is not root lacks the first two. */
const STANDARD_FOLDERS = [
  "/usr/sbin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
  "/opt/homebrew/opt/mariadb/bin",
  "/opt/homebrew/opt/mysql/bin",
  "/usr/local/opt/mariadb/bin",
  "/usr/local/opt/mysql/bin",
];

const PACKAGE = "mariadb-server-core";

const APT_BOUND_MS = 10 * 60_000;

const LAST_LINES = 6;

const NEEDED = "MariaDB 10.6 or later, or MySQL 8.0 or later,";

/** A database server that speaks MySQL's protocol. */
export interface MysqlExecutable {
  readonly file: string;
  readonly product: "MariaDB" | "MySQL";
  readonly version: string;
  /** Files with the statements that make the system tables, in order. None for MySQL, which makes them by itself. */
  readonly systemTables: readonly string[];
}

/** Every server on this machine that we know where to look for. */
export function mysqlCandidates(path = process.env.PATH, folders = STANDARD_FOLDERS): readonly string[] {
  const names = ["mariadbd", "mysqld"];
  return [
    ...names.flatMap((name) => executablesOnPath(name, path)),
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))).filter(isExecutable),
  ];
}

/** The first server of a fitting version; those that do not fit are named in `unfit`. */
export async function findMysql(
  lifetime: Lifetime,
  candidates: readonly string[],
): Promise<{ found: MysqlExecutable | undefined; unfit: readonly string[] }> {
  const unfit: string[] = [];
  for (const file of new Set(candidates)) {
    const tried = await examine(lifetime, file);
    if (typeof tried !== "string") return { found: tried, unfit };
    unfit.push(`${file} (${tried})`);
  }
  return { found: undefined, unfit };
}

/** A server, or why it is none for us. */
async function examine(lifetime: Lifetime, file: string): Promise<MysqlExecutable | string> {
  const { stdout } = await capture(lifetime, file, ["--no-defaults", "--version"]);
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) return "it does not tell its version";
  const product = stdout.includes("MariaDB") ? "MariaDB" : "MySQL";
  if (!fits(product, version)) return `${product} ${version}`;
  if (product === "MySQL") return { file, product, version, systemTables: [] };
  const systemTables = systemTablesOf(file);
  if (!systemTables) return `${product} ${version}, without the statements that make its system tables`;
  return { file, product, version, systemTables };
}

function fits(product: MysqlExecutable["product"], version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = MINIMUM[product];
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * MariaDB's own mariadb-install-db runs these, but it stops where the programs of the client's packages are missing
 * ("Could not find /usr/bin/my_print_defaults"). Their folder and names differ between releases.
 */
function systemTablesOf(file: string): readonly string[] | undefined {
  const prefix = dirname(dirname(realpathSync(file)));
  for (const product of ["mysql", "mariadb"]) {
    for (const folder of ["share/mysql", "share/mariadb"]) {
      const files = ["system_tables", "system_tables_data"].map((name) =>
        join(prefix, folder, `${product}_${name}.sql`),
      );
      if (files.every((name) => existsSync(name))) return files;
    }
  }
  return undefined;
}

export interface MysqlInstallation {
  /** Search path on which apt-get is looked for. @default this process's */
  readonly path?: string | undefined;
  /** Whether packages may be installed. @default whether this process is root's */
  readonly isRoot?: boolean;
  /** What was found, but does not fit. */
  readonly unfit?: readonly string[];
  readonly onProgress?: (text: string) => void;
}

/**
 * Installs MariaDB's server with apt-get, where that may be: as root on Debian and Ubuntu. The package holds the program
 * alone: no service is made or started.
 *
 * @throws Failure that says what is missing and how to install it
 */
export async function installMysql(lifetime: Lifetime, installation: MysqlInstallation): Promise<void> {
  const { path = process.env.PATH, isRoot = process.getuid?.() === 0, unfit = [], onProgress } = installation;
  const [aptGet] = executablesOnPath("apt-get", path);
  if (!aptGet || !isRoot) throw missing(unfit);
  const run = (args: readonly string[]) =>
    capture(lifetime, aptGet, args, {
      // Without it the package asks questions; without the Lock::Timeout it fails where a timer of the system is at work.
      env: { ...process.env, PATH: path, DEBIAN_FRONTEND: "noninteractive" },
      timeoutMs: APT_BOUND_MS,
      onOutput: (text) => onProgress?.(text.trim().split("\n").at(-1) ?? ""),
    });
  const options = ["--yes", "--option", "DPkg::Lock::Timeout=60"];
  const install = () => run(["install", ...options, "--no-install-recommends", PACKAGE]);
  let installed = await install();
  // A container image comes without the lists of packages.
  if (installed.status !== 0 && (await run(["update", ...options])).status === 0) installed = await install();
  if (installed.status === 0) return;
  const words = (installed.stderr.trim() || installed.stdout.trim()).split("\n").slice(-LAST_LINES).join("\n");
  throw missing(unfit, `apt-get install ${PACKAGE} failed: it ${installed.reason}\n${words}\n`);
}

function missing(unfit: readonly string[], before = ""): Failure {
  const found = unfit.length > 0 ? `; not used: ${unfit.join(", ")}` : "";
  return new Failure(
    `${before}${NEEDED} is needed for the database on this machine, but there is no mariadbd or mysqld on PATH${found}\n` +
      `install it:\n` +
      `  Debian, Ubuntu  sudo apt-get install ${PACKAGE}\n` +
      `  Fedora          sudo dnf install mariadb-server\n` +
      `  macOS           brew install mariadb`,
  );
}
