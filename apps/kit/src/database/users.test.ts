import { describe, expect, it } from "vitest";
import { commandEnvironment, readEnvironment } from "../environment";
import { databaseUsersVariable, passwordOf, privilegesOf } from "./users";

const schema = commandEnvironment.extend({ DATABASE_USERS: databaseUsersVariable });
const read = (users: unknown) => {
  const text = typeof users === "string" ? users : JSON.stringify(users);
  return readEnvironment(schema, { SERVICE_NAME: "employee", ENVIRONMENT: "local", DATABASE_USERS: text })
    .DATABASE_USERS;
};
const customer = { name: "customer", access: "read", passwordVariable: "DB_PASSWORD_CUSTOMER" } as const;

describe("DATABASE_USERS", () => {
  it("lists users", () => {
    expect(read([customer])).toEqual([customer]);
  });

  it.each([
    "",
    "x",
    "{}",
    [],
    [{}],
    [{ ...customer, access: "all" }],
    [{ ...customer, name: "a'@'%" }],
    [{ ...customer, passwordVariable: "x y" }],
    [{ ...customer, more: 1 }],
  ])("is refused as %j", (users) => {
    expect(() => read(users)).toThrow(
      /1 variable is wrong\n {2}DATABASE_USERS .*; allowed: a JSON list of \{"name", "access"/,
    );
  });
});

describe("privilegesOf", () => {
  it.each([
    ["read", ["SELECT"]],
    ["write", ["SELECT", "INSERT", "UPDATE", "DELETE"]],
    ["migrate", ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"]],
  ] as const)("gives to %s what it needs, and takes all the rest", (access, granted) => {
    const privileges = privilegesOf({ ...customer, access });
    expect(privileges.granted).toEqual(granted);
    expect([...privileges.granted, ...privileges.revoked]).toHaveLength(18);
    expect(privileges.revoked.filter((one) => (granted as readonly string[]).includes(one))).toEqual([]);
  });
});

describe("passwordOf", () => {
  it("names the variable that is missing", () => {
    expect(passwordOf(customer, { DB_PASSWORD_CUSTOMER: "x" })).toBe("x");
    expect(() => passwordOf(customer, {})).toThrow(
      "DB_PASSWORD_CUSTOMER, the password of customer (DATABASE_USERS), is not set",
    );
  });
});
