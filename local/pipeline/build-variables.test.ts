import { describe, expect, it } from "vitest";
import { codeBuildVariables, parseSecretReference, variablesOf } from "./build-variables";

const facts = {
  project: { name: "cart-build", arn: "arn:aws:codebuild:eu-west-1:123456789012:project/cart-build", image: "image:5" },
  pipeline: "cart",
  buildId: "b-1",
  number: 7,
  startedAt: new Date(1_000),
  sources: new Map([
    ["Source", "/work/source"],
    ["Other", "/work/other"],
  ]),
  revision: "1a2b",
};

describe("what CodeBuild tells a build", () => {
  it("is who it is, where its sources are, and which commit", () => {
    expect(codeBuildVariables(facts)).toEqual({
      CODEBUILD_BUILD_ARN: "arn:aws:codebuild:eu-west-1:123456789012:build/cart-build:b-1",
      CODEBUILD_BUILD_ID: "cart-build:b-1",
      CODEBUILD_BUILD_IMAGE: "image:5",
      CODEBUILD_BUILD_NUMBER: "7",
      CODEBUILD_INITIATOR: "codepipeline/cart",
      CODEBUILD_LOG_PATH: "b-1",
      CODEBUILD_PROJECT_ARN: "arn:aws:codebuild:eu-west-1:123456789012:project/cart-build",
      CODEBUILD_RESOLVED_SOURCE_VERSION: "1a2b",
      CODEBUILD_SRC_DIR: "/work/source",
      CODEBUILD_SRC_DIR_Other: "/work/other",
      CODEBUILD_START_TIME: "1000",
    });
  });

  it("has no commit where the artifact is no source", () => {
    expect(codeBuildVariables({ ...facts, revision: undefined })).not.toHaveProperty(
      "CODEBUILD_RESOLVED_SOURCE_VERSION",
    );
  });
});

describe("the variables of a build", () => {
  const lookUp = {
    parameter: async (name: string) => `parameter ${name}`,
    secret: async (reference: string) => `secret ${reference}`,
  };

  it("are those of the project, and those of the action before them, each from where it says", async () => {
    const project = {
      variables: [
        { name: "A", value: "of the project" },
        { name: "B", value: "of the project" },
        { name: "P", value: "/cart/x", type: "PARAMETER_STORE" as const },
      ],
    };
    const ofAction = [
      { name: "B", value: "of the action" },
      { name: "S", value: "cart:key", type: "SECRETS_MANAGER" as const },
    ];
    expect(await variablesOf(project, ofAction, lookUp)).toEqual({
      A: "of the project",
      B: "of the action",
      P: "parameter /cart/x",
      S: "secret cart:key",
    });
  });
});

describe("a reference to a secret", () => {
  const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:cart-AbCdEf";

  it.each([
    ["cart", { id: "cart" }],
    ["cart:user", { id: "cart", key: "user" }],
    ["cart:user:AWSPREVIOUS:v1", { id: "cart", key: "user", stage: "AWSPREVIOUS", version: "v1" }],
    ["cart::AWSPREVIOUS", { id: "cart", key: "", stage: "AWSPREVIOUS" }],
    [arn, { id: arn }],
    [`${arn}:user`, { id: arn, key: "user" }],
  ])("%s", (reference, parts) => {
    expect(parseSecretReference(reference)).toEqual({ key: undefined, stage: undefined, version: undefined, ...parts });
  });
});
