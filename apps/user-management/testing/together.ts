import { keptPort, killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import type { ServiceDatabase } from "@express-on-ecs/kit/testing/service-database";
import { FakeSes } from "@express-on-ecs/notification/testing/fake-ses";
import { mailVariables } from "@express-on-ecs/notification/testing/post-office";
import { DATABASE, type SystemUser, startSystemDatabase } from "@express-on-ecs/notification/testing/system-database";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";

/** The services of the system that run as tasks. */
export type ServiceName = "notification" | "user-management";

/** Both services as they are deployed, one task of each on a port of its own that it keeps, with their database and SES. */
export class Together {
  /** What runs. */
  readonly tasks = new Map<ServiceName, RunningService>();

  private constructor(
    readonly database: ServiceDatabase<SystemUser>,
    readonly ses: FakeSes,
    /** The master user. */
    readonly master: Connection,
    private readonly ports: Readonly<Record<ServiceName, number>>,
  ) {}

  static async open(): Promise<Together> {
    const [database, ses, ...ports] = await Promise.all([
      startSystemDatabase(),
      FakeSes.start(),
      keptPort(),
      keptPort(),
    ]);
    const master = await database.server.connect();
    await master.query(`USE ${DATABASE}`);
    const [notification, userManagement] = ports;
    return new Together(database, ses, master, { notification, "user-management": userManagement });
  }

  /** Where a service is, or will be again. */
  url(name: ServiceName): string {
    return `http://127.0.0.1:${this.ports[name]}`;
  }

  /** Starts a service, on the same port each time. */
  async start(name: ServiceName): Promise<void> {
    const variables = {
      notification: { APP_DB_CONNECTION_LIMIT: "2", ...this.ses.variables, ...mailVariables },
      "user-management": {
        NOTIFICATION_SERVICE_HOST: "127.0.0.1",
        NOTIFICATION_SERVICE_PORT: String(this.ports.notification),
        OUTBOX_MAILS_PER_SECOND: "100",
      },
    };
    this.tasks.set(name, await this.database.start(name, { ...variables[name], PORT: String(this.ports[name]) }));
  }

  /** Kills a service, and waits until the database has heard of it: what it had sent there by then is done. */
  async kill(name: ServiceName): Promise<void> {
    const task = this.tasks.get(name);
    this.tasks.delete(name);
    task?.signal("SIGKILL");
    await task?.exited;
    const statement = "SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE USER = ?";
    while ((await this.#number(statement, [name])) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /**
   * Keys whose mails SES has taken, and which notification had no time to note as sent: these mails go out a second time.
   * To be asked while notification is dead.
   *
   * @param since so many mails SES had taken before the task was started that is dead now
   */
  async openKeys(since: number): Promise<string[]> {
    await this.ses.until(({ open }) => open === 0);
    const [rows] = await this.master.query<RowDataPacket[]>(
      "SELECT idempotency_key FROM notification_deliveries WHERE state = 'sending'",
    );
    const taken = new Set(this.ses.accepted.slice(since).map(({ key }) => key));
    return rows.map(({ idempotency_key }) => idempotency_key).filter((key) => taken.has(key));
  }

  /** How many messages are still to be sent, and how many never will be. */
  async outbox(): Promise<{ waiting: number; failed: number }> {
    const count = (state: string) => this.#number("SELECT COUNT(*) AS count FROM outbox WHERE state = ?", [state]);
    return { waiting: await count("waiting"), failed: await count("failed") };
  }

  /** The usernames of all users, sorted. */
  async usernames(): Promise<string[]> {
    const [rows] = await this.master.query<RowDataPacket[]>("SELECT username FROM users");
    return rows.map(({ username }) => username).sort();
  }

  /** Removes what a test has left, past the services. */
  async clear(): Promise<void> {
    for (const table of ["users", "outbox", "notification_deliveries"]) await this.master.query(`DELETE FROM ${table}`);
    this.ses.reset();
  }

  async close(): Promise<void> {
    killRunning();
    this.master.destroy();
    await Promise.all([this.database.close(), this.ses.close()]);
  }

  async #number(statement: string, values: readonly string[]): Promise<number> {
    const [rows] = await this.master.query<RowDataPacket[]>(statement, [...values]);
    return Number(rows[0]?.count);
  }
}

/** Where a service is killed, `fetch` may wait for ever: the connection was closed before the request was written. */
const ANSWER_WITHIN_MILLISECONDS = 30_000;

/** Creates a user. @returns the status; 0 when the connection broke: whether the user was created is not known then */
export function createUser(url: string, username: string): Promise<number> {
  return fetch(`${url}/usermgmt/user`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, email: `${username}@example.com`, firstname: "Ada" }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS),
  }).then(
    ({ status }) => status,
    () => 0,
  );
}
