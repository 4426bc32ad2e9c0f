import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flood } from "../testing/flood";
import { ask, PublicApi } from "../testing/public-api";
import { Systems } from "../testing/systems";

const READ = "service-b-api/read";

const WORDS = {
  none: [401, "Unauthorized"],
  denied: [403, "User is not authorized to access this resource"],
  unknown: [403, "Missing Authentication Token"],
} as const;

/** The option of an environment: what the API is made of differs, and what its callers see of it. */
describe('npm start with "type": "rest" for the API', () => {
  let systems: Systems;
  let api: PublicApi;

  beforeAll(async () => {
    systems = await Systems.start(["--system", "public-api"], (source) =>
      source.edit("config/environments/local.json", (text) =>
        text.replace('"corsOrigins": ["http://localhost:3000"]', '"type": "rest", "corsOrigins": []'),
      ),
    );
    api = await PublicApi.of(systems);
  });
  afterAll(async () => {
    api?.end();
    await systems?.end();
  });

  /** Status and words of the gateway to a path below the stage. */
  const answered = async (path: string, token?: string) => {
    const { status, body } = await ask(`${api.gateway}${path}`, { token, headers: { accept: "application/json" } });
    const { message, service } = JSON.parse(body) as { readonly message?: string; readonly service?: string };
    return [status, message ?? service];
  };

  it("leaves nothing to change: the second plan is empty", async () => {
    expect(await systems.stacks.planned("public-api")).toContain("No changes.");
    expect(await systems.stacks.planned("public-api-pipelines")).toContain("No changes.");
  });

  it("answers in the words of REST APIs, and leads by the load balancer's name to the service", async () => {
    const good = await api.token(READ);
    expect(new URL(api.gateway).pathname).not.toBe("/");
    expect(await answered("/finance", good)).toEqual([200, "Finance"]);
    expect(await answered("/finance")).toEqual(WORDS.none);
    expect(await answered("/finance", "hunter2")).toEqual(WORDS.none);
    expect(await answered("/finance", await api.forgery(good, "none"))).toEqual(WORDS.none);
    expect(await answered("/finance", await api.forgery(good, "HS256"))).toEqual(WORDS.none);
    expect(await answered("/finance", await api.tokenOfAnotherPool(READ))).toEqual(WORDS.none);
    expect(await answered("/finance", await api.token("openid"))).toEqual(WORDS.denied);
    expect(await answered("/none", good)).toEqual(WORDS.unknown);
    expect(await answered("/finance/none", good)).toEqual(WORDS.unknown);
  });

  it("is not the only lock: a load balancer that everybody reaches leads to services that look at tokens", async () => {
    expect((await ask(`${api.loadBalancer}/finance`)).status).toBe(401);
    expect((await ask(`${api.loadBalancer}/finance`, { token: await api.token("openid") })).status).toBe(403);
    expect((await ask(`${api.loadBalancer}/finance`, { token: await api.token(READ) })).status).toBe(200);
  });

  it("lets through what the usage plan and the stage allow, refuses the rest by 429, and goes on", async () => {
    const token = await api.token(READ);
    const { answers } = await flood(`${api.gateway}/finance`, token);
    expect(new Set(answers.keys())).toEqual(new Set(["200", '429 {"message":"Too Many Requests"}']));
    await expect.poll(() => answered("/finance", token), { timeout: 60_000 }).toEqual([200, "Finance"]);
  });

  it("serves a route that is added to a service.json by a new deployment of the API", async () => {
    const good = await api.token(READ);
    systems.source.edit("apps/service-b-api/service.json", (text) =>
      text.replace('"GET /payment": "read"', '"GET /payment": "read", "GET /payment/{id}": "read"'),
    );
    const changes = await systems.stacks.changes("public-api");
    expect(changes.map((change) => change.replace(/\.\S+:/, ":"))).toEqual([
      "aws_api_gateway_deployment: create and delete",
      "aws_api_gateway_integration: create",
      "aws_api_gateway_method: create",
      "aws_api_gateway_resource: create",
      "aws_api_gateway_stage: update",
      "aws_ecs_task_definition: delete and create",
      // Which revision Terraform has made.
      "aws_ssm_parameter: update",
    ]);
    expect(await answered("/payment/7", good)).toEqual(WORDS.unknown);
    await systems.stacks.apply("public-api");
    await expect.poll(() => answered("/payment/7"), { timeout: 60_000 }).toEqual(WORDS.none);
    expect(await answered("/finance", good)).toEqual([200, "Finance"]);
    // Nobody has released the services: theirs is the answer to what the gateway lets through.
    expect((await ask(`${api.gateway}/payment/7`, { token: good })).body).toContain("/payment/7");
    expect(await systems.stacks.planned("public-api")).toContain("No changes.");
  });

  it("has written no token into state, synthesised stacks or logs, and can be destroyed without a rest", async () => {
    expect(systems.leaks().places).toEqual([]);
    const { stacks } = systems;
    await Promise.all([stacks.destroy("public-api-pipelines"), stacks.destroy("public-api")]);
    await Promise.all(["registry", "network", "state"].map((stack) => stacks.destroy(stack)));
    // Tasks end, with what is theirs, when their services are gone for Terraform.
    await expect.poll(() => systems.inspected("remains"), { timeout: 120_000, interval: 1_000 }).toEqual({});
  });
});
