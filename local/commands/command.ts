import { IMAGE_TAG } from "../../modules/aws/forms";
import { Failure, USAGE_STATUS } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Terminal } from "../../tools/terminal/terminal";
import type { ClientSettings } from "../cloud/variables";
import type { findRunning } from "../running";

/** What a command of `npm run local` works with. */
export interface Context {
  readonly root: string;
  readonly terminal: Terminal;
  readonly lifetime: Lifetime;
  /** The `npm start` that it acts on. */
  readonly running: ReturnType<typeof findRunning>;
  /** How a client of the AWS SDK reaches that run's emulator. */
  readonly settings: ClientSettings;
}

export interface CommandOptions {
  readonly follow: boolean;
  readonly lines: string;
  readonly tag?: string | undefined;
  readonly json: boolean;
  readonly approve: boolean;
  readonly reject: boolean;
  /** Walk the pipeline of pull requests. */
  readonly "pull-request": boolean;
  /** Confirm the connection that a pipeline reads its source by. */
  readonly confirm: boolean;
  /** Scopes of a token. Empty: all that there are. */
  readonly scope: readonly string[];
  /** Address of the user who signs in. */
  readonly user?: string | undefined;
  readonly "password-stdin": boolean;
  /** Clients of a load. */
  readonly clients?: string | undefined;
  /** Requests a second of a load. */
  readonly rate?: string | undefined;
  readonly seconds: string;
}

/** What no options say. */
export const NO_OPTIONS = {
  follow: false,
  lines: "50",
  json: false,
  approve: false,
  reject: false,
  "pull-request": false,
  confirm: false,
  scope: [],
  "password-stdin": false,
  seconds: "30",
} as const satisfies CommandOptions;

/** @throws Failure with status 2 for a fault of use: nothing is changed then */
export type Command = (context: Context, args: readonly string[], options: CommandOptions) => Promise<void>;

/** A fault of use of one command. */
export function misuse(text: string): Failure {
  return new Failure(`${text}; see npm run local -- --help`, USAGE_STATUS);
}

/** The service of a name. @throws Failure that lists those that there are */
export function serviceNamed<Named extends { readonly name: string }>(services: readonly Named[], name: string): Named {
  const found = services.find((service) => service.name === name);
  if (found) return found;
  throw misuse(`there is no service "${name}"; there are: ${services.map((service) => service.name).join(", ")}`);
}

/** The tag of an image. @throws Failure that says what was given and what is allowed */
export function requireTag(tag: string | undefined): string {
  if (tag === undefined) throw misuse("--tag TAG is missing");
  if (IMAGE_TAG.fits(tag)) return tag;
  throw misuse(
    `--tag is "${tag}"; allowed are 1 to 128 letters, digits, "_", "." and "-", not beginning with "." or "-"`,
  );
}

/** A whole number. @throws Failure that says what was given and what is allowed */
export function wholeNumber(what: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw misuse(`${what} is "${text}"; it has to be a whole number from ${least} to ${most}`);
}
