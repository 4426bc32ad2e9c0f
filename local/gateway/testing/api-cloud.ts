import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as rest from "@aws-sdk/client-api-gateway";
import * as http from "@aws-sdk/client-apigatewayv2";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { loadProject } from "../../../config/load";
import { systemNames } from "../../../config/names";
import { API_SYSTEM } from "../../../config/systems";
import { Lifetime } from "../../../tools/processes/lifetime";
import { recordingTerminal } from "../../../tools/testing/recording-terminal";
import { TaskCredentials } from "../../agent/task-credentials";
import { startEmulator } from "../../cloud/emulator";
import { type ClientSettings, clientSettings } from "../../cloud/variables";
import { RunFolder } from "../../run-folder";
import { type DataPlane, startRunner } from "../../runner";

export const ROOT = join(import.meta.dirname, "../../..");

const REGION = "us-east-1";

const NAMES = systemNames(API_SYSTEM, "local");

const SCOPE = "service-b-api/read";

/** What the listener behind the APIs answers. */
export const BEHIND = "behind";

/**
 * The emulator with users and two APIs for one listener, an HTTP API by the listener's ARN and a REST API by the load
 * balancer's name, and what serves them: all that `npm start` has of that, without Terraform and without tasks.
 */
export class ApiCloud {
  private constructor(
    private readonly emulator: Lifetime,
    private readonly lifetime: Lifetime,
    readonly settings: ClientSettings,
    readonly run: RunFolder,
    readonly dataPlane: DataPlane,
  ) {}

  static async start(): Promise<ApiCloud> {
    const [emulatorLifetime, lifetime] = [new Lifetime(), new Lifetime()];
    const project = loadProject({ root: ROOT, environment: "local" });
    const run = await RunFolder.create(ROOT);
    const python = process.env.EMULATOR_PYTHON ?? "";
    const emulator = await startEmulator(emulatorLifetime, { root: ROOT, python, log: run.log("emulator") });
    const settings = clientSettings(emulator.url, REGION);
    const credentials = await TaskCredentials.start(lifetime, settings);
    const { terminal } = recordingTerminal();
    const given = { root: ROOT, project, lifetime, terminal, run, emulator, credentials, settings };
    const session = { ...given, runtime: "process" as const, systems: [], taskEndpoint: emulator.url };
    const dataPlane = startRunner({ ...session, variables: {}, exitWithParent: "" }, 0);
    const cloud = new ApiCloud(emulatorLifetime, lifetime, settings, run, dataPlane);
    await cloud.#create();
    return cloud;
  }

  /** Ends what serves; the emulator stays. */
  endDataPlane(): Promise<void> {
    return this.lifetime.end();
  }

  async end(): Promise<void> {
    await this.endDataPlane();
    await this.emulator.end();
    this.run.remove();
  }

  /** Where an API is served. */
  urlOf(name: string): string {
    const served = this.dataPlane.gateways.find((one) => one.name === name);
    if (!served) throw new Error(`${name} is not served`);
    return served.url;
  }

  /** Lines of the access log of the HTTP API. */
  async accessLog(): Promise<readonly string[]> {
    const client = new CloudWatchLogsClient(this.settings);
    const command = new FilterLogEventsCommand({ logGroupName: NAMES.apiLogGroup });
    const { events = [] } = await client.send(command).finally(() => client.destroy());
    return events.map(({ message = "" }) => message);
  }

  async #create(): Promise<void> {
    const { pool, client } = await this.#createUsers();
    const { listener, dnsName, subnets } = await this.#createLoadBalancer();
    const logs = new CloudWatchLogsClient(this.settings);
    await logs.send(new CreateLogGroupCommand({ logGroupName: NAMES.apiLogGroup })).finally(() => logs.destroy());
    await this.#createHttpApi(pool, client, listener, subnets);
    await this.#createRestApi(pool, `http://${dnsName}/finance`);
    // Two APIs and the sign-in pages, with their routes.
    const isServed = () => this.dataPlane.gateways.filter((one) => one.type !== "api" || one.api.routes.length > 0);
    while (isServed().length < 3 || this.dataPlane.served.length < 1) await sleep(50);
  }

  async #createUsers() {
    const client = new cognito.CognitoIdentityProviderClient(this.settings);
    const { UserPool } = await client.send(
      new cognito.CreateUserPoolCommand({ PoolName: NAMES.userPool, UsernameAttributes: ["email"] }),
    );
    const UserPoolId = UserPool?.Id ?? "";
    const Scopes = ["read", "write"].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }));
    const server = { UserPoolId, Identifier: "service-b-api", Name: "service-b-api", Scopes };
    await client.send(new cognito.CreateResourceServerCommand(server));
    const { UserPoolClient } = await client.send(
      new cognito.CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: NAMES.appClient,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: ["openid", SCOPE, "service-b-api/write"],
        CallbackURLs: ["http://localhost:3000/callback"],
      }),
    );
    await client.send(new cognito.CreateUserPoolDomainCommand({ UserPoolId, Domain: "shop-local" }));
    client.destroy();
    return { pool: UserPool?.Arn ?? "", client: UserPoolClient?.ClientId ?? "" };
  }

  async #createLoadBalancer() {
    const client = new elb.ElasticLoadBalancingV2Client(this.settings);
    const subnets = await subnetsOf(this.settings);
    const { LoadBalancers: [balancer] = [] } = await client.send(
      new elb.CreateLoadBalancerCommand({ Name: NAMES.loadBalancer, Subnets: [...subnets], Scheme: "internal" }),
    );
    const answer = { StatusCode: "200", ContentType: "text/plain", MessageBody: BEHIND };
    const { Listeners: [listener] = [] } = await client.send(
      new elb.CreateListenerCommand({
        LoadBalancerArn: balancer?.LoadBalancerArn,
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: answer }],
      }),
    );
    client.destroy();
    return { listener: listener?.ListenerArn ?? "", dnsName: balancer?.DNSName ?? "", subnets };
  }

  async #createHttpApi(pool: string, audience: string, listener: string, subnets: readonly string[]): Promise<void> {
    const client = new http.ApiGatewayV2Client(this.settings);
    const { ApiId } = await client.send(new http.CreateApiCommand({ Name: NAMES.apiName, ProtocolType: "HTTP" }));
    const link = await client.send(new http.CreateVpcLinkCommand({ Name: NAMES.vpcLink, SubnetIds: [...subnets] }));
    const integration = await client.send(
      new http.CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: listener,
        ConnectionType: "VPC_LINK",
        ConnectionId: link.VpcLinkId,
        PayloadFormatVersion: "1.0",
      }),
    );
    const Issuer = `https://cognito-idp.${REGION}.amazonaws.com/${pool.split("/")[1]}`;
    const { AuthorizerId } = await client.send(
      new http.CreateAuthorizerCommand({
        ApiId,
        AuthorizerType: "JWT",
        Name: "users",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer, Audience: [audience] },
      }),
    );
    await client.send(
      new http.CreateRouteCommand({
        ApiId,
        RouteKey: "GET /finance",
        Target: `integrations/${integration.IntegrationId}`,
        AuthorizationType: "JWT",
        AuthorizerId,
        AuthorizationScopes: [SCOPE],
      }),
    );
    const DestinationArn = `arn:aws:logs:${REGION}:123456789012:log-group:${NAMES.apiLogGroup}`;
    const AccessLogSettings = { DestinationArn, Format: "$context.status $context.routeKey" };
    await client.send(
      new http.CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true, AccessLogSettings }),
    );
    client.destroy();
  }

  async #createRestApi(pool: string, uri: string): Promise<void> {
    const client = new rest.APIGatewayClient(this.settings);
    const { id: restApiId, rootResourceId: parentId } = await client.send(
      new rest.CreateRestApiCommand({ name: "rest-api" }),
    );
    const { id: resourceId } = await client.send(
      new rest.CreateResourceCommand({ restApiId, parentId, pathPart: "finance" }),
    );
    const { id: authorizerId } = await client.send(
      new rest.CreateAuthorizerCommand({
        restApiId,
        name: "users",
        type: "COGNITO_USER_POOLS",
        providerARNs: [pool],
        identitySource: "method.request.header.Authorization",
      }),
    );
    const method = { restApiId, resourceId, httpMethod: "GET" };
    const authorization = { authorizationType: "COGNITO_USER_POOLS", authorizerId, authorizationScopes: [SCOPE] };
    await client.send(new rest.PutMethodCommand({ ...method, ...authorization }));
    const integration = { type: "HTTP_PROXY", integrationHttpMethod: "GET", uri } as const;
    await client.send(new rest.PutIntegrationCommand({ ...method, ...integration }));
    await client.send(new rest.CreateDeploymentCommand({ restApiId, stageName: "live" }));
    client.destroy();
  }
}

/** Those of the account's own VPC: DescribeSubnets, asked without the SDK's client of EC2 for this one question. */
async function subnetsOf({ endpoint, credentials, region }: ClientSettings): Promise<readonly string[]> {
  const scope = `${credentials.accessKeyId}/20240101/${region}/ec2/aws4_request`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ Action: "DescribeSubnets", Version: "2016-11-15" }),
  });
  const found = (await answer.text()).matchAll(/<subnetId>([^<]+)</g);
  return [...found].map(([, id = ""]) => id).slice(0, 2);
}
