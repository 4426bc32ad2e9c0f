import type { DeploymentInfo, ECSTarget } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { BACK_BOUND_MS, judge, type Seen } from "./verdict";

const [BEFORE, REVISION, OTHER] = ["family:1", "family:2", "family:3"];

const serving = (taskDefinition: string, ...more: readonly object[]) => ({
  taskSets: [{ status: "PRIMARY", taskDefinition }, ...more],
});

const GREEN = { status: "ACTIVE", taskDefinition: REVISION, externalId: "d-1" };

const traffic = (trafficWeight: number): ECSTarget => ({ taskSetsInfo: [{ taskSetLabel: "Green", trafficWeight }] });

/** What is seen of a deployment that has failed, in a service that serves what was before. */
function seen(patch: Partial<Seen>): Seen {
  return {
    deployment: { deploymentId: "d-1", status: "Failed" },
    target: undefined,
    rollback: undefined,
    newer: undefined,
    service: serving(BEFORE),
    revision: REVISION,
    endedForMs: 0,
    ...patch,
  };
}

const succeeded: DeploymentInfo = { deploymentId: "d-1", status: "Succeeded" };

describe("the verdict on a deployment of CodeDeploy", () => {
  it.each(["Created", "Queued", "InProgress", "Baking", "Ready"] as const)(
    "is that it goes on while it is %s",
    (status) => {
      expect(judge(seen({ deployment: { status } }))).toEqual({ state: "ongoing" });
    },
  );

  it("is success where it has succeeded and its revision serves", () => {
    expect(judge(seen({ deployment: succeeded, service: serving(REVISION) }))).toEqual({ state: "succeeded" });
  });

  it("is success where it has succeeded and nobody knows what it deploys: a way back", () => {
    expect(judge(seen({ deployment: succeeded, revision: "" }))).toEqual({ state: "succeeded" });
  });

  it("is that it goes on where it has succeeded and the service is a moment behind", () => {
    expect(judge(seen({ deployment: succeeded }))).toEqual({ state: "ongoing" });
  });

  it("is that it was superseded where a later one has taken its place", () => {
    expect(judge(seen({ deployment: succeeded, newer: OTHER }))).toEqual({ state: "superseded", by: OTHER });
    expect(judge(seen({ newer: OTHER }))).toEqual({ state: "superseded", by: OTHER });
    expect(judge(seen({ newer: "", service: serving(OTHER) }))).toEqual({ state: "superseded", by: OTHER });
  });

  it.each<[string, Partial<Seen>]>([
    ["its tasks are gone", {}],
    ["its tasks are there, without traffic", { service: serving(BEFORE, GREEN), target: traffic(0) }],
    ["the way back has succeeded", { rollback: { deploymentId: "d-2", status: "Succeeded" } }],
    ["its tasks are gone, whatever CodeDeploy has seen last", { target: traffic(10) }],
  ])("is that it was rolled back where what was before serves, and %s", (_, patch) => {
    expect(judge(seen(patch))).toEqual({ state: "rolled back", reason: "Failed" });
  });

  it.each<[string, Partial<Seen>]>([
    ["the way back goes on", { rollback: { deploymentId: "d-2", status: "InProgress" } }],
    ["its tasks still get traffic", { service: serving(BEFORE, GREEN), target: traffic(10) }],
    ["it still serves", { service: serving(REVISION), endedForMs: BACK_BOUND_MS - 1 }],
  ])("is that it goes on, after its end, as long as %s", (_, patch) => {
    expect(judge(seen(patch))).toEqual({ state: "ongoing" });
  });

  it.each<[string, Partial<Seen>]>([
    ["it serves all the same", { service: serving(REVISION) }],
    ["its tasks keep traffic", { service: serving(BEFORE, GREEN), target: traffic(10) }],
  ])("is failure where nothing goes back and %s", (_, patch) => {
    expect(judge(seen({ ...patch, endedForMs: BACK_BOUND_MS }))).toEqual({ state: "failed", reason: "Failed" });
  });

  it("is failure where the way back has failed", () => {
    const rollback: DeploymentInfo = { deploymentId: "d-2", status: "Failed", errorInformation: { message: "no" } };
    expect(judge(seen({ rollback }))).toEqual({ state: "failed", reason: "Failed; the rollback d-2 failed, too: no" });
  });
});

describe("the reason of a deployment that has ended", () => {
  const reasonOf = (patch: Partial<Seen>) => (judge(seen(patch)) as { reason: string }).reason;

  it("is CodeDeploy's message and code", () => {
    const deployment: DeploymentInfo = {
      deploymentId: "d-1",
      status: "Stopped",
      errorInformation: { code: "ALARM_ACTIVE", message: "an alarm" },
    };
    expect(reasonOf({ deployment })).toBe("an alarm (ALARM_ACTIVE)");
  });

  it("has what each lifecycle event that failed says, and that CodeDeploy goes back", () => {
    const target: ECSTarget = {
      lifecycleEvents: [
        { lifecycleEventName: "BeforeInstall", status: "Succeeded", diagnostics: { message: "fine" } },
        { lifecycleEventName: "Install", status: "Failed", diagnostics: { errorCode: "UnknownError" } },
        {
          lifecycleEventName: "AfterAllowTestTraffic",
          status: "Failed",
          diagnostics: { message: "the hook failed", scriptName: "arn:hook", logTail: "no route" },
        },
        { lifecycleEventName: "AllowTraffic", status: "Failed" },
      ],
    };
    const deployment: DeploymentInfo = {
      deploymentId: "d-1",
      status: "Failed",
      rollbackInfo: { rollbackDeploymentId: "d-2", rollbackMessage: "rolls back" },
    };
    expect(reasonOf({ target, deployment, rollback: { status: "Succeeded" } })).toBe(
      "Failed; Install: UnknownError; AfterAllowTestTraffic: the hook failed, in arn:hook, no route; AllowTraffic failed; " +
        "rolls back",
    );
  });
});
