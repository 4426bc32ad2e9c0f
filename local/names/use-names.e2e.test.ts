import { spawn } from "node:child_process";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { serveForTest } from "../../tools/testing/test-server";
import type { AddressBook } from "./address-book";
import { NAMES_MODULE, NAMES_VARIABLE } from "./names-file";

const ROOT = join(import.meta.dirname, "../..");

/** A program that answers each line of its input, an expression, with its value as JSON, or with what was thrown. */
const ASKED = `
  const dns = require("node:dns"), http = require("node:http"), net = require("node:net");
  const { resolveSrv } = require("node:dns/promises");
  const { promisify } = require("node:util");
  const get = (url, agent) => new Promise((resolve, reject) => http.get(url, { agent }, (response) => {
    response.setEncoding("utf8").on("data", resolve);
  }).on("error", reject));
  const tcp = (...to) => new Promise((resolve, reject) => {
    const socket = new net.Socket().connect(...to, () => { resolve([socket.remoteAddress, socket.remotePort]); socket.destroy(); });
    socket.on("error", reject);
  });
  require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
    let value;
    try {
      value = await eval(line);
    } catch (error) {
      const { code, errno, syscall, hostname } = error.cause ?? error;
      value = { code, errno, syscall, hostname };
    }
    console.log(JSON.stringify(value));
  });
`;

/** An app that knows nothing of names, and the address book that it is started with. */
function startApp(book?: Partial<AddressBook>) {
  const folder = temporaryFolder();
  const file = join(folder, "names.json");
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  if (book) write(JSON.stringify(book));
  const child = spawn(process.execPath, ["--import", NAMES_MODULE, writeFile(folder, "app.cjs", ASKED)], {
    env: { PATH: process.env.PATH, [NAMES_VARIABLE]: file, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    stdio: ["pipe", "pipe", "inherit"],
    cwd: ROOT,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const answers: ((line: string) => void)[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) answers.shift()?.(line);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (status) => reject(new Error(`the app ended with ${status}`)));
  });
  ended.catch(() => undefined);
  const ask = (expression: string): Promise<unknown> => {
    const answer = new Promise<unknown>((resolve) => answers.push((line) => resolve(JSON.parse(line))));
    child.stdin.write(`${expression.replaceAll("\n", " ")}\n`);
    return Promise.race([answer, ended]);
  };
  return { ask, write, file };
}

/** A server that says its word. */
async function serve(word: string, host = "127.0.0.1"): Promise<number> {
  const server = createServer((_request, response) => response.end(word));
  if (host === "127.0.0.1") return serveForTest(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

const NOT_FOUND = { code: "ENOTFOUND", errno: -3008, syscall: "getaddrinfo" };

describe("a process that is given the names of a run", () => {
  it("looks names up, in every form of dns.lookup", async () => {
    const names = { "mail.shop.internal": [{ address: "127.1.2.3" }] };
    const { ask } = startApp({ names });
    const one = { address: "127.1.2.3", family: 4 };
    for (const [expression, answer] of [
      [`new Promise((r) => dns.lookup("mail.shop.internal", (...given) => r(given)))`, [null, "127.1.2.3", 4]],
      [`new Promise((r) => dns.lookup("MAIL.shop.internal.", 4, (...given) => r(given)))`, [null, "127.1.2.3", 4]],
      [`new Promise((r) => dns.lookup("mail.shop.internal", { all: true }, (...given) => r(given)))`, [null, [one]]],
      [`promisify(dns.lookup)("mail.shop.internal")`, one],
      [`dns.promises.lookup("mail.shop.internal")`, one],
      [`dns.promises.lookup("mail.shop.internal", { all: true, family: 0 })`, [one]],
      [`dns.promises.resolve4("mail.shop.internal")`, ["127.1.2.3"]],
      [
        `new Promise((r) => dns.resolve4("mail.shop.internal", { ttl: true }, (...given) => r(given)))`,
        [null, [{ address: "127.1.2.3", ttl: 60 }]],
      ],
      [`import("node:dns/promises").then(({ lookup }) => lookup("mail.shop.internal"))`, one],
      [`import("node:dns").then(({ lookup }) => promisify(lookup)("mail.shop.internal"))`, one],
    ] as const)
      expect(await ask(expression), expression).toEqual(answer);
    expect(await ask(`dns.promises.lookup("mail.shop.internal", { family: 6 })`)).toMatchObject(NOT_FOUND);
  });

  it("gives several addresses in another order now and then", async () => {
    const names = { "mail.shop.internal": [{ address: "127.1.0.1" }, { address: "127.1.0.2" }] };
    const { ask } = startApp({ names });
    const many = `Promise.all(Array.from({ length: 100 }, () => dns.promises.lookup("mail.shop.internal")))`;
    const found = (await ask(many)) as { address: string }[];
    expect(new Set(found.map(({ address }) => address))).toEqual(new Set(["127.1.0.1", "127.1.0.2"]));
  });

  it("finds service records, and the addresses of their targets", async () => {
    const record = { name: "a.mail.shop.internal", address: "127.1.2.3", port: 8096 };
    const names = { "mail.shop.internal": [record], "a.mail.shop.internal": [{ address: "127.1.2.3" }] };
    const { ask } = startApp({ names });
    const answer = [{ name: "a.mail.shop.internal", port: 8096, priority: 1, weight: 1 }];
    expect(await ask(`resolveSrv("mail.shop.internal")`)).toEqual(answer);
    expect(await ask(`new Promise((r) => dns.resolveSrv("mail.shop.internal", (...given) => r(given)))`)).toEqual([
      null,
      answer,
    ]);
    expect(await ask(`dns.promises.lookup("a.mail.shop.internal")`)).toEqual({ address: "127.1.2.3", family: 4 });
    expect(await ask(`dns.promises.lookup("mail.shop.internal")`)).toMatchObject(NOT_FOUND);
    expect(await ask(`resolveSrv("a.mail.shop.internal")`)).toMatchObject({ code: "ENODATA", syscall: "querySrv" });
  });

  it("is told at once that there is no such name in a private namespace", async () => {
    const { ask } = startApp({ names: { "mail.shop.internal": [] }, namespaces: ["shop.internal"] });
    for (const hostname of ["mail.shop.internal", "nobody.shop.internal", "a.b.shop.internal"])
      expect(await ask(`dns.promises.lookup("${hostname}")`)).toEqual({ ...NOT_FOUND, hostname });
    expect(await ask(`resolveSrv("nobody.shop.internal")`)).toMatchObject({ code: "ENOTFOUND", syscall: "querySrv" });
    expect(await ask(`fetch("http://nobody.shop.internal/")`)).toMatchObject({ code: "ENOTFOUND" });
  });

  it("asks nobody else about a private namespace, whatever the machine would say", async () => {
    const { ask } = startApp({ namespaces: ["localhost"] });
    expect(await ask(`dns.promises.lookup("localhost")`)).toEqual({ ...NOT_FOUND, hostname: "localhost" });
  });

  it("asks the machine for every other name", async () => {
    const { ask } = startApp({ names: { "localhost.shop.internal": [] }, namespaces: ["shop.internal"] });
    expect(await ask(`dns.promises.lookup("localhost", 4)`)).toEqual({ address: "127.0.0.1", family: 4 });
    expect(await ask(`dns.promises.lookup("127.0.0.9")`)).toEqual({ address: "127.0.0.9", family: 4 });
    const port = await serve("plain");
    expect(await ask(`fetch("http://127.0.0.1:${port}/").then((answer) => answer.text())`)).toBe("plain");
    expect(await ask(`new Promise((r) => { try { dns.lookup("x"); } catch (error) { r(error.code); } })`)).toBe(
      "ERR_INVALID_ARG_TYPE",
    );
  });

  it.runIf(process.platform === "linux")("reaches a task by its name and its own port", async () => {
    const port = await serve("task", "127.1.2.3");
    const { ask } = startApp({ names: { "mail.shop.internal": [{ address: "127.1.2.3" }] } });
    expect(await ask(`fetch("http://mail.shop.internal:${port}/").then((answer) => answer.text())`)).toBe("task");
    expect(await ask(`get("http://mail.shop.internal:${port}/")`)).toBe("task");
  });

  it("reaches what is served on another port than it has, by fetch, http, an agent of its own, and TCP", async () => {
    const port = await serve("listener");
    const places = [{ address: "127.0.0.1", port }];
    const { ask } = startApp({ endpoints: { "app.example.test:80": places, "169.254.170.2:80": places } });
    for (const expression of [
      `fetch("http://app.example.test/").then((answer) => answer.text())`,
      `fetch("http://APP.example.test:80/").then((answer) => answer.text())`,
      `get("http://app.example.test/")`,
      `get("http://app.example.test/", new http.Agent({ keepAlive: true }))`,
      `get("http://169.254.170.2/")`,
    ])
      expect(await ask(expression), expression).toBe("listener");
    const forms = [
      `80, "app.example.test"`,
      `{ host: "app.example.test", port: 80 }`,
      `{ host: "app.example.test", port: "80" }`,
    ];
    for (const form of forms) expect(await ask(`tcp(${form})`), form).toEqual(["127.0.0.1", port]);
    expect(await ask(`dns.promises.lookup("app.example.test")`)).toEqual({ address: "127.0.0.1", family: 4 });
  });

  it("gives the server the name that was asked for", async () => {
    const server = createServer((request, response) => response.end(request.headers.host));
    const port = await serveForTest(server);
    const { ask } = startApp({ endpoints: { "app.example.test:80": [{ address: "127.0.0.1", port }] } });
    expect(await ask(`fetch("http://app.example.test/").then((answer) => answer.text())`)).toBe("app.example.test");
  });

  it("reaches each of several places, and is refused where there is none", async () => {
    const ports = [await serve("one"), await serve("other")];
    const endpoints = { "mail:8096": ports.map((port) => ({ address: "127.0.0.1", port })), "nobody:8096": [] };
    const { ask } = startApp({ endpoints });
    const many = `Promise.all(Array.from({ length: 60 }, () => get("http://mail:8096/", new http.Agent())))`;
    expect(new Set((await ask(many)) as string[])).toEqual(new Set(["one", "other"]));
    expect(await ask(`fetch("http://nobody:8096/")`)).toMatchObject({ code: "ECONNREFUSED", hostname: "nobody" });
    expect(await ask(`get("http://nobody:8096/")`)).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("lets a client of the AWS SDK find the endpoint that it calls, with credentials from the address of ECS", async () => {
    const authorizations: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      if (request.url?.startsWith("/v2/credentials/")) {
        const Expiration = new Date(Date.now() + 3_600_000).toISOString();
        response.end(JSON.stringify({ AccessKeyId: "ASIATEST", SecretAccessKey: "s", Token: "token", Expiration }));
        return;
      }
      authorizations.push(request.headers.authorization);
      response.setHeader("content-type", "application/x-amz-json-1.1").end("{}");
    });
    const port = await serveForTest(server);
    const places = [{ address: "127.0.0.1", port }];
    const { ask } = startApp({ endpoints: { "ssm.example.test:80": places, "169.254.170.2:80": places } });
    await ask(`void Object.assign(process.env, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/x",
      AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" }), 0`);
    const sdk = JSON.stringify(join(ROOT, "node_modules/@aws-sdk/client-ssm"));
    await ask(`(async () => { const { SSMClient, GetParametersCommand } = require(${sdk});
      const client = new SSMClient({ region: "us-east-1", endpoint: "http://ssm.example.test" });
      await client.send(new GetParametersCommand({ Names: ["a"] })); return 0; })()`);
    expect(authorizations).toEqual([expect.stringContaining("Credential=ASIATEST/")]);
  });

  it("follows a file that changes, and keeps the last one that could be read", async () => {
    const { ask, write, file } = startApp();
    const look = () => ask(`dns.promises.lookup("mail.shop.internal", 4).then(({ address }) => address)`);
    const at = (address: string) => JSON.stringify({ names: { "mail.shop.internal": [{ address }] } });
    expect(await ask(`dns.promises.lookup("localhost", 4)`)).toMatchObject({ address: "127.0.0.1" });
    write(at("127.1.0.1"));
    expect(await look()).toBe("127.1.0.1");
    write(at("127.1.0.2"));
    expect(await look()).toBe("127.1.0.2");
    writeFileSync(file, at("127.1.0.3").slice(0, 20));
    expect(await look()).toBe("127.1.0.2");
    write("null");
    expect(await look()).toBe("127.1.0.2");
    rmSync(file);
    expect(await look()).toBe("127.1.0.2");
  });

  it("is not disturbed where no file is named, nor by names that every object has", async () => {
    const child = startApp({ names: {} });
    expect(await child.ask(`dns.promises.lookup("constructor.localhost", 4).catch(() => 0).then(() => 1)`)).toBe(1);
    const plain = spawn(process.execPath, ["--import", NAMES_MODULE, "-p", "require('dns').lookup.name"], {
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    plain.stdout.on("data", (text) => {
      printed += String(text);
    });
    await new Promise((resolve) => plain.on("close", resolve));
    expect(printed.trim()).toBe("lookup");
  });
});
