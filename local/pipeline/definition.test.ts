import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { asksForApproval, toPipeline } from "./definition";

const action = (name: string, type: string, more: Partial<ActionDeclaration> = {}): ActionDeclaration => {
  const [category, provider] = type.split(" ");
  const actionTypeId = { category, owner: "AWS", provider, version: "1" } as ActionDeclaration["actionTypeId"];
  return { name, actionTypeId, ...more };
};

const pipeline = (...actions: ActionDeclaration[]) => ({
  name: "cart",
  roleArn: "arn:aws:iam::123456789012:role/x",
  stages: [{ name: "Only", actions }],
});

describe("a pipeline", () => {
  it("has its actions in groups by their run order, one beside the other as they were told", () => {
    const read = toPipeline(
      pipeline(
        action("late", "Build CodeBuild", { runOrder: 2 }),
        action("one", "Test CodeBuild", { inputArtifacts: [{ name: "in" }], outputArtifacts: [{ name: "out" }] }),
        action("two", "Source CodeCommit", { runOrder: 1, namespace: "Source", configuration: { BranchName: "main" } }),
      ),
    );
    expect(read.stages[0]?.groups.map((group) => group.map(({ name, kind }) => [name, kind]))).toEqual([
      [
        ["one", "build"],
        ["two", "source"],
      ],
      [["late", "build"]],
    ]);
    expect(read.stages[0]?.groups[0]).toMatchObject([
      { inputs: ["in"], outputs: ["out"], namespace: undefined },
      { inputs: [], namespace: "Source", configuration: { BranchName: "main" } },
    ]);
  });

  it("may come from GitHub, and be rolled out by ECS itself", () => {
    const given = pipeline(action("Source", "Source CodeStarSourceConnection"), action("Deploy", "Deploy ECS"));
    expect(toPipeline(given).stages[0]?.groups.flat()).toMatchObject([{ kind: "source" }, { kind: "ecs" }]);
  });

  it("asks for an approval where it has such an action", () => {
    expect(asksForApproval(toPipeline(pipeline(action("a", "Approval Manual"))))).toBe(true);
    expect(asksForApproval(toPipeline(pipeline(action("a", "Build CodeBuild"))))).toBe(false);
  });

  it("with an action that is not performed here is refused, with all that is performed", () => {
    const given = pipeline(action("Deploy", "Deploy CodeDeployToECS"), action("Image", "Source ECR"));
    expect(() => toPipeline(given)).toThrow(
      expect.objectContaining({
        status: 2,
        message:
          "the pipeline cart can't be walked on this machine: the action Deploy is of Deploy CodeDeployToECS, the action " +
          "Image is of Source ECR; performed are Source CodeCommit, Source CodeStarSourceConnection, Build CodeBuild, Test CodeBuild, " +
          "Approval Manual, Deploy ECS",
      }),
    );
  });
});
