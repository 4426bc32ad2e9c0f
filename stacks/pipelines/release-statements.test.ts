import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import type { Service } from "../../config/service";
import type { PolicyStatement } from "../../modules/iam/policy";
import { deployStatements, pushStatements, type ReleasedService, smokeStatements } from "./release-statements";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const { services } = loadProject({ root: process.cwd(), environment: "local" });

function place(name: string, change: Partial<Service> = {}): ReleasedService {
  const service = services.find((one) => one.name === name);
  if (!service) throw new Error(`there is no ${name}`);
  return { service: { ...service, ...change }, environment: "local", location };
}

const userManagement = place("user-management");

/** Has whatever a service can have that is released: blue/green, with migrations, a secret and a parameter. */
const employee = place("employee", {
  secrets: {
    TOKEN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared/token-AbCdEf:key::",
    LEVEL: "arn:aws:ssm:eu-west-1:123456789012:parameter/shared/level",
  },
});

const actionsOf = (statements: readonly PolicyStatement[]) =>
  [...new Set(statements.flatMap(({ Action }) => Action))].sort();

/** The actions of the table in jenkins/README.md, without the asterisks of those that may be missing. */
function tableOfReadme(): readonly { readonly actions: readonly string[]; readonly resource: string }[] {
  const [, section = ""] = readFileSync("jenkins/README.md", "utf8").split("## What whoever releases is allowed");
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) => {
    const [, actions = "", resource = ""] = row.split("|");
    const named = [...actions.matchAll(/`([a-z]+:[A-Za-z]+)`/g)].map(([, action = ""]) => action);
    return { actions: named.filter((action) => action !== "iam:PassedToService"), resource: resource.trim() };
  });
}

/** Of those, `files --commit` is no command of these pipelines. */
const TABLE = tableOfReadme();
const ROWS = TABLE.filter(({ actions }) => !actions.some((action) => action.startsWith("codecommit:")));

const find = (statements: readonly PolicyStatement[], sid: string) => statements.find(({ Sid }) => Sid === sid);
const deploy = deployStatements(userManagement);

describe("what the projects of a pipeline are allowed", () => {
  it("is together what jenkins/README.md says that whoever releases needs, no more and no less", () => {
    expect(TABLE.length - ROWS.length).toBe(1);
    const all = [pushStatements([employee]), deployStatements(employee), smokeStatements(employee)];
    expect(actionsOf(all.flat())).toEqual([...new Set(ROWS.flatMap(({ actions }) => actions))].sort());
  });

  it("is on every resource where the table says so, and nowhere else", () => {
    const wide = [deployStatements(employee), pushStatements([employee]), smokeStatements(employee)]
      .flat()
      .filter(({ Resource, Condition }) => Resource === "*" && !Condition);
    const told = ROWS.filter(({ resource }) => resource.startsWith("`*`")).flatMap(({ actions }) => actions);
    expect(actionsOf(wide)).toEqual(told.sort());
  });

  it("names each action: none with a wildcard", () => {
    const all = [deployStatements(employee), pushStatements([employee]), smokeStatements(employee)].flat();
    expect(actionsOf(all).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("is of the environment alone: no other's name is in it", () => {
    const production = { ...userManagement, environment: "local-prod" };
    const arns = deployStatements(production)
      .flatMap(({ Resource }) => Resource)
      .filter((arn) => arn.includes("user-"));
    expect(arns.length).toBeGreaterThan(10);
    for (const arn of arns) expect(arn).toMatch(/user-notifications[-/]local-prod/);
  });
});

describe("the table of jenkins/README.md", () => {
  it("has each call that the release program makes", () => {
    const files = readdirSync("jenkins/release", { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing/"),
    );
    const sources = files.map((file) => readFileSync(join("jenkins/release", file), "utf8"));
    const calls = sources.flatMap((text) => text.match(/(?<=")[a-z]+:[A-Z][A-Za-z]+(?=")/g) ?? []);
    expect(new Set(calls).size).toBeGreaterThan(30);
    const named = new Set(TABLE.flatMap(({ actions }) => actions));
    expect(calls.filter((call) => !named.has(call))).toEqual([]);
  });
});

describe("whoever deploys", () => {
  it("deploys one service", () => {
    const ecs = "arn:aws:ecs:eu-west-1:123456789012";
    expect(find(deploy, "UpdateService")?.Resource).toEqual([
      `${ecs}:service/user-notifications-local/user-management`,
      `${ecs}:service-deployment/user-notifications-local/user-management/*`,
      `${ecs}:service-revision/user-notifications-local/user-management/*`,
    ]);
    expect(find(deploy, "ListTasks")).toMatchObject({
      Resource: "*",
      Condition: { ArnEquals: { "ecs:cluster": `${ecs}:cluster/user-notifications-local` } },
    });
    expect(find(deploy, "DescribeTasks")?.Resource).toBe(`${ecs}:task/user-notifications-local/*`);
  });

  it("passes the roles of that service's tasks, to tasks alone", () => {
    const role = "arn:aws:iam::123456789012:role/user-notifications-local-user-management";
    const roles = [`${role}-execution`, `${role}-task`, `${role}-database-execution`];
    expect(find(deploy, "PassRolesToTasks")).toMatchObject({
      Action: ["iam:PassRole"],
      Resource: roles,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
    expect(find(deploy, "ReadRoles")?.Resource).toEqual(roles);
  });

  it("registers and runs the families of that service, from the revisions that are published for it", () => {
    const family = "arn:aws:ecs:eu-west-1:123456789012:task-definition/user-notifications-local-user-management";
    const migrations = [`${family}-migrate`, `${family}-migrate:*`];
    expect(find(deploy, "RegisterRevision")?.Resource).toEqual([family, `${family}:*`, ...migrations]);
    expect(find(deploy, "RunMigrations")).toMatchObject({
      Resource: migrations,
      Condition: {
        ArnEquals: { "ecs:cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/user-notifications-local" },
      },
    });
    const parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/user-notifications/local/user-management";
    expect(find(deploy, "ReadRevisions")?.Resource).toEqual([
      `${parameter}/task-definition`,
      `${parameter}/migrate-task-definition`,
    ]);
  });

  it("finds the secrets of that service, and reads no value", () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:user-notifications/local";
    expect(find(deploy, "FindSecrets")).toMatchObject({
      Action: ["secretsmanager:DescribeSecret"],
      Resource: [`${secret}/user-management/*`, `${secret}/migrator/database-*`],
    });
    expect(actionsOf(deploy).filter((action) => /GetSecretValue|Put|Delete/.test(action))).toEqual([]);
  });

  it("finds the secrets and parameters that service.json names, without the keys in them", () => {
    const statements = deployStatements(employee);
    expect(find(statements, "FindSecrets")?.Resource).toContain(
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared/token-AbCdEf",
    );
    expect(find(statements, "FindParameters")?.Resource).toEqual([
      "arn:aws:ssm:eu-west-1:123456789012:parameter/shared/level",
    ]);
    expect(find(deploy, "FindParameters")).toBeUndefined();
  });

  it("pushes no image", () => {
    expect(actionsOf(deploy).filter((action) => /^ecr:(Put|Upload|Initiate|Complete)/.test(action))).toEqual([]);
  });

  it("runs nothing for a service without migrations, and deploys blue/green one that is", () => {
    const notification = deployStatements(place("notification"));
    expect(find(notification, "RunMigrations")).toBeUndefined();
    expect(JSON.stringify(notification)).not.toMatch(/migrat|database-execution/);
    expect(find(deploy, "DeployBlueGreen")).toBeUndefined();
    expect(find(deployStatements(employee), "DeployBlueGreen")?.Resource).toBe(
      "arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:coffee-suppliers-local/employee",
    );
  });
});

describe("whoever builds", () => {
  it("pushes to the repositories of both environments alone", () => {
    const production = { ...userManagement, environment: "local-prod" };
    const repository = "arn:aws:ecr:eu-west-1:123456789012:repository/user-notifications";
    expect(find(pushStatements([userManagement, production]), "PushImages")?.Resource).toEqual([
      `${repository}-local/user-management`,
      `${repository}-local-prod/user-management`,
    ]);
  });
});

describe("whoever checks", () => {
  it("changes nothing", () => {
    const actions = actionsOf(smokeStatements(userManagement));
    expect(actions.filter((action) => !/:Describe/.test(action))).toEqual([]);
  });
});
