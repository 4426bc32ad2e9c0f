import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load } from "../testing/project";

describe("the public name", () => {
  it("refuses a hosted zone without a record name", () => {
    expect(faultsOf({ environment: { dns: { hostedZone: "example.com", tls: true } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: "nothing",
        problem: "a hosted zone without a record name",
        allowed: 'a name within the zone, such as "app" for app.example.com',
        mend: 'add "recordName": a name within the zone, such as "app" for app.example.com',
      },
    ]);
  });

  it("refuses a record name without a hosted zone", () => {
    expect(faultsOf({ environment: { dns: { recordName: "app", tls: true } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.hostedZone",
        given: "nothing",
        problem: "a record name without a hosted zone",
        allowed: 'the name of a public hosted zone, such as "example.com"',
        mend: 'add "hostedZone": the name of a public hosted zone, such as "example.com"',
      },
    ]);
  });

  it("refuses an empty record name", () => {
    expect(faultsOf({ environment: { dns: { hostedZone: "example.com", recordName: "", tls: true } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: '""',
        problem: "is empty",
        allowed: 'a name within the zone, such as "app" for app.example.com',
        mend: 'write a name within the zone, such as "app" for app.example.com',
      },
    ]);
  });

  it("refuses a hosted zone with a dot at its end", () => {
    expect(faultsOf({ environment: { dns: { hostedZone: "example.com.", recordName: "app", tls: true } } })).toEqual([
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
      faultsOf({ environment: { dns: { hostedZone: "https://Example.com/", recordName: "app", tls: true } } }),
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
    expect(faultsOf({ environment: { dns: { hostedZone: "localhost", recordName: "app", tls: false } } })).toEqual([
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
      faultsOf({ environment: { dns: { hostedZone: "example.com", recordName: "app.example.com", tls: true } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: '"app.example.com"',
        problem: "repeats the hosted zone: the record would be app.example.com.example.com",
        allowed: "the name within the zone",
        mend: 'write "app"',
      },
    ]);
  });

  it("refuses a record name with a space", () => {
    expect(faultsOf({ environment: { dns: { hostedZone: "example.com", recordName: "my app", tls: true } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: '"my app"',
        problem: "is not a name within the zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots",
        mend: 'write for example "app"',
      },
    ]);
  });

  it("refuses a label of over 63 characters", () => {
    expect(
      faultsOf({ environment: { dns: { hostedZone: "example.com", recordName: "a".repeat(64), tls: false } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        problem: "is not a name within the zone",
        allowed: "lower-case labels of up to 63 letters, digits and hyphens, joined by single dots",
        mend: 'write for example "app"',
      },
    ]);
  });

  it("refuses a name that is too long for a certificate", () => {
    expect(
      faultsOf({ environment: { dns: { hostedZone: "example.com", recordName: "a".repeat(53), tls: true } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        problem: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com has 65 characters",
        allowed: "64 characters at most, which is what a certificate's first name may have",
        mend: "shorten it by 1",
      },
    ]);
  });

  it("refuses a name that is too long for DNS", () => {
    const label = "a".repeat(63);
    const recordName = [label, label, label, "a".repeat(50)].join(".");
    expect(faultsOf({ environment: { dns: { hostedZone: "example.com", recordName, tls: false } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordName",
        given: `"${label}.${"a".repeat(35)}...`,
        problem: `${recordName}.example.com has 254 characters`,
        allowed: "253 characters at most",
        mend: "shorten it by 1",
      },
    ]);
  });

  it("takes a name of several labels", () => {
    const dns = { hostedZone: "dev.example.co.uk", recordName: "app.eu", tls: true };
    expect(load({ environment: { dns } }).environment.dns).toEqual(dns);
  });
});
