import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../../config/suggest";
import { Failure } from "../../tools/failure";
import { parseFault } from "../../tools/usage-fault";
import { EXIT } from "./exit-status";

interface Option {
  /** What is given with it; none for a switch. */
  readonly value?: string;
  readonly help: string;
}

/** Every option of every command. */
const OPTIONS = {
  env: { value: "NAME", help: "environment: a file of config/environments, without .json (default: ENVIRONMENT)" },
  region: { value: "REGION", help: "AWS Region (default: the environment's)" },
  json: { help: "print one JSON document on stdout, and all else on stderr" },
  "image-tag": { value: "TAG", help: "tag of the image in the service's repository" },
  timeout: {
    value: "SECONDS",
    help: "how long to follow the deployment (default: 900, and what a blue/green deployment waits for on purpose)",
  },
  keep: { value: "N", help: "newest revisions that are never retired (default: 5)" },
  "dry-run": { help: "verify, tell what would change, and change nothing" },
  prepare: { help: "make the database and its users before; may be repeated" },
  seed: { help: "add the sample data after, where there is none" },
  commit: { help: "commit the files to the CodeCommit repository that the pipeline follows" },
  "no-wait": { help: "start the deployment and do not follow it; nothing is retired then" },
  out: { value: "FOLDER", help: "folder for the files that the command writes; made where it is not there" },
  to: { value: "REVISION", help: "revision to go back to: its number (default: the one that served before)" },
  url: { value: "URL", help: "where the service is served (default: SMOKE_URL, else its public name)" },
  affected: {
    value: "FILE",
    help: "what `npm run affected -- --json` printed: nothing is to be released where it does not name the service",
  },
  "task-definition": {
    value: "FILE",
    help: "what `aws ecs describe-task-definition --include TAGS` prints; - for stdin",
  },
  image: { value: "REFERENCE", help: "image that the revision is to have" },
  container: { value: "NAME", help: "container that gets it (default: the only one it can be for)" },
  config: { value: "FILE", help: "a service.json, whose plain environment values are set" },
  help: { help: "print this" },
} as const satisfies Record<string, Option>;

type OptionName = keyof typeof OPTIONS;

interface CommandShape {
  readonly does: string;
  readonly takesService: boolean;
  readonly needs: readonly OptionName[];
  readonly takes: readonly OptionName[];
}

const OF_AWS = ["env", "region", "json"] as const;

/** The commands: what they do and what they take. */
export const COMMANDS = {
  render: {
    does: "print the next revision, as RegisterTaskDefinition takes it; calls nobody",
    takesService: false,
    needs: ["task-definition", "image"],
    takes: ["container", "config"],
  },
  diff: {
    does: "tell what a release would change",
    takesService: true,
    needs: ["image-tag"],
    takes: OF_AWS,
  },
  verify: {
    does: "look whether a release could work: image, platform, size, roles, secrets, log groups, target groups",
    takesService: true,
    needs: ["image-tag"],
    takes: OF_AWS,
  },
  deploy: {
    does: "release an image: verify, register, update, follow to the end, retire old revisions",
    takesService: true,
    needs: ["image-tag"],
    takes: ["timeout", "keep", "dry-run", "no-wait", "out", ...OF_AWS],
  },
  rollback: {
    does: "go back to the revision that served before; ends a deployment that is in progress",
    takesService: true,
    needs: [],
    takes: ["to", "timeout", ...OF_AWS],
  },
  status: {
    does: "tell what runs, who released it and when, and how the last deployments went",
    takesService: true,
    needs: [],
    takes: OF_AWS,
  },
  migrate: {
    does: "run the migrations of an image by themselves (default: the image that serves); the service is left alone",
    takesService: true,
    needs: [],
    takes: ["image-tag", "prepare", "seed", "timeout", ...OF_AWS],
  },
  files: {
    does: "write appspec.yaml and taskdef.json, by which CodePipeline has CodeDeploy release the service",
    takesService: true,
    needs: ["out"],
    takes: ["commit", ...OF_AWS],
  },
  prepare: {
    does: "for a pipeline: write which tag, image and registry it is, and what is to be done next",
    takesService: true,
    needs: ["out"],
    takes: ["image-tag", "affected", ...OF_AWS],
  },
  smoke: {
    does: "ask every public path of the service, and look whether the released version answers",
    takesService: true,
    needs: ["image-tag"],
    takes: ["url", ...OF_AWS],
  },
} as const satisfies Record<string, CommandShape>;

export type CommandName = keyof typeof COMMANDS;

const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

const STATUSES = `exit status: ${EXIT.released} released, or nothing to change; ${EXIT.failed} the deployment failed or was rolled back; ${EXIT.usage} a fault of
use or configuration, nothing was changed; ${EXIT.superseded} superseded by another deployment, or one is in progress; ${EXIT.aws} AWS
refused or cannot be reached; ${EXIT.timedOut} timed out, the deployment goes on`;

/** A command line that was understood. */
export interface CommandLine {
  readonly command: CommandName;
  readonly service: string;
  readonly values: Partial<Record<OptionName, string>>;
  readonly switches: ReadonlySet<OptionName>;
}

/** What is to be printed instead of anything being done. */
export interface Help {
  readonly help: string;
}

/** Reads a command line. @throws Failure with status 2 that says what is wrong and how the command is used */
export function readCommandLine(args: readonly string[]): CommandLine | Help {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h") {
    if (name === undefined) throw new Failure(`which command?\n\n${usage()}`, EXIT.usage);
    return { help: usage() };
  }
  const command = COMMAND_NAMES.find((known) => known === name);
  if (!command) {
    const meant = nearest(name, COMMAND_NAMES);
    const hint = meant ? `; did you mean "${meant}"?` : "";
    throw new Failure(`there is no command "${name}"${hint}\n\n${usage()}`, EXIT.usage);
  }
  return readCommand(command, rest);
}

function readCommand(command: CommandName, args: readonly string[]): CommandLine | Help {
  const { takesService, needs }: CommandShape = COMMANDS[command];
  const { values, positionals } = parse(command, args);
  if (values.help) return { help: usageOf(command) };
  const fault = (text: string) => new Failure(`${text}\n\n${usageOf(command)}`, EXIT.usage);
  const expected = takesService ? 1 : 0;
  if (positionals.length < expected) throw fault("which service?");
  if (positionals.length > expected) throw fault(`"${positionals[expected]}" is one word too many`);
  for (const name of needs) if (values[name] === undefined) throw fault(`--${name} is missing`);
  const entries = Object.entries(values) as [OptionName, string | boolean][];
  return {
    command,
    service: positionals[0] ?? "",
    values: Object.fromEntries(entries.filter(([, value]) => typeof value === "string")),
    switches: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
  };
}

function parse(command: CommandName, args: readonly string[]) {
  const options: ParseArgsConfig["options"] = {};
  for (const name of optionsOf(command)) {
    const { value }: Option = OPTIONS[name];
    options[name] = { type: value === undefined ? "boolean" : "string", ...(name === "help" && { short: "h" }) };
  }
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new Failure(`${parseFault(error)}\n\n${usageOf(command)}`, EXIT.usage);
  }
}

function optionsOf(command: CommandName): readonly OptionName[] {
  const { needs, takes }: CommandShape = COMMANDS[command];
  return [...needs, ...takes, "help"];
}

function usage(): string {
  const width = Math.max(...COMMAND_NAMES.map((name) => name.length));
  const lines = COMMAND_NAMES.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name].does}`);
  return `usage: npm run release -- COMMAND SERVICE [options]\n\ncommands:\n${lines.join("\n")}\n\nEach tells its options by --help.\n${STATUSES}`;
}

function usageOf(command: CommandName): string {
  const { does, takesService, needs }: CommandShape = COMMANDS[command];
  const needed = needs.map((name) => ` --${labelOf(name)}`).join("");
  const names = optionsOf(command);
  const width = Math.max(...names.map((name) => labelOf(name).length));
  const lines = names.map((name) => `  --${labelOf(name).padEnd(width)}  ${OPTIONS[name].help}`);
  return `usage: npm run release -- ${command}${takesService ? " SERVICE" : ""}${needed} [options]\n${does}\n\noptions:\n${lines.join("\n")}\n\n${STATUSES}`;
}

function labelOf(name: OptionName): string {
  const { value }: Option = OPTIONS[name];
  return value === undefined ? name : `${name} ${value}`;
}

/** A whole number that an option gives. @throws Failure with status 2 */
export function wholeNumber<Fallback extends number | undefined>(
  { values }: CommandLine,
  name: "timeout" | "keep",
  { fallback, min, max }: { readonly fallback: Fallback; readonly min: number; readonly max: number },
): number | Fallback {
  const text = values[name];
  if (text === undefined) return fallback;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new Failure(`--${name} is "${text}"; it has to be a whole number from ${min} to ${max}`, EXIT.usage);
}
