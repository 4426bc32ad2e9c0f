import * as ecs from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import type { RegisterInput } from "../task-definition/render";
import { type Described, readDescribed } from "../task-definition/task-definition";
import type { Aws } from "./aws";
import { AwsFault } from "./aws-fault";
import { readsRaw, sendsRaw } from "./raw";

/** A revision as it is registered. */
export interface Revision extends Described {
  readonly arn: string;
  readonly family: string;
  readonly number: number;
  readonly isActive: boolean;
  /** ARN of who registered it. */
  readonly registeredBy?: string;
  readonly registeredAt?: Date;
}

/** Reads a revision with its tags. @param revision ARN, `family:12`, or a family for its newest active revision */
export async function describeRevision(aws: Aws, revision: string): Promise<Revision> {
  const { command, raw } = readsRaw(
    new ecs.DescribeTaskDefinitionCommand({ taskDefinition: revision, include: ["TAGS"] }),
  );
  await aws.call("ecs:DescribeTaskDefinition", () => aws.ecs.send(command));
  return toRevision(raw());
}

/** ARNs of the active revisions of a family, the newest first. */
export async function listRevisions(aws: Aws, family: string): Promise<readonly string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.call("ecs:ListTaskDefinitions", () =>
      aws.ecs.send(
        new ecs.ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC", nextToken }),
      ),
    );
    found.push(...(page.taskDefinitionArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return found.filter((arn) => lastPart(arn).startsWith(`${family}:`));
}

/**
 * Registers a revision, with one attempt: sent twice, it would be there twice.
 *
 * @throws AwsFault, `isAmbiguous` where it may have been registered
 */
export async function registerRevision(aws: Aws, input: RegisterInput): Promise<Revision> {
  const shape = { family: input.family, containerDefinitions: [] };
  const { command, raw } = readsRaw(sendsRaw(new ecs.RegisterTaskDefinitionCommand(shape), input));
  await aws.call("ecs:RegisterTaskDefinition", () => aws.ecsOnce.send(command));
  return toRevision(raw());
}

/** Retires a revision; one that is retired already stays so. */
export async function deregisterRevision(aws: Aws, arn: string): Promise<void> {
  try {
    await aws.call("ecs:DeregisterTaskDefinition", () =>
      aws.ecs.send(new ecs.DeregisterTaskDefinitionCommand({ taskDefinition: arn })),
    );
  } catch (error) {
    // An attempt whose answer was lost did it.
    if (!(error instanceof AwsFault && /inactive/i.test(error.message))) throw error;
  }
}

function toRevision(answer: unknown): Revision {
  const described = readDescribed(answer, "the answer of ECS");
  const { taskDefinitionArn, revision, status, registeredBy, registeredAt } = described.taskDefinition;
  return {
    ...described,
    arn: String(taskDefinitionArn),
    family: described.taskDefinition.family,
    number: Number(revision),
    isActive: status === "ACTIVE",
    ...(typeof registeredBy === "string" && { registeredBy }),
    // Seconds, as the protocol writes times.
    ...(typeof registeredAt === "number" && { registeredAt: new Date(registeredAt * 1_000) }),
  };
}
