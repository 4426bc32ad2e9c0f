import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import { ROLE_NAME } from "../aws/forms";
import { LOG_RETENTION_DAYS } from "../aws/limits";
import { PropCheck } from "../prop-check";

export interface FlowLogsProps {
  /** The log group becomes `/vpc/<name>/flow-logs`, the role `<name>-flow-logs`. */
  readonly name: string;
  /** The VPC whose traffic is logged. */
  readonly vpc: Vpc;
  /** Days that CloudWatch Logs keeps the records. */
  readonly retentionDays: number;
}

/**
 * Records every connection in a VPC, accepted or rejected, in a CloudWatch log group.
 *
 * @see Amazon VPC User Guide, "Publish flow logs to CloudWatch Logs"
 */
export class FlowLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, { name, vpc, retentionDays }: FlowLogsProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("name", `${name}-flow-logs`, ROLE_NAME);
    check.oneOf("retentionDays", retentionDays, LOG_RETENTION_DAYS);
    this.logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: `/vpc/${name}/flow-logs`,
      retentionInDays: retentionDays,
    });
    const role = createRole(this, name, vpc);
    const policy = allowWriting(this, role, this.logGroup);
    new FlowLog(this, "FlowLog", {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: this.logGroup.arn,
      iamRoleArn: role.arn,
      tags: { Name: name },
      // Else the first records are lost, and on removal AWS still writes while the permission is already gone.
      dependsOn: [policy],
    });
  }
}

/** Only flow logs of the VPC's own account may assume the role (the confused-deputy condition of the same page). */
function createRole(scope: Construct, name: string, vpc: Vpc): IamRole {
  return new IamRole(scope, "Role", {
    name: `${name}-flow-logs`,
    description: "VPC flow logs: writing to their log group",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Condition: {
            StringEquals: { "aws:SourceAccount": vpc.ownerId },
            ArnLike: { "aws:SourceArn": `arn:*:ec2:*:${vpc.ownerId}:vpc-flow-log/*` },
          },
        },
      ],
    }),
  });
}

/** Without `logs:CreateLogGroup`, which AWS's example has: the group is ours, and a removed one must not come back. */
function allowWriting(scope: Construct, role: IamRole, logGroup: CloudwatchLogGroup): IamRolePolicy {
  return new IamRolePolicy(scope, "Policy", {
    name: "write-flow-logs",
    role: role.name,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: `${logGroup.arn}:*`,
        },
        { Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" },
      ],
    }),
  });
}
