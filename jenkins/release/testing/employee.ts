import type { RegisterInput } from "../task-definition/render";

/** The service that CodeDeploy deploys in tests, as the environment `local` calls what it has. */
export const EMPLOYEE = "employee";
export const CLUSTER = "coffee-suppliers-local";
export const APPLICATION = CLUSTER;
export const FAMILY = `${CLUSTER}-${EMPLOYEE}`;
export const MIGRATE_FAMILY = `${FAMILY}-migrate`;
export const PREPARE_FAMILY = `${FAMILY}-prepare-database`;
export const REPOSITORY = `${CLUSTER}/${EMPLOYEE}`;
export const REPOSITORY_URI = `127.0.0.1:5000/${REPOSITORY}`;

export const PARAMETERS = {
  service: "/coffee-suppliers/local/employee/task-definition",
  migrate: "/coffee-suppliers/local/employee/migrate-task-definition",
  prepare: "/coffee-suppliers/local/employee/prepare-database-task-definition",
} as const;

export const ECS_ARN = "arn:aws:ecs:us-east-1:123456789012";

const GROUP_ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup";

/** The two target groups, blue first. */
export const TARGET_GROUPS = [
  { name: "em-blue", arn: `${GROUP_ARN}/em-blue/1` },
  { name: "em-green", arn: `${GROUP_ARN}/em-green/2` },
] as const;

export const STRATEGY = [{ capacityProvider: "FARGATE_SPOT", base: 1, weight: 3 }];

export const NETWORK = {
  awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"], assignPublicIp: "DISABLED" },
};

/** ARN of a revision of the service's family, or of another one. */
export const revisionArn = (number: number, family = FAMILY): string =>
  `${ECS_ARN}:task-definition/${family}:${number}`;

/** A task definition of one of the families, as Terraform registers it, with the image of a tag. */
export function taskDefinition(family: string, tag = "bootstrap"): RegisterInput {
  const command = family === FAMILY ? "main.cjs" : "database.cjs";
  const more = family === MIGRATE_FAMILY ? ["migrate"] : family === PREPARE_FAMILY ? ["prepare"] : [];
  return {
    family,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      {
        name: EMPLOYEE,
        image: `${REPOSITORY_URI}:${tag}`,
        command: ["node", "--enable-source-maps", command, ...more],
        environment: [{ name: "ENVIRONMENT", value: "local" }],
        ...(family === FAMILY && { portMappings: [{ containerPort: 8080, protocol: "tcp" }] }),
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": `/ecs/${REPOSITORY}`, "awslogs-stream-prefix": EMPLOYEE },
        },
      },
    ],
    tags: [{ key: "Environment", value: "local" }],
  };
}
