import { describe, expect, it } from "vitest";
import { blueGreenCloud } from "../testing/blue-green-cloud";
import { FAMILY } from "../testing/employee";

describe("the status of a service that CodeDeploy deploys", () => {
  it("tells its deployments, task sets with their traffic, and the lifecycle events of the newest one", async () => {
    const cloud = await blueGreenCloud(["Shift"]);
    await cloud.run("deploy", "--image-tag", "2-employee", "--timeout", "1");
    const { status, written } = await cloud.run("status");
    expect(status).toBe(0);
    const lines = written.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));
    expect(lines).toContain(`revision | ${FAMILY}:1`);
    expect(lines).toContain(`${FAMILY}:2 | InProgress | 2026-02-02 02:41:00 UTC`);
    expect(lines).toContain("task set | revision | status | tasks run | traffic");
    expect(lines).toContain(`0 | ${FAMILY}:1 | PRIMARY | 2 of 2 | 90 %`);
    expect(lines).toContain(`1 | ${FAMILY}:2 | ACTIVE | 2 of 2 | 10 %`);
    expect(lines).toContain("AllowTestTraffic | Succeeded");
    expect(lines).toContain("AllowTraffic | InProgress");
  });

  it("tells the same to a machine", async () => {
    const cloud = await blueGreenCloud(["Shift"]);
    await cloud.run("deploy", "--image-tag", "2-employee", "--timeout", "1");
    const { written } = await cloud.run("status", "--json");
    expect(JSON.parse(written.slice(written.indexOf("{\n")))).toMatchObject({
      revision: `${FAMILY}:1`,
      deployments: [{ revision: `${FAMILY}:2`, status: "InProgress" }],
      taskSets: [
        { id: "ecs-svc/0", revision: `${FAMILY}:1`, status: "PRIMARY", trafficPercent: 90 },
        { id: "ecs-svc/1", revision: `${FAMILY}:2`, status: "ACTIVE", trafficPercent: 10, deployment: "d-1" },
      ],
      lifecycleEvents: expect.arrayContaining([{ event: "AllowTraffic", status: "InProgress" }]),
    });
  });

  it("tells that all traffic goes to the first task set before anything was deployed", async () => {
    const { written } = await (await blueGreenCloud()).run("status");
    expect(written).toMatch(new RegExp(`0 +${FAMILY}:1 +PRIMARY +2 of 2 +100 %\n`));
  });
});
