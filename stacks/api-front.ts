import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { domainOf, originDomainOf } from "../config/domain";
import type { Environment } from "../config/environment";
import { apiVariables, exposedRoutes, isExposed, scopesOf } from "../config/exposure";
import { environmentNames, type SystemNames, systemNames } from "../config/names";
import type { Service } from "../config/service";
import { API_SYSTEM } from "../config/systems";
import type { LoadBalancer } from "../modules/alb/load-balancer";
import type { ApiProps } from "../modules/api-gateway/api-props";
import type { CustomDomainProps } from "../modules/api-gateway/custom-domain";
import { HttpApi } from "../modules/api-gateway/http-api";
import { RestAccount } from "../modules/api-gateway/rest-account";
import { RestApi } from "../modules/api-gateway/rest-api";
import { routeKey } from "../modules/api-gateway/route";
import { VpcLink } from "../modules/api-gateway/vpc-link";
import { AppClient } from "../modules/cognito/app-client";
import { PoolDomain } from "../modules/cognito/pool-domain";
import { ResourceServer } from "../modules/cognito/resource-server";
import { UserPool } from "../modules/cognito/user-pool";
import type { AwsLocation } from "../modules/iam/policy";
import type { Network } from "../modules/network/network";
import { Certificate } from "../modules/route53/certificate";
import type { LoadBalancerSecurityGroup } from "../modules/security-group/load-balancer-security-group";
import { VpcLinkSecurityGroup } from "../modules/security-group/vpc-link-security-group";
import { type ServiceFront, SystemFront } from "./system-front";

export interface ApiFrontProps {
  readonly environment: Environment;
  /** The environment's. */
  readonly api: NonNullable<Environment["api"]>;
  /** The services that the API exposes, whatever systems they are of: at least one. */
  readonly services: readonly Service[];
  readonly network: Network;
  readonly location: AwsLocation;
}

/** What differs between the kinds of API: where clients find it, and what leads from it to the services. */
interface Gateway {
  readonly url: string;
  readonly front: SystemFront;
}

/**
 * The API of an environment, and what leads from it to the services that it exposes: users and their tokens, the gateway that
 * checks them, and a load balancer that nobody but the gateway reaches. A REST API reaches no load balancer but a public one:
 * there, as everywhere, the services check tokens themselves, so that going round the gateway gains nothing.
 */
export class ApiFront extends Construct implements ServiceFront {
  private readonly names: SystemNames;
  /** What clients call the API, where it has a name of its own. */
  private readonly domain: string | undefined;
  private readonly pool: UserPool;
  private readonly client: AppClient;
  private readonly front: SystemFront;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ApiFrontProps,
  ) {
    super(scope, id);
    const { environment, api } = props;
    this.names = systemNames(API_SYSTEM, environment.name);
    this.domain = domainOf(environment, API_SYSTEM);
    this.pool = new UserPool(this, "Users", {
      name: this.names.userPool,
      deletionProtection: environment.removal === "retain",
      mfa: api.mfa,
    });
    const signIn = new PoolDomain(this, "SignIn", {
      pool: this.pool,
      prefix: api.signInPrefix,
      region: environment.region,
    });
    this.client = this.createClient();
    const { url, front } = api.type === "http" ? this.createHttpApi() : this.createRestApi();
    this.front = front;
    this.createOutputs(url, signIn.url);
  }

  get loadBalancer(): LoadBalancer {
    return this.front.loadBalancer;
  }

  get loadBalancerSecurityGroup(): LoadBalancerSecurityGroup {
    return this.front.loadBalancerSecurityGroup;
  }

  /** Plain environment of a service's tasks: whose tokens to take, and for what; nothing for one that is not exposed. */
  variablesOf(service: Service): Record<string, string> {
    if (!isExposed(service)) return {};
    const scopes = exposedRoutes(service).map((route) => [routeKey(route), route.scope]);
    return {
      [apiVariables.issuer]: this.pool.issuer,
      [apiVariables.clients]: this.client.id,
      [apiVariables.routeScopes]: JSON.stringify(Object.fromEntries(scopes)),
    };
  }

  /** The application that users sign in to, which may ask for the scopes of all services. */
  private createClient(): AppClient {
    const { api, services } = this.props;
    const resourceServers = services.map(
      (service) =>
        new ResourceServer(this, `Scopes-${service.name}`, {
          pool: this.pool,
          identifier: service.name,
          scopes: scopesOf(service).map((name) => ({ name, description: `${name}, in ${service.name}` })),
        }),
    );
    return new AppClient(this, "Client", {
      pool: this.pool,
      name: this.names.appClient,
      resourceServers,
      callbackUrls: api.callbackUrls,
      logoutUrls: api.logoutUrls,
      accessTokenMinutes: api.accessTokenMinutes,
    });
  }

  private createHttpApi(): Gateway {
    const { api, network } = this.props;
    const domain = this.domain;
    const linkGroup = new VpcLinkSecurityGroup(this, "VpcLinkSecurityGroup", {
      name: this.names.vpcLinkSecurityGroup,
      vpcId: network.vpc.id,
    });
    const front = this.createFront({
      domain,
      clients: [{ label: "the VPC link", securityGroupId: linkGroup.group.id }],
    });
    const vpcLink = new VpcLink(this, "VpcLink", {
      name: this.names.vpcLink,
      subnetIds: network.privateSubnets.map(({ id }) => id),
      securityGroupIds: [linkGroup.group.id],
    });
    const { url } = new HttpApi(this, "Api", {
      ...this.apiProps(front, front.certificate),
      issuer: { url: this.pool.issuer, clientIds: [this.client.id] },
      target: {
        vpcLink,
        listener: front.loadBalancer.listener,
        ...(front.certificate && domain !== undefined && { serverName: domain }),
      },
      ...(api.corsOrigins.length > 0 && { cors: { origins: api.corsOrigins } }),
    });
    return { url, front };
  }

  /** With TLS, the load balancer has a name and a certificate of its own: API Gateway takes no connection without. */
  private createRestApi(): Gateway {
    const { environment, api, location } = this.props;
    const front = this.createFront({ domain: originDomainOf(environment) });
    const { url } = new RestApi(this, "Api", {
      ...this.apiProps(front, this.createRestCertificate(front)),
      userPool: this.pool,
      url: front.url,
      account: new RestAccount(this, "Account", {
        roleName: environmentNames(environment.name).apiLogRole,
        partition: location.partition,
      }),
      usagePlan: { name: this.names.usagePlan, throttling: api.throttling },
    });
    return { url, front };
  }

  private createRestCertificate({ zone }: SystemFront): Certificate | undefined {
    const domainName = this.domain;
    if (!zone || !this.props.environment.dns?.tls || domainName === undefined) return undefined;
    return new Certificate(this, "ApiCertificate", { domainName, zoneId: zone.zoneId });
  }

  private createFront(way: Pick<ConstructorParameters<typeof SystemFront>[1], "domain" | "clients">): SystemFront {
    const { environment, location, services, network } = this.props;
    return new SystemFront(this, { names: this.names, environment, location, services, network, ...way });
  }

  /** What both kinds of API have. */
  private apiProps({ zone }: SystemFront, certificate: Certificate | undefined): ApiProps {
    const { environment, api, services } = this.props;
    return {
      name: this.names.apiName,
      description: `services of ${environment.name}: ${services.length}`,
      routes: services.flatMap(exposedRoutes),
      throttling: api.throttling,
      logGroupName: this.names.apiLogGroup,
      logRetentionDays: environment.logRetentionDays,
      ...this.domainProps(zone?.zoneId, certificate),
    };
  }

  private domainProps(
    zoneId: string | undefined,
    certificate: Certificate | undefined,
  ): { domain?: CustomDomainProps } {
    const name = this.domain;
    if (zoneId === undefined || !certificate || name === undefined) return {};
    return { domain: { name, certificateArn: certificate.arn, zoneId } };
  }

  private createOutputs(apiUrl: string, signInUrl: string): void {
    const stack = TerraformStack.of(this);
    const outputs = {
      api: [apiUrl, "where the API answers"],
      signIn: [signInUrl, "where users sign in, and applications get tokens"],
      client: [this.client.id, "client id of the application that users sign in to"],
      userPool: [this.pool.id, "id of the user pool"],
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new TerraformOutput(stack, name, { value, description });
    }
  }
}
