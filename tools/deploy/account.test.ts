import { ECRClient } from "@aws-sdk/client-ecr";
import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { requireAccount } from "./account";
import { type Answer, fakeEcr, REPOSITORY } from "./deploy.fixtures";

const { environment: dev } = loadProject({ root: REPOSITORY, environment: "dev" });

async function ask(answer: Answer, accountId?: string): Promise<string> {
  const { client } = await fakeEcr(() => answer);
  return requireAccount(client, { ...dev, ...(accountId && { accountId }) });
}

describe("the account of a deployment", () => {
  it("is that of the credentials", async () => {
    expect(await ask({ registryId: "111122223333" })).toBe("111122223333");
  });

  it("may be named by the environment", async () => {
    expect(await ask({ registryId: "111122223333" }, "111122223333")).toBe("111122223333");
  });

  it("is refused when the environment names another", async () => {
    await expect(ask({ registryId: "111122223333" }, "444455556666")).rejects.toThrow(
      'these credentials belong to AWS account 111122223333, but config/environments/dev.json says accountId "444455556666"; ' +
        "nothing was deployed. Use credentials of 444455556666, or correct accountId",
    );
  });

  it("is not known without credentials, and it is said how to give them", async () => {
    const reason = Object.assign(new Error("nobody has any"), { name: "CredentialsProviderError" });
    const client = new ECRClient({ region: "us-east-1", credentials: () => Promise.reject(reason) });
    await expect(requireAccount(client, dev)).rejects.toThrow(
      /^there are no AWS credentials \(nobody has any\); give credentials as for the AWS CLI: `aws sso login` and AWS_PROFILE/,
    );
  });

  it("is not known when AWS does not accept the credentials", async () => {
    await expect(ask("ExpiredTokenException")).rejects.toThrow(
      /^AWS does not accept these credentials \(ExpiredTokenException: .*\); give credentials/,
    );
  });

  it("is not known when the credentials may not ask, and the permission is named", async () => {
    await expect(ask("AccessDeniedException")).rejects.toThrow(/whoever deploys needs ecr:DescribeRegistry/);
  });

  it("is not known when AWS fails otherwise", async () => {
    await expect(ask("ServerException")).rejects.toThrow(/^AWS could not be asked for the account .*ServerException/);
  });
});
