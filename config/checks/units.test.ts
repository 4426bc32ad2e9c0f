import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, OTHER_FILE, SERVICE_FILE } from "../testing/project";

const problems = (patch: Parameters<typeof faultsOf>[0]) => faultsOf(patch).map(({ problem }) => problem);

const ENVIRONMENT = JSON.stringify({
  region: "us-east-1",
  state: { backend: "local" },
  removal: "destroy",
  network: { cidr: "10.1.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], nat: "single" },
  ec2: { instanceTypes: ["t3.small"], maxInstances: 4 },
});

describe("groups", () => {
  it("are none without being named", () => {
    expect(load().services.map(({ group }) => group)).toEqual([undefined]);
    expect(load({ service: { group: "orders" } }).services.map(({ group }) => group)).toEqual(["orders"]);
  });

  it("refuse what is not a name", () => {
    expect(faultsOf({ service: { group: "Orders Team" } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.group",
        given: '"Orders Team"',
        problem: "is not a name",
        allowed: "lower-case letters, digits and single hyphens, a letter first, no hyphen last",
        mend: 'write for example "orders-team"',
      },
    ]);
  });

  it("refuse a name that makes others too long", () => {
    expect(faultsOf({ service: { group: "a".repeat(23) } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.group",
        given: `"${"a".repeat(23)}"`,
        problem: `the name of the load balancer would be "shop-${"a".repeat(23)}-test", 33 characters`,
        allowed: "32 characters at most",
        mend: 'make "group" shorter by 1',
      },
    ]);
  });

  it("count the number of a further load balancer in its name", () => {
    const service = { group: "a".repeat(22), routes: { priority: 1_001 } };
    expect(problems({ service: { group: "a".repeat(22) } })).toEqual([]);
    expect(problems({ service })).toEqual([
      `the name of the load balancer would be "shop-${"a".repeat(22)}-test-2", 34 characters`,
    ]);
  });

  it("refuse a stack of the name of another group's", () => {
    expect(
      faultsOf({
        service: { system: "shop", group: "web-tea" },
        other: { system: "shop-web", group: "tea" },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.group",
        given: '"web-tea"',
        problem: 'the stack of the group would be called "shop-web-tea", as that of the group "tea" of "shop-web"',
        allowed: "a group that makes another name with its system",
        mend: "give the group another name",
      },
    ]);
  });

  it.each([
    ["another system", { system: "shop", group: "bank" }, ["shop", "shop-bank"], 'the system "shop-bank"'],
    ["the API", { system: "public", group: "api" }, ["public"], 'the system "public-api"'],
    ["pipelines", { group: "pipelines" }, ["shop"], "the pipelines of a system"],
  ])("refuse a stack of the name of %s", (_, service, systems, owner) => {
    expect(problems({ service, systems })).toEqual([expect.stringMatching(new RegExp(`, as that of ${owner}$`))]);
  });

  it("refuse names of resources that another environment's have", () => {
    const files = { "config/environments/blue-test.json": ENVIRONMENT };
    expect(faultsOf({ service: { group: "blue" }, files })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.group",
        given: '"blue"',
        problem: 'the resources of the group would be called "shop-blue-test", as those of shop in blue-test',
        allowed: "a group that makes another name with its system and the environment",
        mend: "give the group another name",
      },
    ]);
    expect(problems({ service: { group: "red" }, files })).toEqual([]);
  });

  it("refuse calls of another group's services", () => {
    const calls = { calls: ["other"], group: "orders" };
    expect(faultsOf({ service: calls, other: {} })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.calls[0]",
        given: '"other"',
        problem: '"other" is of no group, whose private names and ports are its own',
        allowed: "nothing: the group has no other service",
        mend: 'call it by its public name, which "environment" can hold, and remove it here; or write the same "group" in both',
      },
    ]);
    expect(problems({ service: calls, other: { group: "mail" } })).toEqual([
      '"other" is of the group "mail", whose private names and ports are its own',
    ]);
    expect(problems({ service: calls, other: { group: "orders" } })).toEqual([]);
  });

  it("refuse a database whose migrations are another group's: each has its own", () => {
    const database = { access: "write", connectionLimit: 2 };
    const environment = {
      database: {
        instanceClass: "db.t4g.micro",
        allocatedStorageGiB: 20,
        maxAllocatedStorageGiB: 100,
        multiAz: false,
        backupRetentionDays: 1,
        maxConnections: 100,
      },
    };
    const service = { group: "orders", database };
    expect(faultsOf({ service, other: { database: { ...database, migrations: true } }, environment })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.database",
        given: '{"access":"write","connectionLimit":2}',
        problem: 'the group "orders" has a database of its own, and no service of the group has its migrations',
        allowed: '"database" in services of a group, one of which says "migrations": true',
        mend: 'write "migrations": true if the image holds them; or write the "group" of the service whose database it is to use, which no other group can',
      },
    ]);
    const other = { group: "orders", database: { ...database, migrations: true } };
    expect(problems({ service, other, environment })).toEqual([]);
  });

  it("take the same paths, priorities and default of two groups, and refuse them of one", () => {
    const other = { routes: { priority: 100, paths: ["/web"] } };
    expect(problems({ service: { group: "orders" }, other })).toEqual([]);
    expect(faultsOf({ service: { group: "orders" }, other: { ...other, group: "orders" } })).toMatchObject([
      { path: "$.routes.paths[0]" },
      { path: "$.routes.priority", allowed: "priorities that no other rule of the group has" },
    ]);
    const routes = { default: true, priority: undefined, paths: undefined };
    expect(problems({ service: { routes, group: "orders" }, other: { routes } })).toEqual([]);
    expect(
      faultsOf({ service: { routes, group: "orders" }, other: { routes, group: "orders" } }).map(
        ({ allowed }) => allowed,
      ),
    ).toEqual(["one default service in a group"]);
  });
});

describe("load balancers besides the first", () => {
  const service = { routes: { priority: 1_001, paths: ["/web"] } };
  const dns = (recordNames: object) => ({ hostedZone: "example.com", recordNames, tls: true });

  it("refuse the name of a load balancer of another environment", () => {
    const files = { "config/environments/test-2.json": ENVIRONMENT };
    expect(faultsOf({ service, files })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "1001",
        problem: 'the load balancer of this priority would be called "shop-test-2", as that of shop in test-2',
        allowed: "a priority of another load balancer",
        mend: "write a priority of another thousand, or give that environment another name",
      },
    ]);
  });

  it("refuse paths whose rules are on two of them", () => {
    expect(faultsOf({ service: { routes: { priority: 1_000, paths: ["/a", "/b", "/c"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "1000",
        problem:
          "the paths need 2 rules, with the priorities 1000 to 1001, which are on two load balancers: one has those up to 1000",
        allowed: "priorities of one load balancer, for a target group is behind no other",
        mend: "write 999 or less, or 1001",
      },
    ]);
  });

  it("refuse a record that is another system's", () => {
    const environment = { dns: dns({ shop: "app", bank: "app-2" }) };
    expect(faultsOf({ service, other: { system: "bank" }, environment })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.bank",
        given: '"app-2"',
        problem: '"app-2" is the name of the load balancer of shop with the priorities 1001 to 2000, too',
        allowed: "a name of its own for each load balancer",
        mend: "give one of the two systems another name",
      },
    ]);
  });

  it("refuse a record that no certificate is made for", () => {
    const record = "a".repeat(52);
    expect(faultsOf({ environment: { dns: dns({ shop: record }) } })).toEqual([]);
    expect(faultsOf({ service, environment: { dns: dns({ shop: record }) } })).toMatchObject([
      {
        file: ENVIRONMENT_FILE,
        path: "$.dns.recordNames.shop",
        allowed: "64 characters at most",
        mend: "shorten it by 2",
      },
    ]);
  });

  it("want a record for each group, and take those of systems whose services are all of groups", () => {
    const other = { group: "orders" };
    const missing = { service: { group: "mail" }, other, environment: { dns: dns({ shop: "app", "shop-mail": "m" }) } };
    expect(problems(missing)).toEqual(['the system "shop-orders" has no record name']);
    const recordNames = { shop: "app", "shop-mail": "m", "shop-orders": "o" };
    expect(problems({ ...missing, environment: { dns: dns(recordNames) } })).toEqual([]);
  });

  it("tell of both files of two services that are at odds", () => {
    expect(
      faultsOf({ service: { group: "pipelines" }, other: { group: "pipelines" } }).map(({ file }) => file),
    ).toEqual([OTHER_FILE, SERVICE_FILE]);
  });
});
