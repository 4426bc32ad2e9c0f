import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { Exit } from "../../tools/processes/process-group";
import { executablesOnPath } from "../../tools/setup/executables";

export type ShellName = "sh" | "bash";

export interface BuildShellOptions {
  readonly lifetime: Lifetime;
  readonly shell: ShellName;
  /** The whole environment of the first command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the first command runs. */
  readonly directory: string;
  /** For what the shell hands from command to command; only this user can read it. */
  readonly folder: string;
  /** File for what commands print. */
  readonly log: string;
}

/**
 * The shell of a build. CodeBuild starts a shell for each command, and hands over the folder that the one before has ended
 * in, and its variables, exported or not; functions and options (`set -e`) are gone. A command that leaves by `exit` hands
 * nothing over. ("In version 0.2, CodeBuild runs all build commands in the same instance of the default shell" is told of
 * it: "Build specification reference for CodeBuild".)
 */
export class BuildShell {
  readonly #program: string;
  #commands = 0;

  /** @throws Failure where this machine lacks the shell */
  constructor(private readonly options: BuildShellOptions) {
    const { shell, environment, directory, folder } = options;
    const [program] = executablesOnPath(shell, environment.PATH);
    if (!program) throw new Failure(`the buildspec asks for the shell ${shell}, which is not on the PATH`);
    this.#program = program;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(this.#file("directory"), directory, { mode: 0o600 });
    writeFileSync(this.#file("environment"), assignments(environment), { mode: 0o600 });
  }

  /**
   * Runs a command to its end.
   *
   * @param changes variables that the command gets and the ones before it had not
   * @param timeoutMs after which it is ended
   */
  async run(command: string, changes: Readonly<Record<string, string>>, timeoutMs: number): Promise<Exit> {
    const { lifetime, log } = this.options;
    const script = this.#file(`command-${++this.#commands}`);
    writeFileSync(script, this.#script(command, changes), { mode: 0o600 });
    const output = openSync(log, "a");
    // Everything that the shell is to know is in the file of variables: what a command has unset stays so.
    const group = lifetime.start(this.#program, [script], { env: {}, stdio: ["ignore", output, output] });
    closeSync(output);
    const timer = setTimeout(() => void group.stop("SIGTERM", 5_000), Math.max(timeoutMs, 0));
    try {
      return await lifetime.until(group.exited);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a variable is after the latest command. */
  async valueOf(name: string): Promise<string> {
    const { lifetime, log } = this.options;
    const file = this.#file("value");
    const script = this.#file("print");
    writeFileSync(script, `. ${quote(this.#file("environment"))}\nprintf %s "$${name}" > ${quote(file)}\n`);
    const output = openSync(log, "a");
    const group = lifetime.start(this.#program, [script], { env: {}, stdio: ["ignore", output, output] });
    closeSync(output);
    await lifetime.until(group.exited);
    return readFileSync(file, "utf8");
  }

  #script(command: string, changes: Readonly<Record<string, string>>): string {
    const [environment, directory] = [this.#file("environment"), this.#file("directory")].map(quote);
    return [
      "set -a",
      `. ${environment}`,
      assignments(changes).trimEnd(),
      `cd "$(cat ${directory})"`,
      command,
      "CODEBUILD_LAST_EXIT=$?",
      `export -p > ${environment}`,
      `pwd > ${directory}`,
      "exit $CODEBUILD_LAST_EXIT",
      "",
    ].join("\n");
  }

  #file(name: string): string {
    return join(this.options.folder, name);
  }
}

/** Commands of a shell that set variables. */
function assignments(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

/** A text as a shell takes it: whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
