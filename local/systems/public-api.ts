import * as logs from "@aws-sdk/client-cloudwatch-logs";
import { decodeProtectedHeader } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { readInbox } from "../cloud/inbox";
import { flood } from "../testing/flood";
import { Load } from "../testing/load";
import { ask, type PublicApi, type WithApi } from "../testing/public-api";
import type { Systems } from "../testing/systems";
import { testPublicApiPipelines } from "./public-api-pipelines";
import { testPublicApiRoutes } from "./public-api-routes";
import { testPublicApiSignIn } from "./public-api-sign-in";
import { testPublicApiTokens } from "./public-api-tokens";
import { person } from "./users";

const READ = "user-management-api/read";
const WRITE = "user-management-api/write";

/** As config/environments/local.json has it. */
const THROTTLE = { ratePerSecond: 50, burst: 100 };

/** So slow that the throttle has nothing against it, beside other loads like it. */
const CALM_MS = 150;

/** What the API lets through, and what not; how people sign in to it; how it changes. */
export function testPublicApi(running: () => WithApi): void {
  describe("public-api on this machine", () => {
    let systems: Systems;
    let api: PublicApi;

    beforeAll(() => {
      ({ systems, api } = running());
    });

    testPublicApiTokens(running);
    testPublicApiSignIn(running);

    it("lets create and read users who may, and mails those who were created", async () => {
      const [read, write] = [await api.token(READ), await api.token(WRITE)];
      const json = person(1, "by-api");
      const created = (token: string) => ask(`${api.gateway}/usermgmt/user`, { method: "POST", token, json });
      expect(await created(read)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
      expect((await created(write)).status).toBe(201);
      const mails = async () => (await readInbox(systems.start.emulatorUrl)).filter(({ to }) => to[0] === json.email);
      await expect.poll(async () => (await mails()).length, { timeout: 120_000 }).toBe(1);
      const user = (token: string) => ask(`${api.gateway}/usermgmt/user/${json.username}`, { token });
      expect((await user(write)).status).toBe(403);
      const found = await user(read);
      expect([found.status, JSON.parse(found.body)]).toEqual([200, expect.objectContaining(json)]);
      const removed = await ask(`${api.gateway}/usermgmt/user/${json.username}`, { method: "DELETE", token: write });
      expect(removed.status).toBeLessThan(300);
      expect((await user(read)).status).toBe(404);
    });

    it("lets a page of the origin that is configured call it, and no other", async () => {
      const preflight = (origin: string) =>
        ask(`${api.gateway}/finance`, {
          method: "OPTIONS",
          headers: {
            origin,
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization",
          },
        });
      const allowed = await preflight("http://localhost:3000");
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
      expect(allowed.headers.get("access-control-allow-methods")?.split(",")).toContain("GET");
      expect(allowed.headers.get("access-control-allow-headers")?.toLowerCase().split(",")).toContain("authorization");
      const other = await preflight("http://elsewhere.example");
      expect([...other.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    });

    it("lets through no more than the burst and the rate that are configured, and goes on afterwards", async () => {
      const token = await api.token("service-b-api/read");
      const { answers, seconds } = await flood(`${api.gateway}/finance`, token);
      expect(new Set(answers.keys())).toEqual(new Set(["200", '429 {"message":"Too Many Requests"}']));
      expect(answers.get("200")).toBeLessThanOrEqual(THROTTLE.burst + THROTTLE.ratePerSecond * seconds + 1);
      const status = async () => (await ask(`${api.gateway}/finance`, { token })).status;
      await expect.poll(status, { timeout: 60_000 }).toBe(200);
    });

    it("changes the key that it signs with, and no token fails, old or new, at the gateway or at the services", async () => {
      const loadOf = (token: string) => {
        const headers = { authorization: `Bearer ${token}` };
        return new Load(
          { url: `${api.gateway}/finance`, clients: 2, pauseMs: CALM_MS, headers },
          { url: `${api.loadBalancer}/finance`, clients: 4, headers },
        );
      };
      const loads: Load[] = [];
      const kids: unknown[] = [];
      for (let generation = 0; generation < 3; generation++) {
        if (generation > 0) kids.push(await api.rotateKey());
        const token = await api.token("service-b-api/read");
        if (generation > 0) expect(decodeProtectedHeader(token).kid).toBe(kids.at(-1));
        const load = loadOf(token);
        loads.push(load);
        await expect.poll(() => load.answered, { timeout: 120_000 }).toBeGreaterThan(20);
      }
      const results = await Promise.all(loads.map((load) => load.stop()));
      expect(results.flatMap(({ failures }) => failures)).toEqual([]);
      expect((await api.keySet()).length).toBeGreaterThanOrEqual(3);
    });

    it("writes a line of each request to the API's log group, without anything of a token", async () => {
      const token = await api.token("service-b-api/read");
      const marked = "logged-by-a-test";
      await ask(`${api.gateway}/finance?token=${marked}`, { token });
      await ask(`${api.gateway}/payment`, {});
      const client = new logs.CloudWatchLogsClient(systems.start.settings);
      const lines = async () => {
        const found: string[] = [];
        const asked = { logGroupName: "/apigateway/public-api-local" };
        for await (const { events = [] } of logs.paginateFilterLogEvents({ client }, asked)) {
          found.push(...events.map(({ message = "" }) => message));
        }
        return found;
      };
      const requests = async () => (await lines()).map((line) => JSON.parse(line) as Record<string, string>);
      const last = async (path: string) => (await requests()).findLast((request) => request.path === path);
      // They are read page by page, and there are thousands.
      const soon = { timeout: 120_000 };
      await expect.poll(() => last("/payment"), soon).toMatchObject({ method: "GET", status: "401" });
      const ofThisClient = { method: "GET", status: "200", client: api.client };
      await expect.poll(() => last("/finance"), soon).toMatchObject(ofThisClient);
      const texts = await lines();
      for (const secret of [marked, token, token.split(".")[2] ?? token]) {
        expect(texts.filter((line) => line.includes(secret))).toEqual([]);
      }
      client.destroy();
    });

    testPublicApiPipelines(running);
    testPublicApiRoutes(running);
  });
}
