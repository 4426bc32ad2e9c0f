import { dirname } from "node:path";
import { killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import { type ServiceDatabase, startServiceDatabase } from "@express-on-ecs/kit/testing/service-database";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";
import { FakeNotification } from "./fake-notification";

/** The service's folder. */
export const DIRECTORY = dirname(import.meta.dirname);

/** A user that can be created. */
export const ada = { username: "ada", email: "ada@example.com", firstname: "Ada", lastname: "Lovelace" };

/** An answer of the service. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON as a value; other text as it is. */
  readonly body: unknown;
}

/** What is sent besides method and path. */
export interface Sent {
  /** Sent as JSON. @default - nothing */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service that is killed may leave `fetch` waiting for ever: its connection was closed before the request was written. */
const ANSWER_WITHIN_MILLISECONDS = 60_000;

/** Asks a service. @throws where it is killed meanwhile, sooner or later */
export async function ask(
  url: string,
  method: string,
  path: string,
  { json, headers = {} }: Sent = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS),
  });
  const text = await answer.text();
  const isJson = /[/+]json\b/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, headers: answer.headers, body: isJson && text ? JSON.parse(text) : text };
}

/** The service as it is deployed, with its database and a notification service, and a look behind it. */
export class Registry {
  private constructor(
    readonly database: ServiceDatabase<"user-management" | "migrator">,
    readonly notification: FakeNotification,
    /** The master user. */
    public master: Connection,
  ) {}

  static async open(): Promise<Registry> {
    const database = await startServiceDatabase<"user-management" | "migrator">({
      name: "user_notifications",
      users: { "user-management": "write", migrator: "migrate" },
      services: [DIRECTORY],
      migrations: DIRECTORY,
    });
    await database.commands("prepare", "migrate");
    const notification = new FakeNotification();
    await notification.start();
    const registry = new Registry(database, notification, await database.server.connect());
    await registry.master.query("USE user_notifications");
    return registry;
  }

  /** Ends the database server as an outage does, and starts it again. */
  async outage(work: () => Promise<void>): Promise<void> {
    this.master.destroy();
    await this.database.server.stop();
    await work();
    await this.database.server.start();
    this.master = await this.database.server.connect();
    await this.master.query("USE user_notifications");
  }

  /** One more task of the service, which sends mails as fast as it can. */
  start(changed: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const variables = { ...this.notification.variables, OUTBOX_MAILS_PER_SECOND: "1000" };
    return this.database.start("user-management", { ...variables, ...changed });
  }

  async rows(statement: string): Promise<readonly RowDataPacket[]> {
    const [rows] = await this.master.query<RowDataPacket[]>(statement);
    return rows;
  }

  /** The messages that are still to be sent. */
  outbox(): Promise<readonly RowDataPacket[]> {
    return this.rows(
      "SELECT id, message, state, attempts, locked_until, due_at <= NOW(3) AS due FROM outbox ORDER BY created_at, id",
    );
  }

  /** Removes all users and messages, past the service. */
  async clear(): Promise<void> {
    await this.master.query("DELETE FROM users");
    await this.master.query("DELETE FROM outbox");
    this.notification.forget();
  }

  async close(): Promise<void> {
    killRunning();
    this.master.destroy();
    await this.notification.stop();
    await this.database.close();
  }
}
