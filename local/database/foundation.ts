import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { MysqlExecutable } from "../../tools/setup/mysql";
import { makeCertificates } from "./certificates";
import { makeDataDirectory } from "./data-directory";

const HOSTS = ["127.0.0.1", "localhost"];

export interface FoundationOptions {
  readonly executable: MysqlExecutable;
  /** Folder of its own, which is made. */
  readonly folder: string;
  /** File for what the server prints. */
  readonly log: string;
  /** Addresses of this machine that servers listen on beside 127.0.0.1, such as that of a docker network. @default none */
  readonly extraAddresses?: readonly string[] | undefined;
}

/**
 * What the servers of a run have in common: the program, an empty data directory to copy, a certificate with its authority,
 * and root's password. To make a data directory takes a second of a processor, to copy it next to nothing.
 */
export class Foundation {
  private constructor(
    readonly executable: MysqlExecutable,
    readonly extraAddresses: readonly string[],
    /** PEM of the authority that signed the certificate, which names 127.0.0.1, localhost and the extra addresses. */
    readonly ca: string,
    /** Root's, who connects by the Unix sockets only. Nobody else has it. */
    readonly password: string,
    private readonly folder: string,
  ) {}

  /** @throws Failure with the server's words */
  static async make(lifetime: Lifetime, options: FoundationOptions): Promise<Foundation> {
    const { executable, folder, log, extraAddresses = [] } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = join(folder, "temporary");
    await mkdir(temporary);
    const password = randomBytes(24).toString("hex");
    const [certificates] = await Promise.all([
      makeCertificates([...HOSTS, ...extraAddresses]),
      makeDataDirectory(lifetime, { executable, folder: join(folder, "data"), temporary, log, password }),
    ]);
    const foundation = new Foundation(executable, extraAddresses, certificates.ca, password, folder);
    writeFileSync(foundation.caFile, certificates.ca);
    writeFileSync(foundation.certificate, certificates.certificate);
    writeFileSync(foundation.key, certificates.key, { mode: 0o600 });
    return foundation;
  }

  /** File that holds `ca`. */
  get caFile(): string {
    return join(this.folder, "ca.pem");
  }

  /** File with the servers' certificate. */
  get certificate(): string {
    return join(this.folder, "certificate.pem");
  }

  /** File with its private key. */
  get key(): string {
    return join(this.folder, "key.pem");
  }

  /** Gives a server its files: those of one that was never started. */
  async copyData(folder: string): Promise<void> {
    await cp(join(this.folder, "data"), folder, { recursive: true });
  }
}
