import { Failure, Interrupted } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { AwsSettings } from "./aws/aws";
import { type CommandLine, wholeNumber } from "./command-line";
import { deploy } from "./commands/deploy";
import { diff } from "./commands/diff";
import { writeFiles } from "./commands/files";
import { migrate } from "./commands/migrate";
import { prepare } from "./commands/prepare";
import { rollback } from "./commands/rollback";
import { smoke } from "./commands/smoke";
import { status } from "./commands/status";
import { verifyImage } from "./commands/verify";
import { type Context, createContext } from "./context";
import { EXIT } from "./exit-status";
import type { Output } from "./output";
import { Unsuccessful } from "./unsuccessful";

/** What a command that talks to AWS is run with. */
export interface Session {
  readonly root: string;
  readonly line: CommandLine;
  readonly output: Output;
  readonly variables: NodeJS.ProcessEnv;
  readonly lifetime: Lifetime;
  /** How to reach AWS. @default as the SDK finds it */
  readonly settings?: Omit<AwsSettings, "region"> | undefined;
}

/** In seconds. The longest is a day: longer than the deployment of any service whose health checks are sane. */
const TIMEOUT = { fallback: undefined, min: 1, max: 86_400 };

/** The revision that serves, and one to go back to, at least. */
const KEEP = { fallback: 5, min: 2, max: 1_000 };

/** Runs a command. @throws Failure, ConfigError, Interrupted; a Failure says what was changed until then */
export async function runCommand(session: Session): Promise<void> {
  const { line, root, output, variables, lifetime, settings } = session;
  const run = commandOf(line);
  // The SDK's advice to move on from Node 20 is no matter of the person who releases.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const { values, service } = line;
  const environment = values.env ?? variables.ENVIRONMENT ?? "";
  if (environment === "") throw new Failure("--env is missing: which environment, of config/environments?", EXIT.usage);
  const context = createContext({
    root,
    service,
    environment,
    region: values.region,
    output,
    variables,
    lifetime,
    settings,
  });
  try {
    await run(context);
  } catch (error) {
    throw withChanges(error, context.aws.changes);
  }
}

function commandOf(line: CommandLine): (context: Context) => Promise<void> {
  const { values, switches } = line;
  const { "image-tag": imageTag = "", out, to, url } = values;
  switch (line.command) {
    case "diff":
      return (context) => diff(context, imageTag);
    case "verify":
      return (context) => verifyImage(context, imageTag);
    case "deploy": {
      const timeoutSeconds = wholeNumber(line, "timeout", TIMEOUT);
      const keep = wholeNumber(line, "keep", KEEP);
      const wait = !switches.has("no-wait");
      return (context) =>
        deploy(context, { imageTag, timeoutSeconds, keep, dryRun: switches.has("dry-run"), wait, out });
    }
    case "rollback": {
      const timeoutSeconds = wholeNumber(line, "timeout", TIMEOUT);
      return (context) => rollback(context, { to, timeoutSeconds });
    }
    case "migrate": {
      const timeoutSeconds = wholeNumber(line, "timeout", TIMEOUT);
      const [prepare, seed] = [switches.has("prepare"), switches.has("seed")];
      return (context) => migrate(context, { imageTag: values["image-tag"], prepare, seed, timeoutSeconds });
    }
    case "files":
      return (context) => writeFiles(context, { out: out ?? "", commit: switches.has("commit") });
    case "status":
      return status;
    case "prepare":
      return (context) => prepare(context, { imageTag, affected: values.affected, out: out ?? "" });
    case "smoke":
      return (context) => smoke(context, { imageTag, url });
    default:
      throw new Error(`no command of AWS: ${line.command}`);
  }
}

/** Whoever reads that something went wrong wants to know first what was changed. */
function withChanges(error: unknown, changes: readonly string[]): unknown {
  const done =
    changes.length === 0
      ? "nothing was changed"
      : `changed until then: ${changes.join("; ")}; the same command goes on`;
  if (error instanceof Interrupted) return new Interrupted(`interrupted; ${done}`);
  // Of a deployment that ended badly, the message tells by itself what serves.
  if (!(error instanceof Failure) || error instanceof Unsuccessful) return error;
  return new Failure(`${error.message}\n${done}`, error.status);
}
