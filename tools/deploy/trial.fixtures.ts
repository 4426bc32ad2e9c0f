import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadProject, type Project } from "../../config/load";
import { emulatorVariables, withoutAwsSettings } from "../../local/cloud/variables";
import { Lifetime } from "../processes/lifetime";
import { recordingTerminal } from "../testing/recording-terminal";
import type { Deployment } from "./deployment";

/** The environment that {@link writeTrial} describes. */
export const TRIAL = "trial";

export const TRIAL_REGION = "us-east-1";

const DOCUMENT = {
  region: TRIAL_REGION,
  accountId: "123456789012",
  emulated: true,
  removal: "destroy",
  network: { cidr: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
  database: {
    instanceClass: "db.t4g.micro",
    allocatedStorageGiB: 20,
    maxAllocatedStorageGiB: 40,
    multiAz: false,
    backupRetentionDays: 1,
    maxConnections: 60,
  },
  dns: {
    hostedZone: "example.test",
    recordNames: { "jenkins-ecs": "app", "coffee-suppliers": "coffee", "user-notifications": "users" },
    tls: false,
  },
  mail: { domain: "example.test", sender: "no-reply@example.test" },
  api: {
    throttling: { ratePerSecond: 1, burst: 1 },
    callbackUrls: ["http://localhost:3000/callback"],
    signInPrefix: "trial",
  },
  ec2: { instanceTypes: ["t3.small"], maxInstances: 2 },
};

/** Adds an environment in the emulator, whose state lives in a bucket, to the configuration of a project. */
export function writeTrial(root: string, bucket: string): void {
  const folder = join(root, "config/environments");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${TRIAL}.json`), JSON.stringify({ ...DOCUMENT, state: { backend: "s3", bucket } }));
}

export interface TrialRun {
  readonly deployment: Deployment;
  readonly project: Project;
  /** What the person sees. */
  output(): string;
  /** Ends all that the run started. */
  end(): Promise<void>;
}

/**
 * What a command that deploys the trial works with.
 *
 * @param log new file for what the programs print that the person watches
 * @param more variables of those programs
 */
export function trialRun(root: string, emulatorUrl: string, log: string, more: NodeJS.ProcessEnv = {}): TrialRun {
  const lifetime = new Lifetime();
  const { terminal, written } = recordingTerminal();
  const project = loadProject({ root, environment: TRIAL });
  const file = openSync(log, "w");
  const variables = {
    ...withoutAwsSettings(process.env),
    ...emulatorVariables(emulatorUrl, TRIAL_REGION),
    ENVIRONMENT: TRIAL,
    CI: "1",
    ...more,
  };
  const { environment } = project;
  return {
    deployment: { root, environment, lifetime, terminal, variables, stdio: ["ignore", file, file] },
    project,
    output: () => written() + readFileSync(log, "utf8"),
    end: async () => {
      await lifetime.end();
      closeSync(file);
    },
  };
}
