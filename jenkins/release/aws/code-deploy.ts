import * as codedeploy from "@aws-sdk/client-codedeploy";
import type { Aws } from "./aws";
import type { ServicePlace } from "./services";

/** Deployments that BatchGetDeployments takes at once. */
const READ_PER_CALL = 25;

/** States in which a deployment goes on. Source: CodeDeploy API Reference, DeploymentInfo. */
export const ONGOING_DEPLOYMENT: readonly codedeploy.DeploymentStatus[] = [
  "Created",
  "Queued",
  "InProgress",
  "Baking",
  "Ready",
];

const NO_GROUP = ["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"];

/** Names of a deployment group. */
export interface GroupNames {
  readonly application: string;
  readonly group: string;
}

/** As much of CodeDeploy as a release needs, for one deployment group. */
export class CodeDeploy {
  readonly #client: codedeploy.CodeDeployClient;
  /** For what must not be sent twice without a look in between. */
  readonly #once: codedeploy.CodeDeployClient;
  /** By hash: they never change. */
  readonly #appSpecs = new Map<string, string>();

  constructor(
    private readonly aws: Aws,
    readonly names: GroupNames,
  ) {
    this.#client = aws.client(codedeploy.CodeDeployClient);
    this.#once = aws.client(codedeploy.CodeDeployClient, true);
  }

  /** The group; `undefined` where it, or the application, does not exist. */
  async readGroup(): Promise<codedeploy.DeploymentGroupInfo | undefined> {
    const answer = await this.aws.callUnless(NO_GROUP, "codedeploy:GetDeploymentGroup", () =>
      this.#client.send(new codedeploy.GetDeploymentGroupCommand(this.#inGroup)),
    );
    return answer?.deploymentGroupInfo;
  }

  /** How traffic moves by a configuration; `undefined` where it does not exist. */
  async readTrafficRouting(deploymentConfigName: string): Promise<codedeploy.TrafficRoutingConfig | undefined> {
    const answer = await this.aws.callUnless(
      ["DeploymentConfigDoesNotExistException"],
      "codedeploy:GetDeploymentConfig",
      () => this.#client.send(new codedeploy.GetDeploymentConfigCommand({ deploymentConfigName })),
    );
    return answer?.deploymentConfigInfo?.trafficRoutingConfig;
  }

  /** Newest deployments of the group, the newest first: 25 at most. @param statuses only such @default - all */
  async listDeployments(
    statuses?: readonly codedeploy.DeploymentStatus[],
  ): Promise<readonly codedeploy.DeploymentInfo[]> {
    const listed = await this.aws.callUnless(NO_GROUP, "codedeploy:ListDeployments", () =>
      this.#client.send(
        new codedeploy.ListDeploymentsCommand({
          ...this.#inGroup,
          ...(statuses && { includeOnlyStatuses: [...statuses] }),
        }),
      ),
    );
    // The first page has the newest; within it, nobody promises an order.
    const deploymentIds = (listed?.deployments ?? []).slice(0, READ_PER_CALL);
    if (deploymentIds.length === 0) return [];
    const { deploymentsInfo = [] } = await this.aws.call("codedeploy:BatchGetDeployments", () =>
      this.#client.send(new codedeploy.BatchGetDeploymentsCommand({ deploymentIds })),
    );
    const timeOf = ({ createTime }: codedeploy.DeploymentInfo) => createTime?.getTime() ?? 0;
    return deploymentsInfo.toSorted((first, second) => timeOf(second) - timeOf(first));
  }

  /**
   * The AppSpec of a deployment, empty where there is none to be had. GetDeployment gives its hash only. Source: CodeDeploy
   * API Reference, GetDeployment.
   */
  async readAppSpec({ revision }: codedeploy.DeploymentInfo): Promise<string> {
    const { content, sha256 } = revision?.appSpecContent ?? revision?.string ?? {};
    if (content || !sha256) return content ?? "";
    const known = this.#appSpecs.get(sha256);
    if (known !== undefined) return known;
    const { application: applicationName } = this.names;
    const answer = await this.aws.callUnless(
      ["RevisionDoesNotExistException"],
      "codedeploy:GetApplicationRevision",
      () => this.#client.send(new codedeploy.GetApplicationRevisionCommand({ applicationName, revision })),
    );
    const { appSpecContent, string } = answer?.revision ?? {};
    const read = appSpecContent?.content ?? string?.content ?? "";
    this.#appSpecs.set(sha256, read);
    return read;
  }

  /** A deployment by its id. */
  async readDeployment(deploymentId: string): Promise<codedeploy.DeploymentInfo> {
    const { deploymentInfo } = await this.aws.call("codedeploy:GetDeployment", () =>
      this.#client.send(new codedeploy.GetDeploymentCommand({ deploymentId })),
    );
    return deploymentInfo ?? {};
  }

  /** What a deployment does with the service; `undefined` as long as it has not begun. */
  async readTarget(
    deploymentId: string,
    { cluster, service }: ServicePlace,
  ): Promise<codedeploy.ECSTarget | undefined> {
    // The only target of a deployment to ECS. Source: CodeDeploy API Reference, BatchGetDeploymentTargets.
    const targetIds = [`${cluster}:${service}`];
    const answer = await this.aws.callUnless(
      ["DeploymentTargetDoesNotExistException", "DeploymentNotStartedException"],
      "codedeploy:BatchGetDeploymentTargets",
      () => this.#client.send(new codedeploy.BatchGetDeploymentTargetsCommand({ deploymentId, targetIds })),
    );
    return answer?.deploymentTargets?.[0]?.ecsTarget;
  }

  /**
   * Creates a deployment, with one attempt: CodeDeploy has no token by which it would know a second one again.
   *
   * @param content AppSpec
   * @throws AwsFault, `isAmbiguous` where it may have been created
   */
  async createDeployment(content: string, description: string): Promise<string> {
    const revision = { revisionType: "AppSpecContent", appSpecContent: { content } } as const;
    const { deploymentId = "" } = await this.aws.call("codedeploy:CreateDeployment", () =>
      this.#once.send(new codedeploy.CreateDeploymentCommand({ ...this.#inGroup, revision, description })),
    );
    return deploymentId;
  }

  /** Ends a deployment and goes back from it; nothing where it has ended already. */
  async stopDeployment(deploymentId: string): Promise<void> {
    await this.aws.callUnless(["DeploymentAlreadyCompletedException"], "codedeploy:StopDeployment", () =>
      this.#client.send(new codedeploy.StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true })),
    );
  }

  get #inGroup() {
    return { applicationName: this.names.application, deploymentGroupName: this.names.group };
  }
}
