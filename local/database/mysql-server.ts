import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Connection, createConnection } from "mysql2/promise";
import { Failure } from "../../tools/failure";
import { portsInARow } from "../../tools/ports-in-a-row";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";
import type { Foundation } from "./foundation";
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
  /** What it has in common with the other servers of its run. */
  readonly foundation: Foundation;
  /** Folder of the server's own, which is made: data and socket. */
  readonly folder: string;
  /** File for what the server prints. */
  readonly log: string;
  /** @default 151 */
  readonly maxConnections?: number | undefined;
  readonly startBoundMs?: number;
}

/**
 * A MySQL server of a run: data of its own, loopback, TLS only. It stands for one MySQL instance of the emulated RDS; who may
 * connect is for `MasterUsers` to say. Root connects by the Unix socket only, with a password that nobody else has.
 */
export class MysqlServer {
  readonly host = HOST;
  #port = 0;
  #group: ProcessGroup | undefined;

  private constructor(
    private readonly lifetime: Lifetime,
    private readonly options: MysqlServerOptions,
    private readonly files: ServerFiles,
  ) {}

  /** Makes a server and starts it on a free port. @throws Failure with its last words */
  static async start(lifetime: Lifetime, options: MysqlServerOptions): Promise<MysqlServer> {
    const { foundation, folder } = options;
    const temporary = join(folder, "temporary");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await mkdir(temporary);
    const data = join(folder, "data");
    await foundation.copyData(data);
    const { certificate, key } = foundation;
    const files = { data, temporary, socket: socketPath(lifetime, folder), certificate, key };
    const server = new MysqlServer(lifetime, options, files);
    await server.#startOnFreePort();
    return server;
  }

  /** The port, the same from the first start to the end. */
  get port(): number {
    return this.#port;
  }

  /** PEM of the authority that signed its certificate. */
  get ca(): string {
    return this.options.foundation.ca;
  }

  /** `HOST:PORT` that tasks reach it at: containers have a network of their own. */
  get address(): string {
    const [host = this.host] = this.options.foundation.extraAddresses;
    return `${host}:${this.port}`;
  }

  /** Resolves when the server has ended, whoever ended it; at once where it does not run. */
  get exited(): Promise<unknown> {
    return this.#group?.exited ?? Promise.resolve();
  }

  /** Starts it again after `stop`, with the data and the port that it had. @throws Failure with its last words */
  async start(): Promise<void> {
    if (this.#group) return;
    const { foundation, maxConnections = MAX_CONNECTIONS, log } = this.options;
    const { executable, extraAddresses } = foundation;
    const addresses = [HOST, ...extraAddresses];
    const args = serverArguments(executable, { ...this.files, port: this.#port, addresses, maxConnections });
    const output = openSync(log, "a");
    const written = readFileSync(log, "utf8").length;
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
    return createConnection({
      socketPath: this.files.socket,
      user: "root",
      password: this.options.foundation.password,
    });
  }

  async #startOnFreePort(): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      // Not any port: during an outage, when it is closed, a connection of somebody's would be given it.
      this.#port = await portsInARow(1);
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

/** In the server's folder, or, where its path is too long for a socket, in one for temporary files. */
function socketPath(lifetime: Lifetime, folder: string): string {
  const path = join(folder, "socket");
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  const short = mkdtempSync(join(tmpdir(), "mysql-"));
  lifetime.onEnd(() => rmSync(short, { recursive: true, force: true }));
  return join(short, "socket");
}
