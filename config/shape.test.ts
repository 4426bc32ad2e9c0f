import { describe, expect, it } from "vitest";
import { z } from "zod";
import { environmentSchema } from "./environment";
import { serviceSchema } from "./service";
import { checkShape } from "./shape";
import { faultsOf } from "./testing/project";

const paths = (patch: Parameters<typeof faultsOf>[0]) => faultsOf(patch).map((fault) => fault.path);

describe("checkShape", () => {
  it("gives the value with its defaults when nothing is wrong", () => {
    const schema = z.strictObject({ count: z.int().default(3) });
    expect(checkShape(schema, {})).toEqual({ findings: [], value: { count: 3 }, salvaged: { count: 3 } });
  });

  it("salvages everything of the right shape, defaults included, and keeps the places in lists", () => {
    const { value, salvaged } = checkShape(serviceSchema, {
      name: "web",
      port: "5000",
      routes: { priority: "first", paths: ["/a", 5, "/c"] },
      healthCheck: { timeoutSeconds: 40, matcher: 200 },
      environment: { A: "a", B: 1 },
    });
    expect(value).toBeUndefined();
    expect(salvaged).toEqual({
      name: "web",
      scaling: expect.objectContaining({ cpuPercent: 75 }),
      routes: { default: false, paths: ["/a", undefined, "/c"], hosts: [], sourceCidrs: [] },
      healthCheck: expect.objectContaining({ timeoutSeconds: 40, intervalSeconds: 30, path: "/healthcheck" }),
      alarms: { latencyMs: 1000 },
      deregistrationDelaySeconds: 30,
      stopTimeoutSeconds: 30,
      publicCidrs: [],
      deployment: { controller: "ECS" },
      environment: { A: "a" },
      secrets: {},
      generatedSecrets: [],
      calls: [],
      mail: false,
      pipeline: false,
    });
  });

  it("salvages the fuller one of two shapes", () => {
    const state = { backend: "s3", bucket: "my-state", region: "us-east-1" };
    expect(checkShape(environmentSchema, { state }).salvaged?.state).toEqual({ backend: "s3", bucket: "my-state" });
  });

  it("salvages nothing of what is no object", () => {
    expect(checkShape(serviceSchema, []).salvaged).toBeUndefined();
  });
});

describe("a file with faults of shape", () => {
  it("is still checked for what its other values mean", () => {
    const routes = { priority: "first", paths: ["/a b", 5, "web"] };
    expect(paths({ service: { routes, healthCheck: { timeoutSeconds: 40, matcher: 200 } } })).toEqual([
      "$.healthCheck.matcher",
      "$.healthCheck.timeoutSeconds",
      "$.routes.paths[0]",
      "$.routes.paths[1]",
      "$.routes.paths[2]",
      "$.routes.priority",
    ]);
  });

  it("is still held against other services", () => {
    const other = { port: "x", routes: { paths: ["/web/x"] } };
    expect(paths({ other })).toEqual(["$.port", "$.routes.paths[0]"]);
  });

  it("names the keys of the shape that the backend chooses", () => {
    const faults = faultsOf({ environment: { state: { backend: "s3", bucket: "my-state", buckets: 1 } } });
    expect(faults.map((fault) => [fault.path, fault.mend])).toEqual([["$.state.buckets", 'did you mean "bucket"?']]);
  });
});
