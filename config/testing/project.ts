import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ConfigError, type Fault } from "../faults";
import { isObject } from "../json-path";
import { loadProject, type Project } from "../load";

/** Files of the project that tests change. */
export const SERVICE_FILE = "apps/web/service.json";
export const OTHER_FILE = "apps/other/service.json";
export const ENVIRONMENT_FILE = "config/environments/test.json";

/** The API of an environment. */
export const API = {
  throttling: { ratePerSecond: 100, burst: 200 },
  callbackUrls: ["https://app.example.com/callback"],
  signInPrefix: "shop-test",
};

/** What makes the service of the valid project one that is exposed; the environment then needs `API`. */
export const EXPOSED = { launchType: "FARGATE", expose: "api", scopes: { "GET /web": "read" } };

type Patch = Readonly<Record<string, unknown>>;

/** What a test wants otherwise than the valid project has it. In a patch, undefined takes a key away. */
export interface ProjectPatch {
  readonly service?: Patch;
  /** A second service. @default - none */
  readonly other?: Patch;
  readonly environment?: Patch;
  /** Further files, or other contents of these: text as it stands, or undefined to take a file away. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** Name of the environment to load. @default "test" */
  readonly load?: string;
  /** Systems that there are. @default - those of the services */
  readonly systems?: readonly string[];
}

const VALID_SERVICE = {
  name: "web",
  system: "shop",
  launchType: "EC2",
  port: 5000,
  cpu: 256,
  memory: 512,
  replicas: { desired: 2, min: 1, max: 3 },
  routes: { priority: 100, paths: ["/web"] },
};

const VALID_OTHER = { ...VALID_SERVICE, name: "other", routes: { priority: 200, paths: ["/other"] } };

const VALID_ENVIRONMENT = {
  region: "us-east-1",
  state: { backend: "local" },
  removal: "destroy",
  network: { cidr: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
  ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
};

/** Loads the valid project with a test's changes, from a temporary folder that is gone afterwards. */
export function load(patch: ProjectPatch = {}): Project {
  const root = mkdtempSync(join(tmpdir(), "config-"));
  try {
    for (const [file, text] of Object.entries(filesOf(patch))) {
      if (text === undefined) continue;
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    const systems =
      patch.systems ?? [patch.service, patch.other].map((one) => String(one?.system ?? VALID_SERVICE.system));
    return loadProject({ root, environment: patch.load ?? "test", systems });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The faults for which a changed project is refused; none when it is not. */
export function faultsOf(patch: ProjectPatch): readonly Fault[] {
  try {
    load(patch);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

function filesOf(patch: ProjectPatch): Record<string, string | undefined> {
  return {
    [SERVICE_FILE]: JSON.stringify(merge(VALID_SERVICE, patch.service ?? {})),
    [OTHER_FILE]: patch.other && JSON.stringify(merge(VALID_OTHER, patch.other)),
    [ENVIRONMENT_FILE]: JSON.stringify(merge(VALID_ENVIRONMENT, patch.environment ?? {})),
    ...patch.files,
  };
}

function merge(base: Patch, patch: Patch): Patch {
  const changed = Object.entries(patch).map(([key, value]) => {
    const before = base[key];
    return [key, isObject(before) && isObject(value) ? merge(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(changed) };
}
