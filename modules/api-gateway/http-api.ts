import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import { AUDIENCES_PER_AUTHORIZER_MAX, HTTP_API_TIMEOUT_MS } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { type ApiProps, accessLogFormat, checkApi, createLogGroup } from "./api-props";
import { type Cors, checkCors, corsConfiguration } from "./cors";
import { HttpApiDomain } from "./custom-domain";
import { matchedPath, routeKey } from "./route";
import type { VpcLink } from "./vpc-link";

/** Whose tokens are taken. */
export interface JwtIssuer {
  /** Claim `iss`, such as `UserPool.issuer`; its keys are read from `<issuer>/.well-known/openid-configuration` on. */
  readonly url: string;
  /** Applications that tokens are for (`aud`, or `client_id` where there is none, as with Cognito's): 1 to 50. */
  readonly clientIds: readonly string[];
}

/** Where requests go. */
export interface HttpApiTarget {
  /** The way into the VPC. */
  readonly vpcLink: VpcLink;
  /** Listener of a load balancer whose group lets those of the link in. */
  readonly listener: LbListener;
  /** Name that the listener's certificate has to be for. With a listener of HTTPS, and only then. */
  readonly serverName?: string;
}

export interface HttpApiProps extends ApiProps {
  /** Whose tokens are taken. */
  readonly issuer: JwtIssuer;
  /** Where requests go. */
  readonly target: HttpApiTarget;
  /**
   * Which pages of other origins may call the API from a browser.
   * @default - no page of another origin may call the API from a browser
   */
  readonly cors?: Cors;
}

/**
 * An HTTP API in front of a load balancer without public addresses. Each route wants a token of the issuer with a scope of
 * its own: without one the answer is 401, without the scope 403, and 404 where there is no route. Requests go on as they
 * came, `Authorization` included. Changes are live as they are made (stage `$default`).
 *
 * ```ts
 * new HttpApi(this, "Api", {
 *   name: "shop-dev", description: "carts of the shop",
 *   routes: [{ method: "GET", path: "/carts/{id}", scope: "cart/read" }],
 *   issuer: { url: pool.issuer, clientIds: [client.id] },
 *   target: { vpcLink, listener: loadBalancer.listener },
 *   throttling: { ratePerSecond: 100, burst: 200 },
 *   logGroupName: "/apigateway/shop-dev", logRetentionDays: 30,
 * });
 * ```
 *
 * Cost: $1.00 for a million requests of up to 512 KB in us-east-1, and what its log takes.
 *
 * @see Amazon API Gateway Developer Guide, "Create private integrations for HTTP APIs in API Gateway" and "Control access to HTTP APIs with JWT authorizers in API Gateway"
 */
export class HttpApi extends Construct {
  readonly api: Apigatewayv2Api;
  readonly stage: Apigatewayv2Stage;
  readonly logGroup: CloudwatchLogGroup;
  /** Where clients find the API, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.checkProps(props);
    const { domain } = props;
    this.api = this.createApi(props);
    this.createRoutes(props, this.createAuthorizer(props), this.createIntegration(props));
    this.logGroup = createLogGroup(this, props);
    this.stage = this.createStage(props);
    if (domain) new HttpApiDomain(this, "Domain", domain, this.stage);
    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
  }

  private checkProps(props: HttpApiProps): void {
    const check = new PropCheck(this);
    const { issuer, target } = props;
    checkApi(check, props);
    checkCors(check, props.cors);
    check.atLeast("issuer.clientIds", issuer.clientIds, 1, "one client or more");
    check.atMost("issuer.clientIds", issuer.clientIds, AUDIENCES_PER_AUTHORIZER_MAX);
    check.different("issuer.clientIds", issuer.clientIds);
    check.text("target.serverName", target.serverName, DNS_NAME);
    const protocol = target.listener.protocolInput;
    if ((protocol === "HTTPS") === (target.serverName !== undefined)) return;
    throw check.error(
      "target.serverName",
      `is ${target.serverName === undefined ? "missing" : JSON.stringify(target.serverName)} with a listener of ${protocol}`,
      protocol === "HTTPS" ? "the name that its certificate is for" : "none, for it shows no certificate",
    );
  }

  private createApi({ name, description, cors, routes, domain }: HttpApiProps): Apigatewayv2Api {
    return new Apigatewayv2Api(this, "Resource", {
      name,
      description,
      protocolType: "HTTP",
      disableExecuteApiEndpoint: domain !== undefined,
      ...(cors && { corsConfiguration: corsConfiguration(cors, routes) }),
    });
  }

  private createAuthorizer({ name, issuer }: HttpApiProps): Apigatewayv2Authorizer {
    return new Apigatewayv2Authorizer(this, "Authorizer", {
      apiId: this.api.id,
      name,
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: issuer.url, audience: [...issuer.clientIds] },
    });
  }

  /** All routes share it: which service a request is for is the business of the listener's rules. */
  private createIntegration({ target }: HttpApiProps): Apigatewayv2Integration {
    const { vpcLink, listener, serverName } = target;
    return new Apigatewayv2Integration(this, "Integration", {
      apiId: this.api.id,
      integrationType: "HTTP_PROXY",
      integrationMethod: "ANY",
      integrationUri: listener.arn,
      connectionType: "VPC_LINK",
      connectionId: vpcLink.link.id,
      payloadFormatVersion: "1.0",
      timeoutMilliseconds: HTTP_API_TIMEOUT_MS,
      ...(serverName !== undefined && { tlsConfig: { serverNameToVerify: serverName } }),
    });
  }

  private createRoutes(
    { routes }: HttpApiProps,
    authorizer: Apigatewayv2Authorizer,
    integration: Apigatewayv2Integration,
  ): void {
    for (const route of routes) {
      new Apigatewayv2Route(this, `Route-${route.method}-${matchedPath(route.path)}`, {
        apiId: this.api.id,
        routeKey: routeKey(route),
        authorizationType: "JWT",
        authorizerId: authorizer.id,
        authorizationScopes: [route.scope],
        target: `integrations/${integration.id}`,
      });
    }
  }

  private createStage({ throttling }: HttpApiProps): Apigatewayv2Stage {
    return new Apigatewayv2Stage(this, "Stage", {
      apiId: this.api.id,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: throttling.ratePerSecond,
        throttlingBurstLimit: throttling.burst,
      },
      accessLogSettings: { destinationArn: this.logGroup.arn, format: accessLogFormat("$context.routeKey") },
    });
  }
}
