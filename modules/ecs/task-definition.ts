import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ECS_NAME, PARAMETER_NAME } from "../aws/forms";
import { EC2_TASK_CPU, EC2_TASK_MEMORY_MIB, FARGATE_SIZES } from "../aws/limits";
import { isKnown, PropCheck } from "../prop-check";
import { type ContainerProps, checkContainer, containerDefinition, type LaunchType } from "./container-definition";

export interface TaskDefinitionProps extends ContainerProps {
  /** Name of the task definition: 1 to 255 letters, digits, hyphens and underscores. */
  readonly family: string;
  /** CPU units of the task, 1024 to a vCPU: 128 to 196608; on Fargate one of the sizes that it offers. */
  readonly cpu: number;
  /** Memory of the task in MiB: its hard limit; on Fargate one that it offers with the CPU units. */
  readonly memoryMiB: number;
  /** What ECS may do to start a task: fetch the image, read secrets, write logs. */
  readonly executionRole: IamRole;
  /** What the application may do. */
  readonly taskRole: IamRole;
  /**
   * SSM parameter that is told the ARN of this revision: releases render from it, so that a change made here
   * reaches the tasks with the next release.
   * @default - none
   */
  readonly revisionParameterName?: string;
  /** What has to be there before a revision is registered, such as its image. @default [] */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * The shape of a service's tasks, or of a task that runs once (without a port, with a command of its own): size, ports,
 * roles, logging, secrets. Bridge networking with a dynamic host port on EC2, awsvpc on Fargate.
 *
 * `skip_destroy`: replacing the resource leaves the old revision ACTIVE. Terraform would deregister it otherwise,
 * and with it what a rollback goes back to.
 */
export class TaskDefinition extends Construct {
  readonly taskDefinition: EcsTaskDefinition;
  readonly family: string;
  readonly containerName: string;
  /** Undefined for a task that listens on none. */
  readonly containerPort: number | undefined;
  /** Undefined for a task whose port has no name. */
  readonly portName: string | undefined;
  readonly launchType: LaunchType;
  /** The SSM parameter with the ARN of the revision; undefined where none was asked for. */
  readonly revisionParameter: SsmParameter | undefined;

  constructor(scope: Construct, id: string, props: TaskDefinitionProps) {
    super(scope, id);
    this.checkProps(props);
    this.family = props.family;
    this.containerName = props.containerName;
    this.containerPort = props.containerPort;
    this.portName = props.portName;
    this.launchType = props.launchType;
    this.taskDefinition = new EcsTaskDefinition(this, "Resource", {
      family: props.family,
      requiresCompatibilities: [props.launchType],
      networkMode: props.launchType === "EC2" ? "bridge" : "awsvpc",
      cpu: String(props.cpu),
      memory: String(props.memoryMiB),
      executionRoleArn: props.executionRole.arn,
      taskRoleArn: props.taskRole.arn,
      containerDefinitions: JSON.stringify([containerDefinition(props)]),
      ...(props.launchType === "FARGATE" && {
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      }),
      skipDestroy: true,
      dependsOn: props.dependsOn ?? [],
    });
    this.revisionParameter =
      props.revisionParameterName === undefined
        ? undefined
        : this.publishRevision(props.revisionParameterName, props.family);
  }

  private checkProps(props: TaskDefinitionProps): void {
    const check = new PropCheck(this);
    check.text("family", props.family, ECS_NAME);
    checkContainer(check, props);
    if (props.launchType === "FARGATE") {
      checkFargateSize(check, props);
    } else {
      check.wholeNumber("cpu", props.cpu, EC2_TASK_CPU);
      check.wholeNumber("memoryMiB", props.memoryMiB, EC2_TASK_MEMORY_MIB);
    }
    check.text("revisionParameterName", props.revisionParameterName, PARAMETER_NAME);
  }

  private publishRevision(name: string, family: string): SsmParameter {
    return new SsmParameter(this, "Revision", {
      name,
      type: "String",
      description: `Revision of ${family} that Terraform registered last; releases render from it`,
      // insecure_value, because `value` would be marked as sensitive and hide the ARN in every plan.
      insecureValue: this.taskDefinition.arn,
    });
  }
}

/** Source: ECS Developer Guide, "Amazon ECS task definition differences for Fargate". */
function checkFargateSize(check: PropCheck, { cpu, memoryMiB }: TaskDefinitionProps): void {
  if (!isKnown(cpu) || !isKnown(memoryMiB)) return;
  const memories = FARGATE_SIZES.get(cpu);
  if (!memories) throw check.error("cpu", `is ${cpu} on Fargate`, [...FARGATE_SIZES.keys()].join(", "));
  if (memories.includes(memoryMiB)) return;
  throw check.error("memoryMiB", `is ${memoryMiB} with ${cpu} CPU units on Fargate`, memories.join(", "));
}
