import type { Project } from "../config/load";
import type { Lifetime } from "../tools/processes/lifetime";
import type { Terminal } from "../tools/terminal/terminal";
import type { TaskCredentials } from "./agent/task-credentials";
import type { Emulator } from "./cloud/emulator";
import type { ClientSettings } from "./cloud/variables";
import type { Databases } from "./database/databases";
import type { Forwarders } from "./names/forwarders";
import type { RuntimeName } from "./options";
import type { Registry } from "./registry/registry";
import type { RunFolder } from "./run-folder";

/** What one `npm start` works with, from its configuration to the emulator it started. */
export interface Session {
  /** The repository's folder. */
  readonly root: string;
  readonly project: Project;
  readonly lifetime: Lifetime;
  readonly terminal: Terminal;
  readonly run: RunFolder;
  readonly runtime: RuntimeName;
  /** How many times as fast as a clock the minutes of CloudWatch and of autoscaling pass. @default 1 */
  readonly timeScale?: number;
  /** The systems that are deployed and served. */
  readonly systems: readonly string[];
  readonly emulator: Emulator;
  /** Of the emulated ECR; only where containers run. */
  readonly registry?: Registry | undefined;
  /** Of the emulated RDS; only where a system that is served has a database. */
  readonly databases?: Databases | undefined;
  /** By which containers reach what listens on this machine; only where containers run. */
  readonly forwarders?: Forwarders | undefined;
  /** Address of the emulator, as tasks reach it. */
  readonly taskEndpoint: string;
  /** Gives tasks the credentials of their roles. */
  readonly credentials: TaskCredentials;
  /** How a client of the AWS SDK reaches the emulator. */
  readonly settings: ClientSettings;
  /** Variables that point other programs to the emulator, this run's state and the tools. */
  readonly variables: Readonly<Record<string, string>>;
  /** Module to preload into Node processes that have to end with us. */
  readonly exitWithParent: string;
}

/** What the deployment of an environment into a running emulator works with. */
export type DeploySession = Pick<
  Session,
  | "root"
  | "project"
  | "lifetime"
  | "terminal"
  | "run"
  | "systems"
  | "databases"
  | "settings"
  | "variables"
  | "exitWithParent"
> & { readonly registry?: Pick<Registry, "address"> | undefined };
