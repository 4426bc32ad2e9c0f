import { resolve } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, LocalBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { QUOTAS_CONTEXT } from "../modules/prop-check";
import { stateBackend } from "../modules/s3/state-backend";
import { TagEverything } from "./tag-everything";

/**
 * What every stack has in common: the AWS provider of its environment, where its state lives, its tags.
 */
export class EnvironmentStack extends TerraformStack {
  constructor(
    scope: Construct,
    readonly stackName: string,
    readonly environment: Environment,
  ) {
    super(scope, stackName);
    // Before anything is made: modules ask for it, and take no prop for what is the same in a whole account.
    this.node.setContext(QUOTAS_CONTEXT, environment.quotas);
    this.configureProvider();
    this.configureState();
    // On the stack: cdktf silently ignores aspects on the App.
    Aspects.of(this).add(new TagEverything({ ...environment.tags, Environment: environment.name, Stack: stackName }));
  }

  private configureProvider(): void {
    const { region, accountId, emulated } = this.environment;
    new AwsProvider(this, "aws", {
      region,
      // Nothing is sent to another account than the one the environment names. An emulated environment always names
      // one that no customer has, so a forgotten AWS_ENDPOINT_URL cannot change a real account.
      ...(accountId !== undefined && { allowedAccountIds: [accountId] }),
      ...(emulated && emulatorSettings),
    });
  }

  private configureState(): void {
    const { state, region, name, emulated } = this.environment;
    if (state.backend === "s3" && process.env.STATE_BACKEND !== "local") {
      stateBackend(this, { bucket: state.bucket, key: `${name}/${this.stackName}.tfstate`, region });
      // An emulator on 127.0.0.1 has no host names of the form `<bucket>.<host>`; the backend does not read the provider's
      // settings.
      if (emulated) this.addOverride("terraform.backend.s3.use_path_style", true);
      return;
    }
    const directory = resolve(process.env.STATE_DIRECTORY ?? `.local/state/${name}`);
    new LocalBackend(this, { path: `${directory}/${this.stackName}.tfstate` });
  }
}

/**
 * What the provider needs to talk to an AWS emulator; its address comes from AWS_ENDPOINT_URL.
 *
 * - The emulator answers an action it does not know with HTTP 500, which the provider would repeat 25 times over
 *   many minutes: hence two retries.
 * - The account id is asked for, as on AWS: without it the provider reads security group rules and registry settings
 *   back under other names than it wrote them.
 */
const emulatorSettings = {
  maxRetries: 2,
  skipCredentialsValidation: true,
  skipMetadataApiCheck: "true",
  s3UsePathStyle: true,
};
