import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { FlowLogs } from "./flow-logs";

const flowLogs = () =>
  synthesise((stack) => {
    const vpc = new Vpc(stack, "Vpc", { cidrBlock: "10.0.0.0/16" });
    new FlowLogs(stack, "FlowLogs", { name: "shop", vpc, retentionDays: 14 });
  });

describe("FlowLogs", () => {
  it("keeps a log group of its own for the given days", () => {
    expect(flowLogs().json).toHaveResourceWithProperties(CloudwatchLogGroup, {
      name: "/vpc/shop/flow-logs",
      retention_in_days: 14,
    });
  });

  it("records all traffic of the VPC, once its role may write", () => {
    expect(flowLogs().resource(FlowLog)).toMatchObject({
      vpc_id: expect.stringMatching(/^\$\{aws_vpc\./),
      traffic_type: "ALL",
      log_destination: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\..+\.arn\}$/),
      iam_role_arn: expect.stringMatching(/^\$\{aws_iam_role\..+\.arn\}$/),
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\./)],
    });
  });

  it("has a role that only flow logs of the VPC's own account may assume", () => {
    const { name, assume_role_policy: policy } = flowLogs().resource(IamRole);
    expect(name).toBe("shop-flow-logs");
    const owner = expect.stringMatching(/^\$\{aws_vpc\..+\.owner_id\}$/);
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": owner },
          ArnLike: {
            "aws:SourceArn": expect.stringMatching(/^arn:\*:ec2:\*:\$\{aws_vpc\..+\.owner_id\}:vpc-flow-log\/\*$/),
          },
        },
      },
    ]);
  });

  it("lets the role write to that log group and to no other", () => {
    const { policy } = flowLogs().resource(IamRolePolicy);
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\..+\.arn\}:\*$/),
      },
      { Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" },
    ]);
  });
});
