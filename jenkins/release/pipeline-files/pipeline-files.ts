import { isObject } from "../../../config/json-path";
import { IMAGE_PLACEHOLDER } from "../../../config/pipeline-files";
import type { AppSpec } from "../deployment/blue-green/app-spec";
import { differences } from "../task-definition/difference";
import { renderTemplate } from "../task-definition/render";
import { type Described, parseDescribed } from "../task-definition/task-definition";
import { toYaml } from "./yaml";

/**
 * What CodePipeline puts the ARN of the revision in the place of that it has registered. Source: "Tutorial: Create a
 * pipeline with an Amazon ECR source and ECS-to-CodeDeploy deployment".
 */
export const TASK_DEFINITION_PLACEHOLDER = "<TASK_DEFINITION>";

/** The AppSpec as a file. The version is 0.0, the only one that there is. */
export function appSpecFile({ Resources }: AppSpec): string {
  return `version: 0.0\n${toYaml({ Resources: Resources.map(({ TargetService }) => ({ TargetService: yamlOf(TargetService) })) })}`;
}

function yamlOf({ Type, Properties }: AppSpec["Resources"][0]["TargetService"]) {
  const { TaskDefinition, LoadBalancerInfo, CapacityProviderStrategy } = Properties;
  const strategy = CapacityProviderStrategy?.map((item) => ({ ...item }));
  return {
    Type,
    Properties: {
      TaskDefinition,
      LoadBalancerInfo: { ...LoadBalancerInfo },
      ...(strategy && { CapacityProviderStrategy: strategy }),
    },
  };
}

export interface TaskDefinitionFileOptions {
  readonly container: string;
  /** The service's plain environment values. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The task definition as a file: the input of RegisterTaskDefinition, its keys in order, without an image. */
export function taskDefinitionFile(base: Described, { container, environment }: TaskDefinitionFileOptions): string {
  const input = renderTemplate(base, { image: `<${IMAGE_PLACEHOLDER}>`, container, environment });
  return `${JSON.stringify(ordered(input), undefined, 2)}\n`;
}

/** Whether two such files mean the same: AWS gives lists in any order. */
export function meanTheSame(first: string, second: string): boolean {
  if (first === second) return true;
  try {
    return differences(parseDescribed(first, "the file"), parseDescribed(second, "the file")).length === 0;
  } catch {
    return false;
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, ordered(member)]));
}
