import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";
import type { Decide } from "./approval";
import type { Variables } from "./buildspec";
import type { Action, Pipeline } from "./definition";
import type { ActionRecord } from "./record";

/** Told of what happens as it happens. */
export interface WalkEvents {
  stage(name: string): void;
  /** What an action does now. */
  progress(action: string, text: string): void;
  /** An action waits for a person, who is to see the question and nothing else. */
  waiting(action: string): void;
  done(record: ActionRecord): void;
}

export interface WalkOptions {
  readonly lifetime: Lifetime;
  readonly settings: ClientSettings;
  readonly pipeline: Pipeline;
  /** Tells this execution from every other one. */
  readonly execution: string;
  /** Which of the pipeline's executions it is. */
  readonly number: number;
  /** Folder of the execution; nothing is there yet. */
  readonly folder: string;
  /** The repository: its working tree is what every source is. */
  readonly root: string;
  /** What builds find set: see `buildMachine`. */
  readonly machine: Variables;
  readonly decide: Decide;
  readonly events: WalkEvents;
  /** Called after each build, whatever became of it. */
  readonly afterBuild?: () => Promise<void>;
}

/** An artifact in a folder. */
export interface Artifact {
  readonly folder: string;
  /** The commit, where it is a source. */
  readonly revision?: string;
}

/** What actions that have ended hand on to later ones. */
export interface Handed {
  readonly artifacts: Map<string, Artifact>;
  readonly namespaces: Map<string, Variables>;
}

/** What one action is performed with. */
export interface ActionContext extends WalkOptions, Handed {
  readonly stage: string;
  readonly action: Action;
  /** The action's, with the values of variables. */
  readonly configuration: Variables;
}

/** What an action gives, beside what it hands on. */
export type Outcome = Pick<ActionRecord, "status" | "detail" | "failure" | "log">;
