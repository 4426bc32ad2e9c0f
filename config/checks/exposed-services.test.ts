import { describe, expect, it } from "vitest";
import { API, ENVIRONMENT_FILE, EXPOSED, faultsOf, OTHER_FILE, SERVICE_FILE } from "../testing/project";

const OTHER = { ...EXPOSED, scopes: { "GET /other": "read" } };
const ELSEWHERE = { ...OTHER, system: "bank" };
const DNS = { hostedZone: "example.com", recordNames: { shop: "shop", bank: "bank", "public-api": "api" }, tls: true };

type Patch = Readonly<Record<string, unknown>>;

const faults = (service: Patch, other: Patch, environment: Patch = {}) =>
  faultsOf({ service, other, environment: { api: API, ...environment } });

describe("exposed services held against each other", () => {
  it("refuse one priority for two, whatever their systems", () => {
    expect(faults(EXPOSED, { ...ELSEWHERE, routes: { priority: 100 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "100",
        problem: "priority 100 is taken by apps/other/service.json: its rules have 100, those of this service 100",
        allowed: "priorities that no other rule of the API has",
        mend: "write for example 101",
      },
    ]);
  });

  it("refuse paths that overlap, whatever their systems", () => {
    const other = { ...ELSEWHERE, routes: { paths: ["/web/x"] }, scopes: { "GET /web/x": "read" } };
    expect(faults(EXPOSED, other)).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web"',
        problem:
          '"/web" overlaps with "/web/x" of apps/other/service.json $.routes.paths[0]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service of the API",
        mend: "change one of the two paths",
      },
    ]);
  });

  it("refuse more rules than a load balancer has, of all systems together", () => {
    const many = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `/${prefix}-${index}`);
    const exposed = (prefix: string, priority: number, count: number) => ({
      ...EXPOSED,
      routes: { priority, paths: many(prefix, count) },
      scopes: Object.fromEntries(many(prefix, count).map((path) => [`GET ${path}`, "read"])),
    });
    expect(faults(exposed("web", 1000, 82), { ...exposed("other", 1, 120), system: "bank" })).toMatchObject([
      { path: "$.routes.paths", problem: "the paths need 41 rules, with which the load balancer of the API has 101" },
    ]);
    expect(faults(exposed("web", 1000, 80), { ...exposed("other", 1, 120), system: "bank" })).toEqual([]);
  });

  it("take priorities and paths of a service of their own system that is not exposed", () => {
    const other = { launchType: "FARGATE", routes: { priority: 100, paths: ["/web"] } };
    expect(faults(EXPOSED, other)).toEqual([]);
  });

  it("refuse migrations in two of one system, exposed or not", () => {
    const database = { access: "write", connectionLimit: 1, migrations: true };
    const environment = {
      database: {
        instanceClass: "db.t4g.micro",
        allocatedStorageGiB: 20,
        maxAllocatedStorageGiB: 50,
        multiAz: false,
        backupRetentionDays: 1,
        maxConnections: 60,
      },
    };
    const exposed = { ...EXPOSED, database };
    expect(faults(exposed, { database }, environment)).toMatchObject([
      {
        path: "$.database.migrations",
        problem: `the migrations of the system's database are in the image of ${OTHER_FILE} already`,
      },
    ]);
    expect(faults(exposed, { database, system: "bank" }, environment)).toEqual([]);
  });
});

describe("a call of an exposed service", () => {
  it.each(["load-balancer", "cloud-map", "service-connect"])("is refused, by %s", (discovery) => {
    expect(faults({ calls: ["other"] }, OTHER, { discovery })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"other"',
        problem: '"other" is reached through the API only, with the tokens of users',
        allowed: 'services of the same system without "expose"',
        mend: "call another service of the same application, which is not exposed",
      },
    ]);
  });

  it("is none when the exposed service is the one that calls", () => {
    expect(faults({ ...EXPOSED, calls: ["other"] }, {})).toEqual([]);
  });
});

describe("the name of the API", () => {
  it("is one of the record names", () => {
    expect(faults(EXPOSED, ELSEWHERE, { dns: DNS })).toEqual([]);
  });

  it("is needed with TLS, though no service is of its system", () => {
    const recordNames = { shop: "shop", bank: "bank" };
    expect(faults(EXPOSED, ELSEWHERE, { dns: { ...DNS, recordNames } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: '$.dns.recordNames["public-api"]',
        given: "nothing",
        problem: 'the system "public-api" has no record name',
        allowed: 'a name within the zone, such as "app" for app.example.com',
        mend: 'add "public-api": a name within the zone',
      },
    ]);
  });

  it("is refused without TLS, and not missed there", () => {
    const recordNames = { shop: "shop", bank: "bank" };
    expect(faults(EXPOSED, ELSEWHERE, { dns: { ...DNS, recordNames, tls: false } })).toEqual([]);
    expect(faults(EXPOSED, ELSEWHERE, { dns: { ...DNS, tls: false } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: '$.dns.recordNames["public-api"]',
        given: '"api"',
        problem: "without TLS the API has no name of its own: API Gateway takes none without a certificate",
        allowed: '"public-api" where "tls" is true',
        mend: "remove it; the API is reached at the name that API Gateway gives it",
      },
    ]);
  });

  it("is refused where no service is exposed", () => {
    expect(faults({}, { system: "bank" }, { dns: DNS })).toMatchObject([
      { path: '$.dns.recordNames["public-api"]', problem: 'no service is of a system "public-api"' },
    ]);
  });
});
