import { describe, expect, it } from "vitest";
import { innerPortsTable, publicPortsTable } from "./ports";
import { rolesTable } from "./roles";
import { secretsTable } from "./secrets";
import { withTables } from "./security-page";
import { type Stack, stackOf } from "./stacks";

const allow = (Action: string[], Resource: string | string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** As Terraform writes it. */
const reference = (to: string) => `\${${to}}`;

const PARTITION = reference("data.aws_partition.P.partition");
const ACCOUNT = reference("data.aws_caller_identity.C.account_id");

const SHOP: Stack = stackOf(
  "shop",
  JSON.stringify({
    resource: {
      aws_security_group: { Lb_1: { name_prefix: "shop-lb-" }, Task_2: { name_prefix: "shop-task-" } },
      aws_vpc_security_group_ingress_rule: {
        a: {
          cidr_ipv4: "0.0.0.0/0",
          from_port: 443,
          to_port: 443,
          security_group_id: reference("aws_security_group.Lb_1.id"),
        },
        b: {
          referenced_security_group_id: reference("aws_security_group.Lb_1.id"),
          from_port: 32768,
          to_port: 65535,
          security_group_id: reference("aws_security_group.Task_2.id"),
        },
      },
      aws_cognito_user_pool_domain: { d: { domain: "shop" } },
      aws_db_instance: { Db_3: { identifier: "shop-db" } },
      aws_secretsmanager_secret: { Key_4: { name: "shop/key", description: "key of cookies" } },
      aws_iam_role: {
        Run_5: {
          name: "shop-run",
          assume_role_policy: JSON.stringify({
            Statement: [
              { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          }),
        },
        Idle_6: {
          name: "shop-idle",
          assume_role_policy: JSON.stringify({
            Statement: [{ Effect: "Allow", Principal: { Service: ["ec2.amazonaws.com"] }, Action: "sts:AssumeRole" }],
          }),
        },
      },
      aws_iam_role_policy: {
        p: {
          role: reference("aws_iam_role.Run_5.name"),
          policy: JSON.stringify({
            Statement: [
              allow(
                ["secretsmanager:GetSecretValue"],
                [
                  reference("aws_secretsmanager_secret.Key_4.arn"),
                  reference("aws_db_instance.Db_3.master_user_secret[0].secret_arn"),
                ],
              ),
              allow(
                ["ecr:BatchGetImage"],
                reference("data.terraform_remote_state.x.outputs.cross-stack-output-aws_ecr_repositoryRepo_7arn"),
              ),
              allow(["ecs:Poll"], `arn:${PARTITION}:ecs:us-east-1:${ACCOUNT}:task/shop/*`, {
                ArnEquals: { "ecs:cluster": `arn:${PARTITION}:ecs:us-east-1:1:cluster/shop` },
                Bool: { "aws:SecureTransport": "true" },
              }),
              allow(["ecr:GetAuthorizationToken"], "*"),
            ],
          }),
        },
      },
    },
  }),
);
const REGISTRY = stackOf(
  "registry",
  JSON.stringify({ resource: { aws_ecr_repository: { Repo_7: { name: "shop/cart" } } } }),
);
const STACKS = [REGISTRY, SHOP];
const rowsOf = (table: string) => table.split("\n").slice(2);

describe("the tables of the security page", () => {
  it("tell ports that blocks of addresses may reach, and hosts of AWS's own", () => {
    expect(rowsOf(publicPortsTable(STACKS))).toEqual([
      "| `shop` | security group shop-lb | 443 | `0.0.0.0/0` (everybody) |",
      "| `shop` | sign-in pages shop | 443 | everybody; they want a password |",
    ]);
  });

  it("tell ports that security groups may reach apart", () => {
    expect(rowsOf(innerPortsTable(STACKS))).toEqual([
      "| `shop` | security group shop-task | 32768 to 65535 | security group shop-lb |",
    ]);
  });

  it("tell every role with what it may do, by names, those of other stacks too", () => {
    expect(rowsOf(rolesTable(STACKS))).toEqual([
      "| `shop-idle` | `ec2.amazonaws.com` | nothing |",
      "| `shop-run` | `ecs-tasks.amazonaws.com` | " +
        "`secretsmanager:GetSecretValue` on secret shop/key, master password of db instance shop-db<br>" +
        "`ecr:BatchGetImage` on ecr repository shop/cart<br>" +
        "`ecs:Poll` on ecs task/shop/*, if `ecs:cluster` is arn:aws:ecs:us-east-1:1:cluster/shop and `aws:SecureTransport` Bool true<br>" +
        "`ecr:GetAuthorizationToken` on anything |",
    ]);
  });

  it("tell every secret with who reads it", () => {
    expect(rowsOf(secretsTable(STACKS))).toEqual([
      "| `shop/key` | key of cookies | Secrets Manager, while Terraform applies | `shop-run` |",
      "| named by RDS | master password of the database `shop-db` | RDS, which rotates it | `shop-run` |",
    ]);
    const unread = stackOf("s", JSON.stringify({ resource: { aws_secretsmanager_secret: { k: { name: "k" } } } }));
    expect(secretsTable([unread])).toContain("| nobody |");
  });
});

describe("the security page", () => {
  const places = ["public ports", "inner ports", "roles", "secrets"];
  const empty = places
    .map((name) => `## ${name}\n\n<!-- npm run docs: ${name} -->\n<!-- end of ${name} -->\n`)
    .join("\n");

  it("gets its tables in their places, and the same again the next time", () => {
    const once = withTables(empty, STACKS);
    expect(once).toContain("<!-- npm run docs: secrets -->\n\n| secret |");
    expect(withTables(once, STACKS)).toBe(once);
  });

  it("has to have a place for each", () => {
    expect(() => withTables(empty.replace("npm run docs: roles", ""), STACKS)).toThrow(
      "docs/security.md has no place for the table of roles: <!-- npm run docs: roles --> ... <!-- end of roles -->",
    );
  });
});
