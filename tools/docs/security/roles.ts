import { code, codes, table } from "../markdown";
import { Names } from "./names";
import { type Resource, resourcesOf, type Stack, textOf } from "./stacks";

/** A statement of an IAM policy, as it is written. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: { readonly Service?: string | readonly string[] };
  readonly Condition?: object;
}

/** A role, who takes it, and what it may do. */
export interface Role {
  readonly stack: Stack;
  readonly id: string;
  readonly name: string;
  readonly takenBy: readonly string[];
  readonly statements: readonly Statement[];
}

export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === "string" ? [value] : (value ?? []);

const statementsOf = (policy: string) => (JSON.parse(policy) as { Statement: readonly Statement[] }).Statement;

/** All roles, with the statements of their inline policies: the stacks make no others, which a test keeps so. */
export function rolesOf(stacks: readonly Stack[]): readonly Role[] {
  return stacks.flatMap((stack) => resourcesOf(stack, "aws_iam_role").map(([id, role]) => roleOf(stack, id, role)));
}

function roleOf(stack: Stack, id: string, role: Resource): Role {
  const policies = resourcesOf(stack, "aws_iam_role_policy").filter(
    ([, policy]) => textOf(policy, "role") === `\${aws_iam_role.${id}.name}`,
  );
  return {
    stack,
    id,
    name: textOf(role, "name"),
    takenBy: statementsOf(textOf(role, "assume_role_policy")).flatMap(({ Principal }) => listOf(Principal?.Service)),
    statements: policies.flatMap(([, policy]) => statementsOf(textOf(policy, "policy"))),
  };
}

/** Every role: a row each. */
export function rolesTable(stacks: readonly Stack[]): string {
  const rows = rolesOf(stacks).map(({ stack, name, takenBy, statements }) => {
    const names = new Names(stack, stacks);
    const may = statements.map((statement) => rightOf(statement, names));
    return [code(name), takenBy.map(code).join(", "), may.length === 0 ? "nothing" : may.join("<br>")];
  });
  return table(["role", "taken by", "may"], rows);
}

function rightOf({ Effect, Action, Resource, Condition }: Statement, names: Names): string {
  const resources = listOf(Resource).map((resource) => (resource === "*" ? "anything" : names.readable(resource)));
  const verb = Effect === "Allow" ? "" : "not ";
  return `${verb}${codes(listOf(Action))} on ${resources.join(", ")}${Condition ? `, if ${conditionOf(Condition, names)}` : ""}`;
}

/** `StringEquals: {"ses:FromAddress": "no-reply@example.com"}` in words; of another operator, with its name. */
function conditionOf(condition: object, names: Names): string {
  const operators = Object.entries(condition as Record<string, Record<string, string | readonly string[]>>);
  const parts = operators.flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, value]) => {
      const values = listOf(value).map((one) => names.readable(one));
      return `${code(key)} ${EQUALITY.test(operator) ? "is" : operator} ${values.join(" or ")}`;
    }),
  );
  return parts.join(" and ");
}

const EQUALITY = /^(String|Arn)(Equals|Like)$/;
