import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { ROLE_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

export interface RestAccountProps {
  /** Name of the role that REST APIs write their logs with; at most 64 characters. */
  readonly roleName: string;
  /** Such as `aws`. */
  readonly partition: string;
}

/**
 * What REST APIs write their logs with. It is a setting of the account for a Region, of which there is one: make it in one
 * stack of the account alone, for a second one overwrites it, and whichever is destroyed first leaves the other without.
 * HTTP APIs need none.
 *
 * ```ts
 * new RestAccount(this, "Account", { roleName: "api-gateway-logs", partition: "aws" });
 * ```
 *
 * @see Amazon API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs in API Gateway"
 */
export class RestAccount extends Construct {
  readonly account: ApiGatewayAccount;

  constructor(scope: Construct, id: string, { roleName, partition }: RestAccountProps) {
    super(scope, id);
    new PropCheck(this).text("roleName", roleName, ROLE_NAME);
    const role = new IamRole(this, "Role", {
      name: roleName,
      description: "API Gateway: write the logs of REST APIs",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "apigateway.amazonaws.com" } },
        ],
      }),
    });
    // AWS's own policy, for API Gateway tries what it allows: "The role ARN does not have required permissions".
    const policy = new IamRolePolicyAttachment(this, "Policy", {
      role: role.name,
      policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
    });
    this.account = new ApiGatewayAccount(this, "Resource", { cloudwatchRoleArn: role.arn, dependsOn: [policy] });
  }
}
