import type { RegisterInput } from "../task-definition/render";
import { type FakeAws, Refusal } from "./fake-aws";

export interface Registered {
  readonly arn: string;
  readonly number: number;
  active: boolean;
  readonly input: RegisterInput;
}

/** The task definitions of ECS: families and their revisions. */
export class FakeRevisions {
  readonly all: Registered[] = [];

  constructor(
    aws: FakeAws,
    /** Begins the ARN of each: such as `arn:aws:ecs:us-east-1:123456789012`. */
    private readonly prefix: string,
  ) {
    aws.on("ListTaskDefinitions", ({ familyPrefix }) => this.#list(String(familyPrefix)));
    aws.on("DescribeTaskDefinition", ({ taskDefinition }) => this.#describe(String(taskDefinition)));
    aws.on("RegisterTaskDefinition", (input) => answerFor(this.add(input as unknown as RegisterInput)));
    aws.on("DeregisterTaskDefinition", ({ taskDefinition }) => this.#deregister(String(taskDefinition)));
  }

  /** Registers a revision: the next one of its family. */
  add(input: RegisterInput): Registered {
    const number = this.of(input.family).length + 1;
    const arn = `${this.prefix}:task-definition/${input.family}:${number}`;
    const registered = { arn, number, active: true, input };
    this.all.push(registered);
    return registered;
  }

  /** The revisions of a family, the oldest first. */
  of(family: string): readonly Registered[] {
    return this.all.filter(({ input }) => input.family === family);
  }

  #list(family: string) {
    const arns = this.all
      .filter(({ active, input }) => active && input.family.startsWith(family))
      .map(({ arn }) => arn);
    return { taskDefinitionArns: arns.reverse() };
  }

  #describe(name: string) {
    const found = this.all.find(({ arn }) => arn === name);
    return found ? answerFor(found) : new Refusal("ClientException", 400, "Unable to describe task definition.");
  }

  #deregister(name: string) {
    const found = this.all.find(({ arn }) => arn === name);
    if (!found?.active) return new Refusal("ClientException", 400, "The task definition is inactive.");
    found.active = false;
    return answerFor(found);
  }
}

function answerFor({ arn, number, active, input }: Registered) {
  const { tags, ...definition } = input;
  return {
    taskDefinition: {
      ...definition,
      taskDefinitionArn: arn,
      revision: number,
      status: active ? "ACTIVE" : "INACTIVE",
      requiresAttributes: [{ name: "ecs.capability.task-eni" }],
      compatibilities: ["EC2", "FARGATE"],
      registeredAt: 1_770_000_000 + number,
      registeredBy: "arn:aws:iam::123456789012:user/test",
    },
    tags: tags ?? [],
  };
}
