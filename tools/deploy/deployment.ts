import type { StdioOptions } from "node:child_process";
import type { Environment } from "../../config/environment";
import type { Lifetime } from "../processes/lifetime";
import type { Terminal } from "../terminal/terminal";

/** What the steps of a deployment work with. */
export interface Deployment {
  /** Folder that holds `apps/`, `config/` and `cdktf.json`. */
  readonly root: string;
  readonly environment: Environment;
  readonly lifetime: Lifetime;
  readonly terminal: Terminal;
  /** The whole environment of the programs that are started. */
  readonly variables: NodeJS.ProcessEnv;
  /** Where those programs that a person watches and answers read and write. */
  readonly stdio: StdioOptions;
}
