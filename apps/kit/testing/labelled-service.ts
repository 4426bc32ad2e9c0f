import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildService } from "../build.mjs";
import type { LabelledRoute } from "../src/labelled-routes";
import { healthPaths } from "../src/routes";
import { killRunning, type RunningService, runService, taskVariables } from "./run-service";

/** What the test of a labelled service says of it. */
export interface LabelledService {
  /** The service's folder. */
  readonly directory: string;
  /** Its service.json. */
  readonly declaration: {
    readonly name: string;
    readonly launchType: string;
    readonly port: number;
    readonly stopTimeoutSeconds: number;
    readonly routes: { readonly paths: readonly string[] };
    readonly healthCheck: { readonly path: string };
    readonly environment: Readonly<Record<string, string>>;
  };
  readonly publicRoutes: readonly LabelledRoute[];
  /** Each path with the label that it has to show. */
  readonly labels: readonly (readonly [path: string, label: string])[];
}

/** Tests a service as it is deployed: its bundle, in a process of its own, with the environment of its service.json. */
export function describeLabelledService({ directory, declaration, publicRoutes, labels }: LabelledService): void {
  let folder: string;
  let service: RunningService;

  // The bundle as it is deployed, with the environment the stack makes of service.json.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `${declaration.name}-`));
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

  describe(declaration.name, () => {
    it.each(labels)("shows at %s its own label, %s, as JSON and as a page", async (path, label) => {
      const json = await get(path, "application/json");
      expect([json.status, await json.json()]).toEqual([
        200,
        {
          service: label,
          launchType: declaration.launchType,
          environment: "local",
          version: "3.2.1",
          application: declaration.name,
        },
      ]);
      const page = await get(path, "text/html");
      const markup = await page.text();
      expect(page.status).toBe(200);
      expect(markup).toContain(`<h1>${label}</h1>`);
      for (const fact of [declaration.launchType, "local", "3.2.1", declaration.name])
        expect(markup).toContain(`<dd>${fact}</dd>`);
    });

    it("answers HEAD on every public route", async () => {
      for (const { path } of publicRoutes) {
        const head = await get(path, "text/html", "HEAD");
        expect([head.status, await head.text()]).toEqual([200, ""]);
        expect(Number(head.headers.get("content-length"))).toBeGreaterThan(0);
      }
    });

    it("answers 404 to other paths, below its own routes too", async () => {
      const others = labels.flatMap(([path]) => [`${path}/x`, `${path}x`]);
      for (const path of ["/", "/nowhere", ...others]) expect((await get(path, "*/*")).status).toBe(404);
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
}
