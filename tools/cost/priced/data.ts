import { textAt, valueAt } from "../../../stacks/documents/body";
import type { Resource } from "../../diagram/resource";
import { product, ratio, type Term } from "../arithmetic";
import { byUse, type Context, constant, fixed, type Item, type Pricer } from "../charge";
import { numberAt } from "../tasks";
import { behindApi } from "./network";

/** Days of a month that logs and access logs are kept for. */
const DAYS_PER_MONTH = 30;

/** Days that access logs are kept for where a bucket's lifecycle does not say. */
const UNLIMITED_DAYS = 365;

/** Most users of a month who cost nothing. Source: Amazon Cognito pricing, Essentials. */
const FREE_USERS = 10_000;

const THOUSAND = 1_000;

/** A database and its standby; at full scale its storage has grown to what it may. */
export const priceDatabase: Pricer = ({ body }, { prices, assumptions }) => {
  const instanceClass = textAt(body, "instance_class") ?? "unknown";
  const hour = prices.databaseHour[instanceClass];
  const engine = textAt(body, "engine");
  const storage = textAt(body, "storage_type");
  if (engine !== "mysql") return [{ noPrice: `databases of engine ${engine}` }];
  if (storage !== "gp3") return [{ noPrice: `databases with storage ${storage}` }];
  if (hour === undefined) return [{ noPrice: `databases of class ${instanceClass} (databaseHour)` }];
  const copies = valueAt(body, "multi_az") === true ? 2 : 1;
  const allocated = numberAt(body, "allocated_storage") ?? 0;
  const largest = numberAt(body, "max_allocated_storage") ?? allocated;
  const gb = (size: number) => product(copies, size, prices.of.databaseGp3Gb);
  const standby = copies === 2 ? " with a standby" : "";
  const ownSecret = valueAt(body, "manage_master_user_password") === true;
  return [
    fixed(`database ${instanceClass}${standby}`, product(copies, assumptions.hoursPerMonth, hour)),
    {
      what: `storage of the database${standby}`,
      cost: { fixed: { ...constant(gb(allocated)), fullScale: gb(Math.max(allocated, largest)) } },
    },
    ...(ownSecret ? [fixed("secret of the master user", prices.of.secret)] : []),
  ];
};

export const priceSecret: Pricer = (_, { prices }) => [fixed("secret", prices.of.secret)];

export const priceKey: Pricer = (_, { prices }) => [fixed("KMS key", prices.of.key)];

export const priceRepository: Pricer = (_, { prices, assumptions }) => [
  byUse("images", product(assumptions.imagesGb, prices.of.imageGb)),
];

/** A bucket for access logs holds those of the services of its stack; any other what is assumed. */
export const priceBucket: Pricer = (bucket, context) => {
  const { plan, prices, assumptions } = context;
  if (!/AccessLogs/.test(bucket.path)) return [byUse("bucket", product(assumptions.bucketGb, prices.of.bucketGb))];
  const [lifecycle] = plan.referredBy(bucket, "aws_s3_bucket_lifecycle_configuration");
  const days = numberAt(lifecycle?.body, "rule", "expiration", "days") ?? UNLIMITED_DAYS;
  const logged = new Set(
    plan
      .ofType("aws_lb")
      .filter((loadBalancer) => plan.refersTo(loadBalancer, "aws_s3_bucket").includes(bucket))
      .flatMap((loadBalancer) => plan.servicesBehind(loadBalancer)),
  ).size;
  const { accessLogGbPerMillion, requestsMillions } = assumptions;
  const months = ratio(days, DAYS_PER_MONTH);
  return [byUse("access logs", product(logged, requestsMillions, accessLogGbPerMillion, months, prices.of.bucketGb))];
};

/** What a log group takes a month, and in words whose logs they are. */
interface Logged {
  readonly what: string;
  readonly gb: Term;
}

function loggedIn(group: Resource, context: Context): Logged {
  const { plan, assumptions } = context;
  const name = textAt(group.body, "name") ?? "";
  const service = plan.serviceOf(group);
  if (service !== undefined && name.startsWith("/ecs/")) return { what: "logs of tasks", gb: assumptions.logsGb };
  if (plan.referredBy(group, "aws_flow_log").length > 0) {
    return { what: "flow logs", gb: product(plan.services.length, assumptions.flowLogsGb) };
  }
  if (name.startsWith("/apigateway/")) {
    const millions = product(behindApi(group, context).length, assumptions.requestsMillions);
    return { what: "logs of the API", gb: product(millions, assumptions.apiLogGbPerMillion) };
  }
  return { what: "other logs", gb: assumptions.otherLogsGb };
}

/** What is written to a log group, and what is kept of it once it has been there for as long as it keeps logs. */
export const priceLogGroup: Pricer = (group, context): readonly Item[] => {
  const { prices, assumptions } = context;
  const { what, gb } = loggedIn(group, context);
  const months = ratio(numberAt(group.body, "retention_in_days") ?? UNLIMITED_DAYS, DAYS_PER_MONTH);
  return [
    byUse(`${what}, written`, product(gb, prices.of.logWrittenGb)),
    byUse(`${what}, kept`, product(gb, months, assumptions.logsKeptShare, prices.of.logKeptGb)),
  ];
};

export const priceMail: Pricer = (_, { prices, assumptions }) => [
  byUse("mails", product(assumptions.mails / THOUSAND, prices.of.mailThousand)),
];

export const priceUsers: Pricer = (_, { prices, assumptions }) => [
  byUse("users beyond 10,000", product(Math.max(0, assumptions.users - FREE_USERS), prices.of.user)),
];
