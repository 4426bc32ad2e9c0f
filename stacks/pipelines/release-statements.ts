import { deploymentUnit } from "../../config/deployment-unit";
import { serviceNames, systemNames } from "../../config/names";
import type { Service } from "../../config/service";
import { familyArns, registerStatements } from "../../modules/ecs/task-definition-permissions";
import { type AwsLocation, type PolicyStatement, passRolesToTasks } from "../../modules/iam/policy";

/** A service in an environment. */
export interface ReleasedService {
  /** With the environment's overrides. */
  readonly service: Service;
  /** Name of the environment. */
  readonly environment: string;
  readonly location: AwsLocation;
}

/**
 * What the release program needs to push a service's image to its repository, and to find what is there: the rows of the
 * registry in jenkins/README.md, "What whoever releases is allowed".
 */
export function pushStatements(places: readonly ReleasedService[]): PolicyStatement[] {
  return [
    LOGIN,
    {
      Sid: "PushImages",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      Resource: places.map(repositoryArn),
    },
  ];
}

/**
 * What the release program needs to deploy a service to an environment: the other rows of that table, held to what belongs
 * to the service there, by the names that it has. Who deploys finds an image, and pushes none.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys" for each service.
 */
export function deployStatements(place: ReleasedService): PolicyStatement[] {
  const { service } = place;
  return [
    LOGIN,
    allow(
      "FindImage",
      ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:GetDownloadUrlForLayer"],
      repositoryArn(place),
    ),
    ...readStatements(place),
    ...serviceStatements(place),
    ...revisionStatements(place),
    ...(service.deployment.controller === "CODE_DEPLOY" ? blueGreenStatements(place) : []),
    ...(service.database?.migrations ? [runMigrations(place)] : []),
    ...secretStatements(place),
  ];
}

/** What the release program needs to look whether a service serves. */
export function smokeStatements(place: ReleasedService): PolicyStatement[] {
  return [
    allow("DescribeService", ["ecs:DescribeServices"], serviceArn(place)),
    // It knows no resource: ECS refuses anything but "*".
    allow("DescribeRevisions", ["ecs:DescribeTaskDefinition"], "*"),
    allow(
      "DescribeTargets",
      ["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetHealth"],
      "*",
    ),
  ];
}

/** GetAuthorizationToken knows no resource: ECR refuses anything but "*". */
const LOGIN = allow("RegistryLogin", ["ecr:GetAuthorizationToken"], "*");

function allow(Sid: string, Action: readonly string[], Resource: string | readonly string[]): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource };
}

/** None of the first knows a resource; a log group's name is asked for by its beginning, so that one cannot be told. */
function readStatements(place: ReleasedService): PolicyStatement[] {
  const { logGroup } = namesOf(place);
  return [
    allow(
      "Describe",
      [
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      "*",
    ),
    allow("FindLogGroups", ["logs:DescribeLogGroups"], arnIn(place, "logs", "log-group:*")),
    allow("ReadLog", ["logs:GetLogEvents"], arnIn(place, "logs", `log-group:${logGroup}:*`)),
  ];
}

function serviceStatements(place: ReleasedService): PolicyStatement[] {
  const { cluster } = systemNames(deploymentUnit(place.service), place.environment);
  const name = `${cluster}/${namesOf(place).service}`;
  return [
    allow(
      "UpdateService",
      [
        "ecs:DescribeServiceDeployments",
        "ecs:DescribeServiceRevisions",
        "ecs:DescribeServices",
        "ecs:ListServiceDeployments",
        "ecs:StopServiceDeployment",
        "ecs:UpdateService",
      ],
      [
        serviceArn(place),
        arnIn(place, "ecs", `service-deployment/${name}/*`),
        arnIn(place, "ecs", `service-revision/${name}/*`),
      ],
    ),
    // ListTasks knows container instances, which tasks on Fargate have none of.
    { ...allow("ListTasks", ["ecs:ListTasks"], "*"), Condition: inCluster(place) },
    allow("DescribeTasks", ["ecs:DescribeTasks"], arnIn(place, "ecs", `task/${cluster}/*`)),
  ];
}

/** Registers, tags and retires; DeregisterTaskDefinition knows no resource. */
function revisionStatements(place: ReleasedService): PolicyStatement[] {
  const { location } = place;
  const roles = taskRoleArns(place);
  return [
    ...registerStatements(location, ...familiesOf(place)),
    allow("RetireRevisions", ["ecs:DeregisterTaskDefinition"], "*"),
    passRolesToTasks(roles),
    allow("ReadRoles", ["iam:GetRole"], roles),
    allow("ReadRevisions", ["ssm:GetParameter"], parameterArns(place)),
  ];
}

function blueGreenStatements(place: ReleasedService): PolicyStatement[] {
  const { deploymentApplication } = systemNames(deploymentUnit(place.service), place.environment);
  const { deploymentGroup } = namesOf(place);
  return [
    allow(
      "DeployBlueGreen",
      [
        "codedeploy:BatchGetDeploymentTargets",
        "codedeploy:BatchGetDeployments",
        "codedeploy:CreateDeployment",
        "codedeploy:GetDeployment",
        "codedeploy:GetDeploymentGroup",
        "codedeploy:ListDeployments",
        "codedeploy:StopDeployment",
      ],
      arnIn(place, "codedeploy", `deploymentgroup:${deploymentApplication}/${deploymentGroup}`),
    ),
    allow(
      "RegisterAppSpec",
      ["codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"],
      arnIn(place, "codedeploy", `application:${deploymentApplication}`),
    ),
    allow(
      "ReadDeploymentConfig",
      ["codedeploy:GetDeploymentConfig"],
      // CodeDeploy's own, and that which Terraform makes, is the service's by its configuration.
      arnIn(place, "codedeploy", "deploymentconfig:*"),
    ),
  ];
}

function runMigrations(place: ReleasedService): PolicyStatement {
  const { migrateFamily } = namesOf(place);
  return {
    ...allow("RunMigrations", ["ecs:RunTask"], familyArns(place.location, migrateFamily)),
    Condition: inCluster(place),
  };
}

/** That what the secrets refer to exists is looked at; no value is read. */
function secretStatements(place: ReleasedService): PolicyStatement[] {
  const { secrets, database } = place.service;
  const { secretPrefix } = namesOf(place);
  const { migratorSecret } = systemNames(deploymentUnit(place.service), place.environment);
  const named = Object.values(secrets);
  const parameters = named.filter((arn) => serviceOf(arn) === "ssm");
  return [
    allow(
      "FindSecrets",
      ["secretsmanager:DescribeSecret"],
      [
        arnIn(place, "secretsmanager", `secret:${secretPrefix}*`),
        // Secrets Manager ends each ARN with six characters of its own.
        ...(database?.migrations ? [arnIn(place, "secretsmanager", `secret:${migratorSecret}-*`)] : []),
        ...named.filter((arn) => serviceOf(arn) === "secretsmanager").map(secretArn),
      ],
    ),
    ...(parameters.length > 0 ? [allow("FindParameters", ["ssm:GetParameters"], [...new Set(parameters)])] : []),
  ];
}

const serviceOf = (arn: string) => arn.split(":")[2];

/** Without the key, stage and version that may follow. */
const secretArn = (reference: string) => reference.split(":").slice(0, 7).join(":");

const namesOf = ({ service, environment }: ReleasedService) => serviceNames(service, environment);

const arnIn = ({ location: { partition, region, accountId } }: ReleasedService, awsService: string, resource: string) =>
  `arn:${partition}:${awsService}:${region}:${accountId}:${resource}`;

const repositoryArn = (place: ReleasedService) => arnIn(place, "ecr", `repository/${namesOf(place).repository}`);

function serviceArn(place: ReleasedService): string {
  const { cluster } = systemNames(deploymentUnit(place.service), place.environment);
  return arnIn(place, "ecs", `service/${cluster}/${namesOf(place).service}`);
}

function inCluster(place: ReleasedService): NonNullable<PolicyStatement["Condition"]> {
  const { cluster } = systemNames(deploymentUnit(place.service), place.environment);
  return { ArnEquals: { "ecs:cluster": arnIn(place, "ecs", `cluster/${cluster}`) } };
}

function familiesOf(place: ReleasedService): [string, ...string[]] {
  const { family, migrateFamily } = namesOf(place);
  return place.service.database?.migrations ? [family, migrateFamily] : [family];
}

/** The roles that the task definitions of a service name: those of its tasks, and of its migrations where it has some. */
export function taskRoleArns(place: ReleasedService): string[] {
  const { partition, accountId } = place.location;
  const { executionRole, taskRole, databaseExecutionRole } = namesOf(place);
  const roles = [executionRole, taskRole, ...(place.service.database?.migrations ? [databaseExecutionRole] : [])];
  return roles.map((role) => `arn:${partition}:iam::${accountId}:role/${role}`);
}

/** The names begin with the slash that an ARN has after `parameter`. */
function parameterArns(place: ReleasedService): string[] {
  const { taskDefinitionParameter, migrateTaskDefinitionParameter } = namesOf(place);
  const names = place.service.database?.migrations
    ? [taskDefinitionParameter, migrateTaskDefinitionParameter]
    : [taskDefinitionParameter];
  return names.map((name) => arnIn(place, "ssm", `parameter${name}`));
}
