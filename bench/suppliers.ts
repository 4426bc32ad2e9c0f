import { killRunning } from "@express-on-ecs/kit/testing/run-service";
import {
  type SuppliersDatabase,
  startSuppliersDatabase,
} from "@express-on-ecs/suppliers-kit/testing/suppliers-database";
import autocannon from "autocannon";
import { median, record, report } from "./measure";

const SUPPLIERS = 100_000;
const ROWS_PER_INSERT = 1_000;
const RATE_PER_SECOND = 200;
const SECONDS = 4;
const ROUNDS = 5;

/** More than the pool has connections, so that it is at its bound all the time. */
const CLIENTS_AT_THE_BOUND = 48;
const POOL = 5;

const WORDS = ["Acme", "Bean", "Crest", "Delta", "Ember", "Fjord", "Grove", "Harbor", "Iris", "Juniper"];

/**
 * Prints what the list of suppliers takes with 100,000 of them: p99 of pages and of searches at 200 requests a second, a page
 * against the original's query (`SELECT *`), and what one task answers when its pool is at its bound.
 */
export async function benchSuppliers(): Promise<void> {
  const database = await startSuppliersDatabase();
  try {
    for (const command of ["prepare", "migrate"] as const) requireDone(command, await database.command(command));
    await fill(database);
    const customer = await database.start("customer", { APP_DB_CONNECTION_LIMIT: String(POOL) });
    const pages = `${customer.url}/suppliers`;
    const deep = await deepPage(pages);
    for (const [what, url] of [
      ["the first page", pages],
      ["a page in the middle", deep],
      ["a search for a common word", `${pages}?q=Harbor`],
      ["a search for a common city", `${pages}?q=Harbor+City`],
      ["a search for a rare word", `${pages}?q=Harbor+Crest+77`],
      ["a search that finds nothing", `${pages}?q=no+such+supplier`],
    ] as const) {
      const { p99 } = await ask(what, { url, connections: 20, overallRate: RATE_PER_SECOND });
      report(`p99 of ${what}, ${RATE_PER_SECOND} requests/s, ${SUPPLIERS} suppliers`, p99, "ms", 50);
    }
    await compareQueries(database);
    const { rate, p99 } = await ask("at the pool's bound", { url: pages, connections: CLIENTS_AT_THE_BOUND });
    record(`requests with ${CLIENTS_AT_THE_BOUND} clients on a pool of ${POOL}, no errors`, rate, "requests/s");
    record("p99 of them", p99, "ms");
  } finally {
    killRunning();
    await database.close();
  }
}

function requireDone(command: string, { status, stderr }: { status: number | null; stderr: string }): void {
  if (status !== 0) throw new Error(`database.cjs ${command} ended with ${status}: ${stderr}`);
}

async function fill({ server }: SuppliersDatabase): Promise<void> {
  const connection = await server.connect();
  const word = (index: number) => WORDS[index % WORDS.length] ?? "";
  for (let first = 0; first < SUPPLIERS; first += ROWS_PER_INSERT) {
    const rows = Array.from({ length: ROWS_PER_INSERT }, (_, offset) => {
      const id = first + offset;
      const name = `${word(id)} ${word(Math.floor(id / 10))} ${id}`;
      return [name, `${id} Main Street`, `${word(id + 3)} City`, "Oregon", `desk-${id}@example.com`, "5555550123"];
    });
    await connection.query("INSERT INTO COFFEE.suppliers (name, address, city, state, email, phone) VALUES ?", [rows]);
  }
  await connection.query("ANALYZE TABLE COFFEE.suppliers");
  await connection.end();
}

/** The page that thirty clicks on "next" lead to, from the middle of the alphabet. */
async function deepPage(pages: string): Promise<string> {
  let url = `${pages}?q=Ember`;
  for (let click = 0; click < 30; click++) {
    const html = await (await fetch(url)).text();
    const next = /href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"/.exec(html);
    const path = (next?.[1] ?? next?.[2])?.replaceAll("&amp;", "&");
    if (!path) throw new Error(`${url} has no next page`);
    url = new URL(path, url).href;
  }
  return url;
}

async function ask(what: string, options: autocannon.Options): Promise<{ rate: number; p99: number }> {
  // One that does not count: connections, prepared statements, the server's buffer.
  await autocannon({ ...options, duration: 2 });
  const { requests, latency, errors, non2xx } = await autocannon({ ...options, duration: SECONDS });
  if (errors + non2xx > 0) throw new Error(`${what}: ${errors} errors, ${non2xx} answers other than 2xx`);
  return { rate: requests.average, p99: latency.p99 };
}

/** The two queries in turn, over one connection each, without a page around them. */
async function compareQueries({ server }: SuppliersDatabase): Promise<void> {
  const connection = await server.connect();
  const timed = async (run: () => Promise<unknown>) => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  const page = () =>
    connection.execute("SELECT * FROM COFFEE.suppliers WHERE name >= ? ORDER BY name ASC, id ASC LIMIT 26", ["Ember"]);
  const all = () => connection.query("SELECT * FROM COFFEE.suppliers");
  await page();
  await all();
  const [ours, originals]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(page));
    originals.push(await timed(all));
  }
  await connection.end();
  const [one, other] = [median(ours), median(originals)];
  console.log(
    `  query of a page ${one.toFixed(1)} ms, the original's SELECT * ${other.toFixed(0)} ms, medians of ${ROUNDS}`,
  );
  report("query of a page, against the original's SELECT *", one / other, "", 0.05);
}
