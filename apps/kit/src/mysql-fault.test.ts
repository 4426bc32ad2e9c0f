import { describe, expect, it } from "vitest";
import { connectFault, DatabaseUnavailable, StatementRefused, statementFault } from "./mysql-fault";

/** An error as mysql2 raises it for an answer of the server. */
function answer(errno: number, code: string, sqlState: string, sqlMessage = "") {
  return Object.assign(new Error(sqlMessage), { errno, code, sqlState, sqlMessage, sql: "SELECT 'hidden'" });
}

describe("statementFault", () => {
  it.each([
    [1062, "ER_DUP_ENTRY", "23000", "duplicate"],
    [1406, "ER_DATA_TOO_LONG", "22001", "too long"],
    [3819, "ER_CHECK_CONSTRAINT_VIOLATED", "HY000", "constraint"],
    [4025, "ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE", "23000", "constraint"],
    [1366, "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", "HY000", "value"],
  ])("tells %i (%s) as a refusal, without the values in the message", (errno, code, sqlState, kind) => {
    const fault = statementFault(answer(errno, code, sqlState, "Duplicate entry 'O'Brien' for key"));
    expect(fault).toBeInstanceOf(StatementRefused);
    expect(fault).toMatchObject({ kind, code, message: `${code} (${errno})` });
    expect(JSON.stringify({ ...fault, stack: fault.stack })).not.toMatch(/O'Brien|hidden/);
  });

  it("keeps the words for a fault of the statement itself", () => {
    const fault = statementFault(answer(1146, "ER_NO_SUCH_TABLE", "42S02", "Table 'COFFEE.suppliers' doesn't exist"));
    expect(fault).toMatchObject({ kind: undefined, message: "Table 'COFFEE.suppliers' doesn't exist" });
  });

  it.each([
    [1040, "ER_CON_COUNT_ERROR", "08004"],
    [1053, "ER_SERVER_SHUTDOWN", "08S01"],
    [1205, "ER_LOCK_WAIT_TIMEOUT", "HY000"],
    [1213, "ER_LOCK_DEADLOCK", "40001"],
    [1290, "ER_OPTION_PREVENTS_STATEMENT", "HY000"],
  ])("takes %i (%s) for a database that can't be asked now", (errno, code, sqlState) => {
    expect(statementFault(answer(errno, code, sqlState))).toMatchObject({ status: 503, reason: code });
  });

  it.each(["ECONNRESET", "EPIPE", "PROTOCOL_CONNECTION_LOST", "ETIMEDOUT"])("takes %s for it, too", (code) => {
    const fault = statementFault(Object.assign(new Error("lost"), { code, fatal: true }));
    expect(fault).toBeInstanceOf(DatabaseUnavailable);
    expect(fault).toMatchObject({ headers: { "Retry-After": "2" }, reason: code });
  });
});

describe("connectFault", () => {
  it("says what to do about a secret that was changed", () => {
    const denied = answer(1045, "ER_ACCESS_DENIED_ERROR", "28000", "Access denied for user 'customer'@'10.0.0.1'");
    expect(connectFault(denied)).toMatchObject({
      status: 503,
      reason:
        "ER_ACCESS_DENIED_ERROR: the database refuses the user or the password; a secret that was changed is read by new tasks only",
    });
  });

  it.each(["ECONNREFUSED", "ENOTFOUND", "ERR_TLS_CERT_ALTNAME_INVALID"])("has %s as reason", (code) => {
    expect(connectFault(Object.assign(new Error("no"), { code }))).toMatchObject({ status: 503, reason: code });
  });

  it("tells the client nothing of it", () => {
    const { detail } = connectFault(Object.assign(new Error("connect 10.0.0.7:3306"), { code: "ECONNREFUSED" }));
    expect(detail).toBe("The database does not answer at the moment. Please try again in a few seconds.");
  });
});
