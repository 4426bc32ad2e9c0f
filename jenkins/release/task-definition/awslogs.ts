import { isObject } from "../../../config/json-path";
import type { Container } from "./task-definition";

/** The options of a container that logs to CloudWatch; `undefined` of one that logs elsewhere. */
export function awslogsOptions({ logConfiguration }: Container): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(logConfiguration) || logConfiguration.logDriver !== "awslogs") return undefined;
  return isObject(logConfiguration.options) ? logConfiguration.options : {};
}
