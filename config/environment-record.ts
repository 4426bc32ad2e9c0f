/**
 * Docker label of a container that names the variables which come from its service.json: Terraform and releases write it, so
 * that a later release knows which to take away. (A tag of the task definition would be too short for them.)
 */
export const ENVIRONMENT_LABEL = "express-on-ecs.environment";

/** The label's text for these variables. */
export function environmentRecord(environment: Readonly<Record<string, string>>): string {
  return Object.keys(environment).sort().join(",");
}

/** The names in a label's text; none where there is no label. */
export function recordedNames(text = ""): readonly string[] {
  return text.split(",").filter(Boolean);
}
