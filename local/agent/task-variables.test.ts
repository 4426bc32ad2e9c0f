import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it, vi } from "vitest";
import { taskArn, viewTask } from "./agent.fixtures";
import { taskVariables } from "./task-variables";

const ROLE = "arn:aws:iam::123456789012:role/cart-task";

function variablesOf(definition: TaskDefinition, overrides = {}) {
  const credentials = { variablesOf: vi.fn(() => ({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/path" })) };
  const options = { endpoint: "http://127.0.0.1:4566", region: "eu-west-1", credentials };
  return { variables: taskVariables(options, viewTask("a", { overrides }), definition), credentials };
}

/** Of every task. */
const COMMON = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_REGION: "eu-west-1",
  AWS_DEFAULT_REGION: "eu-west-1",
};

describe("what a task is told of AWS", () => {
  it("is the Region, and nothing of the person's, where it has no role", () => {
    const { variables, credentials } = variablesOf({});
    expect(variables).toEqual(COMMON);
    expect(credentials.variablesOf).not.toHaveBeenCalled();
  });

  it("is the endpoint and where its credentials are, where it has a role", () => {
    const { variables, credentials } = variablesOf({ taskRoleArn: ROLE });
    expect(variables).toEqual({
      ...COMMON,
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/path",
    });
    expect(credentials.variablesOf.mock.calls).toEqual([[{ role: ROLE, task: taskArn("a") }]]);
  });

  const ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool";
  const environment = [{ name: "API_TOKEN_ISSUER", value: ISSUER }];
  const KEYS = { API_TOKEN_JWKS_URL: "http://127.0.0.1:4566/eu-west-1_Pool/.well-known/jwks.json" };

  it("is where the keys are, where it takes tokens", () => {
    const { variables } = variablesOf({ containerDefinitions: [{ name: "log" }, { name: "cart", environment }] });
    expect(variables).toEqual({ ...COMMON, ...KEYS });
  });

  it("is that too where the issuer is of a one-off task", () => {
    const { variables } = variablesOf({}, { containerOverrides: [{ name: "cart", environment }] });
    expect(variables).toEqual({ ...COMMON, ...KEYS });
  });

  it("goes by the role that a one-off task is run with", () => {
    const { credentials } = variablesOf({ taskRoleArn: ROLE }, { taskRoleArn: `${ROLE}-2` });
    expect(credentials.variablesOf.mock.calls).toEqual([[{ role: `${ROLE}-2`, task: taskArn("a") }]]);
  });
});
