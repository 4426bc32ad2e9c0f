import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { Terminal } from "../../tools/terminal/terminal";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { serveForTest } from "../../tools/testing/test-server";
import { clientSettings } from "../cloud/variables";
import { type CommandOptions, type Context, NO_OPTIONS } from "./command";
import { loadService, printOutcome } from "./load";

const RUNNING = {
  emulatorUrl: "http://127.0.0.1:1",
  region: "us-east-1",
  runtime: "process",
  listeners: {},
  apis: {},
  signIns: {},
  folder: "/nowhere",
} as const;

/** The command, and what it has printed. */
function load(target: string, options: Partial<CommandOptions> = {}) {
  const printed: string[] = [];
  const context: Context = {
    root: process.cwd(),
    terminal: new Terminal({ write: (text) => printed.push(text) }),
    lifetime: testLifetime(),
    running: RUNNING,
    settings: clientSettings(RUNNING.emulatorUrl, RUNNING.region),
  };
  return { done: loadService(context, target.split(" ").filter(Boolean), { ...NO_OPTIONS, ...options }), printed };
}

describe("npm run local -- load", () => {
  it("sends requests to a URL of this machine, and tells what became of them", async () => {
    let requests = 0;
    const port = await serveForTest(createServer((_, response) => response.end(String(++requests))));
    const { done, printed } = load(`http://127.0.0.1:${port}/page`, { clients: "2", seconds: "1" });
    await done;
    const text = printed.join("");
    expect(text).toContain(`2 clients, one request each at a time, to http://127.0.0.1:${port}/page for 1 s`);
    expect(text).toMatch(new RegExp(`200 +${requests}\\n`));
    const [, seconds] = new RegExp(`${requests} requests in (\\d+\\.\\d) s`).exec(text) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(1);
    expect(text).toContain(", 0 failed");
  });

  it.each([
    ["nothing", "", {}, "load takes one service, or one URL"],
    ["two services", "service-a service-b", {}, "load takes one service, or one URL"],
    ["another machine", "http://example.test/", {}, 'load cannot be sent to "http://example.test/"'],
    [
      "too many clients",
      "service-a",
      { clients: "257" },
      '--clients is "257"; it has to be a whole number from 1 to 256',
    ],
    ["too high a rate", "service-a", { rate: "2001" }, '--rate is "2001"; it has to be a whole number from 1 to 2000'],
    [
      "too long a time",
      "service-a",
      { seconds: "601" },
      '--seconds is "601"; it has to be a whole number from 1 to 600',
    ],
    [
      "clients and a rate",
      "service-a",
      { clients: "1", rate: "1" },
      "--clients and --rate are two ways to say how much",
    ],
  ])("refuses %s", async (_, target, options, message) => {
    await expect(load(target, options).done).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining(message),
    });
  });

  it("tells what was not answered, and what was not sent", () => {
    const printed: string[] = [];
    printOutcome(new Terminal({ write: (text) => printed.push(text) }), {
      statuses: { 200: 8, 503: 1 },
      failures: { ECONNRESET: 1 },
      skipped: 3,
      latency: { p50: 1, p95: 2, p99: 3, max: 4 },
      seconds: 2,
    });
    expect(printed.join("")).toBe(`  answer                        requests
  200                           8
  503                           1
  ECONNRESET                    1
  not sent: too many under way  3

10 requests in 2.0 s: 5 a second, 2 failed
answered within: 1.0 ms (half), 2.0 ms (p95), 3.0 ms (p99), 4.0 ms (all)
`);
  });
});
