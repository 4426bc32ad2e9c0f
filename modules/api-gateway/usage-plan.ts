import type { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { Construct } from "constructs";
import { API_NAME } from "../aws/api-forms";
import { USAGE_QUOTA_REQUESTS } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { checkThrottling, type Throttling } from "./api-props";

/** How many requests a client may make in all. */
export interface Quota {
  /** At least 1. */
  readonly requests: number;
  /** What the quota is counted over. */
  readonly period: "DAY" | "WEEK" | "MONTH";
}

export interface UsagePlanProps {
  /** 1 to 128 visible ASCII characters and spaces. */
  readonly name: string;
  /** Of each API key. */
  readonly throttling: Throttling;
  /** Of each API key. @default - none */
  readonly quota?: Quota;
}

/**
 * What each client of a REST API may use of it, where clients are told apart by API keys. AWS enforces it "on a best-effort
 * basis": it keeps no budget.
 *
 * It counts requests to methods that require a key, and no others (`RestApiProps.usagePlan.keyRequired`).
 *
 * @see Amazon API Gateway Developer Guide, "Usage plans and API keys for REST APIs in API Gateway"
 */
export class UsagePlan extends Construct {
  readonly plan: ApiGatewayUsagePlan;

  constructor(scope: Construct, id: string, props: UsagePlanProps, stage: ApiGatewayStage) {
    super(scope, id);
    const { name, throttling, quota } = props;
    const check = new PropCheck(this);
    check.text("name", name, API_NAME);
    checkThrottling(check, "throttling", throttling);
    check.wholeNumber("quota.requests", quota?.requests, USAGE_QUOTA_REQUESTS);
    this.plan = new ApiGatewayUsagePlan(this, "Resource", {
      name,
      apiStages: [{ apiId: stage.restApiId, stage: stage.stageName }],
      throttleSettings: { rateLimit: throttling.ratePerSecond, burstLimit: throttling.burst },
      ...(quota && { quotaSettings: { limit: quota.requests, period: quota.period } }),
    });
  }
}
