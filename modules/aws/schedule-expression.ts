/** One of the six fields of a cron expression. */
interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names for numbers, the first for `min`. */
  readonly names?: readonly string[];
  /** Forms of this field alone, such as `?` or `L`. */
  readonly special?: RegExp;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Source: Application Auto Scaling User Guide, "Schedule recurring scaling actions using cron expressions". */
const CRON_FIELDS: readonly CronField[] = [
  { name: "minutes", min: 0, max: 59 },
  { name: "hours", min: 0, max: 23 },
  { name: "day-of-month", min: 1, max: 31, special: /^(\?|L|(?:[1-9]|[12]\d|3[01])W|LW)$/ },
  { name: "month", min: 1, max: 12, names: MONTHS },
  { name: "day-of-week", min: 1, max: 7, names: DAYS, special: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { name: "year", min: 1970, max: 2199 },
];

/**
 * What is wrong with a schedule as Application Auto Scaling reads it, or undefined when nothing is.
 *
 * Source: Application Auto Scaling API, PutScheduledAction, `Schedule`.
 */
export function explainSchedule(expression: string): string | undefined {
  const [, kind, body = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "cron") return explainCron(body);
  if (kind === "rate") return explainRate(body);
  if (kind === "at") return explainTime(body);
  return "is none of cron(...), rate(...) and at(...)";
}

function explainCron(body: string): string | undefined {
  const values = body.split(" ");
  if (values.length !== CRON_FIELDS.length) return `cron has ${values.length} fields, ${CRON_FIELDS.length} are needed`;
  const wrong = CRON_FIELDS.find(
    (field, index) => !(values[index] ?? "").split(",").every((part) => fits(field, part)),
  );
  if (wrong) return `cron's ${wrong.name} is none from ${wrong.min} to ${wrong.max}`;
  const unset = [values[2], values[4]].filter((value) => value === "?").length;
  return unset === 1 ? undefined : 'exactly one of cron\'s day-of-month and day-of-week has to be "?"';
}

/** `*`, `5`, `MON`, `1-5`, and any of these with a step such as `0/15`. */
function fits(field: CronField, part: string): boolean {
  if (field.special?.test(part)) return true;
  const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  if (from === "*") return to === undefined;
  const start = toNumber(field, from);
  const end = to === undefined ? start : toNumber(field, to);
  return start !== undefined && end !== undefined && start <= end && (step === undefined || Number(step) <= field.max);
}

function toNumber(field: CronField, text: string): number | undefined {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.min && value <= field.max ? value : undefined;
}

function explainRate(body: string): string | undefined {
  const [, value = "", unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  if (value === "") return "rate is not a number of minutes, hours or days";
  const plural = body.endsWith("s");
  if (plural === (value === "1")) return `rate's unit is ${value === "1" ? unit : `${unit}s`} after ${value}`;
  return undefined;
}

function explainTime(body: string): string | undefined {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) && !Number.isNaN(Date.parse(`${body}Z`));
  // Date.parse takes 30 February for 2 March; writing the date back tells.
  const isDate = isTime && new Date(`${body}Z`).toISOString().startsWith(body);
  return isDate ? undefined : "at holds no time such as 2030-01-31T22:00:00";
}

/** Whether a text is a time zone's name as the IANA time zone database has it. */
export function isTimezone(name: string): boolean {
  // Node takes offsets such as +01:00 for zones; AWS does not.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
