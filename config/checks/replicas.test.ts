import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, SERVICE_FILE } from "../testing/project";

describe("replicas and schedules", () => {
  it("refuses fewer desired tasks than the fewest", () => {
    expect(faultsOf({ service: { replicas: { desired: 1, min: 2, max: 3 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.replicas.min",
        given: "2",
        problem: '"min" (2) is more than "desired" (1)',
        allowed: '"min" up to "desired"',
        mend: 'lower "min" to 1, or raise "desired" to 2',
      },
    ]);
  });

  it("refuses more desired tasks than the most", () => {
    expect(faultsOf({ service: { replicas: { desired: 4, min: 1, max: 3 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.replicas.desired",
        given: "4",
        problem: '"desired" (4) is more than "max" (3)',
        allowed: '"desired" up to "max"',
        mend: 'lower "desired" to 3, or raise "max" to 4',
      },
    ]);
  });

  it("refuses more tasks at least than at most, whatever is desired", () => {
    expect(faultsOf({ service: { replicas: { desired: "2", min: 4, max: 3 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.replicas.desired",
        given: '"2"',
        problem: "is a text",
        allowed: "a whole number from 0 to 5000",
        mend: "write the number without quotes",
      },
      {
        file: SERVICE_FILE,
        path: "$.replicas.min",
        given: "4",
        problem: '"min" (4) is more than "max" (3)',
        allowed: '"min" up to "max"',
        mend: 'lower "min" to 3, or raise "max" to 4',
      },
    ]);
  });

  it("refuses no tasks at most", () => {
    expect(faultsOf({ service: { replicas: { desired: 0, min: 0, max: 0 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.replicas.max",
        given: "0",
        problem: "no task may ever run",
        allowed: "a whole number from 1 to 5000",
        mend: "write 1 or more",
      },
    ]);
  });

  it("refuses a negative number of tasks", () => {
    expect(faultsOf({ service: { replicas: { min: -1 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.replicas.min",
        given: "-1",
        problem: "is less than 0",
        allowed: "a whole number from 0 to 5000",
        mend: "write a whole number from 0 to 5000",
      },
    ]);
  });

  it("refuses an override that contradicts service.json, where the override stands", () => {
    expect(faultsOf({ environment: { services: { web: { replicas: { max: 1 } } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.services.web.replicas.max",
        given: "1",
        problem: '"desired" (2) is more than "max" (1)',
        allowed: '"desired" up to "max"',
        mend: 'lower "desired" to 1, or raise "max" to 2',
      },
    ]);
  });

  it("refuses a CPU target of 0 percent", () => {
    expect(faultsOf({ service: { scaling: { cpuPercent: 0 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.cpuPercent",
        given: "0",
        problem: "is less than 1",
        allowed: "a whole number from 1 to 100, or false",
        mend: "write a whole number from 1 to 100, or false",
      },
    ]);
  });

  it("refuses that nothing takes tasks away", () => {
    expect(faultsOf({ service: { scaling: { memoryScaleIn: false, cpuPercent: false } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.memoryScaleIn",
        given: "false",
        problem: "memory adds tasks, and no policy takes them away",
        allowed: 'false where "cpuPercent" or "requestsPerTarget" is a number',
        mend: 'write "memoryScaleIn": true, or scale on another metric besides',
      },
    ]);
  });

  it.each([
    ["processor", {}],
    ["requests", { cpuPercent: false, requestsPerTarget: 1000 }],
    ["no metric at all", { cpuPercent: false, memoryPercent: false }],
  ])("lets memory only add tasks beside a policy on %s", (_name, scaling) => {
    expect(faultsOf({ service: { scaling: { memoryScaleIn: false, ...scaling } } })).toEqual([]);
  });

  it("refuses a memory target of 101 percent", () => {
    expect(faultsOf({ service: { scaling: { memoryPercent: 101 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.memoryPercent",
        given: "101",
        problem: "is more than 100",
        allowed: "a whole number from 1 to 100, or false",
        mend: "write a whole number from 1 to 100, or false",
      },
    ]);
  });

  it("refuses true as a target", () => {
    expect(faultsOf({ service: { scaling: { cpuPercent: true } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.cpuPercent",
        given: "true",
        problem: "is a boolean",
        allowed: "a whole number from 1 to 100, or false",
        mend: "write a whole number from 1 to 100, or false",
      },
    ]);
  });

  it("refuses a negative cooldown", () => {
    expect(faultsOf({ service: { scaling: { scaleOutCooldownSeconds: -1 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.scaleOutCooldownSeconds",
        given: "-1",
        problem: "is less than 0",
        allowed: "a whole number from 0 to 86400",
        mend: "write a whole number from 0 to 86400",
      },
    ]);
  });

  it("refuses no requests per target", () => {
    expect(faultsOf({ service: { scaling: { requestsPerTarget: 0 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.requestsPerTarget",
        given: "0",
        problem: "is less than 1",
        allowed: "a whole number from 1 to 10000000",
        mend: "write a whole number from 1 to 10000000",
      },
    ]);
  });

  it("refuses a schedule of fewer most than fewest tasks", () => {
    expect(
      faultsOf({ service: { scaling: { schedules: [{ name: "night", schedule: "rate(1 day)", min: 2, max: 1 }] } } }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[0].min",
        given: "2",
        problem: '"min" (2) is more than "max" (1)',
        allowed: '"min" up to "max"',
        mend: 'lower "min" to 1, or raise "max" to 2',
      },
    ]);
  });

  it("refuses two schedules of one name", () => {
    expect(
      faultsOf({
        service: {
          scaling: {
            schedules: [
              { name: "night", schedule: "rate(1 day)", min: 1, max: 1 },
              { name: "night", schedule: "rate(2 days)", min: 1, max: 1 },
            ],
          },
        },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[1].name",
        given: '"night"',
        problem: 'the name "night" is given twice, first as number 1 of the list',
        allowed: "each once",
        mend: "remove one of the two",
      },
    ]);
  });

  it("refuses a schedule's name in capital letters", () => {
    expect(
      faultsOf({
        service: { scaling: { schedules: [{ name: "Night Shift", schedule: "rate(1 day)", min: 1, max: 1 }] } },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[0].name",
        given: '"Night Shift"',
        problem: "is not a name",
        allowed: "lower-case letters, digits and single hyphens, a letter first, no hyphen last",
        mend: 'write for example "night-shift"',
      },
    ]);
  });

  it("refuses a schedule in the form of Unix cron", () => {
    expect(
      faultsOf({ service: { scaling: { schedules: [{ name: "night", schedule: "0 22 * * *", min: 1, max: 1 }] } } }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[0].schedule",
        given: '"0 22 * * *"',
        problem: "is none of cron(...), rate(...) and at(...)",
        allowed: "cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)",
        mend: 'write for example "cron(0 22 * * ? *)" for every day at 22:00',
      },
    ]);
  });

  it("refuses a time zone that nobody knows", () => {
    expect(
      faultsOf({
        service: {
          scaling: {
            schedules: [{ name: "night", schedule: "rate(1 day)", timezone: "Europe/Pariss", min: 1, max: 1 }],
          },
        },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[0].timezone",
        given: '"Europe/Pariss"',
        problem: "is not a time zone that is known",
        allowed: 'an IANA name such as "Europe/Paris", or "UTC"',
        mend: 'write the name as the IANA time zone database does, or "UTC"',
      },
    ]);
  });

  it("refuses an offset as a time zone", () => {
    expect(
      faultsOf({
        service: {
          scaling: { schedules: [{ name: "night", schedule: "rate(1 day)", timezone: "+01:00", min: 1, max: 1 }] },
        },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scaling.schedules[0].timezone",
        given: '"+01:00"',
        problem: "is not a time zone that is known",
        allowed: 'an IANA name such as "Europe/Paris", or "UTC"',
        mend: 'write the name as the IANA time zone database does, or "UTC"',
      },
    ]);
  });
});
