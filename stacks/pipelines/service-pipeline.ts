import { Construct } from "constructs";
import type { Environment } from "../../config/environment";
import { type ServiceNames, serviceNames } from "../../config/names";
import { BuildProject } from "../../modules/codebuild/build-project";
import { imageBuildspec } from "../../modules/codebuild/image-buildspec";
import { releaseBuildspec } from "../../modules/codebuild/release-buildspec";
import { ReportGroup } from "../../modules/codebuild/report-group";
import type { SourceRepository } from "../../modules/codecommit/source-repository";
import type { ArtifactStore } from "../../modules/codepipeline/artifact-store";
import { PROMOTED_COMMIT, PromotionPipeline } from "../../modules/codepipeline/promotion-pipeline";
import type { PolicyStatement } from "../../modules/iam/policy";
import type { ApprovalTopic } from "../../modules/sns/approval-topic";
import { deployStatements, pushStatements, type ReleasedService, smokeStatements } from "./release-statements";

export interface ServicePipelineProps {
  readonly environment: Environment;
  /** The service in the environment that the pipeline is of. */
  readonly development: ReleasedService;
  /** The same service in the environment that approved versions go to. */
  readonly production: ReleasedService;
  /** Where development can be looked at. @default - the approver is shown the commit */
  readonly developmentUrl: string | undefined;
  readonly sourceRepository: SourceRepository;
  readonly artifactStore: ArtifactStore;
  readonly approvalTopic: ApprovalTopic;
}

/** What a project is by its names, and what it does. */
interface ProjectProps {
  readonly name: string;
  readonly logGroup: string;
  readonly role: string;
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
}

/** Minutes for what has to be waited for: migrations, and a deployment for as long as the release program follows it. */
const DEPLOY_TIMEOUT_MINUTES = 120;

/** The pipeline that takes one service from source over development to production, and the projects that it runs. */
export class ServicePipeline extends Construct {
  private readonly names: ServiceNames;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServicePipelineProps,
  ) {
    super(scope, id);
    const { development, production, environment } = props;
    this.names = serviceNames(development.service, environment.name);
    const { name } = development.service;
    new PromotionPipeline(this, "Pipeline", {
      name: this.names.pipeline,
      location: development.location,
      artifactStore: props.artifactStore,
      sourceRepository: props.sourceRepository,
      build: this.createBuild(),
      deployDevelopment: this.createDeployment("DeployDevelopment", development, {
        name: this.names.deployProject,
        logGroup: this.names.deployLogGroup,
        role: this.names.deployProjectRole,
      }),
      check: this.createCheck(),
      deployProduction: this.createDeployment("DeployProduction", production, {
        name: this.names.deployProductionProject,
        logGroup: this.names.deployProductionLogGroup,
        role: this.names.deployProductionProjectRole,
      }),
      approvalTopic: props.approvalTopic,
      question:
        `Release ${name}, commit ${PROMOTED_COMMIT}, to ${production.environment}? ` +
        `It runs in ${development.environment}, and answers as it should.`,
      ...(props.developmentUrl !== undefined && { reviewUrl: props.developmentUrl }),
      roleName: this.names.pipelineRole,
      eventRoleName: this.names.pipelineEventsRole,
    });
  }

  private createBuild(): BuildProject {
    const { environment, artifactStore, development, production } = this.props;
    const { buildProject } = this.names;
    const reports = {
      exportTo: artifactStore,
      deleteReports: environment.removal === "destroy",
    };
    const tests = new ReportGroup(this, "TestReports", { name: `${buildProject}-tests`, type: "TEST", ...reports });
    const coverage = new ReportGroup(this, "CoverageReports", {
      name: `${buildProject}-coverage`,
      type: "CODE_COVERAGE",
      ...reports,
    });
    return new BuildProject(this, "Build", {
      ...this.projectProps({
        name: buildProject,
        logGroup: this.names.buildLogGroup,
        role: this.names.buildProjectRole,
        description: `tests ${development.service.name}, and builds its image`,
        statements: [
          ...pushStatements([development, production]),
          ...tests.writeStatements(),
          ...coverage.writeStatements(),
        ],
      }),
      buildspec: imageBuildspec({ testReports: tests.arn, coverageReports: coverage.arn }),
      environment: {
        SERVICE: development.service.name,
        ENVIRONMENT: development.environment,
        PRODUCTION: production.environment,
      },
      producesArtifact: true,
      // Docker beside it.
      privileged: true,
      compute: "medium",
    });
  }

  private createDeployment(
    id: string,
    place: ReleasedService,
    names: Pick<ProjectProps, "name" | "logGroup" | "role">,
  ): BuildProject {
    return new BuildProject(this, id, {
      ...this.projectProps({
        ...names,
        description: `deploys ${place.service.name} to ${place.environment}`,
        statements: deployStatements(place),
      }),
      buildspec: releaseBuildspec("deploy"),
      environment: { SERVICE: place.service.name, ENVIRONMENT: place.environment },
      timeoutMinutes: DEPLOY_TIMEOUT_MINUTES,
      // A second deployment would be refused by the release program.
      concurrentBuildLimit: 1,
    });
  }

  private createCheck(): BuildProject {
    const { development } = this.props;
    const { service, environment } = development;
    return new BuildProject(this, "Check", {
      ...this.projectProps({
        name: this.names.smokeProject,
        logGroup: this.names.smokeLogGroup,
        role: this.names.smokeProjectRole,
        description: `looks whether ${service.name} works in ${environment}`,
        statements: smokeStatements(development),
      }),
      buildspec: releaseBuildspec("smoke"),
      environment: { SERVICE: service.name, ENVIRONMENT: environment },
      timeoutMinutes: 15,
    });
  }

  private projectProps({ name, logGroup, role, description, statements }: ProjectProps) {
    const { environment, artifactStore, development } = this.props;
    return {
      name,
      description,
      location: development.location,
      artifactStore,
      statements,
      logGroupName: logGroup,
      logRetentionDays: environment.logRetentionDays,
      roleName: role,
    };
  }
}
