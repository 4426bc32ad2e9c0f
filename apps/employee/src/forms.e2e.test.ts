import { createLogger } from "@express-on-ecs/kit/logging";
import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { type ServedApp, serveApp } from "@express-on-ecs/kit/testing/serve-app";
import {
  type SuppliersDatabase,
  startSuppliersDatabase,
} from "@express-on-ecs/suppliers-kit/testing/suppliers-database";
import { type Answer, formOf, Visitor } from "@express-on-ecs/suppliers-kit/testing/visitor";
import fc from "fast-check";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, expect, it } from "vitest";
import { employeeService } from "./employee-service";
import { faultsOf, trimmed } from "./supplier-schema";

const POSTS = 10_000;
const AT_ONCE = 20;

let suppliers: SuppliersDatabase;
let database: Database;
let master: Connection;
let app: ServedApp;
let visitor: Visitor;
let token: string;

beforeAll(async () => {
  suppliers = await startSuppliersDatabase();
  for (const name of ["prepare", "migrate", "seed"] as const) expect((await suppliers.command(name)).status).toBe(0);
  const { APP_DB_USER: user = "", APP_DB_PASSWORD: password = "" } = suppliers.variablesOf("employee");
  const access = { ...suppliers.server, name: "COFFEE", user, password };
  database = new Database(
    createDriverPool(access, 5),
    createLogger({ service: "test", environment: "local", version: "1" }, "silent"),
  );
  const { router, site } = employeeService(database, "a secret of thirty-two characters");
  app = await serveApp(router, site);
  master = await suppliers.server.connect();
  visitor = new Visitor(app.url);
  token = formOf(await visitor.get("/admin/supplier-add"))._csrf ?? "";
});
afterAll(async () => {
  visitor.leave();
  master.destroy();
  await app.close();
  await database.shutdownHook.run();
  await suppliers.close();
});

/** What is worth trying in a field. */
const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.constantFrom(
    "",
    " ",
    "\0",
    "\r\n",
    "'",
    "' OR 1=1; -- ",
    "\ud800",
    "\udfff",
    "🙂",
    "null",
    "<b>",
    "&#x27;",
    "%00",
    "\u202e",
  ),
  fc.constantFrom("a".repeat(255), "a".repeat(256), "🙂".repeat(255), "🙂".repeat(256), "é".repeat(300)),
);

/** A field that is right more often than not: else none of a form's would ever come together. */
const field = (right: fc.Arbitrary<string>) => fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: odd });
const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  fc.constantFrom("O'Brien <b>", "Cork", "☕"),
);

const fields = fc.record(
  {
    name: field(word),
    address: field(word),
    city: field(word),
    state: field(word),
    email: field(fc.emailAddress()),
    phone: field(fc.stringMatching(/^(\+\d{1,3} )?\(?\d{3}\)?[ .-]\d{3}[ .-]?\d{4}$/)),
    version: field(fc.constantFrom("1", "2", "3")),
  },
  { requiredKeys: [] },
);

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constant("/admin/supplier-add") },
  { weight: 4, arbitrary: fc.nat({ max: 60 }).map((id) => `/admin/supplier-update/${id}`) },
  { weight: 1, arbitrary: fc.nat({ max: 60 }).map((id) => `/admin/supplier-remove/${id}`) },
  {
    weight: 1,
    // Clients resolve "." and "..": those are other paths, which take no form.
    arbitrary: odd
      .filter((text) => !/^\.{1,2}$/.test(text))
      .map((text) => `/admin/supplier-update/${encodeURIComponent(text.replace(/\p{Cs}/gu, "x"))}`),
  },
);

const unknown = fc.dictionary(fc.constantFrom("id", "identity", "__proto__", "name[]", "name[x]", "constructor"), odd);

const post = fc.record({
  path,
  fields: fc.oneof(
    { weight: 9, arbitrary: fields.map((one) => ({ ...base, ...one })) },
    { weight: 1, arbitrary: fields },
  ),
  unknown: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: unknown }),
  twice: fc.oneof(
    { weight: 19, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom("&name=x", "&version=1", "&%ff=%", "&=&&") },
  ),
});

const base = {
  name: "Golden Bean",
  address: "1 Main Street",
  city: "Cork",
  state: "Munster",
  email: "orders@example.com",
  phone: "021 555 0123",
  version: "1",
};

/** What a form may be answered: done, or one of the refusals. */
const ALLOWED = new Set([303, 400, 404, 409, 422]);

it(`${POSTS} generated forms: none gets a 500, and nothing is stored that violates the schema`, async () => {
  const answers = new Map<number, number>();
  const count = ({ status }: Answer) => answers.set(status, (answers.get(status) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(fc.array(post, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (posts) => {
      const sent = posts.map(async (one) => {
        const body = `${new URLSearchParams({ _csrf: token, ...one.fields, ...one.unknown })}${one.twice}`;
        const answer = await visitor.post(one.path, body);
        count(answer);
        return answer;
      });
      for (const { status, body } of await Promise.all(sent)) {
        if (!ALLOWED.has(status)) throw new Error(`${status}\n${body}`);
      }
    }),
    { numRuns: POSTS / AT_ONCE },
  );
  const total = [...answers.values()].reduce((sum, one) => sum + one, 0);
  expect(total).toBe(POSTS);
  // Forms of each kind were among them: else this would show nothing.
  for (const status of ALLOWED) expect(answers.get(status) ?? 0).toBeGreaterThan(50);

  const [rows] = await master.query<RowDataPacket[]>("SELECT * FROM COFFEE.suppliers");
  expect(rows.length).toBeGreaterThan(50);
  for (const { name, address, city, state, email, phone } of rows) {
    const supplier = { name, address, city, state, email, phone };
    expect(faultsOf(supplier)).toEqual({});
    expect(trimmed(supplier)).toEqual(supplier);
  }
});
