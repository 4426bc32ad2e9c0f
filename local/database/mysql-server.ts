import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Connection, createConnection } from "mysql2/promise";
import { Failure } from "../../tools/failure";
import { close, listen } from "../../tools/listen";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";
import type { MysqlExecutable } from "../../tools/setup/mysql";
import { makeCertificates } from "./certificates";
import { makeDataDirectory } from "./data-directory";
import { type ServerFiles, serverArguments } from "./server-arguments";

const HOST = "127.0.0.1";

const RUN_WITH_PARENT = fileURLToPath(new URL("../agent/run-with-parent.mjs", import.meta.url));

/** It takes a second; a busy machine may take long, a hanging one must not. */
const START_BOUND_MS = 60_000;

const POLL_MS = 50;

/** How many ports are tried: another program may take a free one before the server does. */
const PORTS_TRIED = 3;

/** The longest path of a Unix socket, with its closing zero (104 on macOS). */
const LONGEST_SOCKET = 103;

/** MySQL's own default. */
const MAX_CONNECTIONS = 151;

export interface MysqlServerOptions {
  readonly executable: MysqlExecutable;
  /** Folder of the server's own, which is made: data, certificates and socket. */
  readonly folder: string;
  /** File for what the server prints. */
  readonly log: string;
  /** Addresses of this machine to listen on beside 127.0.0.1, such as that of a docker network. @default none */
  readonly extraAddresses?: readonly string[];
  /** @default 151 */
  readonly maxConnections?: number;
  readonly startBoundMs?: number;
}

/**
 * A MySQL server of a run: data of its own, loopback, TLS only. It stands for every MySQL instance of the emulated RDS; who
 * may connect is for `MasterUsers` to say. Root connects by the Unix socket only, with a password that nobody else has.
 */
export class MysqlServer {
  readonly host = HOST;
  /** PEM of the authority that signed the server's certificate, which names 127.0.0.1, localhost and the extra addresses. */
  readonly ca: string;
  /** File that holds `ca`. */
  readonly caFile: string;
  #port = 0;
  #group: ProcessGroup | undefined;

  private constructor(
    private readonly lifetime: Lifetime,
    private readonly options: MysqlServerOptions,
    private readonly files: ServerFiles,
    private readonly password: string,
    ca: string,
  ) {
    this.ca = ca;
    this.caFile = join(options.folder, "ca.pem");
    writeFileSync(this.caFile, ca);
  }

  /** Makes a server and starts it on a free port. @throws Failure with its last words */
  static async start(lifetime: Lifetime, options: MysqlServerOptions): Promise<MysqlServer> {
    const { executable, folder, log, extraAddresses = [] } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const password = randomBytes(24).toString("hex");
    const data = join(folder, "data");
    const temporary = join(folder, "temporary");
    await mkdir(temporary);
    const [certificates] = await Promise.all([
      makeCertificates([HOST, "localhost", ...extraAddresses]),
      makeDataDirectory(lifetime, { executable, folder: data, temporary, log, password }),
    ]);
    const certificate = join(folder, "certificate.pem");
    const key = join(folder, "key.pem");
    writeFileSync(certificate, certificates.certificate);
    writeFileSync(key, certificates.key, { mode: 0o600 });
    const files = { data, temporary, socket: socketPath(lifetime, folder), certificate, key };
    const server = new MysqlServer(lifetime, options, files, password, certificates.ca);
    await server.#startOnFreePort();
    return server;
  }

  /** The port, the same from the first start to the end. */
  get port(): number {
    return this.#port;
  }

  /** `HOST:PORT`. */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** Resolves when the server has ended, whoever ended it; at once where it does not run. */
  get exited(): Promise<unknown> {
    return this.#group?.exited ?? Promise.resolve();
  }

  /** Starts it again after `stop`, with the data and the port that it had. @throws Failure with its last words */
  async start(): Promise<void> {
    if (this.#group) return;
    const written = readFileSync(this.options.log, "utf8").length;
    const { extraAddresses = [], maxConnections = MAX_CONNECTIONS, executable, log } = this.options;
    const addresses = [HOST, ...extraAddresses];
    const args = serverArguments(executable, { ...this.files, port: this.#port, addresses, maxConnections });
    const output = openSync(log, "a");
    const group = this.lifetime.start(process.execPath, [RUN_WITH_PARENT, executable.file, ...args], {
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    this.#group = group;
    void group.exited.then(() => {
      if (this.#group === group) this.#group = undefined;
    });
    if (await this.lifetime.until(this.#answers(group))) return;
    await group.stop("SIGTERM", 1_000);
    const { reason } = await group.exited;
    const words = readFileSync(log, "utf8").slice(written).trim();
    throw new Failure(`${executable.file} did not start: it ${reason}\n${words}`);
  }

  /** Ends it as an outage does: whoever is connected is cut off. The data stays. */
  async stop(): Promise<void> {
    await this.#group?.stop();
  }

  /** A connection of root's, to be ended by the caller. It passes no network. */
  connect(): Promise<Connection> {
    return createConnection({ socketPath: this.files.socket, user: "root", password: this.password });
  }

  async #startOnFreePort(): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      this.#port = await freePort();
      try {
        return await this.start();
      } catch (error) {
        this.lifetime.signal.throwIfAborted();
        const isTaken = error instanceof Failure && /Address already in use/i.test(error.message);
        if (!isTaken || tried === PORTS_TRIED) throw error;
      }
    }
  }

  /** Whether the server answers before it ends or the time is up. */
  async #answers(group: ProcessGroup): Promise<boolean> {
    const deadline = Date.now() + (this.options.startBoundMs ?? START_BOUND_MS);
    while (this.#group === group && Date.now() < deadline) {
      const connection = await this.connect().catch(() => undefined);
      if (connection) {
        await connection.end();
        return true;
      }
      await sleep(POLL_MS);
    }
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, 0);
  await close(probe);
  return port;
}

/** In the server's folder, or, where its path is too long for a socket, in one for temporary files. */
function socketPath(lifetime: Lifetime, folder: string): string {
  const path = join(folder, "socket");
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  const short = mkdtempSync(join(tmpdir(), "mysql-"));
  lifetime.onEnd(() => rmSync(short, { recursive: true, force: true }));
  return join(short, "socket");
}
