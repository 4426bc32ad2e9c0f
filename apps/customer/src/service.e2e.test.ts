import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import {
  type SuppliersDatabase,
  startSuppliersDatabase,
} from "@express-on-ecs/suppliers-kit/testing/suppliers-database";
import { Visitor } from "@express-on-ecs/suppliers-kit/testing/visitor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let database: SuppliersDatabase;
let customer: RunningService;
let visitor: Visitor;

beforeAll(async () => {
  database = await startSuppliersDatabase();
  for (const name of ["prepare", "migrate", "seed"] as const) expect((await database.command(name)).status).toBe(0);
  customer = await database.start("customer");
  visitor = new Visitor(customer.url);
});
afterAll(async () => {
  visitor.leave();
  killRunning();
  await database.close();
});

describe("the customers' pages", () => {
  it("welcome people, and lead to the list and to the administrators", async () => {
    const { status, body } = await visitor.get("/");
    expect(status).toBe(200);
    for (const text of [
      "<h1>Welcome</h1>",
      "Use this app to keep track of your coffee suppliers",
      "Coffee suppliers</a>",
    ]) {
      expect(body).toContain(text);
    }
    for (const path of ["/", "/suppliers", "/admin/suppliers"]) expect(body).toContain(`href="${path}"`);
  });

  it.each(["/suppliers", "/suppliers/"])(
    "list the suppliers at %s, page by page, with nothing to change them",
    async (path) => {
      const first = await visitor.get(path);
      expect(first.status).toBe(200);
      expect(first.body.match(/<th role="rowheader"/g)).toHaveLength(25);
      const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1] ?? "";
      const second = await visitor.get(next);
      expect(second.body.match(/<th role="rowheader"/g)).toHaveLength(3);
      const previous = /rel="prev" href="([^"]+)"/.exec(second.body)?.[1] ?? "";
      expect((await visitor.get(previous)).body).toBe(first.body);
      expect(first.body).not.toMatch(/method="post"|Edit|supplier-/);
    },
  );

  it("find suppliers, and say so when there is none", async () => {
    const { body } = await visitor.get("/suppliers?q=o%27brien");
    expect(body.match(/O&#39;Brien &amp; Daughters [^<]*<\/th>/g)).toHaveLength(4);
    expect((await visitor.get("/suppliers?q=' OR 1=1 --".replaceAll(" ", "%20"))).body).toContain("Nothing found");
  });

  it.each(["?q=a&q=b", "?after=x", "?before=%00", "?after=W10"])("answer 400 to the broken link %s", async (query) => {
    expect((await visitor.get(`/suppliers${query}`)).status).toBe(400);
  });

  it.each(["?q=%00", "?q=%FF%ED%A0%80", `?q=${"a".repeat(5000)}`, "?q[]=a", "?q=%F0%9F%99%82", "?q=%25%25"])(
    "answer 200 to the odd search %#",
    async (query) => {
      expect((await visitor.get(`/suppliers${query}`)).status).toBe(200);
    },
  );

  it.each([
    "/nowhere",
    "/admin",
    "/admin/suppliers",
    "/supplier-add",
    "/suppliers/1",
    "/SUPPLIERS",
    "/img/espresso.jpg",
  ])("are no other: %s gets the customers' page for that", async (path) => {
    const { status, body } = await visitor.get(path);
    expect(status).toBe(404);
    for (const text of [
      "Sorry, we don't seem to have that page in stock",
      "Coffee suppliers</a>",
      ">Return to home page</a>",
    ]) {
      expect(body).toContain(text);
    }
  });

  it("take nothing: POST is not allowed, and the database user could not write", async () => {
    expect((await visitor.post("/suppliers", { name: "x" })).status).toBe(405);
    expect((await visitor.post("/supplier-add", { name: "x" })).status).toBe(404);
  });

  it("tell in a moment that the database is gone, stay alive, and come back by themselves", async () => {
    await database.server.stop();
    for (const path of ["/healthcheck", "/health/live", "/"]) expect((await visitor.get(path)).status).toBe(200);
    const gone = await visitor.get("/suppliers");
    expect([gone.status, gone.headers["retry-after"]]).toEqual([503, "2"]);
    await database.server.start();
    await expect.poll(async () => (await visitor.get("/suppliers")).status, { timeout: 60_000 }).toBe(200);
  });

  it("end with their connections when they are told to", async () => {
    customer.signal("SIGTERM");
    expect(await customer.exited).toEqual({ status: 0, stderr: "" });
  });
});

it.each(["customer", "employee"])("%s has an image that exposes its port and does not run as root", async (service) => {
  const lines = (await readFile(join(import.meta.dirname, "../..", service, "Dockerfile"), "utf8")).split("\n");
  expect(lines.filter((line) => /^(EXPOSE|USER|STOPSIGNAL|CMD) /.test(line))).toEqual([
    "USER node",
    "EXPOSE 8080",
    "STOPSIGNAL SIGTERM",
    'CMD ["node", "--enable-source-maps", "main.cjs"]',
  ]);
});
