import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../../tools/failure";
import { Lifetime } from "../../tools/processes/lifetime";
import { recordingTerminal } from "../../tools/testing/recording-terminal";
import { type ApprovalRequest, approvalMessage, decider, subjectOf } from "./approval";

const request: ApprovalRequest = {
  pipeline: "cart",
  stage: "Approval",
  action: "Approve",
  link: "https://example.com/commit",
  text: "Release cart?",
};

/** A terminal at which `typed` is typed. */
function atTerminal(typed: string | undefined, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.ReadStream;
  const output = new PassThrough();
  let asked = "";
  output.on("data", (piece) => {
    asked += String(piece);
  });
  if (typed === undefined) (input as unknown as PassThrough).end();
  else (input as unknown as PassThrough).write(typed);
  const { terminal, written } = recordingTerminal();
  const lifetime = new Lifetime();
  const options = { lifetime, terminal, input, output, facts: ["local, where it serves: http://x"], to: "prod" };
  return { options, lifetime, asked: () => asked, written };
}

describe("an approval", () => {
  it.each([
    ["y\n", true],
    ["YES\n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
    [undefined, false],
  ])("answered with %j is given: %s", async (typed, approved) => {
    const { options, asked, written } = atTerminal(typed);
    const decide = decider({ approve: false, reject: false }, options);
    expect(await decide(request)).toEqual({ approved, by: "the person at the terminal" });
    expect(asked()).toBe("  Approve to prod? [y/N] ");
    expect(written()).toBe(
      "\n  Release cart?\n  to look at: https://example.com/commit\n  local, where it serves: http://x\n",
    );
  });

  it("is decided without asking by an option", async () => {
    const { options } = atTerminal("", false);
    expect(await decider({ approve: true, reject: false }, options)(request)).toEqual({
      approved: true,
      by: "--approve",
    });
    expect(await decider({ approve: false, reject: true }, options)(request)).toEqual({
      approved: false,
      by: "--reject",
    });
  });

  it("can't be both given and refused", () => {
    const { options } = atTerminal("");
    expect(() => decider({ approve: true, reject: true }, options)).toThrow(
      expect.objectContaining({ status: 2, message: "--approve and --reject: only one can be" }),
    );
  });

  it("needs a terminal, or an option", () => {
    const { options } = atTerminal("", false);
    expect(() => decider({ approve: false, reject: false }, options)).toThrow(
      expect.objectContaining({
        status: 2,
        message: "the pipeline asks for an approval, and there is no terminal to answer at: give --approve or --reject",
      }),
    );
  });

  it("is interrupted while it waits", async () => {
    const { options, lifetime } = atTerminal("");
    const decision = decider({ approve: false, reject: false }, options)(request);
    lifetime.interrupt();
    await expect(decision).rejects.toBeInstanceOf(Interrupted);
  });

  it("is told of in the words of CodePipeline", () => {
    expect(approvalMessage("eu-west-1", request, "e-1", new Date("2026-01-02T03:04:05Z"))).toEqual({
      region: "eu-west-1",
      consoleLink:
        "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/cart/view?region=eu-west-1",
      approval: {
        pipelineName: "cart",
        stageName: "Approval",
        actionName: "Approve",
        token: "e-1",
        expires: "2026-01-02T03:04Z",
        externalEntityLink: "https://example.com/commit",
        approvalReviewLink:
          "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/cart/view?region=eu-west-1#/Approval/Approve/approve/e-1",
        customData: "Release cart?",
      },
    });
  });

  it("has a subject that SNS takes, however long the names are", () => {
    expect(subjectOf(request)).toBe("APPROVAL NEEDED: AWS CodePipeline cart for action Approve");
    expect(subjectOf({ pipeline: "user-notifications-local-user-management", action: "Approve" })).toBe(
      "APPROVAL NEEDED: AWS CodePipeline user-notifications-local-user-management for action Approve",
    );
    const long = subjectOf({ pipeline: "p".repeat(100), action: "a".repeat(100) });
    expect(long).toHaveLength(100);
    expect(long).toMatch(/^APPROVAL NEEDED: AWS CodePipeline p+\.\.\. for action a+\.\.\.$/);
  });
});
