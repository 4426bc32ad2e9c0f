/** The major version of Node.js that commands run with: that of the services' images. Source: "Available runtimes". */
const NODE_VERSION = 24;

/** The folder with what a build hands on: the release program, and which image it has made. */
export const RELEASE_FOLDER = ".local/release";

/** Commands of a build. Source: AWS CodeBuild User Guide, "Build specification reference for CodeBuild". */
export interface Phase {
  /** Each is run by a shell; the first that fails ends the phase. */
  readonly commands: readonly string[];
  /** Run whatever became of `commands`. */
  readonly finally?: readonly string[];
}

/** A file of test results or coverage, and what it is written in. */
export interface Report {
  /** Names or patterns of the report's files, within `base-directory`. */
  readonly files: readonly string[];
  /** Folder of the files, within the source. */
  readonly "base-directory": string;
  /** What the files are: results of tests, or coverage. */
  readonly "file-format": "JUNITXML" | "CLOVERXML";
}

export interface BuildspecProps {
  /**
   * Plain variables of all commands.
   * @default - none of its own
   */
  readonly variables?: Readonly<Record<string, string>>;
  /** Phases that come one after the other; the next one only where the last was well. */
  readonly phases: Partial<Readonly<Record<"install" | "pre_build" | "build", Phase>>>;
  /** By the ARNs of the groups. */
  readonly reports?: Readonly<Record<string, Report>>;
  /** Files of the artifact that is handed on. @default - none is */
  readonly artifact?: readonly string[];
}

/**
 * A build specification as JSON, which is YAML as well, whose commands are bash's and have Node.js.
 *
 * Source: AWS CodeBuild User Guide, "Build specification reference for CodeBuild".
 */
export function buildspec({ variables, phases, reports, artifact }: BuildspecProps): string {
  const { install = { commands: [] }, ...others } = phases;
  return JSON.stringify({
    version: 0.2,
    env: { shell: "bash", ...(variables && { variables }) },
    phases: { install: { "runtime-versions": { nodejs: NODE_VERSION }, ...install }, ...others },
    ...(reports && { reports }),
    ...(artifact && { artifacts: { files: artifact } }),
  });
}

/**
 * Several lines as one command that ends at the first of them that fails.
 *
 * In a shell of its own: CodeBuild runs all commands of a build in the same one, which neither the options nor the
 * variables of a command are to outlive. What a later command needs goes by files. No line may have an expression in
 * braces, which Terraform would take for one of its own.
 */
export function block(lines: string): string {
  return `(\nset -euo pipefail\nfail() { echo "$1" >&2; exit 1; }\n${lines.trim()}\n)`;
}
