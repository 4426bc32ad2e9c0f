import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { EnvironmentError, readEnvironment, taskEnvironment } from "./environment";
import { labelledRoute } from "./labelled-routes";
import { labelledRouter, labelVariables } from "./labelled-service";

const routes = [labelledRoute("tea"), labelledRoute("coffee")];
const schema = taskEnvironment.extend(labelVariables(routes));
const source = {
  PORT: "5000",
  SERVICE_NAME: "drinks",
  LAUNCH_TYPE: "EC2",
  ENVIRONMENT: "dev",
  LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "60",
  STOP_TIMEOUT_SECONDS: "30",
  TEA_SERVICE: "Tea",
  COFFEE_SERVICE: `<img src=x onerror="alert(1)">`,
};

describe("labelledRoute", () => {
  it("derives path and variable from the name", () => {
    expect(labelledRoute("tea")).toEqual({
      name: "tea",
      path: "/tea",
      methods: ["GET"],
      labelVariable: "TEA_SERVICE",
    });
  });
});

describe("labelVariables", () => {
  const faultsOf = (values: Record<string, string>) => {
    const { TEA_SERVICE, COFFEE_SERVICE, ...rest } = source;
    return () => readEnvironment(schema, { ...rest, ...values });
  };

  it("refuses labels that are not set", () => {
    expect(faultsOf({})).toThrow(EnvironmentError);
    expect(faultsOf({})).toThrow(/2 variables are wrong\n {2}TEA_SERVICE is not set.*\n {2}COFFEE_SERVICE is not set/);
  });

  it("refuses labels that are swapped", () => {
    expect(faultsOf({ TEA_SERVICE: "Coffee", COFFEE_SERVICE: "Tea" })).toThrow(
      /2 variables are wrong\n {2}TEA_SERVICE is "Coffee"; allowed: the label of \/tea: 1 to 64 printable characters, not the name of another route \(coffee\)/,
    );
  });

  it.each(["", "  ", "x".repeat(65), "a\tb"])("refuses the label %j", (label) => {
    expect(faultsOf({ TEA_SERVICE: label, COFFEE_SERVICE: "Coffee" })).toThrow(/1 variable is wrong\n {2}TEA_SERVICE/);
  });
});

describe("labelledRouter", () => {
  let app: ServedApp;
  beforeAll(async () => {
    app = await serveApp(labelledRouter(routes, readEnvironment(schema, source)));
  });
  afterAll(() => app.close());

  const get = (accept: string, path = "/tea") => fetch(`${app.url}${path}`, { headers: { accept } });

  it.each(["*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json;q=0.5,text/html"])(
    "shows a page to a client that accepts %s",
    async (accept) => {
      const response = await get(accept);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("vary")).toBe("Accept");
      const body = await response.text();
      expect(body).toContain("<h1>Tea</h1>");
      for (const fact of ["EC2", "dev", "unbuilt", "drinks"]) expect(body).toContain(`<dd>${fact}</dd>`);
    },
  );

  it.each(["application/json", "application/json,text/html;q=0.9"])(
    "gives JSON to a client that prefers it (%s)",
    async (accept) => {
      const response = await get(accept);
      expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(response.headers.get("vary")).toBe("Accept");
      expect(await response.json()).toEqual({
        service: "Tea",
        launchType: "EC2",
        environment: "dev",
        version: "unbuilt",
        application: "drinks",
      });
    },
  );

  it.each(["text/html", "application/json"])("answers 304 to a client that has the %s already", async (accept) => {
    const etag = (await get(accept)).headers.get("etag") ?? "";
    const again = await fetch(`${app.url}/tea`, { headers: { accept, "if-none-match": etag, "cache-control": "" } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = accept === "text/html" ? "application/json" : "text/html";
    const different = await fetch(`${app.url}/tea`, { headers: { accept: other, "if-none-match": etag } });
    expect(different.status).toBe(200);
  });

  it("answers 406 to a client that takes neither", async () => {
    expect((await get("image/png")).status).toBe(406);
  });

  it("escapes the label on the page and keeps it as it is in JSON", async () => {
    const body = await (await get("text/html", "/coffee")).text();
    expect(body).not.toContain("<img");
    expect(body).toContain("<h1>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</h1>");
    expect(await (await get("application/json", "/coffee")).json()).toMatchObject({ service: source.COFFEE_SERVICE });
  });
});
