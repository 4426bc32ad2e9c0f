import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import { API_NAME } from "../aws/api-forms";
import { LOG_GROUP_NAME } from "../aws/forms";
import { API_DESCRIPTION_MAX, API_THROTTLE_BURST, API_THROTTLE_RATE, LOG_RETENTION_DAYS } from "../aws/limits";
import type { PropCheck } from "../prop-check";
import { type CustomDomainProps, checkDomain } from "./custom-domain";
import { type ApiRoute, checkRoutes } from "./route";

/** How many requests are let through; more are answered with 429. */
export interface Throttling {
  /** Requests per second in the long run: 1 to 10000, which all APIs of the account share. */
  readonly ratePerSecond: number;
  /** Requests at once: 1 to 5000. */
  readonly burst: number;
}

/** What HTTP and REST APIs have alike. */
export interface ApiProps {
  /** 1 to 128 visible ASCII characters and spaces. */
  readonly name: string;
  /** Up to 1024 characters. */
  readonly description: string;
  /** What the API answers: all else is refused. 1 to 300. */
  readonly routes: readonly ApiRoute[];
  /** Of all clients together. */
  readonly throttling: Throttling;
  /** Name of the log group that gets a line for each request. */
  readonly logGroupName: string;
  /** Days that the log is kept: a value that CloudWatch Logs offers. */
  readonly logRetentionDays: number;
  /**
   * A name of our own, which then is the only one: API Gateway's own is switched off.
   * @default - API Gateway's own, `https://<id>.execute-api.<region>.amazonaws.com`
   */
  readonly domain?: CustomDomainProps;
}

/** Refuses what API Gateway would refuse of either kind of API. */
export function checkApi(check: PropCheck, props: ApiProps): void {
  check.text("name", props.name, API_NAME);
  check.length("description", props.description, API_DESCRIPTION_MAX);
  checkRoutes(check, props.routes);
  checkThrottling(check, "throttling", props.throttling);
  check.text("logGroupName", props.logGroupName, LOG_GROUP_NAME);
  check.oneOf("logRetentionDays", props.logRetentionDays, LOG_RETENTION_DAYS);
  checkDomain(check, "domain", props.domain);
}

/**
 * Refuses a rate or a burst that AWS would refuse.
 * @param field what the message names
 */
export function checkThrottling(check: PropCheck, field: string, { ratePerSecond, burst }: Throttling): void {
  check.wholeNumber(`${field}.ratePerSecond`, ratePerSecond, API_THROTTLE_RATE);
  check.wholeNumber(`${field}.burst`, burst, API_THROTTLE_BURST);
}

/** What the log says of a request, beside what tells HTTP and REST APIs apart. */
const COMMON_FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  sourceIp: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  protocol: "$context.protocol",
  status: "$context.status",
  responseLength: "$context.responseLength",
  latencyMs: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  integrationLatencyMs: "$context.integration.latency",
  error: "$context.error.message",
  authorizerError: "$context.authorizer.error",
  subject: "$context.authorizer.claims.sub",
  client: "$context.authorizer.claims.client_id",
};

/**
 * The format of access logs: one JSON object a line, where API Gateway puts a hyphen for what it does not know. Nothing of
 * a token is in it but who it was given to, and by which application: no header, no query.
 *
 * @param ofRoute variable that says which route a request took
 * @see Amazon API Gateway Developer Guide, "Customize HTTP API access logs" and "Variables for access logging for API Gateway"
 */
export const accessLogFormat = (ofRoute: "$context.routeKey" | "$context.resourcePath"): string =>
  JSON.stringify({ ...COMMON_FIELDS, route: ofRoute });

/** The log group of an API's access log. */
export const createLogGroup = (scope: Construct, { logGroupName, logRetentionDays }: ApiProps): CloudwatchLogGroup =>
  new CloudwatchLogGroup(scope, "LogGroup", { name: logGroupName, retentionInDays: logRetentionDays });
