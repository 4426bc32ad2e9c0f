import { type Answer, formOf, unescaped, type Visitor } from "@express-on-ecs/suppliers-kit/testing/visitor";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { beans, Office, oddTexts } from "../testing/office";
import { publicRoutes } from "./routes";

const ADD = "/admin/supplier-add";
const LIST = "/admin/suppliers";

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

const messageOf = ({ body }: Answer) => unescaped(/<div class="note good"><p>(.*?)<\/p>/.exec(body)?.[1] ?? "");
const errorOf = ({ body }: Answer, field: string) =>
  new RegExp(`<p class="error" id="${field}-error">(.*?)</p>`).exec(body)?.[1];

describe("a supplier", () => {
  it("is added, listed, changed and removed, each told once on the page after it", async () => {
    const added = await visitor.fill(ADD, beans);
    expect([added.status, added.headers.location]).toEqual([303, LIST]);
    const list = await visitor.get(LIST);
    expect(messageOf(list)).toBe("Golden Bean was added.");
    expect(messageOf(await visitor.get(LIST))).toBe("");
    const [{ id } = { id: 0 }] = await office.stored();
    expect(list.body).toContain(`href="/admin/supplier-update/${id}"`);

    const saved = await visitor.fill(`/admin/supplier-update/${id}`, { city: "Galway" });
    expect([saved.status, saved.headers.location]).toEqual([303, LIST]);
    expect(messageOf(await visitor.get(LIST))).toBe("Golden Bean was saved.");
    expect(await office.stored()).toEqual([{ id, ...beans, city: "Galway", version: 2 }]);

    const ask = await visitor.get(`/admin/supplier-remove/${id}`);
    expect(ask.body).toContain("<dd>Galway</dd>");
    expect(await office.stored()).toHaveLength(1);
    expect((await visitor.post(`/admin/supplier-remove/${id}`, formOf(ask))).status).toBe(303);
    expect(messageOf(await visitor.get(LIST))).toBe("Golden Bean was removed.");
    expect(await office.stored()).toEqual([]);
  });

  it.each([
    "/admin/supplier-update/7",
    "/admin/supplier-remove/7",
    "/admin/supplier-update/0",
    "/admin/supplier-update/x",
    "/admin/supplier-update/4294967296",
    "/admin/supplier-update/99999999999999999999",
  ])("that is not there is not found: %s", async (path) => {
    const { status, body } = await visitor.get(path);
    expect([status, body]).toEqual([404, expect.stringContaining("Sorry, we don't seem to have that page in stock")]);
  });

  it("that exists already, in whatever case, is refused beside the form, with the values kept", async () => {
    await office.put();
    const answer = await visitor.fill(ADD, { ...beans, name: "GOLDEN BEAN", phone: "0123456789" });
    expect(answer.status).toBe(409);
    expect(answer.body).toContain("There is a supplier with this name, address, city and state already");
    expect(formOf(answer)).toMatchObject({ name: "GOLDEN BEAN", phone: "0123456789" });
    const id = await office.put({ ...beans, name: "Another" });
    expect((await visitor.fill(`/admin/supplier-update/${id}`, { name: beans.name })).status).toBe(409);
    expect((await office.stored()).map(({ name }) => name)).toEqual(["Golden Bean", "Another"]);
    expect((await visitor.fill(ADD, { ...beans, state: "Ulster" })).status).toBe(303);
  });
});

describe("two people", () => {
  it("who change one supplier: the second is told, sees both, and loses nothing", async () => {
    const path = `/admin/supplier-update/${await office.put()}`;
    const first = formOf(await visitor.get(path));
    const second = office.visitor();
    expect((await second.fill(path, { city: "Galway" })).status).toBe(303);
    const refused = await visitor.post(path, { ...first, address: "2 New Street" });
    expect(refused.status).toBe(409);
    expect(refused.body).toContain("<td>Galway</td><td>Cork</td>");
    expect(refused.body).toContain("<td>1 Main Street</td><td>2 New Street</td>");
    expect(await office.stored()).toMatchObject([{ city: "Galway", address: "1 Main Street", version: 2 }]);
    const again = formOf(refused);
    expect(again).toMatchObject({ address: "2 New Street", city: "Cork", version: "2" });
    expect((await visitor.post(path, again)).status).toBe(303);
    expect(await office.stored()).toMatchObject([{ city: "Cork", address: "2 New Street", version: 3 }]);
    second.leave();
  });

  it("of whom one removes what the other changes: the values are kept, to be added again", async () => {
    const id = await office.put();
    const form = formOf(await visitor.get(`/admin/supplier-update/${id}`));
    await office.master.query("DELETE FROM COFFEE.suppliers");
    const gone = await visitor.post(`/admin/supplier-update/${id}`, { ...form, city: "Galway" });
    expect([gone.status, gone.body]).toEqual([404, expect.stringContaining('action="/admin/supplier-add"')]);
    expect((await visitor.post(ADD, formOf(gone))).status).toBe(303);
    expect(await office.stored()).toMatchObject([{ ...beans, city: "Galway" }]);
  });

  it("of whom one changes what the other removes: it stays, and the page shows it anew", async () => {
    const id = await office.put();
    const form = formOf(await visitor.get(`/admin/supplier-remove/${id}`));
    await office.master.query("UPDATE COFFEE.suppliers SET city = 'Galway', version = version + 1");
    const refused = await visitor.post(`/admin/supplier-remove/${id}`, form);
    expect([refused.status, refused.body]).toEqual([409, expect.stringContaining("<dd>Galway</dd>")]);
    expect((await visitor.post(`/admin/supplier-remove/${id}`, formOf(refused))).status).toBe(303);
  });
});

describe("a form with faults", () => {
  it("says what is wrong at the top and beside each field, and keeps what was typed", async () => {
    const answer = await visitor.fill(ADD, { name: "  ", address: "O'Brien <b>", email: "nobody", phone: "123" });
    expect(answer.status).toBe(422);
    expect(errorOf(answer, "name")).toBe("The supplier name is required");
    expect(errorOf(answer, "address")).toBeUndefined();
    expect(errorOf(answer, "city")).toBe("The supplier city is required");
    expect(errorOf(answer, "email")).toBe("Email should be an address like name@example.com");
    expect(errorOf(answer, "phone")).toBe("Phone number should be 10 digit number plus optional country code");
    expect(answer.body).toContain('<li><a href="#phone">Phone number should be 10 digit');
    expect(answer.body).toMatch(
      /<input id="phone"[^>]* aria-invalid="true" aria-describedby="phone-hint phone-error">/,
    );
    expect(formOf(answer)).toMatchObject({ address: "O'Brien <b>", email: "nobody", phone: "123" });
    expect(await office.stored()).toEqual([]);
  });

  it.each(oddTexts)("gives %j back in every field as it was typed", async (text) => {
    const typed = Object.fromEntries(Object.keys(beans).map((name) => [name, text]));
    const answer = await visitor.fill(ADD, typed);
    expect(answer.status).toBe(422);
    const trimmed = Object.fromEntries(Object.keys(beans).map((name) => [name, text.trim()]));
    expect(formOf(answer)).toMatchObject(trimmed);
    expect(answer.body).not.toContain("<script");
  });

  it.each(["a\0b", "a\nb", "a\u0085b", "a\u2028b", "\u001b[31m"])(
    "refuses %j, which can't be printed",
    async (name) => {
      const answer = await visitor.fill(ADD, { ...beans, name });
      expect([answer.status, errorOf(answer, "name")]).toEqual([422, "Name has characters that can&#39;t be printed"]);
    },
  );

  it("refuses one that was changed by hand", async () => {
    const id = await office.put();
    const form = formOf(await visitor.get(`/admin/supplier-update/${id}`));
    const path = `/admin/supplier-update/${id}`;
    for (const version of ["", "0", "-1", "1.0", "x", "99999999999"]) {
      expect((await visitor.post(path, { ...form, version })).status).toBe(400);
    }
    expect((await visitor.post(path, `${new URLSearchParams(form)}&name=second`)).status).toBe(400);
    expect((await visitor.post(path, JSON.stringify(form), { "content-type": "application/json" })).status).toBe(415);
    expect(await office.stored()).toMatchObject([{ ...beans, version: 1 }]);
  });
});

describe("a form that is not the service's own", () => {
  it("is refused, without its token and from elsewhere, and writes nothing", async () => {
    const form = formOf(await visitor.get(ADD));
    expect((await visitor.post(ADD, beans)).status).toBe(403);
    expect((await visitor.post(ADD, { ...form, ...beans }, { origin: "https://evil.example" })).status).toBe(403);
    const stranger = office.visitor();
    expect((await stranger.post(ADD, { ...form, ...beans })).status).toBe(403);
    stranger.leave();
    expect(await office.stored()).toEqual([]);
    expect((await visitor.post(ADD, { ...form, ...beans }, { origin: office.service.url })).status).toBe(303);
  });
});

describe("the pages", () => {
  it("are kept by no cache, and loaded from the service alone", async () => {
    const { headers } = await visitor.get(ADD);
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none';style-src 'self';img-src 'self' data:;/);
  });

  it("all have a path at or below /admin", () => {
    for (const { path } of publicRoutes) expect(path).toMatch(/^\/admin(\/|$)/);
  });

  it("are served with and without a slash at the end", async () => {
    for (const path of ["/admin", "/admin/", LIST, `${LIST}/`]) expect((await visitor.get(path)).status).toBe(200);
  });
});
