import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Interrupted, messageOf } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import { copyFiles, findFiles } from "./build-artifacts";
import { BuildShell } from "./build-shell";
import { type BuildFiles, type Buildspec, PHASES, type PhaseName } from "./buildspec-document";

export type Variables = Readonly<Record<string, string>>;

/** What a build is run with. */
export interface BuildOptions {
  readonly lifetime: Lifetime;
  readonly buildspec: Buildspec;
  /** Folder of the primary source: the commands run there, and change it. */
  readonly source: string;
  /** What the build's machine has set. */
  readonly machine: Variables;
  /** Of the project, of who starts the build, and `CODEBUILD_...`: they win over the buildspec's. */
  readonly variables: Variables;
  /** For what the build keeps by itself; only this user can read it. */
  readonly folder: string;
  /** For the artifact: nothing is there before. Secondary ones are in folders of their identifiers, `secondary/ID`. */
  readonly artifacts: string;
  /** File that everything is written to. */
  readonly log: string;
  /** Milliseconds after which the build has failed. */
  readonly timeoutMs: number;
  /** Reads what the buildspec takes from elsewhere. @throws where there is none */
  readonly lookUp: {
    /** A parameter of Systems Manager, by its name. */
    readonly parameter: (name: string) => Promise<string>;
    /** A secret: `ID:JSON_KEY:VERSION_STAGE:VERSION_ID`, of which all but the id may be missing. */
    readonly secret: (reference: string) => Promise<string>;
  };
  /** Told of each command before it runs. */
  readonly onCommand?: (phase: PhaseName, command: string) => void;
}

export interface BuildResult {
  readonly status: "SUCCEEDED" | "FAILED";
  /** What went wrong first, in words. */
  readonly failure?: string;
  /** By name. */
  readonly exportedVariables: Variables;
  /** What was found of each report group's files, by its name. */
  readonly reports: Readonly<Record<string, readonly string[]>>;
  /** Files of the primary artifact. */
  readonly artifacts: readonly string[];
}

/**
 * Runs a build as CodeBuild does: the commands for real, in a shell of this machine.
 *
 * A failed command ends its phase, whose `finally` still runs. After `install` and `pre_build` the build ends then; after
 * `build` comes `post_build` all the same, and what is there of the artifacts is kept. `on-failure` says otherwise: ABORT
 * ends the build, CONTINUE goes on to the next phase. That a phase has failed is not forgotten by any of them.
 *
 * @see AWS CodeBuild User Guide, "Build phase transitions" and "Build specification reference for CodeBuild"
 * @throws Interrupted; a build that fails is a result
 */
export async function runBuildspec(options: BuildOptions): Promise<BuildResult> {
  return new Build(options).run();
}

class Build {
  readonly #deadline: number;
  #failure: string | undefined;

  constructor(private readonly options: BuildOptions) {
    this.#deadline = Date.now() + options.timeoutMs;
  }

  async run(): Promise<BuildResult> {
    const { buildspec } = this.options;
    let shell: BuildShell | undefined;
    let reports: BuildResult["reports"] = {};
    let artifacts: readonly string[] = [];
    let exportedVariables: Variables = {};
    try {
      shell = await this.#openShell();
      const isUploaded = await this.#runPhases(shell);
      reports = this.#collectReports();
      if (isUploaded) artifacts = this.#collectArtifacts();
      exportedVariables = await this.#exported(shell, buildspec.env["exported-variables"]);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      this.#fail(messageOf(error));
    }
    const status = this.#failure === undefined ? "SUCCEEDED" : "FAILED";
    this.#say(`Build ${status}`);
    return {
      status,
      ...(this.#failure !== undefined && { failure: this.#failure }),
      exportedVariables,
      reports,
      artifacts,
    };
  }

  async #openShell(): Promise<BuildShell> {
    const { lifetime, buildspec, source, machine, variables, folder, log } = this.options;
    const { env } = buildspec;
    const environment = {
      ...machine,
      ...env.variables,
      ...(await this.#lookUp(env["parameter-store"], this.options.lookUp.parameter)),
      ...(await this.#lookUp(env["secrets-manager"], this.options.lookUp.secret)),
      ...variables,
    };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new BuildShell({ lifetime, shell: env.shell, environment, directory: source, folder, log });
  }

  async #lookUp(references: Variables, read: (reference: string) => Promise<string>): Promise<Variables> {
    const { lifetime } = this.options;
    const found = Object.entries(references).map(async ([name, reference]) => {
      try {
        return [name, await lifetime.until(read(reference))] as const;
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        throw new Error(`the variable ${name} can't be had: ${reference}: ${messageOf(error)}`);
      }
    });
    return Object.fromEntries(await Promise.all(found));
  }

  /** Gives whether artifacts are to be uploaded. */
  async #runPhases(shell: BuildShell): Promise<boolean> {
    const { phases } = this.options.buildspec;
    for (const name of PHASES) {
      const phase = phases[name];
      if (!phase) continue;
      const fault = await this.#runPhase(shell, name, phase.commands, phase.finally);
      this.#say(`Phase complete: ${name.toUpperCase()} State: ${fault === undefined ? "SUCCEEDED" : "FAILED"}`);
      if (fault === undefined) continue;
      this.#fail(fault);
      const isBefore = name === "install" || name === "pre_build";
      if (phase["on-failure"] === "ABORT" || (isBefore && phase["on-failure"] !== "CONTINUE")) return false;
    }
    return true;
  }

  /** Gives what went wrong first. */
  async #runPhase(
    shell: BuildShell,
    name: PhaseName,
    commands: readonly string[],
    atLast: readonly string[],
  ): Promise<string | undefined> {
    this.#say(`Entering phase ${name.toUpperCase()}`);
    const fault = await this.#runCommands(shell, name, commands);
    const faultAtLast = await this.#runCommands(shell, name, atLast);
    return fault ?? faultAtLast;
  }

  async #runCommands(shell: BuildShell, name: PhaseName, commands: readonly string[]): Promise<string | undefined> {
    for (const [index, command] of commands.entries()) {
      const isSucceeding = this.#failure === undefined;
      this.#say(`Running command ${command}`);
      this.options.onCommand?.(name, command);
      const changes = { CODEBUILD_BUILD_SUCCEEDING: isSucceeding ? "1" : "0" };
      const { status, reason } = await shell.run(command, changes, this.#deadline - Date.now());
      if (status === 0) continue;
      const why =
        Date.now() < this.#deadline ? reason : `did not end within ${this.options.timeoutMs / 60_000} minutes`;
      const told = command.includes("\n") ? `command ${index + 1} of ${commands.length}` : command;
      const fault = `${name}: ${told} ${why}`;
      this.#say(`Command did not exit successfully: ${told} ${why}`);
      return fault;
    }
    return undefined;
  }

  /** Reports are told of where their files are; CodeBuild tells of those it does not find in the log. */
  #collectReports(): Readonly<Record<string, readonly string[]>> {
    const { buildspec, source } = this.options;
    const found = Object.entries(buildspec.reports).map(([group, wanted]) => {
      const { folder, files } = findFiles(source, wanted);
      this.#say(files.length === 0 ? `no file of the report ${group}` : `report ${group}: ${files.join(", ")}`);
      return [group, files.map((file) => join(folder, file))] as const;
    });
    return Object.fromEntries(found);
  }

  #collectArtifacts(): readonly string[] {
    const { buildspec, artifacts } = this.options;
    const wanted = buildspec.artifacts;
    if (!wanted) return [];
    for (const [identifier, secondary] of Object.entries(wanted["secondary-artifacts"])) {
      this.#collect(secondary, join(artifacts, "secondary", identifier), `the artifact ${identifier}`);
    }
    return wanted.files.length === 0 ? [] : this.#collect(wanted, join(artifacts, "primary"), "the artifact");
  }

  #collect(wanted: BuildFiles, target: string, name: string): readonly string[] {
    const found = findFiles(this.options.source, wanted);
    for (const pattern of found.missing) this.#say(`Skipping invalid file path ${pattern}`);
    if (found.files.length === 0) {
      this.#fail(`no file fits what ${name} is to be of: ${wanted.files.join(", ")}`);
      return [];
    }
    const copied = copyFiles(found, wanted, target);
    this.#say(`Found ${copied.length} file(s) for ${name}`);
    return copied;
  }

  async #exported(shell: BuildShell, names: readonly string[]): Promise<Variables> {
    const values: [string, string][] = [];
    for (const name of names) values.push([name, await shell.valueOf(name)]);
    return Object.fromEntries(values);
  }

  #fail(fault: string): void {
    this.#failure ??= fault;
    this.#say(fault);
  }

  /** Every line begins so: what commands print is told from what is said of them. */
  #say(text: string): void {
    const [first, ...others] = text.split("\n");
    const lines = [`${new Date().toISOString()} ${first}`, ...others.map((line) => `    ${line}`)];
    appendFileSync(this.options.log, lines.map((line) => `[Container] ${line}\n`).join(""));
  }
}
