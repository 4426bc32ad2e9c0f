import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Failure, USAGE_STATUS } from "../failure";

/** Folder of the price lists, in the repository. */
export const PRICE_FOLDER = "tools/cost/prices";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Days after which prices may well be others. */
const STALE_DAYS = 365;

const PRICE_IDS = [
  "loadBalancerHour",
  "lcuHour",
  "publicIpv4Hour",
  "natHour",
  "natGb",
  "endpointHour",
  "endpointGb",
  "transferOutGb",
  "fargateVcpuHour",
  "fargateGbHour",
  "fargateArmVcpuHour",
  "fargateArmGbHour",
  "volumeGp3Gb",
  "databaseGp3Gb",
  "alarmMetric",
  "dashboard",
  "customMetric",
  "enhancedInsightsMetric",
  "logWrittenGb",
  "logKeptGb",
  "bucketGb",
  "imageGb",
  "key",
  "secret",
  "hostedZone",
  "httpApiMillion",
  "restApiMillion",
  "user",
  "mailThousand",
  "buildSmallMinute",
  "buildMediumMinute",
  "pipelineMinute",
] as const;

export type PriceId = (typeof PRICE_IDS)[number];

const usDollars = z.number().positive();

/** What a file in {@link PRICE_FOLDER} holds. */
const priceListSchema = z.strictObject({
  region: z.string(),
  asOf: z.iso.date(),
  prices: z.record(
    z.enum(PRICE_IDS),
    z.strictObject({ price: usDollars, unit: z.string().min(1), page: z.string().min(1) }),
  ),
  /** Linux, on demand, by instance type. Page: "Amazon EC2 On-Demand pricing". */
  instanceHour: z.record(z.string(), usDollars),
  /** MySQL, one zone, by instance class. Page: "Amazon RDS for MySQL pricing". */
  databaseHour: z.record(z.string(), usDollars),
});

/** List prices of a Region, in US dollars, without tax. */
export interface Prices {
  readonly region: string;
  /** Day on which they were those of AWS: `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly of: Readonly<Record<PriceId, number>>;
  /** An hour of an instance on demand, by instance type. */
  readonly instanceHour: Readonly<Record<string, number>>;
  /** An hour of a database in one zone, by instance class. */
  readonly databaseHour: Readonly<Record<string, number>>;
}

/**
 * Reads the price list of a Region.
 *
 * @param root folder that holds {@link PRICE_FOLDER}
 * @throws Failure with status 2 where there is none, or it is not complete
 */
export function loadPrices(root: string, region: string): Prices {
  const file = `${PRICE_FOLDER}/${region}.json`;
  if (!existsSync(join(root, file))) throw new Failure(noPrices(root, region), USAGE_STATUS);
  return parsePrices(file, region, readFileSync(join(root, file), "utf8"));
}

/**
 * @param file what to call it in messages
 * @throws Failure with status 2 that names every value that is missing or wrong
 */
export function parsePrices(file: string, region: string, text: string): Prices {
  const parsed = priceListSchema.safeParse(parseJson(file, text));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join(".") || "$"}: ${message}`);
    throw new Failure(`${file} is not a price list:\n${faults.join("\n")}`, USAGE_STATUS);
  }
  const { prices, ...list } = parsed.data;
  if (list.region !== region) {
    throw new Failure(
      `${file} has the prices of ${list.region}; write "region": "${region}", or rename it`,
      USAGE_STATUS,
    );
  }
  const entries = PRICE_IDS.map((id) => [id, prices[id].price] as const);
  return { ...list, of: Object.fromEntries(entries) as Record<PriceId, number> };
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`${file} is not JSON`, USAGE_STATUS);
  }
}

function noPrices(root: string, region: string): string {
  const known = readdirSync(join(root, PRICE_FOLDER)).map((file) => file.replace(/\.json$/, ""));
  return (
    `there are no prices for the Region ${region}; there are for: ${known.join(", ")}. To add them, copy ` +
    `${PRICE_FOLDER}/${known[0]}.json to ${PRICE_FOLDER}/${region}.json, write the Region's prices from the AWS pages that ` +
    `each entry names, and the day as "asOf"`
  );
}

/** What to tell of prices that are old; undefined where they are not. */
export function staleness({ region, asOf }: Prices, now: Date): string | undefined {
  const days = Math.floor((now.getTime() - Date.parse(asOf)) / DAY_MS);
  if (days <= STALE_DAYS) return undefined;
  return (
    `the prices of ${region} are ${days} days old (${asOf}): compare them with the pages that ${PRICE_FOLDER}/${region}.json ` +
    `names, and write the new day as "asOf"`
  );
}
