import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Service } from "@aws-sdk/client-ecs";
import { deploymentUnit } from "../../../../config/deployment-unit";
import { systemNames } from "../../../../config/names";
import { lastPart } from "../../../../modules/aws/arn";
import { CodeDeploy, ONGOING_DEPLOYMENT } from "../../aws/code-deploy";
import type { Context } from "../../context";
import { checkDeploymentGroup } from "../../verify/deployment-group";
import type { Deployer, PastDeployment, Rollout, Situation, Waits } from "../deployer";
import { appSpecOf, toJson } from "./app-spec";
import { deployedRevision, isRollback } from "./deployed-revision";
import { looksAt } from "./look";
import { startDeployment } from "./start";
import { tablesOf } from "./tables";
import { waitsOf } from "./waits";

/** CodeDeploy starts the tasks of a revision beside those that serve, moves the traffic, and ends the others later. */
export function blueGreen(context: Context): Deployer {
  const codeDeploy = codeDeployOf(context);
  return {
    checks: [["deployment group", (subject) => checkDeploymentGroup(subject, codeDeploy)]],
    look: (service) => situation(context, codeDeploy, service),
    served: async () => {
      const succeeded = await codeDeploy.listDeployments(["Succeeded"]);
      const revisions = await Promise.all(succeeded.map((deployment) => deployedRevision(codeDeploy, deployment)));
      return revisions.filter((revision) => revision !== "");
    },
    history: async (limit) => {
      const newest = (await codeDeploy.listDeployments()).slice(0, limit);
      return Promise.all(newest.map((deployment) => toPast(codeDeploy, deployment)));
    },
    tables: async (service) => {
      const [newest] = await codeDeploy.listDeployments();
      const { deploymentId } = newest ?? {};
      return tablesOf(service, deploymentId ? await codeDeploy.readTarget(deploymentId, context.place) : undefined);
    },
    deploying: async () => {
      const ongoing = await codeDeploy.listDeployments(ONGOING_DEPLOYMENT);
      return Promise.all(ongoing.map((deployment) => deployedRevision(codeDeploy, deployment)));
    },
  };
}

function codeDeployOf({ aws, service, environment, names }: Context): CodeDeploy {
  const { deploymentApplication: application } = systemNames(deploymentUnit(service), environment.name);
  return new CodeDeploy(aws, { application, group: names.deploymentGroup });
}

async function situation(context: Context, codeDeploy: CodeDeploy, service: Service): Promise<Situation> {
  const { names, service: config } = context;
  const [[newest], waits] = await Promise.all([codeDeploy.listDeployments(ONGOING_DEPLOYMENT), readWaits(codeDeploy)]);
  return {
    ongoing: newest && (await ongoing(context, codeDeploy, { newest, service, waits })),
    // Of a deployment that fails, CodeDeploy sets the service back.
    hasFailed: false,
    start: async (revision) => {
      const spec = appSpecOf({ taskDefinition: revision, container: names.container, port: config.port, service });
      const id = await startDeployment(context, codeDeploy, { revision, content: toJson(spec) });
      return rollout(context, codeDeploy, { id, revision, waits });
    },
  };
}

async function readWaits(codeDeploy: CodeDeploy): Promise<Waits> {
  const group = await codeDeploy.readGroup();
  const { deploymentConfigName } = group ?? {};
  const routing = deploymentConfigName ? await codeDeploy.readTrafficRouting(deploymentConfigName) : undefined;
  return waitsOf(group ?? {}, routing);
}

interface Found {
  readonly newest: DeploymentInfo;
  readonly service: Service;
  readonly waits: Waits;
}

async function ongoing(context: Context, codeDeploy: CodeDeploy, found: Found): Promise<Rollout> {
  const { newest, service, waits } = found;
  const revision = await deployedRevision(codeDeploy, newest, service);
  const { deploymentId: id = "" } = newest;
  return { ...rollout(context, codeDeploy, { id, revision, waits }), goesBack: isRollback(newest) };
}

interface Deploying {
  /** Id of the deployment, `d-...`. */
  readonly id: string;
  readonly revision: string;
  readonly waits: Waits;
}

function rollout(context: Context, codeDeploy: CodeDeploy, { id, revision, waits }: Deploying): Rollout {
  return {
    revision,
    goesBack: false,
    waits,
    look: looksAt(context, codeDeploy, { id, revision }),
    stop: async () => {
      await codeDeploy.stopDeployment(id);
      context.aws.changes.push(`stopped deployment ${id} of ${lastPart(revision)}`);
    },
  };
}

async function toPast(codeDeploy: CodeDeploy, deployment: DeploymentInfo): Promise<PastDeployment> {
  const { status = "", errorInformation, rollbackInfo, createTime, completeTime } = deployment;
  return {
    revision: await deployedRevision(codeDeploy, deployment),
    status,
    reason: errorInformation?.message ?? (isRollback(deployment) ? (rollbackInfo?.rollbackMessage ?? "") : ""),
    begun: createTime,
    ended: completeTime,
  };
}
