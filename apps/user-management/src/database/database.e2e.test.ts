import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, Registry } from "../../testing/registry";
import { samples } from "./samples";

let registry: Registry;

beforeAll(async () => {
  registry = await Registry.open();
  await registry.master.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
});
afterAll(() => registry.close());
afterEach(() => registry.clear());

const insert = (...values: readonly string[]) =>
  registry.master
    .query("INSERT INTO users (username, email, firstname, lastname) VALUES (?)", [values])
    .then(() => "stored")
    .catch(({ errno }) => errno);

describe("the table of users", () => {
  it("refuses what the service refuses, whoever writes", async () => {
    expect({
      short: await insert("ab", "a@example.com", "Ada", ""),
      long: await insert("a".repeat(21), "a@example.com", "Ada", ""),
      blank: await insert("a b", "a@example.com", "Ada", ""),
      slash: await insert("a/b", "a@example.com", "Ada", ""),
      noAddress: await insert("abc", "nobody", "Ada", ""),
      unicodeAddress: await insert("abc", "é@example.com", "Ada", ""),
      nameless: await insert("abc", "a@example.com", "", ""),
      lineBreak: await insert("abc", "a@example.com", "Ada", "a\nb"),
    }).toEqual({
      short: 4025,
      long: 1406,
      blank: 4025,
      slash: 4025,
      noAddress: 4025,
      unicodeAddress: 1366,
      nameless: 4025,
      lineBreak: 4025,
    });
  });

  it("has a username and an address once, in upper or lower case, and tells accents apart", async () => {
    expect(await insert("josé", "a@example.com", "José", "")).toBe("stored");
    expect(await insert("JOSÉ", "b@example.com", "José", "")).toBe(1062);
    expect(await insert("jose", "A@EXAMPLE.com", "José", "")).toBe(1062);
    expect(await insert("jose", "b@example.com", "José", "")).toBe("stored");
  });
});

describe("seed", () => {
  it("adds users whom the service can show, and no mail for them", async () => {
    await registry.database.commands("seed", "seed");
    const { url } = await registry.start();
    const { body } = await ask(url, "GET", "/usermgmt/users");
    expect((body as { username: string }[]).map(({ username }) => username)).toEqual(
      samples.rows.map(([name]) => name),
    );
    expect(await registry.outbox()).toEqual([]);
  });
});
