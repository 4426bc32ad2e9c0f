import { formOf, type Visitor } from "@express-on-ecs/suppliers-kit/testing/visitor";
import type { RowDataPacket } from "mysql2";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { beans, Office, oddTexts } from "../testing/office";
import { publicRoutes } from "./routes";

const ADD = "/admin/supplier-add";
const LIST = "/admin/suppliers";

/** Why a statement fails that was waited for: the connect, the answer, or a connection that is free. */
const WAITED_FOR = /time.?d?.?out|no connection was free/i;

let office: Office;
let visitor: Visitor;

beforeAll(async () => {
  office = await Office.open();
});
afterAll(() => office.close());
beforeEach(() => {
  visitor = office.visitor();
});
afterEach(async () => {
  visitor.leave();
  await office.clear();
});

/** What was wrong with the app that this one takes the place of. */
describe("defects of the original", () => {
  it("SQL in the path or in a field is never run: it is a name like any other", async () => {
    await office.put();
    for (const path of ["/admin/supplier-update/1%20OR%201=1", "/admin/supplier-remove/1;DROP%20TABLE%20suppliers"]) {
      expect((await visitor.get(path)).status).toBe(404);
    }
    for (const name of oddTexts) {
      expect((await visitor.fill(ADD, { ...beans, name, address: name, city: name, state: name })).status).toBe(303);
      expect((await visitor.get(`${LIST}?${new URLSearchParams({ q: name.slice(0, 100) })}`)).status).toBe(200);
    }
    const rows = await office.stored();
    expect(rows.slice(1).map(({ name }) => name)).toEqual(oddTexts.map((name) => name.trim()));
    for (const { name, address, city, state } of rows.slice(1))
      expect([address, city, state]).toEqual([name, name, name]);
  });

  it("fields that the form does not have are not stored, objects and lists neither", async () => {
    const id = await office.put();
    const form = formOf(await visitor.get(ADD));
    const more = { id: String(id), version: "99", identity: "x", __proto__: "x", "name[admin]": "x" };
    expect((await visitor.post(ADD, { ...form, ...beans, name: "Second", ...more })).status).toBe(303);
    const [first, second] = await office.stored();
    expect([first?.id, first?.name]).toEqual([id, beans.name]);
    expect(second).toMatchObject({ ...beans, name: "Second", version: 1 });
    expect(second?.id).toBeGreaterThan(id);
    const list = `${new URLSearchParams({ ...form, ...beans })}&name=x`;
    expect((await visitor.post(ADD, list)).status).toBe(400);
  });

  it("names are stored as they were typed and escaped once, on the page", async () => {
    await visitor.fill(ADD, { ...beans, name: "O'Brien <b>" });
    const rows = await office.stored();
    expect(rows).toMatchObject([{ name: "O'Brien <b>" }]);
    const { body } = await visitor.get(LIST);
    expect(body).toContain(">O&#39;Brien &lt;b&gt;</th>");
    expect(body).not.toContain("&amp;#39;");
    const form = formOf(await visitor.get(`/admin/supplier-update/${rows[0]?.id}`));
    expect(form.name).toBe("O'Brien <b>");
  });

  it("a fault has its status and a page, and problem details for those who ask for JSON", async () => {
    await office.master.query("RENAME TABLE COFFEE.suppliers TO COFFEE.hidden");
    try {
      const page = await visitor.get(LIST);
      expect([page.status, page.headers["content-type"]]).toEqual([500, "text/html; charset=utf-8"]);
      expect(page.body).toContain("Sorry, there was a problem with your request");
      expect(page.body).not.toMatch(/hidden|suppliers'|SELECT|ER_/);
      const json = await visitor.get(LIST, { accept: "application/json" });
      expect([json.status, json.headers["content-type"]]).toEqual([500, "application/problem+json; charset=utf-8"]);
    } finally {
      await office.master.query("RENAME TABLE COFFEE.hidden TO COFFEE.suppliers");
    }
    const missing = await visitor.get("/admin/supplier-update/12345");
    expect([missing.status, missing.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
  });

  it("no one's data, password or secret is in the log, no other site may read, and the connection is encrypted", async () => {
    await visitor.fill(ADD, beans);
    await visitor.fill(ADD, beans);
    await visitor.get(`${LIST}?q=Golden`);
    const log = JSON.stringify(office.service.lines);
    expect(log).toContain("request completed");
    for (const text of [
      "Golden",
      "orders@",
      "555 0123",
      office.database.variablesOf("employee").APP_DB_PASSWORD ?? "",
    ]) {
      expect(log).not.toContain(text);
    }
    const { headers } = await visitor.get(LIST, { origin: "https://evil.example" });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    const [users] = await office.master.query<RowDataPacket[]>(
      "SELECT User, ssl_type FROM mysql.user WHERE User IN ('customer', 'employee', 'migrator') ORDER BY User",
    );
    expect(users.map((user) => [user.User, user.ssl_type])).toEqual([
      ["customer", "ANY"],
      ["employee", "ANY"],
      ["migrator", "ANY"],
    ]);
    const [connections] = await office.master.query<RowDataPacket[]>(
      "SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE USER = 'employee'",
    );
    expect(connections[0]?.count).toBeLessThanOrEqual(5);
  });

  it("/admin itself is a page of this service", async () => {
    const { status, body } = await visitor.get("/admin");
    expect([status, body]).toEqual([
      200,
      expect.stringContaining("Use this app to keep track of your coffee suppliers"),
    ]);
    expect(publicRoutes.map(({ path }) => path)).toContain("/admin");
  });

  it("all that a page loads comes from below /admin", async () => {
    for (const path of ["/admin", LIST, ADD, "/admin/nowhere"]) {
      const { body } = await visitor.get(path);
      const loaded = [...body.matchAll(/<(?:link|img)[^>]* (?:href|src)="([^"]+)"/g)].map(([, one = ""]) => one);
      expect(loaded.length).toBeGreaterThan(2);
      for (const one of new Set(loaded)) {
        expect(one).toMatch(/^\/admin\/assets\//);
        const asset = await visitor.get(one);
        expect([asset.status, asset.headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
        expect(asset.body.length).toBeGreaterThan(100);
      }
    }
  });

  it("the health check asks nothing of the database: it stays green while that is gone, and all comes back by itself", async () => {
    expect((await visitor.get(LIST)).status).toBe(200);
    await office.database.server.stop();
    const form = { ...formOf(await visitor.get(ADD)), ...beans };
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all([visitor.get(LIST), visitor.post(ADD, form)]);
      for (const answer of answers) {
        expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
        expect(answer.body).toContain("Try again");
      }
      for (const path of ["/healthcheck", "/health/live", "/health/ready", "/admin"]) {
        expect((await visitor.get(path)).status).toBe(200);
      }
    }
    const refused = () => office.service.lines.filter(({ status }) => status === 503);
    await expect.poll(refused).toHaveLength(10);
    for (const { err } of refused()) expect(err).toMatchObject({ reason: expect.not.stringMatching(WAITED_FOR) });
    await office.database.server.start();
    await expect.poll(async () => (await visitor.get(LIST)).status, { timeout: 60_000 }).toBe(200);
    await office.service.line("the database answers again");
    expect(office.service.lines.filter(({ msg }) => msg === "the database does not answer")).toHaveLength(1);
    expect(office.service.lines.filter(({ msg }) => msg === "the database answers again")).toHaveLength(1);
    office.master = await office.database.server.connect();
    expect((await visitor.fill(ADD, beans)).status).toBe(303);
  });
});
