import { describe, expect, it } from "vitest";
import { commandEnvironment, readEnvironment } from "./environment";
import { connectionOptions } from "./mysql-connection";
import { databaseAccess, databaseVariables } from "./mysql-environment";

const schema = commandEnvironment.extend(databaseVariables);
const complete = {
  SERVICE_NAME: "customer",
  ENVIRONMENT: "local",
  APP_DB_HOST: "db.example.com",
  APP_DB_NAME: "COFFEE",
  APP_DB_USER: "customer",
  APP_DB_PASSWORD: "hunter2",
  APP_DB_CONNECTION_LIMIT: "5",
};

describe("databaseVariables", () => {
  it("have port 3306 and the authorities of Amazon RDS by default", () => {
    const values = readEnvironment(schema, complete);
    expect(values.APP_DB_CONNECTION_LIMIT).toBe(5);
    const access = databaseAccess(values);
    expect(access).toEqual({
      host: "db.example.com",
      port: 3306,
      name: "COFFEE",
      user: "customer",
      password: "hunter2",
    });
    const { ssl } = connectionOptions(access, 1000);
    expect(ssl).toMatchObject({ rejectUnauthorized: true, verifyIdentity: true });
    expect(String(Object(ssl).ca).match(/-----BEGIN CERTIFICATE-----/g)?.length).toBeGreaterThan(50);
  });

  it("have another authority where one is given, and never less of a check", () => {
    const values = readEnvironment(schema, { ...complete, APP_DB_CA: "-----BEGIN CERTIFICATE-----\nx" });
    const options = connectionOptions(databaseAccess(values), 1000);
    expect(options.ssl).toEqual({
      ca: "-----BEGIN CERTIFICATE-----\nx",
      rejectUnauthorized: true,
      verifyIdentity: true,
      minVersion: "TLSv1.2",
    });
    expect(options).toMatchObject({ multipleStatements: false, charset: "utf8mb4", timezone: "Z" });
  });

  it.each([
    ["APP_DB_HOST", "db example"],
    ["APP_DB_PORT", "0"],
    ["APP_DB_NAME", "COFFEE`; DROP"],
    ["APP_DB_USER", "root'@'%"],
    ["APP_DB_CONNECTION_LIMIT", "0"],
  ])("refuse %s=%s, and show it", (name, value) => {
    expect(() => readEnvironment(schema, { ...complete, [name]: value })).toThrow(
      `  ${name} is ${JSON.stringify(value)}; allowed: `,
    );
  });

  it("never show the password", () => {
    expect(() => readEnvironment(schema, { ...complete, APP_DB_PASSWORD: "" })).toThrow(
      "  APP_DB_PASSWORD has a value that is not allowed (hidden); allowed: the password of APP_DB_USER; to mend: ",
    );
  });
});
