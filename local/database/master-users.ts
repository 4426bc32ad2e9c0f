import { type DBInstance, RDSClient } from "@aws-sdk/client-rds";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Connection } from "mysql2/promise";
import { Failure, messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";
import { instancesOn } from "./instances";

/** An instance takes a minute to make; a changed password is used seconds later at the earliest. */
const INTERVAL_MS = 2_000;

/**
 * What the master user may do ("Master user account privileges" of the Amazon RDS User Guide): all but what would reach the
 * machine (FILE) or the server itself (SUPER, SHUTDOWN). MariaDB has a word of its own for one of them.
 */
const GRANTS = [
  ..."SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES".split(", "),
  ..."LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER".split(", "),
  ..."RELOAD, PROCESS, SHOW DATABASES, CREATE USER, REPLICATION SLAVE, REPLICATION CLIENT".split(", "),
].join(", ");

export interface MasterUsersOptions {
  /** Whose users they are; asked for connections of root's. */
  readonly servers: readonly Server[];
  /** How the emulator is reached. */
  readonly settings: ClientSettings;
  /** Told what keeps a user from being made, once each time that it becomes something else. */
  readonly onFault: (message: string) => void;
  /** Milliseconds between two looks at the emulator. @default 2,000 */
  readonly intervalMs?: number;
}

interface Server {
  /** `HOST:PORT`. */
  readonly address: string;
  connect(): Promise<Connection>;
}

interface MasterUser {
  readonly name: string;
  readonly password: string;
}

/**
 * Makes the master user of each MySQL instance of the emulated RDS in the server that stands for it, as RDS does: with the
 * name that the instance says and the password in its managed secret, and again whenever the secret changes.
 * Instances whose password Terraform gave (`password`) have none: RDS does not say it.
 */
export class MasterUsers {
  readonly #rds: RDSClient;
  readonly #secrets: SecretsManagerClient;
  /** The user that was made last, by the server's address. */
  readonly #made = new Map<string, MasterUser>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #fault = "";
  #ended = false;

  private constructor(private readonly options: MasterUsersOptions) {
    this.#rds = new RDSClient(options.settings);
    this.#secrets = new SecretsManagerClient(options.settings);
  }

  /** Looks now and then until the lifetime ends. */
  static watch(lifetime: Lifetime, options: MasterUsersOptions): MasterUsers {
    const users = new MasterUsers(options);
    lifetime.onEnd(() => users.#end());
    users.#lookLater(0);
    return users;
  }

  /**
   * Makes every user that is to be, before somebody connects: a deployment's instance may be a second old.
   *
   * @throws what keeps one from being made
   */
  async synchronise(): Promise<void> {
    const before = this.#round;
    const round = before.then(() => this.#look());
    this.#round = round.catch(() => undefined);
    await round;
  }

  #lookLater(delayMs: number): void {
    this.#timer = setTimeout(async () => {
      await this.synchronise().then(
        () => this.#tell(""),
        (error: unknown) => this.#tell(messageOf(error)),
      );
      if (!this.#ended) this.#lookLater(this.options.intervalMs ?? INTERVAL_MS);
    }, delayMs);
  }

  #tell(fault: string): void {
    if (fault !== "" && fault !== this.#fault && !this.#ended) this.options.onFault(fault);
    this.#fault = fault;
  }

  async #look(): Promise<void> {
    const pairs = await instancesOn(this.#rds, this.options.servers);
    // One that is in an outage must not keep the others waiting.
    const done = await Promise.allSettled(pairs.map(({ instance, server }) => this.#follow(instance, server)));
    const fault = done.find(({ status }) => status === "rejected");
    if (fault?.status === "rejected") throw fault.reason;
  }

  async #follow(instance: DBInstance, server: Server): Promise<void> {
    const user = await this.#userOf(instance);
    const made = this.#made.get(server.address);
    if (!user || (user.name === made?.name && user.password === made.password)) return;
    const connection = await server.connect();
    try {
      await makeUser(connection, user);
      this.#made.set(server.address, user);
    } finally {
      await connection.end();
    }
  }

  async #userOf(instance: DBInstance): Promise<MasterUser | undefined> {
    const secret = instance.MasterUserSecret?.SecretArn;
    if (!secret || !instance.MasterUsername) return undefined;
    const text = await this.#valueOf(secret);
    if (text === undefined) return undefined;
    const { password } = JSON.parse(text) as { password?: unknown };
    if (typeof password !== "string") throw new Failure(`the secret ${secret} has no "password"`);
    return { name: instance.MasterUsername, password };
  }

  /** Nothing where the secret has just been deleted with its instance. */
  async #valueOf(secret: string): Promise<string | undefined> {
    try {
      const { SecretString: text = "{}" } = await this.#secrets.send(new GetSecretValueCommand({ SecretId: secret }));
      return text;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async #end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#rds.destroy();
    this.#secrets.destroy();
    await this.#round;
  }
}

/** Repeatable. The values are quoted by mysql2; the server is in its default mode here, in which that is safe. */
async function makeUser(connection: Connection, { name, password }: MasterUser): Promise<void> {
  await connection.query("CREATE USER IF NOT EXISTS ?@'%' IDENTIFIED BY ?", [name, password]);
  await connection.query("ALTER USER ?@'%' IDENTIFIED BY ?", [name, password]);
  await connection.query(`GRANT ${GRANTS} ON *.* TO ?@'%' WITH GRANT OPTION`, [name]);
}
