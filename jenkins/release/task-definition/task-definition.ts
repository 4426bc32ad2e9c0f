import { isObject } from "../../../config/json-path";
import { READ_ONLY_KEYS } from "../../../modules/aws/task-definition";
import { Failure, messageOf } from "../../../tools/failure";
import { EXIT } from "../exit-status";

/** A named text, as in `environment`. */
export interface NameValue {
  readonly name: string;
  readonly value: string;
}

/** A container definition: what is named here is what we read, everything else passes untouched. */
export interface Container {
  readonly name: string;
  readonly image: string;
  /** @default true, as ECS has it */
  readonly essential?: boolean;
  readonly environment?: readonly NameValue[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly dockerLabels?: Readonly<Record<string, string>>;
  readonly portMappings?: readonly { readonly containerPort?: number; readonly [key: string]: unknown }[];
  readonly [key: string]: unknown;
}

/** A task definition as the ECS API writes it, keys that nobody knows today among them. */
export interface TaskDefinition {
  readonly family: string;
  readonly containerDefinitions: readonly Container[];
  readonly [key: string]: unknown;
}

/** A tag as the ECS API writes it. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A revision with its tags: what DescribeTaskDefinition answers with `include: ["TAGS"]`. */
export interface Described {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** A task definition without what AWS says of the revision, and without tags, which are beside it in an answer. */
export function withoutReadOnly(definition: TaskDefinition): TaskDefinition {
  const entries = Object.entries(definition).filter(([key]) => key !== "tags" && !READ_ONLY_KEYS.includes(key));
  const { family, containerDefinitions } = definition;
  return { ...Object.fromEntries(entries), family, containerDefinitions };
}

/**
 * Reads a task definition from JSON: an answer of DescribeTaskDefinition (`{"taskDefinition": ..., "tags": ...}`), or
 * what is within.
 *
 * @param source where the text comes from, for messages
 * @throws Failure with status 2 that says what is missing
 */
export function parseDescribed(text: string, source: string): Described {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${source} is not JSON: ${messageOf(error)}; ${EXPECTED}`, EXIT.usage);
  }
  return readDescribed(parsed, source);
}

const EXPECTED =
  "expected is what `aws ecs describe-task-definition --task-definition FAMILY --include TAGS` prints, or its taskDefinition";

/** As `parseDescribed`, of what is parsed already. @throws Failure with status 2 */
export function readDescribed(parsed: unknown, source: string): Described {
  const wrapper = isObject(parsed) ? parsed : {};
  const definition = isObject(wrapper.taskDefinition) ? wrapper.taskDefinition : wrapper;
  const { family, containerDefinitions } = definition;
  if (typeof family !== "string" || family === "") throw fault(source, "$.family", family, "the name of a family");
  if (!Array.isArray(containerDefinitions) || containerDefinitions.length === 0) {
    throw fault(source, "$.containerDefinitions", containerDefinitions, "a list of at least one container definition");
  }
  containerDefinitions.forEach((container: unknown, index) => {
    for (const key of ["name", "image"]) {
      const given = isObject(container) ? container[key] : undefined;
      const path = `$.containerDefinitions[${index}].${key}`;
      if (typeof given !== "string" || given === "") throw fault(source, path, given, `the container's ${key}`);
    }
    for (const key of ["environment", "secrets"]) {
      const given = isObject(container) ? (container[key] ?? []) : [];
      const path = `$.containerDefinitions[${index}].${key}`;
      if (!isListOf("name", given)) throw fault(source, path, given, "a list of names and values");
    }
  });
  // Tags are beside the task definition in an answer, and within it in an input of RegisterTaskDefinition.
  const tags = wrapper.tags ?? [];
  if (!isListOf("key", tags)) throw fault(source, "$.tags", tags, "a list of keys and values");
  return { taskDefinition: definition as TaskDefinition, tags: tags as readonly Tag[] };
}

function isListOf(key: string, given: unknown): boolean {
  return Array.isArray(given) && given.every((member) => isObject(member) && typeof member[key] === "string");
}

function fault(source: string, path: string, given: unknown, allowed: string): Failure {
  const shown = given === undefined ? "nothing" : JSON.stringify(given).slice(0, 60);
  return new Failure(
    `${source} is no task definition: ${path} is ${shown}, and has to be ${allowed}; ${EXPECTED}`,
    EXIT.usage,
  );
}
