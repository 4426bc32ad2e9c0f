import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { serveForTest } from "../../tools/testing/test-server";
import type { Measures } from "../cloud/view";
import { Measuring } from "./measuring";

const REQUESTS = {
  targets: [
    {
      targetGroupArn: "group",
      loadBalancerArn: "balancer",
      id: "127.0.0.2",
      port: 5001,
      requests: 1,
      statuses: { 2: 1 },
      responseSeconds: [0.01],
      connectionErrors: 0,
    },
  ],
  loadBalancers: [{ arn: "balancer", requests: 1, ownStatuses: {} }],
};

/** A task that has used a second more each time that it is asked. */
function busyTask() {
  let cpuSeconds = 0;
  return { view: { arn: "task" }, usage: async () => ({ cpuSeconds: ++cpuSeconds, memoryBytes: 4_096 }) };
}

/** Measures sent to a stand-in for the emulator. */
async function measuring() {
  const received: Measures[] = [];
  const asked = new Set<string>();
  const said: string[] = [];
  const answer = { status: 204, text: "" };
  const port = await serveForTest(
    createServer(async (request, response) => {
      asked.add(`${request.method} ${request.url}`);
      received.push(JSON.parse(await text(request)));
      response.writeHead(answer.status).end(answer.text);
    }),
  );
  const lifetime = testLifetime();
  const options = { lifetime, url: `http://127.0.0.1:${port}`, timeScale: 600, say: (text: string) => said.push(text) };
  const task = busyTask();
  const run = new Measuring({ ...options, tasks: () => [task], requests: () => REQUESTS }).run();
  return { received, asked, said, answer, lifetime, run };
}

describe("measures for CloudWatch", () => {
  it("are sent again and again, of the seconds since the last ones", async () => {
    const { received, asked } = await measuring();
    await expect.poll(() => received.length).toBeGreaterThan(3);
    expect([...asked]).toEqual(["POST /_local/measures"]);
    for (const { seconds, ...measures } of received) {
      expect(seconds).toBeGreaterThan(0.02);
      expect(measures).toEqual({ tasks: [{ arn: "task", cpuSeconds: 1, memoryBytes: 4_096 }], ...REQUESTS });
    }
  });

  it("are complained of once while they are refused, and once more after they were taken again", async () => {
    const { received, said, answer } = await measuring();
    Object.assign(answer, { status: 400, text: "what is this?" });
    await expect.poll(() => said).toEqual(["measures for CloudWatch were refused (400): what is this?"]);
    const soFar = received.length;
    await expect.poll(() => received.length).toBeGreaterThan(soFar + 3);
    expect(said).toHaveLength(1);
    answer.status = 204;
    const before = received.length;
    await expect.poll(() => received.length).toBeGreaterThan(before + 2);
    answer.status = 500;
    await expect.poll(() => said.length).toBe(2);
  });

  it("are complained of where nobody listens", async () => {
    const said: string[] = [];
    const say = (text: string) => said.push(text);
    const options = { lifetime: testLifetime(), url: "http://127.0.0.1:1", timeScale: 600, tasks: () => [], say };
    void new Measuring({ ...options, requests: () => ({ targets: [], loadBalancers: [] }) }).run();
    await expect.poll(() => said).toEqual([expect.stringMatching(/^measures for CloudWatch could not be sent: /)]);
  });

  it("end with the lifetime, without a word", async () => {
    const { received, said, lifetime, run } = await measuring();
    await expect.poll(() => received.length).toBeGreaterThan(0);
    await lifetime.end();
    await run;
    expect(said).toEqual([]);
  });
});
