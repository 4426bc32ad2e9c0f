import { DescribeRegistryCommand, type ECRClient } from "@aws-sdk/client-ecr";
import type { Environment } from "../../config/environment";
import { Failure, messageOf } from "../failure";

const HOW_TO_GIVE_CREDENTIALS =
  "give credentials as for the AWS CLI: `aws sso login` and AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; " +
  "`aws sts get-caller-identity` shows whose they are";

/**
 * The id of the account that the credentials belong to. A private registry's id is its account's.
 *
 * @throws Failure without usable credentials, or when the environment names another account
 */
export async function requireAccount(client: ECRClient, environment: Environment): Promise<string> {
  const { name, accountId } = environment;
  const account = await describeAccount(client);
  if (accountId !== undefined && account !== accountId) {
    throw new Failure(
      `these credentials belong to AWS account ${account}, but config/environments/${name}.json says accountId ` +
        `"${accountId}"; nothing was deployed. Use credentials of ${accountId}, or correct accountId`,
    );
  }
  return account;
}

async function describeAccount(client: ECRClient): Promise<string> {
  try {
    const { registryId = "" } = await client.send(new DescribeRegistryCommand({}));
    return registryId;
  } catch (error) {
    throw new Failure(whyNot(error));
  }
}

function whyNot(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "CredentialsProviderError") {
    return `there are no AWS credentials (${messageOf(error)}); ${HOW_TO_GIVE_CREDENTIALS}`;
  }
  if (name === "AccessDeniedException") {
    return `${messageOf(error)}; whoever deploys needs ecr:DescribeRegistry, by which the account is checked`;
  }
  if (/Token|Signature|AccessKey/.test(name)) {
    return `AWS does not accept these credentials (${name}: ${messageOf(error)}); ${HOW_TO_GIVE_CREDENTIALS}`;
  }
  return `AWS could not be asked for the account (ecr:DescribeRegistry): ${name}: ${messageOf(error)}`;
}
