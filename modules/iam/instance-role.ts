import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { type AwsLocation, createServiceRole } from "./policy";

export interface InstanceRoleProps {
  /** Name of the role and of its instance profile; at most 64 characters. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Name of the one cluster that instances may join. */
  readonly clusterName: string;
}

/**
 * Role and instance profile of the container instances: the ECS agent joins one cluster and reports on it.
 * It can neither pull images nor read logs or secrets: those belong to each task's execution role. This is
 * narrower than AWS's managed policy AmazonEC2ContainerServiceforEC2Role, which allows all clusters, creating
 * clusters, and pulling from all repositories.
 * Source: ECS Developer Guide, "Amazon ECS container instance IAM role".
 */
export class InstanceRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy | undefined;
  readonly profile: IamInstanceProfile;

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    const { partition, region, accountId } = props.location;
    const ecs = `arn:${partition}:ecs:${region}:${accountId}`;
    const clusterArn = `${ecs}:cluster/${props.clusterName}`;
    const instanceArn = `${ecs}:container-instance/${props.clusterName}/*`;
    const { role, policy } = createServiceRole(this, {
      name: props.name,
      description: "container instances: the ECS agent of one cluster",
      trustedService: "ec2.amazonaws.com",
      statements: [
        // DiscoverPollEndpoint knows no resource: AWS refuses anything but "*".
        { Sid: "Endpoint", Effect: "Allow", Action: ["ecs:DiscoverPollEndpoint"], Resource: "*" },
        {
          Sid: "JoinCluster",
          Effect: "Allow",
          Action: [
            "ecs:RegisterContainerInstance",
            "ecs:DeregisterContainerInstance",
            "ecs:SubmitContainerStateChange",
            "ecs:SubmitTaskStateChange",
            "ecs:SubmitAttachmentStateChanges",
          ],
          Resource: clusterArn,
        },
        {
          Sid: "Agent",
          Effect: "Allow",
          Action: ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
          Resource: instanceArn,
          Condition: { ArnEquals: { "ecs:cluster": clusterArn } },
        },
        {
          // Without it a RegisterContainerInstance that carries tags is refused.
          Sid: "TagOnRegister",
          Effect: "Allow",
          Action: ["ecs:TagResource"],
          Resource: instanceArn,
          Condition: { StringEquals: { "ecs:CreateAction": "RegisterContainerInstance" } },
        },
      ],
    });
    this.role = role;
    this.policy = policy;
    this.profile = new IamInstanceProfile(this, "Profile", { name: props.name, role: role.name });
  }
}
