import type { Service } from "@aws-sdk/client-ecs";
import type { RegisterInput } from "../task-definition/render";
import type { Container } from "../task-definition/task-definition";
import type { Check, Finding } from "../verify/check";
import type { FakeCloud } from "./fake-cloud";

/** The repository of the service's images. */
export const REPOSITORY = "jenkins-ecs-local/service-b";

/** How to mend what is not deployed. */
export const HOW = "is `npm start` done with its deployment?";

/** What is checked: more keys of the task definition, of its one container, which is the service's, and of the service. */
export type Checked = Partial<RegisterInput> & {
  readonly container?: Partial<Container>;
  readonly service?: Service;
};

/** What a check finds of a task definition and a service. */
export async function find(
  cloud: FakeCloud,
  check: Check,
  { container = {}, service = {}, ...patch }: Checked = {},
): Promise<readonly Finding[]> {
  const image = `${cloud.aws.url.slice(7)}/${REPOSITORY}:2`;
  const input = { family: "f", containerDefinitions: [{ name: "service-b", image, ...container }], ...patch };
  return check({ context: cloud.context().context, input, service });
}
