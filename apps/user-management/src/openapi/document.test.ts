import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Contract } from "../../testing/contract";
import { publicRoutes } from "../routes";
import { userFields } from "../user";

const contract = new Contract();

describe("the OpenAPI document", () => {
  it("is a valid one of OpenAPI 3.1", async () => {
    const copy = JSON.parse(JSON.stringify(contract.document));
    expect(await new Validator().validate(copy)).toEqual({ valid: true });
    expect(copy.openapi).toMatch(/^3\.1\./);
  });

  it("has the routes of the service, and no other", () => {
    const routes = publicRoutes.flatMap(({ path, methods }) =>
      methods.map((method) => ({ method, path: path.replace(/:(\w+)/, "{$1}") })),
    );
    expect(contract.operations).toEqual(routes);
  });

  it("names each operation once", () => {
    const ids = Object.values(contract.document.paths).flatMap((methods) =>
      Object.values(methods as Record<string, { operationId: string }>).map(({ operationId }) => operationId),
    );
    expect(ids).toHaveLength(8);
    expect(new Set(ids).size).toBe(8);
  });

  it("allows the users that the service takes, and no other", () => {
    const unit = fc.constantFrom(..."aZ9._-é🙂@ ", "\0", "\ud800", "\u2028", "\u0301");
    const text = fc.string({ unit, maxLength: 24 });
    const email = fc.constantFrom("ada@example.com", "a@b", "é@example.com", `${"a".repeat(65)}@b.c`);
    const other = fc.constantFrom<unknown>(null, 7, true, [], {}, "");
    const user = fc.record(
      {
        username: fc.oneof(fc.constant("ada"), text),
        email: fc.oneof(email, text),
        firstname: fc.oneof(text, other),
        lastname: text,
        password: other,
      },
      { requiredKeys: ["username", "email", "firstname"] },
    );
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: user }, other), (given) => {
        // As the service reads it: in one form.
        const value = JSON.parse(JSON.stringify(given).normalize("NFC"));
        expect(contract.fits("UserFields", value)).toBe(userFields.safeParse(value).success);
      }),
      { numRuns: 300 },
    );
  });
});
