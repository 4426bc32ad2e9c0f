import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import type { MysqlDatabaseProps } from "./mysql-database";
import { database } from "./rds.fixtures";

describe("a refused database", () => {
  const refusal = (changed: Partial<MysqlDatabaseProps>) => refusalOf((scope) => database(scope, changed));
  const NAME = "1 to 63 lower-case letters, digits and single hyphens, a letter first, no hyphen last";
  const STORAGE = "a whole number from 20 to 65536";

  it.each<[string, Partial<MysqlDatabaseProps>, string]>([
    ["a capital letter in its name", { name: "Shop" }, `"name" is "Shop"; allowed: ${NAME}`],
    ["two hyphens in a row", { name: "shop--dev" }, `"name" is "shop--dev"; allowed: ${NAME}`],
    ["a name of 64 characters", { name: "n".repeat(64) }, `"name" is "${"n".repeat(64)}"; allowed: ${NAME}`],
    [
      "a single subnet",
      { subnetIds: ["subnet-a"] },
      '"subnetIds" has 1 member; allowed: one subnet in each of two zones or more',
    ],
    [
      "one subnet twice",
      { subnetIds: ["subnet-a", "subnet-a"] },
      '"subnetIds[1]" repeats "subnet-a"; allowed: each member once',
    ],
    [
      "a class of EC2's",
      { instanceClass: "t4g.micro" },
      '"instanceClass" is "t4g.micro"; allowed: db, family and size, in lower case, such as db.t4g.micro',
    ],
    ["19 GiB", { allocatedStorageGiB: 19 }, `"allocatedStorageGiB" is 19; allowed: ${STORAGE}`],
    ["65537 GiB", { maxAllocatedStorageGiB: 65537 }, `"maxAllocatedStorageGiB" is 65537; allowed: ${STORAGE}`],
    [
      "less than 10 per cent to grow",
      { allocatedStorageGiB: 100, maxAllocatedStorageGiB: 109 },
      '"maxAllocatedStorageGiB" is 109 with an "allocatedStorageGiB" of 100; allowed: 110 or more, 10 per cent above it',
    ],
    [
      "36 days of backups",
      { backupRetentionDays: 36 },
      '"backupRetentionDays" is 36; allowed: a whole number from 0 to 35',
    ],
    ["9 connections", { maxConnections: 9 }, '"maxConnections" is 9; allowed: a whole number from 10 to 100000'],
  ])("has %s", (_, changed, message) => {
    expect(refusal(changed)).toBe(`test/Database: ${message}`);
  });

  it("keeps its log for 31 days", () => {
    expect(refusal({ logRetentionDays: 31 })).toMatch(/^test\/Database: "logRetentionDays" is 31; allowed: 1, 3, 5,/);
  });

  it("listens on a port that RDS has not", () => {
    expect(refusal({ port: 1149 })).toBe(
      'test/Database/SecurityGroup: "port" is 1149; allowed: a whole number from 1150 to 65535',
    );
  });

  it("has two clients of one label", () => {
    const client = { label: "cart", securityGroupId: "sg-1" };
    expect(refusal({ clients: [client, client] })).toBe(
      'test/Database/SecurityGroup: "clients[1]" repeats "cart"; allowed: each member once',
    );
  });

  it("has more clients than a group has rules", () => {
    const clients = Array.from({ length: 61 }, (_, index) => ({ label: `c${index}`, securityGroupId: "sg-1" }));
    expect(refusal({ clients })).toBe('test/Database/SecurityGroup: "clients" has 61 members; allowed: 60 at most');
  });

  it("is none at either end of every limit, nor by what is known at apply only", () => {
    const later = Token.asNumber({ resolve: () => 1 });
    const text = Token.asString({ resolve: () => "later" });
    const least = { allocatedStorageGiB: 20, maxAllocatedStorageGiB: 22, backupRetentionDays: 0, maxConnections: 10 };
    expect(refusal({ ...least, port: 1150, logRetentionDays: 1, name: "n" })).toBeUndefined();
    expect(
      refusal({
        name: "n".repeat(63),
        allocatedStorageGiB: 59578,
        maxAllocatedStorageGiB: 65536,
        backupRetentionDays: 35,
        maxConnections: 100000,
        port: 65535,
        logRetentionDays: 3653,
        instanceClass: "db.r6i.24xlarge",
      }),
    ).toBeUndefined();
    expect(
      refusal({
        name: text,
        instanceClass: text,
        subnetIds: Token.asList({ resolve: () => [] }),
        allocatedStorageGiB: later,
        maxAllocatedStorageGiB: later,
        backupRetentionDays: later,
        maxConnections: later,
      }),
    ).toBeUndefined();
  });
});
