import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";
import { ListenerRule } from "../alb/listener-rule";
import { LoadBalancer } from "../alb/load-balancer";
import { TargetGroupPair } from "../alb/target-group-pair";
import { BuildProject, type BuildProjectProps } from "../codebuild/build-project";
import { MigrationProject, type MigrationProjectProps } from "../codebuild/migration-project";
import { DeploymentRepository } from "../codecommit/deployment-repository";
import { SourceRepository } from "../codecommit/source-repository";
import { GithubConnection } from "../codeconnections/github-connection";
import type { GithubRepository } from "../codeconnections/github-repository";
import { BlueGreenApplication } from "../codedeploy/blue-green-application";
import { DeploymentGroup, type DeploymentGroupProps } from "../codedeploy/deployment-group";
import { Repository } from "../ecr/repository";
import { cluster, taskDefinition, taskThatRunsOnce } from "../ecs/ecs.fixtures";
import { Service, type ServiceProps } from "../ecs/service";
import { ApprovalTopic } from "../sns/approval-topic";
import { ArtifactStore } from "./artifact-store";
import { DeploymentPipeline, type DeploymentPipelineProps } from "./deployment-pipeline";
import { PROMOTED_COMMIT, type PromotionPipelineProps } from "./promotion-pipeline";

/** What the tests of CodeDeploy, CodeBuild and CodePipeline build on: a service that is deployed blue/green. */

export const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
export const roleArns = ["arn:aws:iam::123456789012:role/execution", "arn:aws:iam::123456789012:role/task"];

export interface BlueGreenService {
  readonly service: Service;
  readonly targetGroups: TargetGroupPair;
  readonly productionListener: LbListener;
  readonly testListener: LbListener;
}

export function blueGreenService(scope: Construct, props: Partial<ServiceProps> = {}): BlueGreenService {
  const targetGroups = new TargetGroupPair(scope, "Targets", {
    namePrefix: "cart-",
    displayName: "shop-cart",
    vpcId: "vpc-1",
    targetType: "ip",
    port: 8080,
    healthCheck: { path: "/healthcheck" },
  });
  const { listener, testListener } = new LoadBalancer(scope, "LoadBalancer", {
    name: "shop",
    subnetIds: ["subnet-c", "subnet-d"],
    securityGroupIds: ["sg-2"],
    idleTimeoutSeconds: 60,
    defaultTargetGroup: targetGroups.blue,
    testListener: { port: 8080, defaultTargetGroup: targetGroups.blue },
    trafficOwner: "code-deploy",
  });
  if (!testListener) throw new Error("the load balancer has no test listener");
  const shop = cluster(scope);
  const service = new Service(scope, "Service", {
    name: "cart",
    cluster: shop,
    taskDefinition: taskDefinition(scope),
    placement: { launchType: "FARGATE", subnetIds: ["subnet-a"], securityGroupIds: ["sg-1"] },
    desiredCount: 2,
    autoscaled: false,
    targetGroup: targetGroups.blue,
    deploymentController: "CODE_DEPLOY",
    dependsOn: [shop.attachCapacity(), listener, testListener],
    ...props,
  });
  return { service, targetGroups, productionListener: listener, testListener };
}

/** Rules of both listeners for the service's target group. */
export const rules = (scope: Construct, { targetGroups, productionListener, testListener }: BlueGreenService) =>
  [productionListener, testListener].map(
    (listener, index) =>
      new ListenerRule(scope, `Rule${index}`, {
        listener,
        priority: 100,
        pathPatterns: ["/cart"],
        targetGroup: targetGroups.blue,
        trafficOwner: "code-deploy",
      }),
  );

export function deploymentGroupProps(scope: Construct, made = blueGreenService(scope)): DeploymentGroupProps {
  const { service, targetGroups, productionListener, testListener } = made;
  return {
    application: new BlueGreenApplication(scope, "Application", { name: "shop-dev" }),
    name: "cart",
    service,
    productionListener,
    testListener,
    blue: targetGroups.blue,
    green: targetGroups.green,
    strategy: { type: "all-at-once" },
    bakeMinutes: 5,
    alarmNames: ["shop-cart-blue-5xx"],
    location,
    roleName: "shop-dev-cart-codedeploy",
    passRoleArns: roleArns,
  };
}

export const artifactStore = (scope: Construct) =>
  new ArtifactStore(scope, "Artifacts", { bucket: "shop-dev-artifacts", location, description: "artifacts of shop" });

export function migrationProjectProps(scope: Construct, service: Service, store: ArtifactStore): MigrationProjectProps {
  return {
    name: "shop-dev-cart-migrate",
    location,
    taskDefinition: taskThatRunsOnce(new Construct(scope, "Migrate"), {
      revisionParameterName: "/shop/dev/cart/migrate-task-definition",
    }),
    service,
    passRoleArns: roleArns,
    artifactStore: store,
    logGroupName: "/aws/codebuild/shop-dev-cart-migrate",
    logRetentionDays: 30,
    roleName: "shop-dev-cart-migrate",
  };
}

export const migrationProject = (scope: Construct, service: Service, store: ArtifactStore) =>
  new MigrationProject(scope, "Migration", migrationProjectProps(scope, service, store));

export function pipelineProps(scope: Construct): DeploymentPipelineProps {
  return {
    name: "shop-dev-cart",
    directory: "cart",
    location,
    artifactStore: artifactStore(scope),
    deploymentRepository: new DeploymentRepository(scope, "Files", {
      name: "shop-dev-deployment",
      description: "cart",
    }),
    imageRepository: new Repository(scope, "Images", { name: "shop-dev/cart", tagMutability: "MUTABLE" }),
    imageTag: "release",
    imagePlaceholder: "IMAGE1_NAME",
    deploymentGroup: new DeploymentGroup(scope, "Group", deploymentGroupProps(scope)),
    passRoleArns: roleArns,
    roleName: "shop-dev-cart-pipeline",
    eventRoleName: "shop-dev-cart-events",
  };
}

export const deploymentPipeline = (scope: Construct, props: Partial<DeploymentPipelineProps> = {}) =>
  new DeploymentPipeline(scope, "Pipeline", { ...pipelineProps(scope), ...props });

/** A project of the service cart, by what it is for. */
export const buildProjectProps = (name: string, store: ArtifactStore): BuildProjectProps => ({
  name: `shop-dev-cart-${name}`,
  description: `${name} of cart`,
  location,
  buildspec: "{}",
  artifactStore: store,
  statements: [{ Sid: "Work", Effect: "Allow", Action: ["ecr:DescribeImages"], Resource: "*" }],
  logGroupName: `/codebuild/shop-dev-cart-${name}`,
  logRetentionDays: 30,
  roleName: `shop-dev-cart-${name}`,
});

export function promotionProps(scope: Construct): PromotionPipelineProps {
  const store = artifactStore(scope);
  const project = (id: string, name: string) => new BuildProject(scope, id, buildProjectProps(name, store));
  return {
    name: "shop-dev-cart",
    location,
    artifactStore: store,
    sourceRepository: new SourceRepository(scope, "Source", { name: "shop-dev", description: "the shop" }),
    build: project("Build", "build"),
    deployDevelopment: project("DeployDevelopment", "deploy"),
    check: project("Check", "smoke"),
    deployProduction: project("DeployProduction", "deploy-prod"),
    approvalTopic: new ApprovalTopic(scope, "Approvals", { name: "shop-dev-approvals", location, approvers: [] }),
    question: `Release ${PROMOTED_COMMIT}?`,
    roleName: "shop-dev-cart-pipeline",
    eventRoleName: "shop-dev-cart-events",
  };
}

export const githubRepository = (scope: Construct): GithubRepository => ({
  connection: new GithubConnection(scope, "GitHub", { name: "shop-dev", location }),
  repository: "octo-org/shop",
  branch: "main",
});
