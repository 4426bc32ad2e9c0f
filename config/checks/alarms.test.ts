import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, SERVICE_FILE } from "../testing/project";

describe("who is told of alarms", () => {
  const faults = (emails: unknown) => faultsOf({ environment: { alarms: { emails } } });

  it("is nobody unless somebody is named, and the alarms are there all the same", () => {
    expect(load().environment.alarms).toEqual({ emails: [] });
  });

  it("may be several people", () => {
    expect(faults(["ops@example.com", "night+shift@mail.example.com"])).toEqual([]);
  });

  it("refuses what is no mail address", () => {
    expect(faults(["ops@example.com", "ops"])).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.alarms.emails[1]",
        given: '"ops"',
        problem: "is not a mail address",
        allowed: "an e-mail address such as ops@example.com",
        mend: 'write for example "ops@example.com"',
      },
    ]);
  });

  it("refuses an address that the topic would refuse later", () => {
    expect(faults(["night..shift@example.com"]).map(({ path }) => path)).toEqual(["$.alarms.emails[0]"]);
  });

  it("refuses an address that is there twice", () => {
    expect(faults(["ops@example.com", "ops@example.com"]).map(({ path, problem }) => [path, problem])).toEqual([
      ["$.alarms.emails[1]", 'the address "ops@example.com" is given twice, first as number 1 of the list'],
    ]);
  });

  it("refuses a key that it does not know", () => {
    expect(faultsOf({ environment: { alarms: { email: ["ops@example.com"] } } }).map(({ mend }) => mend)).toEqual([
      'did you mean "emails"?',
    ]);
  });
});

describe("how slow a service may be", () => {
  it("is a second unless the service says otherwise, and an environment may say otherwise again", () => {
    const latencyMs = (service: Record<string, unknown>, override: Record<string, unknown>) =>
      load({ service, environment: { services: { web: override } } }).services[0]?.alarms.latencyMs;
    expect(latencyMs({}, {})).toBe(1000);
    expect(latencyMs({ alarms: { latencyMs: 250 } }, {})).toBe(250);
    expect(latencyMs({ alarms: { latencyMs: 250 } }, { alarms: { latencyMs: 5000 } })).toBe(5000);
  });

  it.each([0, 60_001, 0.5])("refuses %s milliseconds", (latencyMs) => {
    expect(faultsOf({ service: { alarms: { latencyMs } } })).toMatchObject([
      {
        file: SERVICE_FILE,
        path: "$.alarms.latencyMs",
        given: String(latencyMs),
        allowed: "a whole number from 1 to 60000",
      },
    ]);
  });
});
