import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { databaseAccess } from "@express-on-ecs/kit/mysql-environment";
import { taskVariables } from "@express-on-ecs/kit/testing/run-service";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { memoryLog } from "../testing/log";
import { mailVariables, PostOffice } from "../testing/post-office";
import {
  type Claim,
  type ClaimOutcome,
  Deliveries,
  LEASE_MILLISECONDS,
  PURGE_ROWS,
  REMEMBERED_DAYS,
} from "./deliveries";
import { environment } from "./environment";

const HASH = "a".repeat(64);
const OTHER_HASH = "b".repeat(64);

let office: PostOffice;
let database: Database;
let deliveries: Deliveries;

beforeAll(async () => {
  office = await PostOffice.open();
  const values = environment.parse({
    ...taskVariables,
    ...mailVariables,
    ...office.database.variablesOf("notification"),
    APP_DB_CONNECTION_LIMIT: "4",
  });
  database = new Database(createDriverPool(databaseAccess(values), values.APP_DB_CONNECTION_LIMIT), memoryLog().logger);
  deliveries = new Deliveries(database);
});
afterAll(async () => {
  await database.shutdownHook.run();
  await office.close();
});
afterEach(() => office.clear());

function claimOf(outcome: ClaimOutcome): Claim {
  if (outcome.kind !== "claimed") throw new Error(`not claimed: ${JSON.stringify(outcome)}`);
  return outcome;
}

describe("a key", () => {
  it("is claimed once, however many want it at the same time", async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => deliveries.claim("key-1", HASH)));
    expect(outcomes.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === "busy")).toHaveLength(19);
    expect(await office.keys()).toMatchObject([{ idempotency_key: "key-1", state: "sending" }]);
  });

  it("says how long it is taken at most", async () => {
    await deliveries.claim("key-1", HASH);
    const busy = await deliveries.claim("key-1", HASH);
    expect(busy).toEqual({ kind: "busy", leftMilliseconds: expect.any(Number) });
    if (busy.kind !== "busy") return;
    expect(busy.leftMilliseconds).toBeGreaterThan(0);
    expect(busy.leftMilliseconds).toBeLessThanOrEqual(LEASE_MILLISECONDS);
  });

  it("is taken over once when its lease is over, however many want it", async () => {
    await deliveries.claim("key-1", HASH);
    await office.endLeases();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => deliveries.claim("key-1", HASH)));
    expect(outcomes.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
  });

  it("is free at once when it was released", async () => {
    await deliveries.release(claimOf(await deliveries.claim("key-1", HASH)));
    expect(await deliveries.claim("key-1", HASH)).toMatchObject({ kind: "claimed" });
  });

  it("is not released by somebody whose lease is over", async () => {
    const late = claimOf(await deliveries.claim("key-1", HASH));
    await office.endLeases();
    await deliveries.claim("key-1", HASH);
    await deliveries.release(late);
    expect(await deliveries.claim("key-1", HASH)).toMatchObject({ kind: "busy" });
  });

  it("whose mail is sent stays sent, also when who sent it was late", async () => {
    const late = claimOf(await deliveries.claim("key-1", HASH));
    await office.endLeases();
    const second = claimOf(await deliveries.claim("key-1", HASH));
    await deliveries.record(late, "ses-1");
    await deliveries.record(second, "ses-2");
    await deliveries.release(second);
    expect(await deliveries.claim("key-1", HASH)).toEqual({ kind: "sent", messageId: "ses-1" });
    await office.endLeases();
    expect(await deliveries.claim("key-1", HASH)).toEqual({ kind: "sent", messageId: "ses-1" });
  });

  it("belongs to its mail, taken, free or sent", async () => {
    const claim = claimOf(await deliveries.claim("key-1", HASH));
    expect(await deliveries.claim("key-1", OTHER_HASH)).toEqual({ kind: "other mail" });
    await deliveries.release(claim);
    expect(await deliveries.claim("key-1", OTHER_HASH)).toEqual({ kind: "other mail" });
    await deliveries.record(claimOf(await deliveries.claim("key-1", HASH)), "ses-1");
    expect(await deliveries.claim("key-1", OTHER_HASH)).toEqual({ kind: "other mail" });
  });

  it("in upper case is another one", async () => {
    for (const key of ["key-1", "KEY-1"]) expect(await deliveries.claim(key, HASH)).toMatchObject({ kind: "claimed" });
  });

  it("keeps what fits of a long id of SES", async () => {
    await deliveries.record(claimOf(await deliveries.claim("key-1", HASH)), "m".repeat(200));
    expect(await office.keys()).toMatchObject([{ state: "sent", message_id: "m".repeat(128) }]);
  });
});

describe("old keys", () => {
  /** Makes keys whose mails were asked for so many days ago. */
  async function store(count: number, days: number, state: "sending" | "sent" = "sent", leaseSeconds = -1) {
    const seconds = Math.round(days * 86_400);
    await office.master.query(
      "INSERT INTO notification_deliveries (idempotency_key, body_hash, state, lease_until, created_at) " +
        `SELECT CONCAT(?, '-', seq), ?, ?, NOW(3) + INTERVAL ? SECOND, NOW(3) - INTERVAL ? SECOND FROM seq_1_to_${count}`,
      [`${state}-${seconds}`, HASH, state, leaseSeconds, seconds],
    );
  }

  it("are forgotten after their time, sent or given up, and no others", async () => {
    await store(1, REMEMBERED_DAYS + 0.01);
    await store(1, REMEMBERED_DAYS + 1, "sending");
    await store(1, REMEMBERED_DAYS - 0.01);
    await store(1, REMEMBERED_DAYS - 1, "sending");
    await store(1, REMEMBERED_DAYS + 2, "sending", 3600);
    expect(await deliveries.purge()).toBe(2);
    expect((await office.keys()).map(({ idempotency_key }) => idempotency_key)).toEqual([
      "sending-518400-1",
      "sending-777600-1",
      "sent-603936-1",
    ]);
  });

  it("are forgotten a batch at a time, the oldest first", async () => {
    await store(PURGE_ROWS, 9);
    await store(3, 8);
    expect(await deliveries.purge()).toBe(PURGE_ROWS);
    expect((await office.keys()).map(({ idempotency_key }) => idempotency_key)).toEqual([
      "sent-691200-1",
      "sent-691200-2",
      "sent-691200-3",
    ]);
    expect([await deliveries.purge(), await deliveries.purge()]).toEqual([3, 0]);
  });
});
