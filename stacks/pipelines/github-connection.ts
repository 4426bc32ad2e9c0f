import { TerraformOutput, type TerraformStack } from "cdktf";
import type { Environment } from "../../config/environment";
import { environmentNames } from "../../config/names";
import { GithubConnection } from "../../modules/codeconnections/github-connection";
import type { AwsLocation } from "../../modules/iam/policy";

/** Makes an environment's connection to GitHub, and tells where a person confirms it. */
export function createGithubConnection(
  stack: TerraformStack,
  environment: Pick<Environment, "name">,
  location: AwsLocation,
): GithubConnection {
  const connection = new GithubConnection(stack, "GithubConnection", {
    name: environmentNames(environment.name).githubConnection,
    location,
  });
  new TerraformOutput(stack, "githubConnection", {
    value: connection.confirmationUrl,
    description: "where a person confirms the connection to GitHub, once: until then no pipeline of it runs",
  });
  return connection;
}
