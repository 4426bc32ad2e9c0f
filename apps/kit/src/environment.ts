import * as z from "zod";
import { clients, issuer, jwksUrl, routeScopes } from "./token/variables";

/** What a fault of a variable tells its reader, besides the variable's name and the value given. */
export interface VariableText {
  /** The values allowed, in words. */
  readonly allowed: string;
  /** Where the value comes from, and so where to mend it. */
  readonly mend: string;
  /** The value is no secret, although the name looks like one's. @default false */
  readonly isPublic?: true;
}

const texts = z.registry<VariableText>();

/**
 * Joins a schema with the words for a fault of it.
 *
 * The words belong to this very schema: any further method of zod (`.optional()`, ...) makes another one without them,
 * so this call comes last.
 */
export function variable<Schema extends z.ZodType>(schema: Schema, text: VariableText): Schema {
  texts.add(schema, text);
  return schema;
}

/** A whole number, as text in decimal digits. `Number("")` is 0, so the text is checked before it is converted. */
export function integer(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum));
}

const SET_BY_STACK = "the stack sets it in the task definition; a process started by hand needs it set";
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const SECONDS_PER_DAY = 86_400;
const SET_BY_API = `the stack of the API sets it for a service with "expose" in service.json; leave it unset for any other`;

/** The environment every task gets; an app adds its own variables with `.extend({...})`. */
export const taskEnvironment = z.object({
  PORT: variable(integer(0, 65_535), {
    allowed: "a whole number from 0 to 65535 (0 takes any free port)",
    mend: `"port" in service.json; ${SET_BY_STACK}`,
  }),
  HOST: variable(z.union([z.ipv4(), z.ipv6(), z.literal("localhost")]).default("0.0.0.0"), {
    allowed: "an IP address to listen on, or localhost",
    mend: "leave it unset to listen on all addresses (0.0.0.0)",
  }),
  SERVICE_NAME: variable(z.string().regex(/^[a-z][a-z0-9-]{0,254}$/), {
    allowed: "lower-case letters, digits and hyphens, starting with a letter",
    mend: `"name" in service.json; ${SET_BY_STACK}`,
  }),
  LAUNCH_TYPE: variable(z.enum(["EC2", "FARGATE"]), {
    allowed: "EC2 or FARGATE",
    mend: `"launchType" in service.json; ${SET_BY_STACK}`,
  }),
  ENVIRONMENT: variable(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), {
    allowed: "the name of an environment (local, dev, prod): lower-case letters, digits and hyphens",
    mend: SET_BY_STACK,
  }),
  NODE_ENV: variable(z.enum(["production", "development", "test"]).default("production"), {
    allowed: "production, development or test",
    mend: "leave it unset for production",
  }),
  LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: variable(integer(1, 4000), {
    allowed: "a whole number from 1 to 4000, the idle timeout of the load balancer",
    mend: SET_BY_STACK,
  }),
  STOP_TIMEOUT_SECONDS: variable(integer(1, SECONDS_PER_DAY), {
    allowed: `a whole number from 1 to ${SECONDS_PER_DAY}, the stop timeout of the container`,
    mend: `"stopTimeoutSeconds" in service.json; ${SET_BY_STACK}`,
  }),
  SHUTDOWN_DELAY_SECONDS: variable(
    z
      .string()
      .regex(/^\d{1,2}(\.\d{1,3})?$/)
      .transform(Number)
      .default(0),
    {
      allowed: "seconds from 0 to 99, with at most three decimals",
      mend: "leave it unset (0) behind a load balancer alone; about 5 for callers that find the task by DNS",
    },
  ),
  LOG_LEVEL: variable(z.enum(LOG_LEVELS).default("info"), {
    allowed: LOG_LEVELS.join(", "),
    mend: "leave it unset for info",
  }),
  API_TOKEN_ISSUER: variable(issuer, {
    allowed: "the https URL of the user pool that issues the tokens, without a / at the end",
    mend: SET_BY_API,
    isPublic: true,
  }),
  API_TOKEN_CLIENTS: variable(clients, {
    allowed: "ids of app clients, separated by commas, without blanks",
    mend: SET_BY_API,
    isPublic: true,
  }),
  API_ROUTE_SCOPES: variable(routeScopes, {
    allowed:
      'JSON with the scope of each route, as in {"GET /user/{name}":"users/read"}: at least one, and no two for the same requests',
    mend: `"scopes" in service.json; ${SET_BY_API}`,
  }),
  API_TOKEN_JWKS_URL: variable(jwksUrl, {
    allowed: "the https URL of the issuer's key set (http only for an address of this machine or of a private network)",
    mend: "leave it unset for .well-known/jwks.json below API_TOKEN_ISSUER",
    isPublic: true,
  }),
});

/** Of these variables all are set or none; the last goes with the others, and may be absent. */
const API_VARIABLES = ["API_TOKEN_ISSUER", "API_TOKEN_CLIENTS", "API_ROUTE_SCOPES", "API_TOKEN_JWKS_URL"] as const;

/** The environment every task has, checked and converted. */
export type TaskEnvironment = z.output<typeof taskEnvironment>;

/** What a one-off task gets of it, which serves nothing; a command adds its own variables with `.extend({...})`. */
export const commandEnvironment = taskEnvironment.pick({
  SERVICE_NAME: true,
  ENVIRONMENT: true,
  NODE_ENV: true,
  LOG_LEVEL: true,
});

/** The environment every one-off task has, checked and converted. */
export type CommandEnvironment = z.output<typeof commandEnvironment>;

/** A schema of an app's environment: {@link taskEnvironment} or {@link commandEnvironment}, extended. */
export interface EnvironmentSchema<Values> {
  readonly shape: Readonly<Record<string, z.ZodType>>;
  safeParse(source: unknown, context: { readonly jitless: true }): z.ZodSafeParseResult<Values>;
}

/** Raised by {@link readEnvironment}; the message names every fault, one a line. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

const STATUS_OF_USAGE_FAULT = 2;

const SECRET_NAME = /secret|passw|pwd|token|key|credential|auth|private|cert|dsn|connection(?!_limit)/i;
/** An access key id, a URL with a password, a private key, a JSON web token, or a long run without a space. */
const SECRET_VALUE = /(A[KS]IA[0-9A-Z]{12,}|:\/\/[^/\s]*:[^/\s]*@|-----BEGIN|^eyJ|[A-Za-z0-9+/_=-]{32,})/;
const SHOWN_CHARACTERS = 60;

function given(name: string, value: string | undefined, isPublic = false): string {
  if (value === undefined) return "is not set";
  if ((!isPublic && SECRET_NAME.test(name)) || SECRET_VALUE.test(value))
    return "has a value that is not allowed (hidden)";
  const shown = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value;
  return `is ${JSON.stringify(shown)}`;
}

function faultLine(schema: EnvironmentSchema<unknown>, name: string, source: NodeJS.ProcessEnv): string {
  const field = schema.shape[name];
  const text = field && texts.get(field);
  const rest = text ? `; allowed: ${text.allowed}; to mend: ${text.mend}` : "";
  return `  ${name} ${given(name, source[name], text?.isPublic)}${rest}`;
}

/** What is absent of the variables that go together. */
function missingOfApi(schema: EnvironmentSchema<unknown>, source: NodeJS.ProcessEnv): readonly string[] {
  const known = API_VARIABLES.filter((name) => name in schema.shape);
  if (known.every((name) => source[name] === undefined)) return [];
  return known.filter((name) => name !== "API_TOKEN_JWKS_URL" && source[name] === undefined);
}

/**
 * Checks and converts the environment of a task.
 *
 * @throws EnvironmentError naming all faults at once: the variable, what was given (never a secret-looking value), what is
 * allowed and how to mend it.
 */
export function readEnvironment<Values>(schema: EnvironmentSchema<Values>, source: NodeJS.ProcessEnv): Values {
  // Read once: to compile the schema first, which zod does by itself, takes longer than it saves.
  const result = schema.safeParse(source, { jitless: true });
  const missing = missingOfApi(schema, source);
  if (result.success && missing.length === 0) return result.data;
  const wrong = (result.error?.issues ?? []).map((issue) => String(issue.path[0]));
  const names = [...new Set([...wrong, ...missing])];
  const count = names.length === 1 ? "1 variable is wrong" : `${names.length} variables are wrong`;
  throw new EnvironmentError(
    [`the environment does not fit: ${count}`, ...names.map((name) => faultLine(schema, name, source))].join("\n"),
  );
}

/** As {@link readEnvironment}, for an entry point: a wrong environment ends the process, all faults on stderr, status 2. */
export function environmentOrExit<Values>(schema: EnvironmentSchema<Values>): Values {
  try {
    return readEnvironment(schema, process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(STATUS_OF_USAGE_FAULT);
  }
}
