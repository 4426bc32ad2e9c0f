import { killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import type { ServiceDatabase } from "@express-on-ecs/kit/testing/service-database";
import { FakeSes } from "@express-on-ecs/notification/testing/fake-ses";
import { type SystemUser, startSystemDatabase } from "@express-on-ecs/notification/testing/system-database";
import autocannon from "autocannon";
import { median, record, reportAtLeast } from "./measure";

const ROUNDS = 4;
const SECONDS = 3;
/** What a task has compiled and connected by then: the first seconds of a process are those of no other. */
const WARM_UP_SECONDS = 2;
/** More than the pool has connections, so that it is at its bound all the time. */
const CLIENTS = 24;
const POOL = 5;

/** Figures of one round. */
interface Round {
  /** Users a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Mails that were sent meanwhile. */
  readonly mails: number;
}

/**
 * Prints what mails cost those who create users: users a second of one task whose pool is at its bound, with notification
 * taking the mails meanwhile, against the same with notification dead.
 */
export async function benchOutbox(): Promise<void> {
  const [database, ses] = await Promise.all([startSystemDatabase(), FakeSes.start()]);
  try {
    const pairs: Pair[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      // One behind the other, and the other way round the next time: a machine that gets slower is slower for both. The
      // first round does not count.
      const measured = new Map<boolean, Round>();
      for (const alive of round % 2 ? [true, false] : [false, true]) {
        measured.set(alive, await measure(database, ses, alive));
      }
      const [on, off] = [measured.get(true), measured.get(false)];
      if (round > 0 && on && off) pairs.push({ on, off });
    }
    tellPairs(pairs);
  } finally {
    killRunning();
    await Promise.all([database.close(), ses.close()]);
  }
}

/** Two rounds, one behind the other. */
interface Pair {
  readonly on: Round;
  readonly off: Round;
}

/** Ratios are those of the pairs: two rounds far apart had different machines. */
function tellPairs(pairs: readonly Pair[]): void {
  const [on, off] = [pairs.map((pair) => pair.on), pairs.map((pair) => pair.off)];
  tell("with notification", on);
  tell("without notification", off);
  const ratio = median(pairs.map((pair) => pair.on.rate / pair.off.rate));
  reportAtLeast(`users created a second, with notification against without`, ratio, 0.9);
  const slower = median(pairs.map((pair) => pair.on.p99 / pair.off.p99));
  record("p99 of creating a user, with notification against without", slower, "");
  record("users created a second, with notification", median(on.map(({ rate }) => rate)), "users/s");
}

function tell(what: string, rounds: readonly Round[]): void {
  const [rate, p99, mails] = (["rate", "p99", "mails"] as const).map((figure) =>
    median(rounds.map((one) => one[figure])),
  );
  console.log(
    `  ${what}: ${rate?.toFixed(0)} users/s, p99 ${p99} ms, ${mails} mails in ${SECONDS} s (medians of ${rounds.length}; ${CLIENTS} clients, a pool of ${POOL})`,
  );
}

/** Both services anew, on empty tables. */
async function measure(database: ServiceDatabase<SystemUser>, ses: FakeSes, withNotification: boolean): Promise<Round> {
  const connection = await database.server.connect();
  for (const table of ["users", "outbox", "notification_deliveries"]) {
    await connection.query(`TRUNCATE TABLE user_notifications.${table}`);
  }
  await connection.end();
  ses.reset();
  const notification = await database.start("notification", {
    ...ses.variables,
    AWS_REGION: "us-east-1",
    AWS_MAIL_SERVER_FROM_ADDRESS: "no-reply@example.test",
    MAIL_CONFIGURATION_SET: "mail",
    APP_DB_CONNECTION_LIMIT: "2",
  });
  if (!withNotification) await end(notification);
  const { hostname, port } = new URL(notification.url);
  const users = await database.start("user-management", {
    NOTIFICATION_SERVICE_HOST: hostname,
    NOTIFICATION_SERVICE_PORT: port,
    APP_DB_CONNECTION_LIMIT: String(POOL),
  });
  const round = await createUsers(users.url, ses);
  await Promise.all([end(users), ...(withNotification ? [end(notification)] : [])]);
  return round;
}

async function createUsers(url: string, ses: FakeSes): Promise<Round> {
  let last = 0;
  const run = (duration: number) =>
    autocannon({
      url: `${url}/usermgmt/user`,
      connections: CLIENTS,
      duration,
      requests: [
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          setupRequest: (request) => ({ ...request, body: JSON.stringify(person(last++)) }),
        },
      ],
    });
  await run(WARM_UP_SECONDS);
  const before = ses.accepted.length;
  const { requests, latency, errors, non2xx } = await run(SECONDS);
  if (errors + non2xx > 0) throw new Error(`${errors} errors, ${non2xx} answers other than 2xx`);
  return { rate: requests.average, p99: latency.p99, mails: ses.accepted.length - before };
}

const person = (number: number) => ({
  username: `user${number}`,
  email: `user${number}@example.test`,
  firstname: "Ada",
  lastname: "Lovelace",
});

async function end(service: RunningService): Promise<void> {
  service.signal("SIGKILL");
  await service.exited;
}
