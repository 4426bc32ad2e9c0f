import { ApiGatewayAuthorizer, type ApiGatewayAuthorizerConfig } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { ENDPOINT_URL, STAGE_NAME } from "../aws/api-forms";
import type { UserPool } from "../cognito/user-pool";
import { PropCheck } from "../prop-check";
import { type ApiProps, accessLogFormat, checkApi, createLogGroup } from "./api-props";
import { RestApiDomain } from "./custom-domain";
import type { RestAccount } from "./rest-account";
import { RestRoutes } from "./rest-routes";
import { type ApiRoute, parameterOf, partsOf } from "./route";
import { UsagePlan, type UsagePlanProps } from "./usage-plan";

export interface RestApiProps extends ApiProps {
  /** Whose tokens are taken, whichever of its applications they are for. */
  readonly userPool: UserPool;
  /**
   * Where requests go: scheme and host, such as `https://origin.example.com` or `http://<DNS name of the load balancer>`.
   * API Gateway has to reach it over the internet; with `https` the certificate has to be of a public authority.
   */
  readonly url: string;
  /** Name of the stage, which is the first part of paths where there is no `domain`. @default "live" */
  readonly stageName?: string;
  /**
   * What the stage's access log is written with.
   * @default - what another stack of the account has set; without it AWS refuses the log
   */
  readonly account?: RestAccount;
  /**
   * A plan with a quota, and the key that clients send.
   * @default - none
   */
  readonly usagePlan?: RestUsagePlan;
}

/** What each client may use of the API. */
export interface RestUsagePlan extends UsagePlanProps {
  /**
   * Whether requests need an API key of the plan (header `x-api-key`) besides a token; else the plan counts none.
   * @default false
   */
  readonly keyRequired?: boolean;
}

/**
 * A REST API in front of a load balancer that the internet reaches, by its name. Each method wants a token of the user pool
 * with a scope of its own, or it answers 401; what is no method is answered with 403. Requests go on as they came,
 * `Authorization` included, with `Host` being that of `url`.
 *
 * Which application a token is for is not asked, so that is for the services to check. Pages of other origins cannot call it
 * from a browser, unless the services answer for that: API Gateway passes on their headers, and adds none.
 *
 * A stage serves a copy of the API, the deployment, so there is a new one for every change of what it is made of. A route
 * that is taken away stays in the copy that is made then, and goes with the next one: Terraform deletes what a deployment
 * depends on after the deployment, and that after its successor is there. So services have to refuse it themselves.
 *
 * ```ts
 * new RestApi(this, "Api", {
 *   name: "shop-dev", description: "carts of the shop",
 *   routes: [{ method: "GET", path: "/carts/{id}", scope: "cart/read" }],
 *   userPool, url: `http://${loadBalancer.loadBalancer.dnsName}`, account,
 *   throttling: { ratePerSecond: 100, burst: 200 },
 *   logGroupName: "/apigateway/shop-dev", logRetentionDays: 30,
 * });
 * ```
 *
 * Cost: $3.50 for a million requests in us-east-1, and what its log takes.
 *
 * @see Amazon API Gateway Developer Guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer" and "Set up a proxy integration with a proxy resource"
 */
export class RestApi extends Construct {
  readonly api: ApiGatewayRestApi;
  readonly stage: ApiGatewayStage;
  readonly logGroup: CloudwatchLogGroup;
  readonly usagePlan: UsagePlan | undefined;
  /** Where clients find the API, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    this.checkProps(props);
    const { domain, usagePlan } = props;
    this.api = this.createApi(props);
    const deployment = this.createDeployment(props);
    this.logGroup = createLogGroup(this, props);
    this.stage = this.createStage(props, deployment);
    this.createThrottling(props);
    this.usagePlan = usagePlan && new UsagePlan(this, "UsagePlan", usagePlan, this.stage);
    if (domain) new RestApiDomain(this, "Domain", domain, this.stage);
    this.url = domain ? `https://${domain.name}` : this.stage.invokeUrl;
  }

  private checkProps(props: RestApiProps): void {
    const check = new PropCheck(this);
    checkApi(check, props);
    checkResources(check, props.routes);
    check.text("url", props.url, ENDPOINT_URL);
    check.text("stageName", props.stageName, STAGE_NAME);
  }

  private createApi({ name, description, domain }: RestApiProps): ApiGatewayRestApi {
    return new ApiGatewayRestApi(this, "Resource", {
      name,
      description,
      endpointConfiguration: { types: ["REGIONAL"] },
      disableExecuteApiEndpoint: domain !== undefined,
    });
  }

  private createDeployment({ name, routes, userPool, url, usagePlan, domain }: RestApiProps): ApiGatewayDeployment {
    const authorizerConfig: ApiGatewayAuthorizerConfig = {
      restApiId: this.api.id,
      name,
      type: "COGNITO_USER_POOLS",
      providerArns: [userPool.arn],
      identitySource: "method.request.header.Authorization",
    };
    const authorizer = new ApiGatewayAuthorizer(this, "Authorizer", authorizerConfig);
    const { made, dependables } = new RestRoutes(this, "Routes", {
      api: this.api,
      routes,
      authorizerId: authorizer.id,
      url,
      keyRequired: usagePlan?.keyRequired ?? false,
    });
    // That API Gateway's own name is off takes effect with a deployment too.
    const content = [authorizerConfig, ...made, { disableExecuteApiEndpoint: domain !== undefined }];
    return new ApiGatewayDeployment(this, "Deployment", {
      restApiId: this.api.id,
      // The URL by itself: of a text with a reference in it, within a function, cdktf says "You're using escape sequences".
      triggers: { content: Fn.sha1(Fn.jsonencode(content)), url },
      dependsOn: dependables,
      // A deployment that a stage serves cannot be deleted: "Active stages pointing to this deployment must be moved".
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createStage(
    { stageName = "live", account }: RestApiProps,
    deployment: ApiGatewayDeployment,
  ): ApiGatewayStage {
    return new ApiGatewayStage(this, "Stage", {
      restApiId: this.api.id,
      deploymentId: deployment.id,
      stageName,
      accessLogSettings: { destinationArn: this.logGroup.arn, format: accessLogFormat("$context.resourcePath") },
      // "CloudWatch Logs role ARN must be set in account settings to enable logging"
      ...(account && { dependsOn: [account.account] }),
    });
  }

  private createThrottling({ throttling }: RestApiProps): void {
    new ApiGatewayMethodSettings(this, "Settings", {
      restApiId: this.api.id,
      stageName: this.stage.stageName,
      methodPath: "*/*",
      settings: {
        throttlingRateLimit: throttling.ratePerSecond,
        throttlingBurstLimit: throttling.burst,
        metricsEnabled: true,
        // The execution log is API Gateway's own diary of each request; what it needs of one, the access log has.
        loggingLevel: "OFF",
      },
    });
  }
}

/** Refuses paths that REST APIs do not take beside each other, which HTTP APIs do. */
function checkResources(check: PropCheck, routes: readonly ApiRoute[]): void {
  const parameters = new Map<string, string>();
  const resources = new Set<string>(["/"]);
  routes.forEach(({ path }, index) => {
    let above = "";
    for (const part of partsOf(path)) {
      const known = parameters.get(above) ?? part;
      if (parameterOf(part) !== undefined) {
        if (known !== part) {
          throw check.error(
            `routes[${index}].path`,
            `is ${JSON.stringify(path)}, with ${part} where another route has ${known}`,
            "one name for a part of paths that begin alike, in a REST API",
          );
        }
        parameters.set(above, part);
      }
      above += `/${part}`;
      resources.add(above);
    }
  });
  const most = check.quota("resourcesPerRestApi");
  if (resources.size <= most) return;
  throw check.error("routes", `makes ${resources.size} resources`, `${most} at most in a REST API`);
}
