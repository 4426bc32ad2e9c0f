import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { systemNames } from "../config/names";
import { DeploymentRepository } from "../modules/codecommit/deployment-repository";
import { BlueGreenApplication } from "../modules/codedeploy/blue-green-application";
import { ArtifactStore } from "../modules/codepipeline/artifact-store";
import type { AwsLocation } from "../modules/iam/policy";

export interface SystemReleasesProps {
  /** As `deploymentUnit` gives it. */
  readonly unit: string;
  readonly environment: Environment;
  readonly location: AwsLocation;
}

/** What the blue/green deployments and the pipelines of a unit's services share. */
export class SystemReleases extends Construct {
  readonly application: BlueGreenApplication;
  readonly repository: DeploymentRepository;
  readonly artifactStore: ArtifactStore;

  constructor(scope: Construct, id: string, { unit, environment, location }: SystemReleasesProps) {
    super(scope, id);
    const names = systemNames(unit, environment.name);
    this.application = new BlueGreenApplication(this, "Application", { name: names.deploymentApplication });
    this.repository = new DeploymentRepository(this, "Repository", {
      name: names.deploymentRepository,
      description: `appspec.yaml and taskdef.json of the services of ${unit}, written by: npm run release -- files`,
    });
    this.artifactStore = new ArtifactStore(this, "Artifacts", {
      bucket: `${names.artifactBucketPrefix}${location.accountId}`,
      location,
      forceDestroy: environment.removal === "destroy",
      description: `artifacts of the pipelines of ${names.prefix}`,
    });
  }
}
