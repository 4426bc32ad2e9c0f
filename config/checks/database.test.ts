import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, OTHER_FILE, SERVICE_FILE } from "../testing/project";

const DATABASE = {
  instanceClass: "db.t4g.micro",
  allocatedStorageGiB: 20,
  maxAllocatedStorageGiB: 100,
  multiAz: false,
  backupRetentionDays: 7,
  maxConnections: 60,
};
const USER = { access: "write", connectionLimit: 5 };

describe("the database of an environment", () => {
  const faults = (database: object) => faultsOf({ environment: { database: { ...DATABASE, ...database } } });

  it("is optional", () => {
    expect(load().environment.database).toBeUndefined();
  });

  it("is taken as it is given", () => {
    expect(load({ environment: { database: DATABASE } }).environment.database).toEqual(DATABASE);
  });

  it.each([
    ["t4g.micro", 'write for example "db.t4g.micro"'],
    ["db.huge", 'write for example "db.t4g.micro"'],
  ])("refuses the instance class %s", (instanceClass, mend) => {
    expect(faults({ instanceClass })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.database.instanceClass",
        given: JSON.stringify(instanceClass),
        problem: "is not an instance class of RDS",
        allowed: "db, family and size, in lower case, such as db.t4g.micro",
        mend,
      },
    ]);
  });

  it("refuses storage that cannot grow by a tenth", () => {
    expect(faults({ maxAllocatedStorageGiB: 21 })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.database.maxAllocatedStorageGiB",
        given: "21",
        problem: 'leaves less than 10 % above "allocatedStorageGiB" (20)',
        allowed: "22 or more",
        mend: "write for example 40",
      },
    ]);
    expect(faults({ maxAllocatedStorageGiB: 22 })).toEqual([]);
  });
});

describe("a service with a database", () => {
  it("refuses an environment that has none", () => {
    expect(faultsOf({ service: { database: USER } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.database",
        given: '{"access":"write","connectionLimit":5}',
        problem: 'environment "test" has no database',
        allowed: `"database" in ${ENVIRONMENT_FILE}, or none here`,
        mend: `describe the database in ${ENVIRONMENT_FILE}`,
      },
    ]);
  });

  it("has pools that the database bears while both services are deployed", () => {
    // web: 3 tasks at most, twice in a deployment, 5 connections each; other: the same with 2 connections; 10 spare.
    const patch = (maxConnections: number) => ({
      service: { database: USER },
      other: { database: { access: "read", connectionLimit: 2 } },
      environment: { database: { ...DATABASE, maxConnections } },
    });
    expect(faultsOf(patch(52))).toEqual([]);
    expect(faultsOf(patch(51))).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.database.maxConnections",
        given: "51",
        problem:
          "the services of shop may open 52 connections: other 3 tasks x 2 in a deployment x 2 + web 3 tasks x 2 in a deployment x 5 + 10 spare",
        allowed: "52 or more",
        mend: 'write 52 or more if the instance class bears it; or lower "database.connectionLimit" or "replicas.max" of a service',
      },
    ]);
  });

  it("shares its database with no other system", () => {
    const patch = {
      service: { database: USER },
      other: { system: "bank", database: USER },
      environment: { database: { ...DATABASE, maxConnections: 40 } },
    };
    expect(faultsOf(patch)).toEqual([]);
  });

  it("is the only one of its system with migrations", () => {
    const database = { ...USER, migrations: true };
    expect(
      faultsOf({
        service: { database },
        other: { database },
        environment: { database: { ...DATABASE, maxConnections: 99 } },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.database.migrations",
        given: "true",
        problem: `the migrations of the system's database are in the image of ${OTHER_FILE} already`,
        allowed: "one service in a system with migrations",
        mend: 'write "migrations": false in one of the two',
      },
    ]);
  });

  it("may be given fewer connections by an environment", () => {
    const patch = {
      service: { database: USER },
      environment: { database: DATABASE, services: { web: { database: { connectionLimit: 2 } } } },
    };
    expect(load(patch).services[0]?.database).toEqual({ access: "write", connectionLimit: 2, migrations: false });
  });
});
