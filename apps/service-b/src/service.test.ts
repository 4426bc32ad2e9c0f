import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildService } from "@express-on-ecs/kit/build";
import { healthPaths } from "@express-on-ecs/kit/routes";
import { killRunning, type RunningService, runService, taskVariables } from "@express-on-ecs/kit/testing/run-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import declaration from "../service.json";
import { publicRoutes } from "./routes";

const directory = join(import.meta.dirname, "..");
let folder: string;
let service: RunningService;

// The bundle as it is deployed, with the environment the stack makes of service.json.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "service-b-"));
  const { file } = await buildService({ directory, version: "3.2.1", outdir: folder });
  service = await runService(file, {
    ...taskVariables,
    SERVICE_NAME: declaration.name,
    LAUNCH_TYPE: declaration.launchType,
    STOP_TIMEOUT_SECONDS: String(declaration.stopTimeoutSeconds),
    ...declaration.environment,
  });
});

afterAll(async () => {
  killRunning();
  await rm(folder, { recursive: true });
});

const get = (path: string, accept: string, method = "GET") =>
  fetch(`${service.url}${path}`, { method, headers: { accept } });

describe("service-b", () => {
  it.each([
    ["/finance", "Finance"],
    ["/payment", "Payment"],
  ])("shows at %s its own label, %s, as JSON and as a page", async (path, label) => {
    const json = await get(path, "application/json");
    expect([json.status, await json.json()]).toEqual([
      200,
      { service: label, launchType: "FARGATE", environment: "local", version: "3.2.1", application: "service-b" },
    ]);
    const page = await get(path, "text/html");
    const markup = await page.text();
    expect(page.status).toBe(200);
    expect(markup).toContain(`<h1>${label}</h1>`);
    for (const fact of ["FARGATE", "local", "3.2.1", "service-b"]) expect(markup).toContain(`<dd>${fact}</dd>`);
  });

  it("answers HEAD on every public route", async () => {
    for (const { path } of publicRoutes) {
      const head = await get(path, "text/html", "HEAD");
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect(Number(head.headers.get("content-length"))).toBeGreaterThan(0);
    }
  });

  it("answers 404 to other paths, below its own routes too", async () => {
    for (const path of ["/", "/finance/x", "/financex", "/nowhere"]) expect((await get(path, "*/*")).status).toBe(404);
  });

  it("answers the health checks, the target group's among them", async () => {
    expect(healthPaths).toContain(declaration.healthCheck.path);
    for (const path of healthPaths) expect((await get(path, "*/*")).status).toBe(200);
  });

  it("has the public routes that service.json sends to it", () => {
    expect(publicRoutes.map(({ path }) => path)).toEqual(declaration.routes.paths);
  });

  it("has an image that exposes its port and does not run as root", async () => {
    const lines = (await readFile(join(directory, "Dockerfile"), "utf8")).split("\n");
    expect(lines.filter((line) => /^(EXPOSE|USER|STOPSIGNAL|CMD) /.test(line))).toEqual([
      "USER node",
      `EXPOSE ${declaration.port}`,
      "STOPSIGNAL SIGTERM",
      'CMD ["node", "--enable-source-maps", "main.cjs"]',
    ]);
  });
});
