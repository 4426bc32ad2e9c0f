import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkServiceNames } from "./checks/names";
import { type NameRule, SERVICE_NAME_RULES, SYSTEM_NAME_RULES } from "./name-rules";
import { environmentNames, serviceNames, systemNames } from "./names";

describe("systemNames", () => {
  it("begins names with system and environment", () => {
    expect(systemNames("jenkins-ecs", "local")).toEqual({
      prefix: "jenkins-ecs-local",
      cluster: "jenkins-ecs-local",
      loadBalancer: "jenkins-ecs-local",
      loadBalancerSecurityGroup: "jenkins-ecs-local-load-balancer",
      capacityProvider: "jenkins-ecs-local",
      autoScalingGroup: "jenkins-ecs-local",
      launchTemplate: "jenkins-ecs-local",
      instanceRole: "jenkins-ecs-local-instance",
      instanceProfile: "jenkins-ecs-local-instance",
      instanceSecurityGroup: "jenkins-ecs-local-instance",
      execLogGroup: "/ecs/jenkins-ecs-local/exec",
      accessLogsBucketPrefix: "jenkins-ecs-local-log-",
      database: "jenkins-ecs-local",
      databaseSecurityGroup: "jenkins-ecs-local-database",
      migratorSecret: "jenkins-ecs/local/migrator/database",
      alarmTopic: "jenkins-ecs-local-alarms",
      loadBalancerAlarm: "jenkins-ecs-local-load-balancer",
      dashboard: "jenkins-ecs-local",
      failedDeploymentRule: "jenkins-ecs-local-failed-deployment",
      failedReleaseRule: "jenkins-ecs-local-failed-release",
      deploymentApplication: "jenkins-ecs-local",
      deploymentRepository: "jenkins-ecs-local-deployment",
      artifactBucketPrefix: "jenkins-ecs-local-art-",
      namespace: "jenkins-ecs-local.internal",
      pipelineArtifactBucketPrefix: "jenkins-ecs-local-pipe-",
      approvalTopic: "jenkins-ecs-local-approvals",
      apiName: "jenkins-ecs-local",
      apiLogGroup: "/apigateway/jenkins-ecs-local",
      vpcLink: "jenkins-ecs-local",
      vpcLinkSecurityGroup: "jenkins-ecs-local-vpc-link",
      userPool: "jenkins-ecs-local",
      appClient: "jenkins-ecs-local",
      usagePlan: "jenkins-ecs-local",
    });
  });
});

describe("serviceNames", () => {
  it("begins names with system, environment and service", () => {
    expect(serviceNames({ system: "jenkins-ecs", name: "service-a" }, "local")).toEqual({
      service: "service-a",
      container: "service-a",
      family: "jenkins-ecs-local-service-a",
      repository: "jenkins-ecs-local/service-a",
      logGroup: "/ecs/jenkins-ecs-local/service-a",
      executionRole: "jenkins-ecs-local-service-a-execution",
      taskRole: "jenkins-ecs-local-service-a-task",
      securityGroup: "jenkins-ecs-local-service-a",
      targetGroupPrefix: "sa-",
      taskDefinitionParameter: "/jenkins-ecs/local/service-a/task-definition",
      secretPrefix: "jenkins-ecs/local/service-a/",
      databaseSecret: "jenkins-ecs/local/service-a/database",
      databaseUser: "service-a",
      migrateFamily: "jenkins-ecs-local-service-a-migrate",
      migrateTaskDefinitionParameter: "/jenkins-ecs/local/service-a/migrate-task-definition",
      prepareDatabaseFamily: "jenkins-ecs-local-service-a-prepare-database",
      prepareDatabaseTaskDefinitionParameter: "/jenkins-ecs/local/service-a/prepare-database-task-definition",
      databaseExecutionRole: "jenkins-ecs-local-service-a-database-execution",
      deploymentGroup: "service-a",
      deploymentRole: "jenkins-ecs-local-service-a-deployment",
      pipeline: "jenkins-ecs-local-service-a",
      pipelineRole: "jenkins-ecs-local-service-a-pipeline",
      pipelineEventsRole: "jenkins-ecs-local-service-a-pipeline-events",
      migrationProject: "jenkins-ecs-local-service-a-migrate",
      migrationLogGroup: "/codebuild/jenkins-ecs-local-service-a-migrate",
      migrationProjectRole: "jenkins-ecs-local-service-a-migrate-build",
      discoveryService: "service-a",
      connectService: "service-a-connect",
      buildProject: "jenkins-ecs-local-service-a-build",
      buildProjectRole: "jenkins-ecs-local-service-a-build",
      buildLogGroup: "/codebuild/jenkins-ecs-local-service-a-build",
      deployProject: "jenkins-ecs-local-service-a-deploy",
      deployProjectRole: "jenkins-ecs-local-service-a-deploy",
      deployLogGroup: "/codebuild/jenkins-ecs-local-service-a-deploy",
      smokeProject: "jenkins-ecs-local-service-a-smoke",
      smokeProjectRole: "jenkins-ecs-local-service-a-smoke",
      smokeLogGroup: "/codebuild/jenkins-ecs-local-service-a-smoke",
      deployProductionProject: "jenkins-ecs-local-service-a-deploy-prod",
      deployProductionProjectRole: "jenkins-ecs-local-service-a-deploy-prod",
      deployProductionLogGroup: "/codebuild/jenkins-ecs-local-service-a-deploy-prod",
      githubPipeline: "jenkins-ecs-local-service-a-github",
      githubPipelineRole: "jenkins-ecs-local-service-a-github",
      githubBuildProject: "jenkins-ecs-local-service-a-image",
      githubBuildProjectRole: "jenkins-ecs-local-service-a-image",
      githubBuildLogGroup: "/codebuild/jenkins-ecs-local-service-a-image",
      pullRequestPipeline: "jenkins-ecs-local-service-a-pr",
      pullRequestPipelineRole: "jenkins-ecs-local-service-a-pr",
      pullRequestProject: "jenkins-ecs-local-service-a-check",
      pullRequestProjectRole: "jenkins-ecs-local-service-a-check",
      pullRequestLogGroup: "/codebuild/jenkins-ecs-local-service-a-check",
    });
  });

  it.each([
    ["notification", "notif-"],
    ["user-management", "umana-"],
    ["a-b-c-d-e-f-g", "abcde-"],
    ["x", "x-"],
  ])("makes the target group's prefix of %s", (name, prefix) => {
    expect(serviceNames({ system: "shop", name }, "dev").targetGroupPrefix).toBe(prefix);
  });
});

describe("environmentNames", () => {
  it("begins names with network and environment", () => {
    expect(environmentNames("prod")).toEqual({
      vpc: "network-prod",
      flowLogGroup: "/vpc/network-prod/flow-logs",
      flowLogRole: "network-prod-flow-logs",
      stateBucketPrefix: "express-on-ecs-prod-",
      sourceRepository: "express-on-ecs-prod",
      mailConfigurationSet: "mail-prod",
      mailEventsTopic: "mail-prod-events",
      apiLogRole: "express-on-ecs-prod-api-log",
      githubConnection: "express-on-ecs-prod",
    });
  });
});

describe("the rules", () => {
  const longest = (rules: Readonly<Record<string, NameRule>>) =>
    Object.fromEntries(Object.entries(rules).map(([key, rule]) => [key, rule.max]));

  it("are AWS's for the names of a system", () => {
    expect(longest(SYSTEM_NAME_RULES)).toEqual({
      cluster: 255,
      loadBalancer: 32,
      loadBalancerSecurityGroup: 228,
      capacityProvider: 255,
      autoScalingGroup: 255,
      launchTemplate: 128,
      instanceRole: 64,
      instanceProfile: 128,
      instanceSecurityGroup: 228,
      execLogGroup: 512,
      accessLogsBucketPrefix: 51,
      database: 63,
      databaseSecurityGroup: 228,
      migratorSecret: 512,
      alarmTopic: 256,
      loadBalancerAlarm: 255,
      dashboard: 255,
      failedDeploymentRule: 64,
      failedReleaseRule: 64,
      deploymentApplication: 100,
      deploymentRepository: 100,
      artifactBucketPrefix: 51,
      namespace: 253,
      pipelineArtifactBucketPrefix: 51,
      approvalTopic: 256,
      apiName: 128,
      apiLogGroup: 512,
      vpcLink: 128,
      vpcLinkSecurityGroup: 228,
      userPool: 128,
      appClient: 128,
      usagePlan: 128,
    });
  });

  it("are AWS's for the names of a service", () => {
    expect(longest(SERVICE_NAME_RULES)).toEqual({
      service: 255,
      container: 255,
      family: 255,
      repository: 256,
      logGroup: 512,
      executionRole: 64,
      taskRole: 64,
      securityGroup: 228,
      targetGroupPrefix: 6,
      taskDefinitionParameter: 1011,
      secretPrefix: 512,
      databaseSecret: 512,
      databaseUser: 32,
      migrateFamily: 255,
      migrateTaskDefinitionParameter: 1011,
      prepareDatabaseFamily: 255,
      prepareDatabaseTaskDefinitionParameter: 1011,
      databaseExecutionRole: 64,
      deploymentGroup: 100,
      deploymentRole: 64,
      pipeline: 58,
      pipelineRole: 64,
      pipelineEventsRole: 64,
      migrationProject: 255,
      migrationLogGroup: 512,
      migrationProjectRole: 64,
      discoveryService: 63,
      connectService: 63,
      buildProject: 255,
      buildProjectRole: 64,
      buildLogGroup: 512,
      deployProject: 255,
      deployProjectRole: 64,
      deployLogGroup: 512,
      smokeProject: 255,
      smokeProjectRole: 64,
      smokeLogGroup: 512,
      deployProductionProject: 255,
      deployProductionProjectRole: 64,
      deployProductionLogGroup: 512,
      githubPipeline: 58,
      githubPipelineRole: 64,
      githubBuildProject: 255,
      githubBuildProjectRole: 64,
      githubBuildLogGroup: 512,
      pullRequestPipeline: 58,
      pullRequestPipelineRole: 64,
      pullRequestProject: 255,
      pullRequestProjectRole: 64,
      pullRequestLogGroup: 512,
    });
  });
});

describe("all names", () => {
  const word = (maxLength: number) => fc.stringMatching(new RegExp(`^[a-z](-?[a-z0-9]){0,${maxLength}}$`));

  it("are within AWS's limits for every system and service that is not refused", () => {
    fc.assert(
      fc.property(word(25), word(45), (system, name) => {
        const service = {
          system,
          name,
          database: { migrations: true },
          deployment: { controller: "CODE_DEPLOY" },
          calls: ["other"],
          pipeline: true,
          expose: "api",
        } as const;
        const refused = checkServiceNames(service, "test", name).map((finding) => finding.problem);
        const tooLong = [
          ...longerThanAllowed(SYSTEM_NAME_RULES, systemNames(system, "test")),
          ...longerThanAllowed(SERVICE_NAME_RULES, serviceNames({ system, name }, "test")),
        ];
        expect(refused.filter((problem) => problem.endsWith("characters"))).toHaveLength(tooLong.length);
      }),
    );
  });

  it("have only characters that the resource's service takes", () => {
    fc.assert(
      fc.property(word(10), word(10), (system, name) => {
        const ofService = serviceNames({ system, name }, "test");
        expect(ofService.repository).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(ofService.targetGroupPrefix).toMatch(/^[a-z0-9]{1,5}-$/);
        expect(systemNames(system, "test").loadBalancer).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
    );
  });
});

function longerThanAllowed<Key extends string>(
  rules: Readonly<Record<Key, NameRule>>,
  names: Readonly<Record<NoInfer<Key>, string>>,
): readonly string[] {
  return (Object.keys(rules) as Key[]).filter((key) => names[key].length > rules[key].max);
}
