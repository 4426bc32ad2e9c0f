import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { basename, join } from "node:path";

/** Folder of the runs, below the repository's. */
export const RUNS = ".local/runs";

/** Where a run keeps its state, logs and bundles: its own, so that two runs at once do not disturb each other. */
export class RunFolder {
  private constructor(
    readonly path: string,
    private readonly environment?: string,
  ) {}

  /** Makes the folder of this process, and removes those of processes that are gone. */
  static async create(root: string): Promise<RunFolder> {
    const runs = join(root, RUNS);
    mkdirSync(runs, { recursive: true });
    for (const name of readdirSync(runs).filter(isAbandoned))
      rmSync(join(runs, name), { recursive: true, force: true });
    return new RunFolder(await mkdtemp(join(runs, `${process.pid}-`)));
  }

  /** What another environment has of a run that is there: state, logs and synthesised stacks of its own. */
  static ofEnvironment(path: string, environment: string): RunFolder {
    return new RunFolder(path, environment);
  }

  /** Tells this run from every other one. */
  get name(): string {
    return basename(this.path);
  }

  /** Terraform's state of every stack. */
  get state(): string {
    return join(this.path, "state", this.environment ?? "");
  }

  /** What a call of the CDKTF CLI synthesises the stacks to; calls at the same time need folders of their own. */
  synthesised(call: string): string {
    // CDKTF makes the folder itself, but not those above it.
    mkdirSync(join(this.path, "cdktf.out"), { recursive: true });
    return join(this.path, "cdktf.out", this.#named(call));
  }

  /** What was pushed to the registry. */
  get registry(): string {
    return join(this.path, "registry");
  }

  /** What the docker client has to know to pull from it: never the user's own settings. */
  get docker(): string {
    return join(this.path, "docker");
  }

  /** The address book of this machine's processes (local/names). */
  get names(): string {
    return namesFile(this.path);
  }

  /** Folder of the address book of the run's containers. */
  get containerNames(): string {
    return join(this.path, "container-names");
  }

  /** A log file in this folder. */
  log(name: string): string {
    const folder = join(this.path, "logs");
    mkdirSync(folder, { recursive: true });
    return join(folder, `${this.#named(name)}.log`);
  }

  /** The bundle of a service, by the tag of its image: one for all environments. */
  bundle(service: string, tag: string): string {
    return bundleFolder(this.path, service, tag);
  }

  /** Variables for another shell, in a file to be sourced; gives its path. */
  writeVariables(variables: Readonly<Record<string, string>>): string {
    const file = join(this.path, "env");
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}\n`);
    writeFileSync(file, lines.join(""));
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  #named(name: string): string {
    return this.environment === undefined ? name : `${this.environment}-${name}`;
  }
}

/** The bundle of a service, by the tag of its image, in a run's folder. */
export function bundleFolder(run: string, service: string, tag: string): string {
  return join(run, "bundles", service, tag);
}

/** The address book in a run's folder. */
export function namesFile(run: string): string {
  return join(run, "names.json");
}

/** The variables that `writeVariables` has written into a run's folder; `undefined` where it has not yet. */
export function readVariables(run: string): Readonly<Record<string, string>> | undefined {
  const file = join(run, "env");
  if (!existsSync(file)) return undefined;
  const assignments = readFileSync(file, "utf8").matchAll(/^export (\w+)='((?:[^']|'\\'')*)'$/gm);
  return Object.fromEntries([...assignments].map(([, name, value = ""]) => [name, value.replaceAll("'\\''", "'")]));
}

/** Whether the process that made a folder is gone: the folder's name begins with its id. */
export function isAbandoned(name: string): boolean {
  try {
    process.kill(Number.parseInt(name, 10), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
