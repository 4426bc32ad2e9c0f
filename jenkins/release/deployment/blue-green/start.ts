import { setTimeout as sleep } from "node:timers/promises";
import { lastPart } from "../../../../modules/aws/arn";
import { AwsFault } from "../../aws/aws-fault";
import { type CodeDeploy, ONGOING_DEPLOYMENT } from "../../aws/code-deploy";
import type { Context } from "../../context";
import { EXIT } from "../../exit-status";
import { Unsuccessful } from "../../unsuccessful";
import { deployedRevision } from "./deployed-revision";

/** Attempts to create, where AWS throttles or an answer is lost. */
const ATTEMPTS = 5;
const WAIT_MS = 500;

/** A second deployment of a group while one is in progress. Source: CodeDeploy API Reference, CreateDeployment. */
const LIMIT = "DeploymentLimitExceededException";

/**
 * Creates the deployment of a revision, once. CodeDeploy takes no token that would tell a second attempt from a second
 * deployment; but it takes only one deployment of a group at a time, and each tells its revision.
 *
 * @param content AppSpec
 * @throws Unsuccessful with status 3 where another deployment was quicker
 */
export async function startDeployment(
  context: Context,
  codeDeploy: CodeDeploy,
  { revision, content }: { readonly revision: string; readonly content: string },
): Promise<string> {
  const { aws, lifetime } = context;
  for (let attempt = 1; ; attempt++) {
    try {
      const id = await lifetime.until(codeDeploy.createDeployment(content, `release of ${lastPart(revision)}`));
      aws.changes.push(`created deployment ${id} of ${lastPart(revision)}`);
      return id;
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      const mayBeThere = error.isAmbiguous || error.code === LIMIT;
      if (!mayBeThere && !error.isThrottling) throw error;
      const [ongoing] = mayBeThere ? await lifetime.until(codeDeploy.listDeployments(ONGOING_DEPLOYMENT)) : [];
      const other = ongoing && (await lifetime.until(deployedRevision(codeDeploy, ongoing)));
      if (ongoing && other === revision) {
        aws.changes.push(`created deployment ${ongoing.deploymentId} of ${lastPart(revision)}`);
        return ongoing.deploymentId ?? "";
      }
      if (ongoing) throw quicker(context, lastPart(other) || `${ongoing.deploymentId}`);
      if (attempt === ATTEMPTS) throw error;
      await lifetime.until(sleep(WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)));
    }
  }
}

function quicker({ place, aws }: Context, by: string): Unsuccessful {
  return new Unsuccessful(
    `another deployment of ${place.service} was quicker: ${by}; the service was left alone. Changed until then: ` +
      `${aws.changes.join("; ") || "nothing"}; the same command goes on`,
    EXIT.superseded,
    { outcome: "in progress", service: place.service, by },
  );
}
