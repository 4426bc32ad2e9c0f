/** The last part of an ARN: the id of a task, the name of a cluster, `family:revision` of a task definition. */
export function lastPart(arn = ""): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
