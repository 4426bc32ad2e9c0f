import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../../tools/testing/temporary-folder";
import { testServer } from "../../../tools/testing/test-server";
import { clientSettings } from "../../cloud/variables";
import { RUNS } from "../../run-folder";
import type { DataPlane } from "../../runner";
import { describeRunning, writeRunning } from "../../running";
import type { Session } from "../../session";
import type { ActState } from "../state";
import { ActLog } from "./act-log";
import { actsOf } from "./acts";
import { RequestLog } from "./request-log";

const CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/coffee-suppliers-local";

/** What ECS and ECR answer, by the name of the call. */
const ANSWERS: Readonly<Record<string, object>> = {
  ListClusters: { clusterArns: [CLUSTER] },
  ListServices: { serviceArns: ["arn:aws:ecs:us-east-1:123456789012:service/coffee-suppliers-local/employee"] },
  DescribeServices: {
    services: [
      {
        serviceName: "employee",
        status: "ACTIVE",
        taskDefinition: "employee:1",
        deploymentController: { type: "CODE_DEPLOY" },
      },
    ],
  },
  DescribeTaskDefinition: { taskDefinition: { family: "employee", revision: 1 } },
  ListImages: { imageIds: [{ imageTag: "v2" }, { imageDigest: "untagged" }, { imageTag: "v1" }] },
};

/** The acts on a run with one service, which CodeDeploy deploys. */
async function acts() {
  const calls: string[] = [];
  const port = await testServer(({ url, headers }, response) => {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (url?.startsWith("/_local/inbox")) return response.end(JSON.stringify({ mails: [{ id: 4, text: "Dear Ann" }] }));
    const call = headers["x-amz-target"]?.toString().split(".").at(-1) ?? "";
    calls.push(call);
    return response.end(JSON.stringify(ANSWERS[call] ?? {}));
  });
  const url = `http://127.0.0.1:${port}`;
  const root = temporaryFolder();
  const name = `${process.pid}-acts`;
  mkdirSync(join(root, RUNS, name), { recursive: true });
  const running = {
    emulatorUrl: url,
    region: "us-east-1",
    runtime: "process",
    listeners: {},
    apis: {},
    signIns: {},
  } as const;
  writeRunning(join(root, RUNS, name), describeRunning(running));
  // As much of a session as acts use.
  const session = {
    root,
    run: { name },
    settings: clientSettings(url, "us-east-1"),
    emulator: { url },
    project: { environment: { name: "local" }, services: [{ name: "employee", system: "coffee-suppliers" }] },
  } as unknown as Session;
  const dataPlane = { served: [], gateways: [] } as unknown as DataPlane;
  let told: readonly ActState[] = [];
  const log = new ActLog((states) => {
    told = states;
  });
  onTestFinished(() => log.close());
  const act = actsOf({ session, dataPlane, requests: new RequestLog(() => undefined), log });
  return { act, calls, newest: () => told[0] };
}

describe("actsOf", () => {
  it("refuses to let ECS deploy what CodeDeploy deploys, and changes nothing", async () => {
    const { act, calls, newest } = await acts();
    expect(await act("redeploy", { service: "employee" })).toEqual({ act: 1 });
    await expect.poll(() => newest()?.status).toBe("failed");
    expect(newest()?.lines).toEqual([
      "CodeDeploy deploys employee, and what it runs already is no deployment: release an image tag",
    ]);
    expect(calls).not.toContain("UpdateService");
  });

  it("says which services there are, where there is none of the name", async () => {
    const { act, newest } = await acts();
    await act("scale", { service: "nobody", tasks: 1 });
    await expect.poll(() => newest()?.status).toBe("failed");
    expect(newest()?.lines.join()).toContain('there is no service "nobody"; there are: employee');
  });

  it("gives the image tags of a service, sorted", async () => {
    const { act } = await acts();
    expect(await act("tags", { service: "employee" })).toEqual({ tags: ["v1", "v2"] });
  });

  it("gives the text of a mail, and says it where there is none", async () => {
    const { act } = await acts();
    expect(await act("mail", { mail: 4 })).toEqual({ text: "Dear Ann" });
    await expect(act("mail", { mail: 9 })).rejects.toThrow("there is no mail 9");
  });

  it("refuses to trace through a listener that is gone", async () => {
    const { act } = await acts();
    await expect(act("trace", { to: "gone", method: "GET", path: "/" })).rejects.toThrow(
      "there is no such listener or API any more",
    );
  });

  it("refuses to stop what is not under way", async () => {
    const { act } = await acts();
    await expect(act("stop", { act: 5 })).rejects.toThrow("no act 5 is under way");
  });
});
