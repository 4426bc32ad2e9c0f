import { REPLICAS } from "../../modules/aws/limits";
import { explainSchedule, isTimezone } from "../../modules/aws/schedule-expression";
import { type Finding, findDuplicates, present, type Salvaged } from "../finding";
import type { JsonPath } from "../json-path";
import type { Service } from "../service";

/** min <= desired <= max, and room for a task. */
export function checkReplicas({ replicas }: Salvaged<Service>): readonly Finding[] {
  const { desired, min, max } = replicas ?? {};
  const none: Finding = {
    at: [["replicas", "max"]],
    problem: "no task may ever run",
    allowed: `a whole number from 1 to ${REPLICAS.max}`,
    mend: "write 1 or more",
  };
  return [
    ...order(["replicas"], "min", min, "desired", desired),
    ...order(["replicas"], "desired", desired, "max", max),
    // With all three given, the two comparisons above have said it already.
    ...(desired === undefined ? order(["replicas"], "min", min, "max", max) : []),
    ...(max === 0 ? [none] : []),
  ];
}

/** That something takes tasks away again. */
export function checkScaleIn({ replicas, scaling = {} }: Salvaged<Service>): readonly Finding[] {
  const { memoryScaleIn, memoryPercent, cpuPercent, requestsPerTarget } = scaling;
  const onlyMemory = memoryPercent !== false && cpuPercent === false && requestsPerTarget === undefined;
  const fixed = replicas?.min !== undefined && replicas.min === replicas.max;
  if (memoryScaleIn !== false || !onlyMemory || fixed) return [];
  return [
    {
      at: [
        ["scaling", "memoryScaleIn"],
        ["scaling", "cpuPercent"],
      ],
      problem: "memory adds tasks, and no policy takes them away",
      allowed: 'false where "cpuPercent" or "requestsPerTarget" is a number',
      mend: 'write "memoryScaleIn": true, or scale on another metric besides',
    },
  ];
}

/** Changes of the number of tasks at given times. */
export function checkSchedules({ scaling }: Salvaged<Service>): readonly Finding[] {
  const path = ["scaling", "schedules"];
  const schedules = present(scaling?.schedules);
  const names = (scaling?.schedules ?? []).map((schedule) => schedule?.name);
  return [
    ...findDuplicates(names, path, "the name").map(toNamePath),
    ...schedules.flatMap(([index, schedule]) => [
      ...order([...path, index], "min", schedule.min, "max", schedule.max),
      ...checkExpression(schedule.schedule, [...path, index, "schedule"]),
      ...checkTimezone(schedule.timezone, [...path, index, "timezone"]),
    ]),
  ];
}

function toNamePath(finding: Finding): Finding {
  return { ...finding, at: [[...finding.at[0], "name"]] };
}

function order(
  path: JsonPath,
  lowName: string,
  low: number | undefined,
  highName: string,
  high: number | undefined,
): readonly Finding[] {
  if (low === undefined || high === undefined || low <= high) return [];
  return [
    {
      at: [
        [...path, lowName],
        [...path, highName],
      ],
      problem: `"${lowName}" (${low}) is more than "${highName}" (${high})`,
      allowed: `"${lowName}" up to "${highName}"`,
      mend: `lower "${lowName}" to ${high}, or raise "${highName}" to ${low}`,
    },
  ];
}

function checkExpression(expression: string | undefined, at: JsonPath): readonly Finding[] {
  const problem = expression === undefined ? undefined : explainSchedule(expression);
  if (problem === undefined) return [];
  return [
    {
      at: [at],
      problem,
      allowed: "cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)",
      mend: 'write for example "cron(0 22 * * ? *)" for every day at 22:00',
    },
  ];
}

function checkTimezone(timezone: string | undefined, at: JsonPath): readonly Finding[] {
  if (timezone === undefined || isTimezone(timezone)) return [];
  return [
    {
      at: [at],
      problem: "is not a time zone that is known",
      allowed: 'an IANA name such as "Europe/Paris", or "UTC"',
      mend: 'write the name as the IANA time zone database does, or "UTC"',
    },
  ];
}
