import { code, table } from "../markdown";
import { listOf, type Role, rolesOf } from "./roles";
import { resourcesOf, type Stack, textOf } from "./stacks";

const READS = "secretsmanager:GetSecretValue";

/** Every secret: where it lives, what it is, who reads it. No value is anywhere near: there is none in a stack. */
export function secretsTable(stacks: readonly Stack[]): string {
  const roles = rolesOf(stacks);
  const rows = stacks.flatMap((stack) => [...generatedIn(stack, roles), ...masterPasswordsIn(stack, roles)]);
  return table(["secret", "what it is", "made by", "read by"], rows);
}

function generatedIn(stack: Stack, roles: readonly Role[]): readonly string[][] {
  return resourcesOf(stack, "aws_secretsmanager_secret").map(([id, secret]) => [
    code(textOf(secret, "name")),
    textOf(secret, "description"),
    "Secrets Manager, while Terraform applies",
    readersOf(`\${aws_secretsmanager_secret.${id}.arn}`, stack, roles),
  ]);
}

function masterPasswordsIn(stack: Stack, roles: readonly Role[]): readonly string[][] {
  return resourcesOf(stack, "aws_db_instance").map(([id, database]) => [
    "named by RDS",
    `master password of the database ${code(textOf(database, "identifier"))}`,
    "RDS, which rotates it",
    readersOf(`\${aws_db_instance.${id}.master_user_secret[0].secret_arn}`, stack, roles),
  ]);
}

/** The roles of the stack that may read what has this ARN. */
function readersOf(arn: string, stack: Stack, roles: readonly Role[]): string {
  const readers = roles.filter(
    (role) =>
      role.stack === stack &&
      role.statements.some(({ Action, Resource }) => listOf(Action).includes(READS) && listOf(Resource).includes(arn)),
  );
  return readers.length === 0 ? "nobody" : readers.map(({ name }) => code(name)).join(", ");
}
