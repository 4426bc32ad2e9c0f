import { killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import type { ServiceDatabase } from "@express-on-ecs/kit/testing/service-database";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";
import { FakeSes } from "./fake-ses";
import { helloBody } from "./messages";
import { DATABASE, type SystemUser, startSystemDatabase } from "./system-database";

/** A key in the table. */
export interface StoredKey {
  readonly idempotency_key: string;
  readonly state: "sending" | "sent";
  readonly message_id: string | null;
}

/** An answer of the service. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a task gets for its mails. */
export const mailVariables = {
  AWS_REGION: "eu-west-1",
  AWS_MAIL_SERVER_FROM_ADDRESS: "noreply@example.test",
  MAIL_CONFIGURATION_SET: "mail-local",
};

/** The service as it is deployed, with its database and with SES, and a look behind them. */
export class PostOffice {
  private constructor(
    readonly database: ServiceDatabase<SystemUser>,
    /** The master user. */
    public master: Connection,
    readonly ses: FakeSes,
  ) {}

  static async open(): Promise<PostOffice> {
    const [database, ses] = await Promise.all([startSystemDatabase(), FakeSes.start()]);
    const office = new PostOffice(database, await database.server.connect(), ses);
    await office.master.query(`USE ${DATABASE}`);
    return office;
  }

  /** Starts a task. @param changed variables other than the stack would set */
  start(changed: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const variables = { APP_DB_CONNECTION_LIMIT: "2", ...this.ses.variables, ...mailVariables, ...changed };
    return this.database.start("notification", variables);
  }

  /** The master user's connection anew, after the server was gone. */
  async reconnect(): Promise<void> {
    this.master.destroy();
    this.master = await this.database.server.connect();
    await this.master.query(`USE ${DATABASE}`);
  }

  /** All keys. */
  async keys(): Promise<StoredKey[]> {
    const columns = "idempotency_key, state, message_id";
    const [rows] = await this.master.query<(StoredKey & RowDataPacket)[]>(
      `SELECT ${columns} FROM notification_deliveries ORDER BY idempotency_key`,
    );
    return rows.map(({ idempotency_key, state, message_id }) => ({ idempotency_key, state, message_id }));
  }

  /** Keeps the leases of all keys from ending, however slow the test is. */
  async holdLeases(): Promise<void> {
    await this.master.query(
      "UPDATE notification_deliveries SET lease_until = NOW(3) + INTERVAL 1 HOUR WHERE state = 'sending'",
    );
  }

  /** Lets the leases of all keys end, as time would. */
  async endLeases(): Promise<void> {
    await this.master.query("UPDATE notification_deliveries SET lease_until = NOW(3) WHERE state = 'sending'");
  }

  /** Forgets all keys and mails. */
  async clear(): Promise<void> {
    await this.master.query("DELETE FROM notification_deliveries");
    this.ses.reset();
  }

  async close(): Promise<void> {
    killRunning();
    this.master.destroy();
    await Promise.all([this.database.close(), this.ses.close()]);
  }
}

/** Asks a service to send a mail. @param key @default none */
export async function send(
  service: Pick<RunningService, "url">,
  key?: string,
  body: unknown = helloBody,
): Promise<Answer> {
  const response = await fetch(`${service.url}/notification/send`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    body: (await response.json()) as Answer["body"],
  };
}
