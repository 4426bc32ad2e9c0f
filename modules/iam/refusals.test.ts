import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { ExecutionRole } from "./execution-role";
import { InstanceRole } from "./instance-role";
import type { PolicyStatement } from "./policy";
import { TaskRole } from "./task-role";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const NAME = "1 to 64 letters, digits and _ + = , . @ -";
const LONG = "n".repeat(65);

describe("a role", () => {
  it("refuses the task role a name of 65 characters", () => {
    expect(refusalOf((stack) => new TaskRole(stack, "Role", { name: LONG, location }))).toBe(
      `test/Role: "name" is "${LONG}"; allowed: ${NAME}`,
    );
  });

  it("refuses the execution role a name with a slash", () => {
    const props = { name: "shop/cart", location, repositoryArn: "arn:aws:ecr:x", logGroupArn: "arn:aws:logs:x" };
    expect(refusalOf((stack) => new ExecutionRole(stack, "Role", props))).toBe(
      `test/Role: "name" is "shop/cart"; allowed: ${NAME}`,
    );
  });

  it.each(["", "arn:aws:s3:::bucket", Token.asString({ resolve: () => "later" })])(
    "refuses the execution role a secret whose service is not told: %j",
    (arn) => {
      const props = { name: "cart", location, repositoryArn: "arn:aws:ecr:x", logGroupArn: "arn:aws:logs:x" };
      expect(refusalOf((stack) => new ExecutionRole(stack, "Role", { ...props, secretArns: [arn] }))).toBe(
        'test/Role: "secretArns[0]" does not say its service; allowed: an ARN of secretsmanager or ssm, written out; "secretsManagerArns" for what is known at apply only',
      );
    },
  );

  it("refuses the instance role an empty name", () => {
    expect(refusalOf((stack) => new InstanceRole(stack, "Role", { name: "", location, clusterName: "shop" }))).toBe(
      `test/Role: "name" is ""; allowed: ${NAME}`,
    );
  });
});

describe("what a task may do", () => {
  const read: PolicyStatement = { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::shop/*" };
  const refusal = (...statements: PolicyStatement[]) =>
    refusalOf((stack) => new TaskRole(stack, "Role", { name: "cart", location, statements, execLogGroupArn: "arn:x" }));

  it.each<[string, readonly PolicyStatement[], string]>([
    [
      "a Sid with a hyphen",
      [{ ...read, Sid: "read-shop" }],
      '"statements[0].Sid" is "read-shop"; allowed: letters and digits',
    ],
    [
      "a Sid twice",
      [
        { ...read, Sid: "Read" },
        { ...read, Sid: "Read" },
      ],
      '"statements[1].Sid" repeats "Read"; allowed: each Sid once, those of the role\'s own included',
    ],
    [
      "a Sid of the role's own",
      [{ ...read, Sid: "ExecLog" }],
      '"statements[3].Sid" repeats "ExecLog"; allowed: each Sid once, those of the role\'s own included',
    ],
    [
      "a statement without an action",
      [{ ...read, Action: [] }],
      '"statements[0].Action" has 0 members; allowed: one action or more',
    ],
    [
      "an action without a service",
      [{ ...read, Action: ["GetObject"] }],
      '"statements[0].Action[0]" is "GetObject"; allowed: "*", or a service and an action such as s3:GetObject',
    ],
    [
      "a statement without a resource",
      [{ ...read, Resource: [] }],
      '"statements[0].Resource" has 0 members; allowed: one resource or more',
    ],
    [
      "a resource that is no ARN",
      [{ ...read, Resource: ["shop"] }],
      '"statements[0].Resource" is "shop"; allowed: "*", or an ARN',
    ],
  ])("refuses %s", (_, statements, message) => {
    expect(refusal(...statements)).toBe(`test/Role: ${message}`);
  });

  const sized = (size: number, extra = "") => {
    const resource = (length: number) => ({ ...read, Resource: `arn:${"r".repeat(length)}${extra}` });
    const rest = JSON.stringify({ Version: "2012-10-17", Statement: [resource(0)] }).length - extra.length;
    return refusalOf(
      (stack) => new TaskRole(stack, "Role", { name: "cart", location, statements: [resource(size - rest)] }),
    );
  };

  it("refuses more than an inline policy may hold", () => {
    expect(sized(10241)).toBe(
      'test/Role: "statements" has 10241 characters; allowed: 10240 at most, white space not counted',
    );
  });

  it("takes what an inline policy may hold, not counting what is known at apply only", () => {
    expect(sized(10240)).toBeUndefined();
    expect(sized(10240, Token.asString({ resolve: () => "later" }))).toBeUndefined();
  });

  it("takes statements without a Sid, all actions and all resources", () => {
    expect(refusal(read, read, { ...read, Action: ["*"], Resource: "*" })).toBeUndefined();
  });
});
