import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { describe, expect, it } from "vitest";
import { apiVariables } from "../config/exposure";
import type { Block, Synthesised } from "../modules/testing/synth";
import { apiOf, COMMON, HTTP, type Kind, REST, stacksOf, variablesOf } from "./public-api.fixtures";
import { routingOf } from "./routing.fixtures";
import { synthesiseAll } from "./stacks.fixtures";

const outputsOf = (stack: Synthesised) =>
  Object.fromEntries(
    Object.entries((JSON.parse(stack.json) as { output: Record<string, { value: unknown }> }).output)
      .filter(([name]) => !name.startsWith("cross-stack"))
      .map(([name, { value }]) => [name, value]),
  );

const recordNames = (stack: Synthesised) =>
  stack
    .resources(Route53Record)
    .map(({ name, type }) => `${type} ${name}`)
    .filter((record) => !record.includes("$"))
    .sort();

describe("the public-api stack", () => {
  it.each<[string, string, Kind, object]>([
    [
      "an HTTP API without TLS",
      "local",
      "http",
      {
        ...HTTP,
        aws_lb_listener: 1,
        aws_vpc_security_group_egress_rule: 3,
        aws_vpc_security_group_ingress_rule: 2,
      },
    ],
    [
      "an HTTP API with a name of its own",
      "prod",
      "http",
      {
        ...HTTP,
        aws_acm_certificate: 1,
        aws_acm_certificate_validation: 1,
        aws_apigatewayv2_api_mapping: 1,
        aws_apigatewayv2_domain_name: 1,
        aws_lb_listener: 2,
        aws_route53_record: 2,
        aws_vpc_security_group_egress_rule: 4,
        aws_vpc_security_group_ingress_rule: 3,
      },
    ],
    [
      "a REST API without TLS",
      "local",
      "rest",
      {
        ...REST,
        aws_lb_listener: 1,
        aws_vpc_security_group_egress_rule: 2,
        aws_vpc_security_group_ingress_rule: 2,
      },
    ],
    [
      "a REST API with a name of its own",
      "prod",
      "rest",
      {
        ...REST,
        aws_acm_certificate: 2,
        aws_acm_certificate_validation: 2,
        aws_api_gateway_base_path_mapping: 1,
        aws_api_gateway_domain_name: 1,
        aws_lb_listener: 2,
        aws_route53_record: 5,
        aws_vpc_security_group_egress_rule: 2,
        aws_vpc_security_group_ingress_rule: 3,
      },
    ],
  ])("is, with %s, made of exactly these resources", (_, environment, kind, specific) => {
    expect(apiOf(environment, kind).counts()).toEqual({ ...COMMON, ...specific });
  });

  it("is not there where no service is exposed", () => {
    expect(synthesiseAll("local", {}, ["service-b"]).publicApi).toBeUndefined();
  });

  it("lets nobody but the VPC link reach the load balancer, which has private addresses alone", () => {
    const stack = apiOf("prod");
    const { internal, subnets, security_groups } = stack.resource(Lb);
    expect([internal, (subnets as string[]).length]).toEqual([true, 3]);
    expect((subnets as string[]).every((subnet) => subnet.includes("Private"))).toBe(true);
    const own = (security_groups as string[])[0];
    const ways = stack.resources(VpcSecurityGroupIngressRule).filter((rule) => rule.security_group_id === own);
    expect(
      ways.map(({ from_port, cidr_ipv4, referenced_security_group_id }) => [
        from_port,
        cidr_ipv4,
        typeof referenced_security_group_id,
      ]),
    ).toEqual([
      [443, undefined, "string"],
      [80, undefined, "string"],
    ]);
  });

  it("has a public load balancer with a REST API, which reaches no other", () => {
    const stack = apiOf("prod", "rest");
    const { internal, subnets } = stack.resource(Lb);
    expect(internal).toBe(false);
    expect((subnets as string[]).every((subnet) => subnet.includes("Public"))).toBe(true);
  });

  it("has the API's name for clients, and one for the REST API's way to the load balancer, each with its certificate", () => {
    const names = (stack: Synthesised) => stack.resources(AcmCertificate).map(({ domain_name }) => domain_name);
    const [http, rest] = [apiOf("prod"), apiOf("prod", "rest")];
    expect([names(http), recordNames(http)]).toEqual([["api.example.com"], ["A api.example.com"]]);
    expect([names(rest).sort(), recordNames(rest)]).toEqual([
      ["api-origin.example.com", "api.example.com"],
      ["A api-origin.example.com", "A api.example.com", "AAAA api-origin.example.com"],
    ]);
    expect(http.resource(Apigatewayv2DomainName).domain_name).toBe("api.example.com");
    expect(rest.resource(ApiGatewayDomainName).domain_name).toBe("api.example.com");
    const uris = rest.resources(ApiGatewayIntegration).map(({ uri }) => String(uri));
    expect(uris.every((uri) => uri.startsWith("https://api-origin.example.com/"))).toBe(true);
  });

  it("checks the load balancer's certificate on the way from the gateway, where there is one", () => {
    const tls = (name: string) => apiOf(name).resource(Apigatewayv2Integration).tls_config;
    expect(tls("prod")).toEqual({ server_name_to_verify: "api.example.com" });
    expect(tls("local")).toBeUndefined();
  });

  it("switches API Gateway's own name off where the API has another", () => {
    const off = (name: string) => apiOf(name).resource(Apigatewayv2Api).disable_execute_api_endpoint;
    expect([off("local"), off("prod")]).toEqual([false, true]);
  });

  it("throttles and answers browsers as the environment says", () => {
    const { default_route_settings } = apiOf("prod").resource(Apigatewayv2Stage);
    expect(default_route_settings).toEqual({ throttling_rate_limit: 500, throttling_burst_limit: 1000 });
    expect(apiOf("prod").resource(Apigatewayv2Api).cors_configuration).toMatchObject({
      allow_origins: ["https://portal.example.com"],
      allow_methods: ["DELETE", "GET", "POST", "PUT"],
      allow_headers: ["authorization", "content-type"],
    });
  });

  it("keeps the users of production, who need a second factor there", () => {
    const pool = (name: string) => apiOf(name).resource(CognitoUserPool);
    expect(pool("prod")).toMatchObject({
      name: "public-api-prod",
      deletion_protection: "ACTIVE",
      mfa_configuration: "ON",
      lifecycle: { prevent_destroy: true },
    });
    expect(pool("local")).toMatchObject({ deletion_protection: "INACTIVE", mfa_configuration: "OFF" });
    expect(pool("local")).not.toHaveProperty("lifecycle");
  });

  it("lets the application ask for the scopes of all exposed services, and for no others", () => {
    const { allowed_oauth_scopes, allowed_oauth_flows, generate_secret } =
      apiOf("local").resource(CognitoUserPoolClient);
    expect(allowed_oauth_scopes).toEqual([
      "openid",
      "email",
      "service-b-api/read",
      "user-management-api/read",
      "user-management-api/write",
    ]);
    expect([allowed_oauth_flows, generate_secret]).toEqual([["code"], false]);
  });

  it("takes at the gateway the tokens that the services take: of one issuer, for one application", () => {
    const stack = apiOf("local");
    const { issuer, audience } = stack.resource(Apigatewayv2Authorizer).jwt_configuration as Block;
    const variables = variablesOf(stack, "service-b-api");
    expect(variables[apiVariables.issuer]).toBe(issuer);
    expect([variables[apiVariables.clients]]).toEqual(audience);
  });

  it("puts out where the API answers and where users sign in", () => {
    expect(outputsOf(apiOf("prod"))).toMatchObject({
      api: "https://api.example.com",
      signIn: "https://express-on-ecs-prod.auth.us-east-1.amazoncognito.com",
      services: ["service-b-api"],
      cluster: "public-api-prod",
    });
    expect(Object.keys(outputsOf(apiOf("prod"))).sort()).toEqual([
      "api",
      "client",
      "cluster",
      "services",
      "signIn",
      "userPool",
    ]);
  });
});

describe("an exposed service of another system", () => {
  const { userNotifications: stack } = stacksOf("local");

  it("is behind the API's load balancer, and behind that of its system nowhere", () => {
    const rules = stack.resources(LbListenerRule);
    const listeners = routingOf(stack).listeners.map(({ reference }) => reference);
    const elsewhere = rules.filter(({ listener_arn }) => !listeners.includes(String(listener_arn)));
    expect([listeners.length, rules.length, elsewhere.length]).toEqual([1, 3, 1]);
    expect(elsewhere[0]?.condition).toEqual([
      { path_pattern: { values: ["/usermgmt/user", "/usermgmt/user/*", "/usermgmt/users", "/usermgmt/users/*"] } },
    ]);
  });

  it("is let in from the API's load balancer alone", () => {
    const [service, ...others] = stack.resources(EcsService).filter(({ name }) => name === "user-management-api");
    if (!service || others.length > 0) throw new Error("expected one service");
    const [group] = (service.network_configuration as { security_groups: string[] }).security_groups;
    const ways = stack.resources(VpcSecurityGroupIngressRule).filter((rule) => rule.security_group_id === group);
    const from = ways.map(({ referenced_security_group_id }) => String(referenced_security_group_id));
    expect(from).toEqual([expect.stringContaining("Api_LoadBalancerSecurityGroup")]);
  });

  it("has the variables of tokens, which no other service has", () => {
    const names = Object.values(apiVariables).filter((name) => name !== apiVariables.jwksUrl);
    const has = (name: string) => names.filter((variable) => variable in variablesOf(stack, name));
    expect(has("user-management-api")).toEqual(names);
    expect(has("user-management")).toEqual([]);
    expect(has("notification")).toEqual([]);
  });
});
