import { deploymentUnit } from "../deployment-unit";
import type { EnvironmentFile } from "../environment";
import { type Finding, present, type Salvaged } from "../finding";
import type { JsonPath } from "../json-path";
import { loadBalancerOf } from "../load-balancer-number";
import {
  ENVIRONMENT_NAME_RULES,
  type NameRule,
  type NameUse,
  SCHEDULED_ACTION_NAME_RULE,
  SERVICE_NAME_RULES,
  SYSTEM_NAME_RULES,
} from "../name-rules";
import { environmentNames, loadBalancerNames, serviceNames, systemNames } from "../names";
import type { Service } from "../service";
import { API_SYSTEM } from "../systems";

const NAME_FORM = /^[a-z](-?[a-z0-9])*$/;
const NAME_FORM_IN_WORDS = "lower-case letters, digits and single hyphens, a letter first, no hyphen last";

/**
 * The names that a service gives: their form, and everything that is derived from them against AWS's limits.
 *
 * @param environmentName the environment's name, which is part of most names; undefined when there is no such environment
 * @param folder name of the folder that holds the service
 */
export function checkServiceNames(
  service: Salvaged<Service>,
  environmentName: string | undefined,
  folder: string,
): readonly Finding[] {
  const { name, system, group } = service;
  const wrong = [
    ...(name === undefined ? [] : checkForm(name, "name")),
    ...(system === undefined ? [] : checkForm(system, "system")),
    ...(group === undefined ? [] : checkForm(group, "group")),
  ];
  const schedules = present(service.scaling?.schedules).flatMap(([index, schedule]) =>
    schedule.name === undefined ? [] : checkScheduleName(schedule.name, name ?? "", index),
  );
  const moved = name === undefined || name === folder ? [] : [inOtherFolder(name, folder)];
  const told = [...wrong, ...schedules, ...moved];
  if (wrong.length > 0 || name === undefined || system === undefined || environmentName === undefined) return told;
  const unit = deploymentUnit({ system, group });
  const ofUnit = {
    ...systemNames(unit, environmentName),
    // The service's own load balancer has the longest of such names, if it is not the first.
    ...loadBalancerNames(unit, environmentName, loadBalancerOf(service)),
  };
  const longer = group !== undefined && group.length > system.length ? GROUP : SYSTEM;
  const longest = Math.max(system.length, group?.length ?? 0);
  return [
    ...told,
    ...checkRules(usedBy(service, SYSTEM_NAME_RULES), ofUnit, () => longer),
    ...checkRules(
      usedBy(service, SERVICE_NAME_RULES),
      serviceNames({ system, group, name }, environmentName),
      (made) => (longest > name.length && made.includes(unit) ? longer : NAME),
    ),
  ];
}

/** The rules of the names that a service of this kind makes. */
function usedBy<Key extends string>(
  { database, deployment, calls, pipeline, expose }: Salvaged<Service>,
  rules: Readonly<Record<Key, NameRule>>,
): Partial<Readonly<Record<Key, NameRule>>> {
  const uses: Readonly<Record<NameUse, boolean>> = {
    database: database !== undefined,
    migrations: database?.migrations === true,
    "blue/green": deployment?.controller === "CODE_DEPLOY",
    calls: (calls?.length ?? 0) > 0,
    pipeline: pipeline === true,
    // Named after the API's own system, in each environment that has one.
    api: false,
    github: expose === "api",
  };
  return onlyUsed(rules, (use) => uses[use]);
}

function onlyUsed<Key extends string>(
  rules: Readonly<Record<Key, NameRule>>,
  isUsed: (use: NameUse) => boolean,
): Partial<Readonly<Record<Key, NameRule>>> {
  const used = (Object.entries(rules) as [Key, NameRule][]).filter(
    ([, rule]) => rule.of === undefined || isUsed(rule.of),
  );
  return Object.fromEntries(used) as Partial<Record<Key, NameRule>>;
}

/** The name of an environment is the base name of its file, and part of most names of AWS. */
export function checkEnvironmentName(
  name: string,
  { pipelines, api }: Salvaged<EnvironmentFile> = {},
): readonly Finding[] {
  if (!NAME_FORM.test(name)) {
    return [
      {
        at: [[]],
        problem: `the file is called ${JSON.stringify(name)}, which is not a name for an environment`,
        allowed: NAME_FORM_IN_WORDS,
        mend: "rename the file",
        given: JSON.stringify(name),
      },
    ];
  }
  const uses = { github: pipelines?.github !== undefined, api: api !== undefined };
  const isUsed = (use: NameUse) => (use === "github" || use === "api") && uses[use];
  const cause = { at: [], what: "the file's name", given: JSON.stringify(name) };
  const ofApi = api && onlyUsed(SYSTEM_NAME_RULES, (use) => use === "api");
  return [
    ...checkRules(onlyUsed(ENVIRONMENT_NAME_RULES, isUsed), environmentNames(name), () => cause),
    ...(ofApi ? checkRules(ofApi, systemNames(API_SYSTEM, name), () => cause) : []),
  ];
}

function checkForm(name: string, field: "name" | "system" | "group"): readonly Finding[] {
  return NAME_FORM.test(name) ? [] : [misshapen(name, [field])];
}

function checkScheduleName(schedule: string, service: string, index: number): readonly Finding[] {
  const at = ["scaling", "schedules", index, "name"];
  if (!NAME_FORM.test(schedule)) return [misshapen(schedule, at)];
  return checkLength(SCHEDULED_ACTION_NAME_RULE, `${service}-${schedule}`, { at, what: '"name"' });
}

function misshapen(name: string, at: JsonPath): Finding {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "");
  return {
    at: [at],
    problem: "is not a name",
    allowed: NAME_FORM_IN_WORDS,
    mend: `write for example ${JSON.stringify(words || "service-a")}`,
  };
}

function inOtherFolder(name: string, folder: string): Finding {
  return {
    at: [["name"]],
    problem: `the service is called ${JSON.stringify(name)}, its folder ${JSON.stringify(folder)}`,
    allowed: JSON.stringify(folder),
    mend: `write ${JSON.stringify(folder)}, or rename the folder to ${JSON.stringify(name)}`,
  };
}

/** What makes up most of a name that AWS would refuse, and so has to change. */
interface Cause {
  readonly at: JsonPath;
  /** In words, for the end of a sentence. */
  readonly what: string;
  /** Printed as the value given. @default - the value */
  readonly given?: string;
}

const SYSTEM: Cause = { at: ["system"], what: '"system"' };
const GROUP: Cause = { at: ["group"], what: '"group"' };
const NAME: Cause = { at: ["name"], what: '"name"' };

/**
 * One finding for each name that AWS would refuse.
 * @param causeOf what makes up most of a name
 */
function checkRules<Key extends string>(
  rules: Partial<Readonly<Record<Key, NameRule>>>,
  names: Readonly<Record<NoInfer<Key>, string>>,
  causeOf: (name: string) => Cause,
): readonly Finding[] {
  return (Object.entries(rules) as [Key, NameRule][]).flatMap(([key, rule]) => [
    ...checkLength(rule, names[key], causeOf(names[key])),
    ...checkBeginning(rule, names[key]),
  ]);
}

function checkLength({ label, max }: NameRule, name: string, { at, what, given }: Cause): readonly Finding[] {
  if (name.length <= max) return [];
  return [
    {
      at: [at],
      problem: `the name of ${label} would be ${JSON.stringify(name)}, ${name.length} characters`,
      allowed: `${max} characters at most`,
      mend: `make ${what} shorter by ${name.length - max}`,
      ...(given !== undefined && { given }),
    },
  ];
}

/** Every name begins with the system's. */
function checkBeginning({ label, reserved }: NameRule, name: string): readonly Finding[] {
  const start = reserved?.find((beginning) => name.startsWith(beginning));
  if (start === undefined) return [];
  return [
    {
      at: [SYSTEM.at],
      problem: `the name of ${label} would be ${JSON.stringify(name)}; AWS keeps names that start with ${JSON.stringify(start)} for itself`,
      allowed: "another beginning",
      mend: `give ${SYSTEM.what} another name`,
    },
  ];
}
