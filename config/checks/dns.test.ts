import { describe, expect, it } from "vitest";
import { API, ENVIRONMENT_FILE, EXPOSED, faultsOf, load } from "../testing/project";

describe("the public name", () => {
  it("refuses a hosted zone without record names", () => {
    expect(faultsOf({ environment: { dns: { hostedZone: "example.com", tls: true } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames",
        given: "nothing",
        problem: "a hosted zone without record names",
        allowed: 'an object of systems and names, such as {"jenkins-ecs": "app"} for app.example.com',
        mend: 'add "recordNames": an object of systems and names, such as {"jenkins-ecs": "app"} for app.example.com',
      },
    ]);
  });

  it("refuses record names without a hosted zone", () => {
    expect(faultsOf({ environment: { dns: { recordNames: { shop: "app" }, tls: true } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.hostedZone",
        given: "nothing",
        problem: "record names without a hosted zone",
        allowed: 'the name of a public hosted zone, such as "example.com"',
        mend: 'add "hostedZone": the name of a public hosted zone, such as "example.com"',
      },
    ]);
  });

  it("refuses an empty record name", () => {
    expect(
      faultsOf({ environment: { dns: { hostedZone: "example.com", recordNames: { shop: "" }, tls: true } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        given: '""',
        problem: "is empty",
        allowed: 'a name within the zone, such as "app" for app.example.com',
        mend: 'write a name within the zone, such as "app" for app.example.com',
      },
    ]);
  });

  it("refuses a hosted zone with a dot at its end", () => {
    expect(
      faultsOf({ environment: { dns: { hostedZone: "example.com.", recordNames: { shop: "app" }, tls: true } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.hostedZone",
        given: '"example.com."',
        problem: "is not the name of a hosted zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots, no dot at the end",
        mend: 'write "example.com"',
      },
    ]);
  });

  it("refuses a hosted zone that is a URL", () => {
    expect(
      faultsOf({
        environment: { dns: { hostedZone: "https://Example.com/", recordNames: { shop: "app" }, tls: true } },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.hostedZone",
        given: '"https://Example.com/"',
        problem: "is not the name of a hosted zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots, no dot at the end",
        mend: 'write "example.com"',
      },
    ]);
  });

  it("refuses a hosted zone of one label", () => {
    expect(
      faultsOf({ environment: { dns: { hostedZone: "localhost", recordNames: { shop: "app" }, tls: false } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.hostedZone",
        given: '"localhost"',
        problem: "is not the name of a hosted zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots, no dot at the end",
        mend: 'write "example.com", the name as Route 53 shows it',
      },
    ]);
  });

  it("refuses a record name that repeats the zone", () => {
    expect(
      faultsOf({
        environment: { dns: { hostedZone: "example.com", recordNames: { shop: "app.example.com" }, tls: true } },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        given: '"app.example.com"',
        problem: "repeats the hosted zone: the record would be app.example.com.example.com",
        allowed: "the name within the zone",
        mend: 'write "app"',
      },
    ]);
  });

  it("refuses a record name with a space", () => {
    expect(
      faultsOf({ environment: { dns: { hostedZone: "example.com", recordNames: { shop: "my app" }, tls: true } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        given: '"my app"',
        problem: "is not a name within the zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots",
        mend: 'write for example "app"',
      },
    ]);
  });

  it("refuses a label of over 63 characters", () => {
    expect(
      faultsOf({
        environment: { dns: { hostedZone: "example.com", recordNames: { shop: "a".repeat(64) }, tls: false } },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        given: '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        problem: "is not a name within the zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots",
        mend: 'write for example "app"',
      },
    ]);
  });

  it("refuses a name that is too long for a certificate", () => {
    expect(
      faultsOf({
        environment: { dns: { hostedZone: "example.com", recordNames: { shop: "a".repeat(53) }, tls: true } },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        given: '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        problem: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com has 65 characters",
        allowed: "64 characters at most, which is what a certificate's first name may have",
        mend: "shorten it by 1",
      },
    ]);
  });

  it.each([
    ["http", []],
    ["rest", [`${"a".repeat(52)}-origin.example.com has 71 characters`]],
  ])("counts, with an API of type %s, what the load balancer's name takes besides", (type, problems) => {
    const dns = { hostedZone: "example.com", recordNames: { shop: "app", "public-api": "a".repeat(52) }, tls: true };
    const faults = faultsOf({ service: EXPOSED, environment: { api: { ...API, type }, dns } });
    expect(faults.map(({ problem }) => problem)).toEqual(problems);
  });

  it("refuses a name that is too long for DNS", () => {
    const label = "a".repeat(63);
    const recordName = [label, label, label, "a".repeat(50)].join(".");
    expect(
      faultsOf({ environment: { dns: { hostedZone: "example.com", recordNames: { shop: recordName }, tls: false } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        given: `"${label}.${"a".repeat(35)}...`,
        problem: `${recordName}.example.com has 254 characters`,
        allowed: "253 characters at most",
        mend: "shorten it by 1",
      },
    ]);
  });

  it("takes a name of several labels", () => {
    const dns = { hostedZone: "dev.example.co.uk", recordNames: { shop: "app.eu" }, tls: true };
    expect(load({ environment: { dns } }).environment.dns).toEqual(dns);
  });

  it("refuses a system without a record name", () => {
    const dns = { hostedZone: "example.com", recordNames: { shop: "app" }, tls: true };
    expect(faultsOf({ other: { system: "bank" }, environment: { dns } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.bank",
        given: "nothing",
        problem: 'the system "bank" has no record name',
        allowed: 'a name within the zone, such as "app" for app.example.com',
        mend: 'add "bank": a name within the zone',
      },
    ]);
  });

  it("refuses a record name of a system that has no service", () => {
    const dns = { hostedZone: "example.com", recordNames: { shop: "app", shpo: "other" }, tls: true };
    expect(faultsOf({ environment: { dns } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shpo",
        given: '"other"',
        problem: 'no service is of a system "shpo"',
        allowed: '"shop"',
        mend: 'did you mean "shop"?',
      },
    ]);
  });

  it("refuses one record name for two systems", () => {
    const dns = { hostedZone: "example.com", recordNames: { shop: "app", bank: "app" }, tls: true };
    expect(faultsOf({ other: { system: "bank" }, environment: { dns } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.bank",
        given: '"app"',
        problem: '"app" is the name of shop, too',
        allowed: "a name of its own for each system",
        mend: "give one of the two another name",
      },
    ]);
  });
});
