import { callVariables } from "../call-variables";
import { apiVariables } from "../exposure";
import { type Finding, findDuplicates, members, present, type Salvaged } from "../finding";
import { GIVEN_HIDDEN, isSecretName, isSecretText } from "../given";
import type { JsonPath } from "../json-path";
import type { Service } from "../service";

/** Variables that a task gets from the platform. */
const PLATFORM_VARIABLES: readonly string[] = [
  ...Object.values(apiVariables).sort(),
  "ENVIRONMENT",
  "HOST",
  "LAUNCH_TYPE",
  "LOAD_BALANCER_IDLE_TIMEOUT_SECONDS",
  "MAIL_CONFIGURATION_SET",
  "NODE_ENV",
  "PORT",
  "SERVICE_NAME",
  "STOP_TIMEOUT_SECONDS",
];

const PLATFORM_PREFIXES: readonly string[] = ["APP_DB_", "AWS_", "ECS_"];

/** Source: ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables", and the same for Systems Manager. */
const SECRET_ARN =
  /^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+(:[^:]*:[^:]*:[^:]*)?|ssm:[a-z0-9-]+:\d{12}:parameter\/[\w.\-/]+)$/;

/** Names and values of a task's environment, plain and secret. */
export function checkVariables(service: Salvaged<Service>): readonly Finding[] {
  const plain = Object.entries(service.environment ?? {});
  const secret = Object.entries(service.secrets ?? {});
  const called = members(service.calls).flatMap((callee) => Object.values(callVariables(callee)));
  return [
    ...plain.flatMap(([name, value]) => [
      ...checkName(["environment", name], name, called),
      ...checkPlain(name, value),
    ]),
    ...secret.flatMap(([name, value]) => [...checkName(["secrets", name], name, called), ...checkArn(name, value)]),
    ...present(service.generatedSecrets).flatMap(([index, name]) =>
      checkName(["generatedSecrets", index], name, called),
    ),
    ...findDuplicates(service.generatedSecrets, ["generatedSecrets"], "the name"),
    ...present(service.generatedSecrets).flatMap(([index, name]) => alsoGiven(service, index, name)),
    ...plain
      .filter(([name]) => service.secrets && Object.hasOwn(service.secrets, name))
      .map(([name]) => bothPlaces(name)),
  ];
}

/** A secret that the stack makes has no other value. */
function alsoGiven(service: Salvaged<Service>, index: number, name: string): readonly Finding[] {
  return (["environment", "secrets"] as const)
    .filter((block) => Object.hasOwn(service[block] ?? {}, name))
    .map((block) => ({
      at: [
        ["generatedSecrets", index],
        [block, name],
      ],
      problem: `${JSON.stringify(name)} is given in ${JSON.stringify(block)}, too`,
      allowed: "each name in one place",
      mend: `remove it from ${JSON.stringify(block)}, or from "generatedSecrets"`,
      given: JSON.stringify(name),
    }));
}

/** @param called variables that come of the service's calls */
function checkName(path: JsonPath, name: string, called: readonly string[]): readonly Finding[] {
  const at = [path] as const;
  const quoted = JSON.stringify(name);
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    return [
      {
        at,
        problem: `${quoted} is not a name for an environment variable`,
        allowed: "capital letters, digits and underscores, no digit first",
        mend: `rename it to ${JSON.stringify(toName(name))}`,
      },
    ];
  }
  const prefix = PLATFORM_PREFIXES.find((start) => name.startsWith(start));
  const taken = [...PLATFORM_VARIABLES, ...called];
  if (!prefix && !taken.includes(name)) return [];
  return [
    {
      at,
      problem: `${quoted} is set by the platform`,
      allowed: `any name but ${[...taken, ...PLATFORM_PREFIXES.map((start) => `${start}*`)].join(", ")}`,
      mend: "remove it, or give it another name",
    },
  ];
}

function toName(name: string): string {
  const letters = name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .replace(/[^A-Z0-9_]+/g, "_");
  return /^[A-Z_]/.test(letters) ? letters : `_${letters}`;
}

function checkPlain(name: string, value: string | undefined): readonly Finding[] {
  const byName = isSecretName(name);
  if (!byName && !(value !== undefined && isSecretText(value))) return [];
  return [
    {
      at: [["environment", name]],
      problem: `${JSON.stringify(name)} ${byName ? "is the name of a secret" : "holds what looks like a secret"}; plain values are readable by everybody who may see the task definition`,
      allowed: "values that may be public",
      mend: `store it in Secrets Manager or Parameter Store and move "${name}" to "secrets" with the ARN; if it is not a secret, rename it`,
      given: GIVEN_HIDDEN,
    },
  ];
}

function checkArn(name: string, value: string | undefined): readonly Finding[] {
  if (value === undefined || SECRET_ARN.test(value)) return [];
  return [
    {
      at: [["secrets", name]],
      problem: "is not the ARN of a secret or parameter",
      allowed:
        "arn:aws:secretsmanager:<region>:<account>:secret:<name> or arn:aws:ssm:<region>:<account>:parameter/<name>",
      mend: "store the value in Secrets Manager or Parameter Store and write its ARN here",
      given: GIVEN_HIDDEN,
    },
  ];
}

function bothPlaces(name: string): Finding {
  const at: readonly [JsonPath, JsonPath] = [
    ["environment", name],
    ["secrets", name],
  ];
  return {
    at,
    problem: `${JSON.stringify(name)} is given in "environment" and in "secrets"`,
    allowed: "each name in one of the two",
    mend: 'remove it from "environment"',
    given: GIVEN_HIDDEN,
  };
}
