import { Construct } from "constructs";
import { appOf } from "../../config/app";
import { deploymentUnit } from "../../config/deployment-unit";
import type { Environment } from "../../config/environment";
import { type ServiceNames, serviceNames, systemNames } from "../../config/names";
import { BuildProject } from "../../modules/codebuild/build-project";
import { checkBuildspec } from "../../modules/codebuild/check-buildspec";
import { ecsImageBuildspec } from "../../modules/codebuild/ecs-image-buildspec";
import { ReportGroup } from "../../modules/codebuild/report-group";
import type { GithubRepository } from "../../modules/codeconnections/github-repository";
import type { ArtifactStore } from "../../modules/codepipeline/artifact-store";
import type { RollingService } from "../../modules/codepipeline/ecs-action";
import { ImagePipeline } from "../../modules/codepipeline/image-pipeline";
import { PullRequestPipeline } from "../../modules/codepipeline/pull-request-pipeline";
import { PropCheck } from "../../modules/prop-check";
import { pushStatements, type ReleasedService, taskRoleArns } from "./release-statements";

export interface GithubPipelinesProps {
  readonly environment: Environment;
  /** The service in that environment. ECS itself has to roll it, and it has no migrations. */
  readonly place: ReleasedService;
  readonly source: GithubRepository;
  readonly artifactStore: ArtifactStore;
}

/**
 * The pipelines of a service whose source is on GitHub: one that takes each push to the branch to the service, and one that
 * builds and tests what pull requests ask for, with a role that can do neither. They reach the service by the names that
 * things have: neither has to know the other's state.
 */
export class GithubPipelines extends Construct {
  private readonly names: ServiceNames;
  private readonly reports: { readonly deleteReports: boolean };

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GithubPipelinesProps,
  ) {
    super(scope, id);
    this.checkService();
    const { place, environment, source, artifactStore } = props;
    const { location } = place;
    this.names = serviceNames(place.service, environment.name);
    this.reports = { deleteReports: environment.removal === "destroy" };
    new ImagePipeline(this, "Pipeline", {
      name: this.names.githubPipeline,
      location,
      artifactStore,
      source,
      build: this.createBuild(),
      service: this.rollingService(),
      roleName: this.names.githubPipelineRole,
    });
    new PullRequestPipeline(this, "PullRequests", {
      name: this.names.pullRequestPipeline,
      location,
      artifactStore,
      source,
      check: this.createCheck(),
      roleName: this.names.pullRequestPipelineRole,
    });
  }

  private createBuild(): BuildProject {
    const { environment, place, artifactStore } = this.props;
    const { service } = place;
    const { githubBuildProject: name } = this.names;
    const reports = { ...this.reports, exportTo: artifactStore };
    const tests = new ReportGroup(this, "TestReports", { name: `${name}-tests`, type: "TEST", ...reports });
    const coverage = new ReportGroup(this, "CoverageReports", {
      name: `${name}-coverage`,
      type: "CODE_COVERAGE",
      ...reports,
    });
    return new BuildProject(this, "Build", {
      ...this.engineProps(),
      name,
      description: `tests ${service.name}, and builds the image that is deployed`,
      buildspec: ecsImageBuildspec({ testReports: tests.arn, coverageReports: coverage.arn }),
      environment: { SERVICE: service.name, ENVIRONMENT: environment.name, CONTAINER: this.names.container },
      statements: [...pushStatements([place]), ...tests.writeStatements(), ...coverage.writeStatements()],
      producesArtifact: true,
      logGroupName: this.names.githubBuildLogGroup,
      roleName: this.names.githubBuildProjectRole,
    });
  }

  /**
   * Its role reports tests, and does nothing else to anything: what it runs is not ours yet. Reports stay in CodeBuild, for
   * whoever writes to the artifact store could put another image where a deployment takes its own from.
   */
  private createCheck(): BuildProject {
    const { service } = this.props.place;
    const { pullRequestProject: name } = this.names;
    const tests = new ReportGroup(this, "PullRequestReports", { name: `${name}-tests`, type: "TEST", ...this.reports });
    return new BuildProject(this, "Check", {
      ...this.engineProps(),
      name,
      description: `tests pull requests, and builds the image of ${service.name}`,
      buildspec: checkBuildspec({ testReports: tests.arn }),
      environment: { APP: appOf(service) },
      statements: tests.writeStatements(),
      logGroupName: this.names.pullRequestLogGroup,
      roleName: this.names.pullRequestProjectRole,
    });
  }

  /** What both projects have in common: Docker beside the build. */
  private engineProps() {
    const { environment, place, artifactStore } = this.props;
    return {
      location: place.location,
      artifactStore,
      logRetentionDays: environment.logRetentionDays,
      privileged: true,
      compute: "medium",
    } as const;
  }

  private rollingService(): RollingService {
    const { environment, place } = this.props;
    return {
      cluster: systemNames(deploymentUnit(place.service), environment.name).cluster,
      service: this.names.service,
      family: this.names.family,
      passRoleArns: taskRoleArns(place),
    };
  }

  /** What ECS's own action can't deploy. */
  private checkService(): void {
    const { name, deployment, database } = this.props.place.service;
    const check = new PropCheck(this);
    if (deployment.controller !== "ECS") {
      const problem = `is ${JSON.stringify(deployment.controller)} (apps/${name}/service.json)`;
      throw check.error("deployment.controller", problem, '"ECS", for CodeDeploy takes no image from ECS\'s action');
    }
    if (database?.migrations) {
      const allowed = 'false, or "pipeline": true instead: ECS\'s action deploys without migrating';
      throw check.error("database.migrations", `is true (apps/${name}/service.json)`, allowed);
    }
  }
}
