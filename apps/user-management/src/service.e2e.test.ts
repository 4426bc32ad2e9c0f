import type { RunningService } from "@express-on-ecs/kit/testing/run-service";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, ada, ask, Registry, type Sent } from "../testing/registry";

const USER = "/usermgmt/user";
const USERS = "/usermgmt/users";
const PROBLEM = "application/problem+json; charset=utf-8";

let registry: Registry;
let service: RunningService;

beforeAll(async () => {
  registry = await Registry.open();
  service = await registry.start();
});
afterAll(() => registry.close());
afterEach(async () => {
  // A mail on its way would come to the next test.
  await expect.poll(() => registry.outbox(), { timeout: 60_000 }).toEqual([]);
  await registry.clear();
});

const asks = (method: string, path: string, sent?: Sent): Promise<Answer> => ask(service.url, method, path, sent);
const create = (changed: Partial<typeof ada> = {}) => asks("POST", USER, { json: { ...ada, ...changed } });
const detailOf = ({ body }: Answer) => (body as { detail?: string }).detail;
const linesWith = (pattern: RegExp) => service.lines.filter((line) => pattern.test(JSON.stringify(line)));
const tagOf = ({ headers }: Answer) => headers.get("etag") ?? "";

describe("a user", () => {
  it("is created, shown, changed and removed", async () => {
    const created = await create();
    expect([created.status, created.headers.get("location")]).toEqual([201, "/usermgmt/user/ada"]);
    expect(created.body).toEqual({ ...ada, createdAt: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/) });

    const shown = await asks("GET", `${USER}/ada`);
    expect([shown.status, shown.body, tagOf(shown)]).toEqual([200, created.body, tagOf(created)]);
    expect(shown.headers.get("cache-control")).toBe("private, no-cache");
    expect((await asks("HEAD", `${USER}/ada`)).headers.get("etag")).toBe(tagOf(created));

    const changed = await asks("PUT", USER, { json: { ...ada, lastname: "King" } });
    expect([changed.status, changed.body]).toEqual([200, { ...(created.body as object), lastname: "King" }]);
    expect(tagOf(changed)).not.toBe(tagOf(created));
    expect((await asks("GET", `${USER}/ada`)).body).toEqual(changed.body);

    expect((await asks("DELETE", `${USER}/ada`)).status).toBe(204);
    const gone = await asks("GET", `${USER}/ada`);
    expect([gone.status, detailOf(gone)]).toEqual([404, "User with user name ada doesn't exist!"]);
    expect(await registry.rows("SELECT * FROM users")).toEqual([]);
  });

  it("is told by mail, once, as the original tells", async () => {
    const { headers } = await asks("POST", USER, { json: ada, headers: { "x-request-id": "creation-7" } });
    expect(headers.get("x-request-id")).toBe("creation-7");
    await expect.poll(() => registry.outbox()).toEqual([]);
    const message = {
      subject: "Stack Simplify account creation.",
      content: "Hello Ada, your stack simplify account is created successfully!",
      toEmails: ["ada@example.com"],
    };
    expect(registry.notification.asked).toEqual([
      { key: expect.stringMatching(/^[0-9a-f-]{36}$/), requestId: "creation-7", body: message },
    ]);
  });

  it("has a last name or none, and letters of any language, counted as people count them", async () => {
    const { lastname: _, ...nameless } = ada;
    expect((await asks("POST", USER, { json: nameless })).body).toMatchObject({ lastname: "" });
    const odd = {
      username: "Ωmega.Núñez-1_",
      email: "o'hara+x@example.com",
      firstname: "🙂".repeat(20),
      lastname: "O'Brien <b>",
    };
    const created = await create(odd);
    expect([created.status, created.body]).toEqual([201, expect.objectContaining(odd)]);
    const path = created.headers.get("location") ?? "";
    expect(path).toBe(`${USER}/${encodeURIComponent("Ωmega.Núñez-1_")}`);
    expect((await asks("GET", path)).body).toEqual(created.body);
  });
});

describe("the username and the email", () => {
  it("are unique in upper and lower case, and it is said which of them is there already", async () => {
    await create();
    const name = await create({ username: "ADA", email: "other@example.com" });
    expect([name.status, name.body]).toEqual([
      409,
      expect.objectContaining({
        detail: "User with user name ADA already exists!",
        errors: [{ pointer: "#/username", detail: "User with user name ADA already exists!" }],
      }),
    ]);
    const email = await create({ username: "lovelace", email: "ADA@Example.COM" });
    expect([email.status, detailOf(email)]).toEqual([409, "User with this email already exists!"]);
    expect(email.body).toMatchObject({ errors: [{ pointer: "#/email" }] });
    await create({ username: "grace", email: "grace@example.com" });
    expect((await asks("PUT", USER, { json: { ...ada, username: "grace" } })).status).toBe(409);
    expect((await asks("GET", `${USER}/ADA`)).body).toMatchObject(ada);
    expect((await asks("PUT", USER, { json: { ...ada, username: "ADA" } })).body).toMatchObject({ username: "ada" });
    expect(linesWith(/ada@example/i)).toEqual([]);
  });

  it("differ by an accent, however the accent was typed", async () => {
    expect((await create({ username: "josé" })).status).toBe(201);
    expect((await create({ username: "jose", email: "jose@example.com" })).status).toBe(201);
    expect((await create({ username: "jose\u0301", email: "third@example.com" })).status).toBe(409);
    expect((await create({ username: "JOSÉ", email: "third@example.com" })).status).toBe(409);
    expect((await asks("GET", `${USER}/jos%C3%A9`)).body).toMatchObject({ email: "ada@example.com" });
    expect((await asks("GET", `${USER}/jose%CC%81`)).body).toMatchObject({ email: "ada@example.com" });
    expect((await asks("GET", `${USER}/Jose`)).body).toMatchObject({ email: "jose@example.com" });
  });

  it("go to one of 50 who ask for them at once, and to nobody else", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => create({ email: `ada${index}@example.com` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
    await expect.poll(() => registry.outbox()).toEqual([]);
    expect(registry.notification.asked).toHaveLength(1);
  });
});

describe("two who change one user", () => {
  it("do not lose what the other has written: a stale If-Match is refused", async () => {
    const first = tagOf(await create());
    const put = (tag: string, lastname: string) =>
      asks("PUT", USER, { json: { ...ada, lastname }, headers: { "if-match": tag } });
    const second = await put(first, "King");
    expect(second.status).toBe(200);
    const stale = await put(first, "Byron");
    expect([stale.status, stale.headers.get("content-type")]).toEqual([412, PROBLEM]);
    expect((await asks("DELETE", `${USER}/ada`, { headers: { "if-match": first } })).status).toBe(412);
    expect((await asks("GET", `${USER}/ada`)).body).toMatchObject({ lastname: "King" });
    expect((await put(`"other", ${tagOf(second)}`, "Byron")).status).toBe(200);
    expect((await put(`W/${tagOf(await asks("GET", `${USER}/ada`))}`, "x")).status).toBe(412);
    expect((await put("*", "King")).status).toBe(200);
    const last = tagOf(await asks("GET", `${USER}/ada`));
    expect((await asks("DELETE", `${USER}/ada`, { headers: { "if-match": last } })).status).toBe(204);
    expect((await put("*", "King")).status).toBe(404);
  });

  it("at the same time: one of 20 with the same tag does", async () => {
    let tag = tagOf(await create());
    // In the first round connections are still being made: few are at work together.
    for (const round of ["a", "b", "c"]) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          asks("PUT", USER, { json: { ...ada, lastname: `${round}${index}` }, headers: { "if-match": tag } }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
      tag = tagOf(await asks("GET", `${USER}/ada`));
    }
  });

  it("are told of one that was removed and created again", async () => {
    const tag = tagOf(await create());
    await asks("DELETE", `${USER}/ada`);
    await create();
    expect((await asks("DELETE", `${USER}/ada`, { headers: { "if-match": tag } })).status).toBe(412);
  });

  it("are asked for no more than they have: If-None-Match", async () => {
    const tag = tagOf(await create());
    // Without it, fetch says no-cache: that nothing but the user itself will do.
    const headers = { "if-none-match": tag, "cache-control": "max-age=0" };
    const { status, body } = await asks("GET", `${USER}/ada`, { headers });
    expect([status, body]).toEqual([304, ""]);
  });
});

describe("the list", () => {
  const listed = async (path: string) => {
    const { status, headers, body } = await asks("GET", path);
    expect(status).toBe(200);
    const next = /^<(.*)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    return { names: (body as { username: string }[]).map(({ username }) => username), next };
  };

  it("is empty without users", async () => {
    expect(await listed(USERS)).toEqual({ names: [], next: undefined });
  });

  it("has all users by name, each once, whatever is added and removed between its pages", async () => {
    const names = Array.from({ length: 25 }, (_, index) => `User${String(index).padStart(2, "0")}`);
    await Promise.all(names.map((username) => create({ username, email: `${username}@example.com` })));
    const first = await listed(USERS);
    expect(first).toEqual({ names: names.slice(0, 20), next: expect.stringContaining("limit=20&cursor=") });
    await asks("DELETE", `${USER}/user19`);
    await create({ username: "aaa", email: "aaa@example.com" });
    expect(await listed(first.next ?? "")).toEqual({ names: names.slice(20), next: undefined });
    const walked: string[] = [];
    for (let path: string | undefined = `${USERS}?limit=7`; path !== undefined; ) {
      const page = await listed(path);
      walked.push(...page.names);
      path = page.next;
    }
    expect(walked).toEqual(["aaa", ...names.filter((name) => name !== "User19")]);
  });

  it.each([
    "limit=0",
    "limit=101",
    "limit=x",
    "limit=",
    "limit=1.0",
    "limit=1&limit=2",
    "cursor=",
    "cursor=YQ",
    "cursor=!!!!",
  ])("refuses %s", async (query) => {
    const { status, headers } = await asks("GET", `${USERS}?${query}`);
    expect([status, headers.get("content-type")]).toEqual([400, PROBLEM]);
  });
});

describe("a request that is wrong", () => {
  it("is told all that is wrong with it, and where", async () => {
    const json = { username: "a b", email: "nobody", firstname: " ", password: "secret", lastname: 7 };
    const { status, body } = await asks("POST", USER, { json });
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({
        title: "Bad Request",
        errors: [
          { pointer: "#/username", detail: expect.stringContaining("3 to 20 letters") },
          { pointer: "#/email", detail: expect.stringContaining("name@example.com") },
          { pointer: "#/firstname", detail: expect.stringContaining("1 to 20 characters") },
          { pointer: "#/lastname", detail: expect.stringContaining("20 characters at most") },
          {
            pointer: "#/password",
            detail: '"password" is not a member of a user; allowed: username, email, firstname, lastname',
          },
        ],
      }),
    ]);
  });

  it.each([
    ["POST", USER, undefined, 415],
    ["POST", USER, [], 400],
    ["PUT", USER, ada, 404],
    ["GET", `${USER}/nobody`, undefined, 404],
    ["GET", `${USER}/%00`, undefined, 404],
    ["GET", `${USER}/%ff`, undefined, 400],
    ["DELETE", `${USER}/nobody`, undefined, 404],
    ["DELETE", USERS, undefined, 405],
    ["PATCH", USER, ada, 405],
    ["GET", "/usermgmt", undefined, 404],
    ["GET", "/", undefined, 404],
  ])("gets problem details, also a browser: %s %s", async (method, path, json, expected) => {
    const sent = { headers: { accept: "text/html" }, ...(json !== undefined && { json }) };
    const { status, headers, body } = await asks(method, path, sent);
    expect([status, headers.get("content-type")]).toEqual([expected, PROBLEM]);
    expect(body).toMatchObject({ type: "about:blank", status: expected, requestId: headers.get("x-request-id") });
  });

  it("is refused when it is no JSON, or too much of it, and none of it is in the log", async () => {
    const post = async (body: string, type = "application/json") =>
      (await fetch(`${service.url}${USER}`, { method: "POST", body, headers: { "content-type": type } })).status;
    expect(await post('{"email": "ada@example.com"')).toBe(400);
    expect(await post("username=ada@example.com", "application/x-www-form-urlencoded")).toBe(415);
    expect(await post("ada@example.com", "text/plain")).toBe(415);
    expect(await post(JSON.stringify({ ...ada, firstname: "a".repeat(200_000) }))).toBe(413);
    expect(linesWith(/ada@example/)).toEqual([]);
  });

  it("is told the methods of a path", async () => {
    const { headers } = await asks("PATCH", USER);
    expect(headers.get("allow")).toBe("POST, PUT, OPTIONS");
    expect((await asks("OPTIONS", `${USER}/ada`)).headers.get("allow")).toBe("GET, HEAD, DELETE, OPTIONS");
  });
});

describe("what notification says of itself", () => {
  const INFO = "/usermgmt/notification-service-info";
  const info = { status: 200, body: "Notification Service IP Address: 10.0.0.7\nHostname: task" };

  it("is shown, with the request id passed on", async () => {
    registry.notification.info = info;
    const { status, headers, body } = await asks("GET", INFO);
    expect([status, headers.get("content-type"), body]).toEqual([200, "text/plain; charset=utf-8", info.body]);
  });

  it("is a problem when it says something else, or nothing", async () => {
    registry.notification.info = { status: 500, body: "secret" };
    const wrong = await asks("GET", INFO);
    expect([wrong.status, detailOf(wrong)]).toEqual([502, "The notification service answered with status 500."]);
    await registry.notification.stop();
    const gone = await asks("GET", INFO);
    expect([gone.status, gone.headers.get("retry-after")]).toEqual([503, "2"]);
    await registry.notification.start();
    registry.notification.info = info;
  });
});

describe("the health status", () => {
  it("is as the original's, and not in the log", async () => {
    const { status, body } = await asks("GET", "/usermgmt/health-status");
    expect([status, body]).toEqual([200, "User Management Service UP and RUNNING"]);
    expect(linesWith(/health-status/)).toEqual([]);
  });
});
