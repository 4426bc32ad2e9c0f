import { describe, expect, it } from "vitest";
import type { Project } from "../../../config/load";
import { testServer } from "../../../tools/testing/test-server";
import { mailsOf, pipelineStateOf } from "./deliveries";

const mail = (id: number) => ({
  ...{ id, time: "2026-01-15T12:00:00Z", from: "shop@example.com", to: ["a@example.com", "b@example.com"] },
  subject: `mail ${id}`,
  text: "a code that only its reader is to see",
});

/** An inbox with mails, and what is asked of it. */
async function inbox(count: number) {
  const mails = Array.from({ length: count }, (_, index) => mail(index + 1));
  const asked: (string | undefined)[] = [];
  const port = await testServer(({ url }, response) => {
    asked.push(url);
    const since = Number(new URL(url ?? "", "http://inbox").searchParams.get("since"));
    response.end(JSON.stringify({ mails: mails.filter(({ id }) => id > since) }));
  });
  return { mails, asked, read: mailsOf(`http://127.0.0.1:${port}`) };
}

describe("mailsOf", () => {
  it("gives the newest mails first, without their text", async () => {
    const { read } = await inbox(2);
    const mails = await read();
    expect(mails.map(({ id, to, at }) => [id, to, at])).toEqual([
      [2, "a@example.com, b@example.com", Date.parse("2026-01-15T12:00:00Z")],
      [1, "a@example.com, b@example.com", Date.parse("2026-01-15T12:00:00Z")],
    ]);
    expect(JSON.stringify(mails)).not.toContain("a code");
  });

  it("asks only for those that have come since, and keeps fifty", async () => {
    const { mails, asked, read } = await inbox(60);
    expect(await read()).toHaveLength(50);
    mails.push(mail(61));
    const now = await read();
    expect([now[0]?.id, now.at(-1)?.id, now.length]).toEqual([61, 12, 50]);
    expect(asked).toEqual(["/_local/inbox?since=0", "/_local/inbox?since=60"]);
  });
});

describe("pipelineStateOf", () => {
  const project = {
    environment: { name: "local" },
    services: [{ name: "customer", system: "coffee-suppliers" }],
  } as unknown as Project;
  const stage = (name: string, category: "Source" | "Approval" | "Deploy", provider: string) => ({
    name,
    actions: [{ name, actionTypeId: { category, owner: "AWS" as const, provider, version: "1" } }],
  });
  const stateOf = (...stages: ReturnType<typeof stage>[]) =>
    pipelineStateOf({ name: "coffee-suppliers-local-customer", roleArn: "role", stages }, project);

  it("says by which service a pipeline is walked, and whether it asks", () => {
    expect(stateOf(stage("Source", "Source", "CodeCommit"), stage("Approve", "Approval", "Manual"))).toEqual({
      name: "coffee-suppliers-local-customer",
      service: "customer",
      isForPullRequests: false,
      asksForApproval: true,
      stages: [
        { name: "Source", actions: [{ name: "Source", kind: "CodeCommit" }] },
        { name: "Approve", actions: [{ name: "Approve", kind: "Manual" }] },
      ],
    });
  });

  it("shows a pipeline that can't be walked on this machine, without an offer to walk it", () => {
    const state = stateOf(stage("Source", "Source", "ECR"), stage("Deploy", "Deploy", "CodeDeployToECS"));
    expect(state).toMatchObject({ service: undefined, asksForApproval: false });
    expect(state.stages.map(({ name }) => name)).toEqual(["Source", "Deploy"]);
  });
});
