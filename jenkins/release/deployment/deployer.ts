import type { Service } from "@aws-sdk/client-ecs";
import type { Check } from "../verify/check";
import type { DeployedTasks } from "./reasons";

/** What has become of a deployment. */
export type Verdict =
  | { readonly state: "ongoing" }
  | { readonly state: "succeeded" }
  | { readonly state: "failed" | "rolled back"; readonly reason: string }
  /** @property by ARN of the revision that another deployment deploys */
  | { readonly state: "superseded"; readonly by: string };

/** What is seen of a deployment at one time. */
export interface Look {
  readonly verdict: Verdict;
  readonly service: Service;
  /** Where things stand: told whenever it changes. */
  readonly step: string;
  /** What has happened: each is told once. */
  readonly steps: readonly string[];
  /** Whether tasks may have failed since the last look. */
  readonly mayHaveFailed: boolean;
  /** Whose tasks they are. */
  readonly tasks: DeployedTasks;
}

/** What a deployment waits for on purpose. */
export interface Waits {
  readonly seconds: number;
  /** Such as `300 s until the tasks before are ended`. */
  readonly words: readonly string[];
}

/** A deployment of the service that goes on. */
export interface Rollout {
  /** ARN of the revision that it deploys; empty where that cannot be told. */
  readonly revision: string;
  /** Whether it goes back to the revision before already. */
  readonly goesBack: boolean;
  readonly waits: Waits;
  /** How it goes. Asked again and again, until the verdict is no longer `ongoing`. */
  look(): Promise<Look>;
  /** Asks that it ends, and that the revision before serves again. */
  stop(): Promise<void>;
}

/** What is found before a release or a rollback. */
export interface Situation {
  /** The deployment that is in progress. */
  readonly ongoing: Rollout | undefined;
  /** Whether the service is set to a revision of which the deployment has failed. */
  readonly hasFailed: boolean;
  /**
   * Starts a deployment, once: after a lost answer too.
   *
   * @param revision ARN of the revision
   * @throws Unsuccessful with status 3 where another deployment was quicker
   */
  start(revision: string): Promise<Rollout>;
}

/** A deployment as `status` tells it. */
export interface PastDeployment {
  /** ARN of the revision; empty where that cannot be told. */
  readonly revision: string;
  readonly status: string;
  readonly reason: string;
  readonly begun: Date | undefined;
  readonly ended: Date | undefined;
}

/** A table of `status`. */
export interface Table {
  /** Key of the JSON document. */
  readonly key: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the JSON document holds of it. */
  readonly content: readonly object[];
}

/** Who replaces the tasks of a service: ECS itself, step by step, or CodeDeploy, blue/green. */
export interface Deployer {
  /** What it needs beside what every release needs. */
  readonly checks: readonly (readonly [what: string, check: Check])[];
  /** What goes on. Changes nothing. */
  look(service: Service): Promise<Situation>;
  /** ARNs of the revisions of which a deployment has succeeded, the newest first. */
  served(): Promise<readonly string[]>;
  /** ARNs of the revisions that deployments in progress deploy. */
  deploying(): Promise<readonly string[]>;
  /** The newest deployments, the newest first. */
  history(limit: number): Promise<readonly PastDeployment[]>;
  /** What else `status` tells of the service. */
  tables(service: Service): Promise<readonly Table[]>;
}
