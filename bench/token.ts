import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TokenIssuer } from "@express-on-ecs/kit/testing/token-issuer";
import autocannon from "autocannon";
import declaration from "../apps/service-b/service.json" with { type: "json" };
import { buildBundle } from "../local/deploy/bundles";
import { Lifetime } from "../tools/processes/lifetime";
import { FOLDER, type ServingProcess, startBundle } from "./app-process";
import { processorSeconds } from "./apps/processor-time";
import { median, record, report } from "./measure";

const ROOT = join(import.meta.dirname, "..");
const PATH = "/finance";
const SCOPE = "service-b/read";

/** Two processes of the same program are not equally fast for as long as they live: what was compiled how is luck. */
const CONTESTS = 2;
/** Many short rounds: what else the machine does comes and goes, and most of them have both of a pair in the same weather. */
const ROUNDS = 16;
const SECONDS = 0.5;
/** autocannon looks so often whether the time is up; by default once a second. */
const SAMPLE_MS = 50;
/** What a process has compiled by then, and which tokens it has seen: the first seconds are those of no other. */
const WARM_UP_SECONDS = 3;
const CLIENTS = 32;
/** Of as many people who ask at the same time. */
const TOKENS = 500;
const TOKENS_OF_ONE_REQUEST = 1_000;
const MOST_SHARE = 0.05;
const ROTATION_SECONDS = 6;
const ROTATIONS = 3;

/** Two processes of the same bundle. */
interface Contest {
  readonly without: ServingProcess;
  readonly checking: ServingProcess;
}

/** What one process did in one round. */
interface Slice {
  readonly requestsPerSecond: number;
  /** See `secondsWorked`. */
  readonly secondsOfRequest: number;
}

interface Pair {
  readonly without: Slice;
  readonly checking: Slice;
}

/**
 * Prints what the check of tokens costs a service: time of the processor for a request with it against the same bundle
 * without it, which is sent the same headers; what a token costs when it is seen for the first time; and what fails while the
 * issuer takes up new keys.
 */
export async function benchToken(): Promise<void> {
  const lifetime = new Lifetime();
  const issuer = await TokenIssuer.start();
  try {
    const folder = join(FOLDER, "token");
    await buildBundle(lifetime, { root: ROOT, directory: join(ROOT, "apps/service-b"), version: "bench", folder });
    const contests: Contest[] = [];
    for (let count = 0; count < CONTESTS; count++) {
      const without = await startBundle(lifetime, folder, declaration);
      const variables = issuer.variables({ [`GET ${PATH}`]: SCOPE });
      contests.push({ without, checking: await startBundle(lifetime, folder, declaration, variables) });
    }
    const tokens = await tokensOf(issuer, TOKENS);
    await compare("one token", contests, tokens.slice(0, 1));
    await compare(`${TOKENS} tokens in turn`, contests, tokens);
    const [contest] = contests;
    if (!contest) throw new Error("no processes to compare");
    await firstSight(contest, await tokensOf(issuer, TOKENS_OF_ONE_REQUEST));
    await rotate(contest.checking, issuer);
  } finally {
    await lifetime.end();
    await issuer.close();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

const tokensOf = (issuer: TokenIssuer, count: number) =>
  Promise.all(Array.from({ length: count }, () => issuer.token({ scope: SCOPE })));

const headersOf = (token: string) => ({ authorization: `Bearer ${token}` });

/** Asks with these tokens in turn; each client has some of its own. @throws for an answer other than 2xx */
async function ask(asked: ServingProcess, tokens: readonly string[], seconds: number): Promise<Slice> {
  let clients = 0;
  const before = secondsWorked(asked);
  const { requests, duration, errors, non2xx } = await autocannon({
    url: asked.url + PATH,
    connections: CLIENTS,
    duration: seconds,
    sampleInt: SAMPLE_MS,
    setupClient: (client) => {
      const first = clients++ % Math.min(CLIENTS, tokens.length);
      const own = tokens.filter((_, index) => index % CLIENTS === first);
      client.setRequests(own.map((token) => ({ path: PATH, headers: headersOf(token) })));
    },
  });
  if (errors + non2xx > 0) throw new Error(`${errors} errors, ${non2xx} answers other than 2xx`);
  return {
    requestsPerSecond: requests.total / duration,
    secondsOfRequest: (secondsWorked(asked) - before) / requests.total,
  };
}

/** See `processorSeconds`. Where the system does not tell (it has to be Linux), seconds that have passed. */
function secondsWorked({ group: { pid } }: ServingProcess): number {
  const worked = processorSeconds(pid);
  return Number.isNaN(worked) ? performance.now() / 1000 : worked;
}

/**
 * The two of a pair one behind the other, and the other way round the next time: a machine that gets slower is slower for
 * both. Shares are those of the pairs: two rounds far apart had different machines.
 */
async function compare(what: string, contests: readonly Contest[], tokens: readonly string[]): Promise<void> {
  const pairs: Pair[] = [];
  const shares: number[][] = [];
  for (const contest of contests) {
    const measured = await measure(contest, tokens);
    pairs.push(...measured);
    shares.push(measured.map(shareOf));
  }
  for (const which of ["without", "checking"] as const) {
    const requests = median(pairs.map((pair) => pair[which].requestsPerSecond)).toFixed(0);
    const microseconds = (1e6 * median(pairs.map((pair) => pair[which].secondsOfRequest))).toFixed(0);
    console.log(`  ${what}, ${which}: ${microseconds} µs of a processor a request, ${requests} requests/s`);
  }
  const ofContests = shares.map((ofOne) => median(ofOne).toFixed(3)).join(", ");
  const [least, most] = reachOfMedian(shares.flat()).map((share) => share.toFixed(3));
  console.log(
    `  ${what}, the check's share: ${ofContests} in ${CONTESTS} pairs of processes; in all, the median of ${pairs.length} ` +
      `rounds is between ${least} and ${most} (95 % sure; ${CLIENTS} clients)`,
  );
  report(`share of the check in a request, ${what}`, median(shares.flat()), "", MOST_SHARE);
}

async function measure({ without, checking }: Contest, tokens: readonly string[]): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  const slice = (asked: ServingProcess) => ask(asked, tokens, SECONDS);
  for (const asked of [without, checking]) await ask(asked, tokens, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    const first = await slice(round % 2 ? without : checking);
    const second = await slice(round % 2 ? checking : without);
    pairs.push(round % 2 ? { without: first, checking: second } : { without: second, checking: first });
  }
  return pairs;
}

const shareOf = ({ without, checking }: Pair) => 1 - without.secondsOfRequest / checking.secondsOfRequest;

/** Where the median of all rounds that there could be lies, 95 % sure: √n places in order below and above that of these. */
function reachOfMedian(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((left, right) => left - right);
  const [middle, reach] = [(sorted.length - 1) / 2, Math.sqrt(sorted.length)];
  return [sorted[Math.floor(middle - reach)], sorted[Math.ceil(middle + reach)]].map((value) => value ?? Number.NaN);
}

/** How much longer a request with a token takes that the service has not seen, one request at a time. */
async function firstSight({ without, checking }: Contest, tokens: readonly string[]): Promise<void> {
  const plain: number[] = [];
  const checked: number[] = [];
  for (const token of tokens) {
    plain.push(await millisecondsOf(without, token));
    checked.push(await millisecondsOf(checking, token));
  }
  console.log(
    `  a token seen for the first time: ${median(checked).toFixed(2)} ms a request, ` +
      `${median(plain).toFixed(2)} ms without the check (medians)`,
  );
  record("a request with a token that is seen for the first time, more", median(checked) - median(plain), "ms");
}

async function millisecondsOf({ url }: ServingProcess, token: string): Promise<number> {
  const started = performance.now();
  await (await fetch(url + PATH, { headers: headersOf(token) })).arrayBuffer();
  return performance.now() - started;
}

/** Tokens of all keys that there have been, while the issuer takes up new ones. */
async function rotate({ url }: ServingProcess, issuer: TokenIssuer): Promise<void> {
  const tokens = await tokensOf(issuer, 1);
  let asked = 0;
  const run = autocannon({
    url: url + PATH,
    connections: CLIENTS,
    duration: ROTATION_SECONDS,
    requests: [
      {
        setupRequest: (request) => ({ ...request, headers: headersOf(tokens[asked++ % tokens.length] ?? "") }),
      },
    ],
  });
  const before = issuer.fetches;
  for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
    await sleep((ROTATION_SECONDS * 1000) / (ROTATIONS + 1));
    await issuer.rotate();
    tokens.push(...(await tokensOf(issuer, 1)));
  }
  const { errors, non2xx, requests } = await run;
  const fetches = issuer.fetches - before;
  console.log(
    `  ${ROTATIONS} new keys in ${ROTATION_SECONDS} s: ${requests.total} requests, keys fetched ${fetches} times`,
  );
  report(`requests that failed while keys were rotated`, errors + non2xx, "", 0);
}
