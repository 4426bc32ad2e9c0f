import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Connection, createConnection } from "mysql2/promise";
import { generate } from "selfsigned";
import { keptPort } from "./run-service";

/** A database server of a test's own: a private data directory, a free port of loopback, TLS with a certificate of its own. */
export interface MysqlServer {
  readonly host: string;
  readonly port: number;
  /** The certificate of the server, which is its own CA; it names 127.0.0.1 and localhost. PEM. */
  readonly ca: string;
  /** What the master user of RDS is there: may make databases and users. */
  readonly master: { readonly user: string; readonly password: string };
  /** A connection of the master user. The test ends it. */
  connect(): Promise<Connection>;
  /** Ends the server as an outage does: at once. The data stays. */
  stop(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Stops the process without ending it: it takes connections and never answers. `SIGCONT` lets it go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** Ends the server and removes its data. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const READY_WITHIN_MILLISECONDS = 60_000;
const MASTER = "admin";
const RUN_WITH_PARENT = join(import.meta.dirname, "run-with-parent.mjs");

const run = promisify(execFile);

/** Finds a program in PATH, or in /usr/sbin, which the PATH of a user who is not root often lacks. */
function find(program: string): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];
  const found = folders.map((folder) => join(folder, program)).find(existsSync);
  if (!found) throw new Error(`${program} is missing: install the package mariadb-server-core`);
  return found;
}

async function writeCertificate(folder: string): Promise<string> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "database of a test" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: HOST },
        ],
      },
    ],
  });
  await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
  await writeFile(join(folder, "certificate.pem"), cert);
  return cert;
}

/** Only root may give up being root: mariadbd refuses to run as root unless it is told to. */
const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];

/**
 * Where a server's files are. The folder for temporary tables is its own too: in one that is shared, a server that starts
 * removes those of others (`Could not remove temporary table: '/tmp/#sql-temptable-...'`, then `Aborting`).
 */
function folders(folder: string): readonly string[] {
  return ["--no-defaults", ...asRoot, `--datadir=${join(folder, "data")}`, `--tmpdir=${folder}`];
}

/** The tables a server needs to start. `mariadb-install-db` makes them so too, but stops without the client's packages. */
const SYSTEM_TABLES = ["mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql"];

async function writeDataDirectory(program: string, folder: string, password: string): Promise<void> {
  const master = `'${MASTER}'@'%'`;
  const user = `CREATE USER IF NOT EXISTS ${master} IDENTIFIED BY '${password}'`;
  await writeFile(join(folder, "init.sql"), `${user};\nGRANT ALL PRIVILEGES ON *.* TO ${master} WITH GRANT OPTION;\n`, {
    mode: 0o600,
  });
  await mkdir(join(folder, "data"));
  const share = join(dirname(dirname(program)), "share/mysql");
  const tables = await Promise.all(SYSTEM_TABLES.map((file) => readFile(join(share, file), "utf8")));
  const bootstrap = run(program, [...folders(folder), "--bootstrap"]);
  bootstrap.child.stdin?.end(`CREATE DATABASE mysql;\nUSE mysql;\n${tables.join("\n")}`);
  await bootstrap;
}

/** The server as RDS has it where it matters to an app: TLS only, strict, utf8mb4; but little memory, and it does not wait for the disk. */
function serverArguments(folder: string, port: number): readonly string[] {
  return [
    ...folders(folder),
    `--socket=${join(folder, "socket")}`,
    `--pid-file=${join(folder, "pid")}`,
    `--init-file=${join(folder, "init.sql")}`,
    `--bind-address=${HOST}`,
    `--port=${port}`,
    `--ssl-cert=${join(folder, "certificate.pem")}`,
    `--ssl-key=${join(folder, "key.pem")}`,
    "--require-secure-transport=ON",
    "--character-set-server=utf8mb4",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-buffer-pool-size=64M",
    "--performance-schema=OFF",
  ];
}

/** Starts the MariaDB of this machine for a test. One a test file: it takes a second or two. */
export async function startMysqlServer(): Promise<MysqlServer> {
  const folder = await mkdtemp(join(tmpdir(), "mysql-"));
  const password = randomBytes(18).toString("base64url");
  const program = find("mariadbd");
  const data = writeDataDirectory(program, folder, password);
  const [port, ca] = await Promise.all([keptPort(), writeCertificate(folder), data]);
  const master = { user: MASTER, password };
  let server: ChildProcess | undefined;
  let messages = "";

  const connect = () =>
    createConnection({ host: "localhost", port, ...master, ssl: { ca, verifyIdentity: true }, charset: "utf8mb4" });

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [RUN_WITH_PARENT, program, ...serverArguments(folder, port)], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    server = started;
    started.stderr.setEncoding("utf8").on("data", (text: string) => {
      messages = (messages + text).slice(-10_000);
    });
    const deadline = performance.now() + READY_WITHIN_MILLISECONDS;
    for (;;) {
      const connection = await connect().catch(() => undefined);
      if (connection) return connection.end();
      if (started.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the database server did not start:\n${messages}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function stop(): Promise<void> {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.stdin?.end();
    await ended;
  }

  function signal(name: NodeJS.Signals): void {
    process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), name);
  }

  async function close(): Promise<void> {
    await stop();
    await rm(folder, { recursive: true });
  }

  await start().catch(async (error) => {
    await close();
    throw error;
  });
  return {
    host: HOST,
    port,
    ca,
    master,
    connect,
    stop,
    start,
    signal,
    close,
  };
}
