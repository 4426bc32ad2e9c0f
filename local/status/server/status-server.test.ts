import { request as httpRequest } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { Failure } from "../../../tools/failure";
import { Collector } from "./collector";
import { TOKEN_HEADER } from "./protection";
import { type Act, StatusServer } from "./status-server";

const TRACE = { to: "arn", method: "GET", path: "/" };

const KILL = { task: "1a2b3c4d5e6f7081" };

async function started(act: Act = async () => ({ act: 1 })) {
  const collector = new Collector([]);
  const bundle = async () => ({ script: "script()", style: "style {}" });
  const server = new StatusServer({ collector, act, bundle });
  await server.open();
  onTestFinished(() => server.close());
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(server.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: server.url,
        [TOKEN_HEADER]: server.token,
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { server, collector, post };
}

/** Status and text of an answer. */
const told = async (answer: Response) => [answer.status, (await answer.text()).trim()];

/** With headers that fetch does not let anybody set. */
function get(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject).end();
  });
}

describe("StatusServer", () => {
  it("serves the page with its token, and its script and stylesheet", async () => {
    const { server } = await started();
    const page = await fetch(server.url);
    const text = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(text).toContain(`<meta name="status-token" content="${server.token}">`);
    expect(await (await fetch(`${server.url}/page.js`)).text()).toBe("script()");
    expect(await (await fetch(`${server.url}/style.css`)).text()).toBe("style {}");
  });

  it("has another token for each run", async () => {
    const [one, other] = [await started(), await started()];
    expect(one.server.token).not.toBe(other.server.token);
    expect(one.server.token).toMatch(/^[\w-]{43}$/);
  });

  it("says what is wrong where the page can't be bundled, and tries again", async () => {
    let isBroken = true;
    const bundle = async () => {
      if (isBroken) throw new Error("the status page can't be bundled: main.tsx");
      return { script: "mended()", style: "" };
    };
    const server = new StatusServer({ collector: new Collector([]), act: async () => ({}), bundle });
    await server.open();
    onTestFinished(() => server.close());
    expect(await told(await fetch(`${server.url}/page.js`))).toEqual([
      500,
      "the status page can't be bundled: main.tsx",
    ]);
    isBroken = false;
    expect(await told(await fetch(`${server.url}/page.js`))).toEqual([200, "mended()"]);
  });

  it("carries out what is asked, and gives what came of it", async () => {
    const asked: unknown[] = [];
    const { post } = await started(async (...given) => {
      asked.push(given);
      return { act: 7 };
    });
    expect(await told(await post("/api/kill", KILL))).toEqual([200, '{"act":7}']);
    expect(asked).toEqual([["kill", KILL]]);
  });

  it("says why what is asked can't be done", async () => {
    const { post } = await started(() => Promise.reject(new Failure("no task's id begins with that")));
    expect(await told(await post("/api/kill", KILL))).toEqual([409, "no task's id begins with that"]);
  });

  it("sends the state as it is to whoever comes, then what changes", async () => {
    const { server, collector } = await started();
    collector.tell({ names: [{ name: "a", leadsTo: [] }] });
    const stop = new AbortController();
    const answer = await fetch(`${server.url}/events`, { signal: stop.signal });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    let text = "";
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const read = async () => {
      text += (await reader?.read())?.value ?? "";
      return text;
    };
    await expect.poll(read).toContain('data: {"names":[{"name":"a","leadsTo":[]}]}\n\n');
    collector.tell({ mails: [] });
    await expect.poll(read).toContain('data: {"mails":[]}\n\n');
    stop.abort();
  });

  it("has room for twenty pages, and refuses the next one", async () => {
    const { server } = await started();
    const stop = new AbortController();
    for (let page = 0; page < 20; page++) {
      expect((await fetch(`${server.url}/events`, { signal: stop.signal })).status).toBe(200);
    }
    expect(await told(await fetch(`${server.url}/events`))).toEqual([503, "too many pages are open: close one"]);
    stop.abort();
  });

  describe("refuses", () => {
    let acted = false;
    const act: Act = async () => {
      acted = true;
      return {};
    };

    it("another name in the Host header, whatever is asked", async () => {
      const { server } = await started(act);
      const host = `evil.example:${new URL(server.url).port}`;
      for (const path of ["/", "/page.js", "/events", "/api/kill"])
        expect(await get(server.url + path, { host })).toBe(421);
    });

    it("to tell the state to another site", async () => {
      const { server } = await started(act);
      expect(await get(`${server.url}/events`, { "sec-fetch-site": "cross-site" })).toBe(403);
    });

    it.each<[string, Record<string, string>, number]>([
      ["another origin", { origin: "http://evil.example" }, 403],
      ["a request from another site", { "sec-fetch-site": "cross-site" }, 403],
      ["a wrong token", { [TOKEN_HEADER]: "wrong" }, 403],
      ["another content type", { "content-type": "text/plain" }, 415],
    ])("an act with %s", async (_, headers, status) => {
      const { post } = await started(act);
      expect((await post("/api/kill", KILL, headers)).status).toBe(status);
      expect(acted).toBe(false);
    });

    it("an act by GET", async () => {
      const { server } = await started(act);
      expect(await told(await fetch(`${server.url}/api/kill`))).toEqual([405, "acts take POST only"]);
    });

    it("an act that there is not", async () => {
      const { post } = await started(act);
      expect(await told(await post("/api/constructor", {}))).toEqual([404, 'there is no act "constructor"']);
    });

    it("a body that is too long", async () => {
      const { post } = await started(act);
      expect(await told(await post("/api/kill", { task: "a".repeat(70_000) }))).toEqual([
        413,
        "the body is longer than 65536 bytes",
      ]);
      expect(acted).toBe(false);
    });

    it("a body that is no JSON", async () => {
      const { post } = await started(act);
      const [status, text] = await told(await post("/api/kill", "{task"));
      expect([status, String(text).startsWith("the body is no JSON: ")]).toEqual([400, true]);
    });

    it.each<[string, object, unknown]>([
      ["kill", { task: "../../etc" }, 'kill: task is "../../etc"; it has to be the id of a task'],
      [
        "trace",
        { to: "api1", method: "GET", path: "/", token: "secret token" },
        "trace: token has to be a token, as npm run local -- token prints it",
      ],
      ["kill", {}, "kill: task is missing; it has to be the id of a task"],
      ["kill", { ...KILL, force: true }, 'kill: Unrecognized key: "force"'],
      ["scale", { service: "service-a", tasks: 21 }, "scale: tasks is 21; it has to be a whole number from 0 to 20"],
      ["scale", { service: "service-a", tasks: 1.5 }, "scale: tasks is 1.5; it has to be a whole number from 0 to 20"],
      ["redeploy", { service: "Shop 1" }, 'redeploy: service is "Shop 1"; it has to be the name of a service'],
      ["release", { service: "a", tag: "--help" }, 'release: tag is "--help"; it has to be an image tag'],
      ["load", { service: "a", rate: 201, seconds: 1 }, "load: rate is 201; it has to be a whole number from 1 to 200"],
      ["load", { service: "a", rate: 1, seconds: 0 }, "load: seconds is 0; it has to be a whole number from 1 to 300"],
      [
        "walk",
        { service: "a", decision: "shrug", confirm: false },
        'walk: decision is "shrug"; it has to be one of approve, reject',
      ],
      [
        "trace",
        { ...TRACE, path: "/a b" },
        'trace: path is "/a b"; it has to be a path that begins with "/", without spaces, of at most 2048 characters',
      ],
      [
        "trace",
        { ...TRACE, path: "http://elsewhere/" },
        expect.stringContaining("it has to be a path that begins with"),
      ],
      ["trace", { ...TRACE, host: "a\r\nx: 1" }, 'trace: host is "a\\r\\nx: 1"; it has to be the name of a host'],
      ["trace", { ...TRACE, method: "CONNECT" }, expect.stringContaining("it has to be one of GET, HEAD, POST")],
    ])("%s with %j", async (name, asked, message) => {
      const { post } = await started(act);
      expect(await told(await post(`/api/${name}`, asked))).toEqual([400, message]);
      expect(acted).toBe(false);
    });

    it("other addresses than its own, and other methods than GET on them", async () => {
      const { server, post } = await started(act);
      expect(await told(await fetch(`${server.url}/package.json`))).toEqual([404, "there is only the page: /"]);
      expect(await told(await post("/", {}))).toEqual([405, "pages take GET only"]);
    });
  });
});
