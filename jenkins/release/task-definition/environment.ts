import { ENVIRONMENT_LABEL, environmentRecord, recordedNames } from "../../../config/environment-record";
import { Failure } from "../../../tools/failure";
import { EXIT } from "../exit-status";
import type { Container } from "./task-definition";

/**
 * A container with the plain environment values of a service: they are set, those that an earlier release (or Terraform, from
 * service.json) had set and that are gone from service.json are removed, all others stay. What is there keeps its place.
 *
 * @throws Failure with status 2 where a value is a secret of the container
 */
export function withEnvironment(container: Container, values: Readonly<Record<string, string>>): Container {
  for (const { name } of container.secrets ?? []) {
    if (!Object.hasOwn(values, name)) continue;
    throw new Failure(
      `"${name}" is a plain value in service.json, but a secret of container "${container.name}" in the revision that is ` +
        "released from; keep it in one of the two, and deploy the stack first if that changed",
      EXIT.usage,
    );
  }
  const before = container.environment ?? [];
  const gone = new Set(
    recordedNames(container.dockerLabels?.[ENVIRONMENT_LABEL]).filter((name) => !Object.hasOwn(values, name)),
  );
  const kept = before
    .filter(({ name }) => !gone.has(name))
    .map(({ name, value }) => ({ name, value: Object.hasOwn(values, name) ? (values[name] ?? value) : value }));
  const added = Object.keys(values)
    .filter((name) => !before.some((variable) => variable.name === name))
    .sort()
    .map((name) => ({ name, value: values[name] ?? "" }));
  const environment = [...kept, ...added];
  const dockerLabels = withRecord(container.dockerLabels, values);
  return {
    ...container,
    ...((environment.length > 0 || container.environment) && { environment }),
    ...(dockerLabels && { dockerLabels }),
  };
}

function withRecord(
  labels: Container["dockerLabels"],
  values: Readonly<Record<string, string>>,
): Container["dockerLabels"] {
  if (Object.keys(values).length === 0 && labels?.[ENVIRONMENT_LABEL] === undefined) return labels;
  return { ...labels, [ENVIRONMENT_LABEL]: environmentRecord(values) };
}
