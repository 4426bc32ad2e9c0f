import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CONNECT_NAME, ECS_NAME, IMAGE_REFERENCE, REGION } from "../aws/forms";
import { EC2_STOP_TIMEOUT_SECONDS, PORT, STOP_TIMEOUT_SECONDS } from "../aws/limits";
import type { PropCheck } from "../prop-check";

/** What runs a task: an instance of the cluster's own, or Fargate. */
export type LaunchType = "EC2" | "FARGATE";

export interface ContainerProps {
  /** Name of the container: 1 to 255 letters, digits, hyphens and underscores. */
  readonly containerName: string;
  /** What the task runs on. */
  readonly launchType: LaunchType;
  /** Image reference with its tag. */
  readonly image: string;
  /**
   * Port that the container listens on.
   * @default - none, as of a task that runs once and ends
   */
  readonly containerPort?: number;
  /**
   * Name of the port, by which Service Connect knows it: 1 to 64 lower-case letters, digits, hyphens and underscores. A named
   * port speaks HTTP.
   * @default - none
   */
  readonly portName?: string;
  /** What the container runs, word by word. @default - the command of the image */
  readonly command?: readonly string[];
  /** Plain environment values. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Docker labels of the container. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Environment values by reference: ARNs of Secrets Manager secrets or SSM parameters. @default {} */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Seconds from SIGTERM to SIGKILL: 2 or more, at most 120 on Fargate. @default 30 */
  readonly stopTimeoutSeconds?: number;
  /**
   * Whether the root file system can be written to. ECS Exec needs it: its agent writes beside the application.
   * @default false
   */
  readonly writableRoot?: boolean;
  /** The log group that the container writes to. */
  readonly logGroup: CloudwatchLogGroup;
  /** Region of the log group. */
  readonly region: string;
}

/**
 * The one container of a task, as `RegisterTaskDefinition` takes it (ECS API Reference, "ContainerDefinition").
 *
 * Lists are sorted by name and what equals ECS's default is left out: ECS returns them so, and any difference
 * would be a plan that never gets empty (terraform-provider-aws#3035).
 */
export function containerDefinition(props: ContainerProps): object {
  return {
    name: props.containerName,
    image: props.image,
    essential: true,
    ...(props.command && { command: props.command }),
    portMappings: portMappings(props),
    environment: sortedEntries(props.environment).map(([name, value]) => ({ name, value })),
    secrets: sortedEntries(props.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    ...(Object.keys(props.labels ?? {}).length > 0 && { dockerLabels: props.labels }),
    readonlyRootFilesystem: !(props.writableRoot ?? false),
    stopTimeout: props.stopTimeoutSeconds ?? 30,
    // An init process reaps zombies and passes signals on.
    linuxParameters: { initProcessEnabled: true },
    logConfiguration: {
      logDriver: "awslogs",
      options: containerLogOptions({ ...props, prefix: props.containerName }),
    },
  };
}

/** Options of the log driver `awslogs`; streams are named `<prefix>/<container>/<task>`. */
export function containerLogOptions({
  logGroup,
  region,
  prefix,
}: Pick<ContainerProps, "logGroup" | "region"> & { readonly prefix: string }): Record<string, string> {
  return {
    "awslogs-group": logGroup.name,
    "awslogs-region": region,
    "awslogs-stream-prefix": prefix,
    // In the blocking mode a slow CloudWatch stops the application at its next write to stdout.
    mode: "non-blocking",
    "max-buffer-size": "25m",
  };
}

function portMappings({ containerPort, portName, launchType }: ContainerProps): object[] {
  if (containerPort === undefined) return [];
  return [
    {
      ...(portName !== undefined && { name: portName, appProtocol: "http" }),
      containerPort,
      // Host port 0 is a free one: several tasks fit on one instance, and a rolling deployment needs no spare.
      hostPort: launchType === "EC2" ? 0 : containerPort,
      protocol: "tcp",
    },
  ];
}

/** Refuses what ECS would refuse of the container. */
export function checkContainer(check: PropCheck, props: ContainerProps): void {
  const { environment = {}, secrets = {} } = props;
  check.text("containerName", props.containerName, ECS_NAME);
  check.text("image", props.image, IMAGE_REFERENCE);
  check.wholeNumber("containerPort", props.containerPort, PORT);
  check.text("portName", props.portName, CONNECT_NAME);
  if (props.portName !== undefined && props.containerPort === undefined) {
    throw check.error("portName", "is given without a port", "a name for the containerPort alone");
  }
  check.atLeast("command", props.command, 1, "one word or more, or no command for that of the image");
  check.text("region", props.region, REGION);
  check.wholeNumber(
    "stopTimeoutSeconds",
    props.stopTimeoutSeconds,
    props.launchType === "FARGATE" ? STOP_TIMEOUT_SECONDS : EC2_STOP_TIMEOUT_SECONDS,
  );
  for (const [field, values] of Object.entries({ environment, secrets })) {
    if (Object.hasOwn(values, ""))
      throw check.error(field, "has a variable without a name", "a name for each variable");
  }
  const twice = Object.keys(secrets).find((name) => Object.hasOwn(environment, name));
  if (twice !== undefined) {
    throw check.error(`secrets.${twice}`, 'is in "environment", too', "each variable in one of the two");
  }
}

function sortedEntries(values: Readonly<Record<string, string>> = {}): [string, string][] {
  return Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
}
