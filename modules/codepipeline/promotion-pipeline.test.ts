import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Codepipeline } from "@cdktf/provider-aws/lib/codepipeline";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { permissionsOf, trustOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { PromotionPipeline, type PromotionPipelineProps } from "./promotion-pipeline";
import { promotionProps } from "./release.fixtures";

const ROLE = "shop-dev-cart-pipeline";

const pipeline = (scope: Construct, props: Partial<PromotionPipelineProps> = {}) =>
  new PromotionPipeline(scope, "Pipeline", { ...promotionProps(scope), ...props });

const stack = synthesise((scope) => pipeline(scope));

interface Stage {
  readonly name: string;
  readonly action: readonly Record<string, unknown>[];
}
const stages = (made = stack) => made.resource(Codepipeline).stage as readonly Stage[];

/** The only action of a stage. */
const action = (name: string, made = stack) => {
  const [only, ...others] = stages(made).find((stage) => stage.name === name)?.action ?? [];
  expect(others).toEqual([]);
  return only;
};

describe("a promotion pipeline", () => {
  it("is one pipeline of type V2, of whose waiting executions the newest goes on", () => {
    expect(stack.resource(Codepipeline)).toMatchObject({
      name: "shop-dev-cart",
      pipeline_type: "V2",
      execution_mode: "SUPERSEDED",
      role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Pipeline_Role_/),
      artifact_store: [{ type: "S3", encryption_key: { type: "KMS" } }],
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Pipeline_Policy_/)],
    });
  });

  it("goes from source over development to production", () => {
    expect(stages().map(({ name }) => name)).toEqual([
      "Source",
      "Build",
      "Development",
      "Check",
      "Approval",
      "Production",
    ]);
  });

  it("takes the branch main without polling, and tells its commit to what comes after", () => {
    expect(action("Source")).toMatchObject({
      category: "Source",
      provider: "CodeCommit",
      namespace: "Source",
      configuration: {
        RepositoryName: expect.stringMatching(/^\$\{aws_codecommit_repository\./),
        BranchName: "main",
        PollForSourceChanges: "false",
      },
      output_artifacts: ["Source"],
    });
  });

  it("builds once, and runs all else with what that has made", () => {
    const project = (id: string) => ({ ProjectName: `\${aws_codebuild_project.${id}.name}` });
    const configurationOf = (stage: string) => {
      const { configuration, input_artifacts, output_artifacts } = action(stage) ?? {};
      return { configuration, input_artifacts, output_artifacts };
    };
    const names = Object.fromEntries(
      Object.entries(JSON.parse(stack.json).resource.aws_codebuild_project as Record<string, { name: string }>).map(
        ([id, { name }]) => [name, id],
      ),
    );
    const of = (name: string) => project(names[`shop-dev-cart-${name}`] ?? "none");
    expect(configurationOf("Build")).toEqual({
      configuration: of("build"),
      input_artifacts: ["Source"],
      output_artifacts: ["Build"],
    });
    for (const [stage, name] of [
      ["Development", "deploy"],
      ["Check", "smoke"],
      ["Production", "deploy-prod"],
    ] as const) {
      expect(configurationOf(stage)).toEqual({
        configuration: of(name),
        input_artifacts: ["Build"],
        output_artifacts: undefined,
      });
    }
    expect(action("Check")?.category).toBe("Test");
  });

  it("asks for approval by the topic, with the commit and a link to it", () => {
    expect(action("Approval")).toMatchObject({
      category: "Approval",
      provider: "Manual",
      configuration: {
        NotificationArn: expect.stringMatching(/^\$\{aws_sns_topic\./),
        CustomData: "Release #{Source.CommitId}?",
        ExternalEntityLink: expect.stringMatching(
          /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/codesuite\/codecommit\/repositories\/\$\{aws_codecommit_repository\.\w+\.repository_name\}\/commit\/#\{Source\.CommitId\}\?region=eu-west-1$/,
        ),
      },
    });
  });

  it("leads the approver where it is told to", () => {
    const made = synthesise((scope) => pipeline(scope, { reviewUrl: "https://dev.example.com" }));
    expect(action("Approval", made)).toMatchObject({
      configuration: { ExternalEntityLink: "https://dev.example.com" },
    });
  });

  it("starts at a push to the branch main, by a role that does nothing else", () => {
    const rule = stack.resource(CloudwatchEventRule);
    expect(rule.name).toBe("shop-dev-cart-push");
    expect(JSON.parse(String(rule.event_pattern))).toEqual({
      source: ["aws.codecommit"],
      "detail-type": ["CodeCommit Repository State Change"],
      resources: [expect.stringMatching(/^\$\{aws_codecommit_repository\.\w+\.arn\}$/)],
      detail: { event: ["referenceCreated", "referenceUpdated"], referenceType: ["branch"], referenceName: ["main"] },
    });
    expect(stack.resource(CloudwatchEventTarget).arn).toMatch(/^\$\{aws_codepipeline\.Pipeline_\w+\.arn\}$/);
    expect(permissionsOf(stack, "shop-dev-cart-events")).toMatchObject([
      { Action: ["codepipeline:StartPipelineExecution"] },
    ]);
  });
});

describe("the role of a promotion pipeline", () => {
  const permissions = permissionsOf(stack, ROLE);

  it("is this pipeline's", () => {
    expect(trustOf(stack, ROLE)).toMatchObject([
      {
        Principal: { Service: "codepipeline.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": ["arn:aws:codepipeline:eu-west-1:123456789012:shop-dev-cart"] },
        },
      },
    ]);
  });

  it("reads the source, runs the four projects, asks for approval, keeps artifacts, and does nothing else", () => {
    expect(permissions.map(({ Sid }) => Sid)).toEqual([
      "ReadSource",
      "RunProjects",
      "AskForApproval",
      "EncryptApprovals",
      "ReadArtifacts",
      "DecryptArtifacts",
      "WriteArtifacts",
      "FindArtifacts",
      "EncryptArtifacts",
    ]);
    const run = permissions.find(({ Sid }) => Sid === "RunProjects");
    expect(run?.Action).toEqual(["codebuild:BatchGetBuilds", "codebuild:StartBuild"]);
    expect(run?.Resource).toHaveLength(4);
  });

  it("allows nothing on every resource, and no action by a wildcard", () => {
    expect(permissions.filter(({ Resource }) => [Resource].flat().includes("*"))).toEqual([]);
    expect(permissions.flatMap(({ Action }) => Action).filter((one) => one.includes("*"))).toEqual([]);
  });
});

describe("a refused promotion pipeline", () => {
  const refusal = (props: Partial<PromotionPipelineProps>) => refusalOf((scope) => pipeline(scope, props));

  it.each<[string, Partial<PromotionPipelineProps>, string]>([
    ["a name with a space", { name: "shop dev" }, '"name" is "shop dev"; allowed: 1 to 58 letters, digits and . _ -'],
    ["no question", { question: " " }, '"question" is empty; allowed: what is to be approved'],
    [
      "a question of 1001 characters",
      { question: "q".repeat(1001) },
      '"question" has 1001 characters; allowed: 1000 at most',
    ],
    [
      "a link of 1001 characters",
      { reviewUrl: "u".repeat(1001) },
      '"reviewUrl" has 1001 characters; allowed: 1000 at most',
    ],
  ])("has %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Pipeline: ${message}`);
  });

  it("is none at the end of its limits, nor by what is known at apply only", () => {
    expect(refusal({ name: "n".repeat(58), question: "q".repeat(1000) })).toBeUndefined();
    expect(refusal({ name: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
