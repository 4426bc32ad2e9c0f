import type { Service } from "@aws-sdk/client-ecs";
import type { Context } from "../context";
import type { RegisterInput } from "../task-definition/render";

/** What was found of one thing that a release needs. */
export interface Finding {
  /** What was looked at: `image`, `execution role`. */
  readonly what: string;
  /** `unknown`: it could not be asked, which stops no release. */
  readonly state: "good" | "wrong" | "unknown";
  /** What is, or what is wrong and how to mend it. */
  readonly detail: string;
}

/** What is to be checked: the next revision, and the service that gets it. */
export interface Subject {
  readonly context: Context;
  readonly input: RegisterInput;
  readonly service: Service;
}

export type Check = (subject: Subject) => Promise<readonly Finding[]> | readonly Finding[];

export const good = (what: string, detail: string): Finding => ({ what, state: "good", detail });
export const wrong = (what: string, detail: string): Finding => ({ what, state: "wrong", detail });
export const unknown = (what: string, detail: string): Finding => ({ what, state: "unknown", detail });

/** A text of a task definition, `undefined` where there is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
