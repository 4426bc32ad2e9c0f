import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { emulatorVariables } from "../cloud/variables";
import { NAMES_MODULE, NAMES_VARIABLE } from "../names/names-file";
import type { Variables } from "./buildspec";

/** What a build may know of this machine: how text is shown, how the network and the container engine are reached. */
const KEPT = [
  ...["LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"],
  ...["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
];

export interface BuildMachineOptions {
  /** Folder of the execution. */
  readonly folder: string;
  readonly emulatorUrl: string;
  readonly region: string;
  /** File with the names of the run's load balancers and services. */
  readonly names: string;
  /** Folder of programs that come before those of this machine. */
  readonly programs: string;
  /** @default this process's */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * The variables of the machine that builds run on: AWS is the emulator, programs are this machine's, the folder of the user
 * is an empty one. Nothing else of the shell's: it may hold secrets.
 */
export function buildMachine(options: BuildMachineOptions): Variables {
  const { folder, emulatorUrl, region, names, programs, environment = process.env } = options;
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const kept = KEPT.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return {
    ...Object.fromEntries(kept),
    PATH: searchPath(programs, environment.PATH),
    HOME: home,
    // What npm has fetched before is there without a network.
    npm_config_cache: environment.npm_config_cache ?? join(environment.HOME ?? homedir(), ".npm"),
    // Of this execution alone: to log in is no reason to write into the user's settings.
    DOCKER_CONFIG: join(home, ".docker"),
    ...emulatorVariables(emulatorUrl, region),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    NODE_OPTIONS: `--import=${pathToFileURL(NAMES_MODULE).href}`,
    [NAMES_VARIABLE]: names,
  };
}

/** `npm run` puts the folders of the repository's packages first: those of the copy are not these. */
function searchPath(programs: string, path = ""): string {
  const own = path.split(delimiter).filter((entry) => entry !== "" && !entry.includes(`${sep}node_modules${sep}`));
  return [programs, ...own, dirname(process.execPath)].join(delimiter);
}
