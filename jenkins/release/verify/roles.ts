import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { isObject } from "../../../config/json-path";
import { lastPart } from "../../../modules/aws/arn";
import type { Context } from "../context";
import { type Check, type Finding, good, textOf, wrong } from "./check";

/** Who has to be trusted by the roles of a task. Source: "Amazon ECS task execution IAM role". */
const TASKS = "ecs-tasks.amazonaws.com";

/** The roles of the task exist and trust ECS. */
export const checkRoles: Check = async ({ context, input }) => {
  const iam = context.aws.client(IAMClient);
  const roles = [
    ["execution role", textOf(input.executionRoleArn)],
    ["task role", textOf(input.taskRoleArn)],
  ] as const;
  const named = roles.flatMap(([what, arn]) => (arn === undefined ? [] : [{ what, arn }]));
  return await Promise.all(named.map((role) => checkRole(context, iam, role)));
};

async function checkRole(
  { aws, howToDeploy }: Context,
  iam: IAMClient,
  { what, arn }: { what: string; arn: string },
): Promise<Finding> {
  const name = lastPart(arn);
  const answer = await aws.callUnless(["NoSuchEntityException", "NoSuchEntity"], "iam:GetRole", () =>
    iam.send(new GetRoleCommand({ RoleName: name })),
  );
  if (!answer?.Role) return wrong(what, `${name} does not exist; ${howToDeploy}`);
  if (trusts(decodeURIComponent(answer.Role.AssumeRolePolicyDocument ?? ""))) return good(what, name);
  return wrong(what, `${name} does not trust ${TASKS}, so no task could use it; ${howToDeploy}`);
}

function trusts(policy: string): boolean {
  const { Statement } = JSON.parse(policy || "{}");
  return listOf(Statement).some((statement) => {
    if (!isObject(statement) || statement.Effect !== "Allow") return false;
    const { Principal, Action } = statement;
    const services = isObject(Principal) ? listOf(Principal.Service) : listOf(Principal);
    return (
      services.some((one) => one === TASKS || one === "*") &&
      listOf(Action).some((one) => /^(sts:(AssumeRole|\*)|\*)$/.test(String(one)))
    );
  });
}

/** IAM writes a list of one without brackets. */
function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
