import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Apigatewayv2VpcLink } from "@cdktf/provider-aws/lib/apigatewayv2-vpc-link";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { TerraformOutput } from "cdktf";
import { describe, expect, it } from "vitest";
import { type Synthesised, synthesise } from "../testing/synth";
import { DOMAIN, httpApi, target } from "./api-gateway.fixtures";
import type { HttpApiProps } from "./http-api";

const made = (props: Partial<HttpApiProps> = {}) => synthesise((stack) => httpApi(stack, props));
const urlOf = (props: Partial<HttpApiProps>) => {
  const { json } = synthesise((stack) => {
    new TerraformOutput(stack, "url", { value: httpApi(stack, props).url });
  });
  return JSON.parse(json).output.url.value;
};
/** The logical ids of all routes, by their keys. */
const routeIds = ({ json }: Synthesised): Record<string, string> =>
  Object.fromEntries(
    Object.entries<{ route_key: string }>(JSON.parse(json).resource.aws_apigatewayv2_route).map(([id, route]) => [
      route.route_key,
      id,
    ]),
  );

describe("an HTTP API", () => {
  const stack = made();

  it("is one API with an authoriser, an integration, a stage, a log, and its routes", () => {
    expect(stack.counts()).toEqual({
      aws_apigatewayv2_api: 1,
      aws_apigatewayv2_authorizer: 1,
      aws_apigatewayv2_integration: 1,
      aws_apigatewayv2_route: 2,
      aws_apigatewayv2_stage: 1,
      aws_apigatewayv2_vpc_link: 1,
      aws_cloudwatch_log_group: 1,
      aws_lb: 1,
      aws_lb_listener: 1,
    });
    expect(stack.resource(Apigatewayv2Api)).toMatchObject({ name: "shop-dev", protocol_type: "HTTP" });
  });

  it("takes tokens of the issuer for its clients, from the header Authorization", () => {
    expect(stack.resource(Apigatewayv2Authorizer)).toMatchObject({
      authorizer_type: "JWT",
      identity_sources: ["$request.header.Authorization"],
      jwt_configuration: {
        issuer: "https://cognito-idp.eu-central-1.amazonaws.com/pool",
        audience: ["client-1"],
      },
    });
  });

  it("asks for its scope on each route, and has none without", () => {
    const guarded = {
      authorization_type: "JWT",
      authorizer_id: expect.stringMatching(/^\$\{aws_apigatewayv2_authorizer\.\w+\.id\}$/),
      target: expect.stringMatching(/^integrations\/\$\{aws_apigatewayv2_integration\.\w+\.id\}$/),
    };
    expect(stack.resources(Apigatewayv2Route)).toHaveLength(2);
    expect(stack.resources(Apigatewayv2Route)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...guarded, route_key: "GET /carts/{id}", authorization_scopes: ["cart/read"] }),
        expect.objectContaining({ ...guarded, route_key: "POST /carts", authorization_scopes: ["cart/write"] }),
      ]),
    );
  });

  it("keeps a route in its place when a parameter of its path gets another name", () => {
    const renamed = made({ routes: [{ method: "GET", path: "/carts/{cart}", scope: "cart/read" }] });
    expect(routeIds(renamed)["GET /carts/{cart}"]).toBe(routeIds(stack)["GET /carts/{id}"]);
  });

  it("tells a greedy parameter from one part", () => {
    const greedy = made({
      routes: [
        { method: "GET", path: "/carts/{id}", scope: "cart/read" },
        { method: "GET", path: "/carts/{path+}", scope: "cart/read" },
      ],
    });
    expect(Object.keys(routeIds(greedy)).sort()).toEqual(["GET /carts/{id}", "GET /carts/{path+}"]);
  });

  it("passes every request on to the listener by the VPC link", () => {
    const integration = stack.resource(Apigatewayv2Integration);
    expect(integration).toMatchObject({
      integration_type: "HTTP_PROXY",
      integration_method: "ANY",
      integration_uri: expect.stringMatching(/^\$\{aws_lb_listener\.\w+\.arn\}$/),
      connection_type: "VPC_LINK",
      connection_id: expect.stringMatching(/^\$\{aws_apigatewayv2_vpc_link\.\w+\.id\}$/),
      payload_format_version: "1.0",
      timeout_milliseconds: 30000,
    });
    expect(integration).not.toHaveProperty("tls_config");
  });

  it("checks the certificate of a listener that has one", () => {
    const secured = synthesise((scope) =>
      httpApi(scope, {
        target: target(scope, { certificateArn: DOMAIN.certificateArn, serverName: "api.example.com" }),
      }),
    );
    const integration = secured.resource(Apigatewayv2Integration);
    expect(integration.tls_config).toEqual({ server_name_to_verify: "api.example.com" });
    expect(integration.integration_uri).toMatch(/^\$\{aws_lb_listener\.LoadBalancer_Https_\w+\.arn\}$/);
  });

  it("deploys by itself, and lets through as many requests as it is told", () => {
    expect(stack.resource(Apigatewayv2Stage)).toMatchObject({
      name: "$default",
      auto_deploy: true,
      default_route_settings: { throttling_rate_limit: 100, throttling_burst_limit: 200 },
    });
  });

  it("logs each request as JSON, and of its token who has it and for which client alone", () => {
    expect(stack.resource(CloudwatchLogGroup)).toMatchObject({ name: "/apigateway/shop-dev", retention_in_days: 30 });
    const settings = stack.resource(Apigatewayv2Stage).access_log_settings as Record<string, string>;
    expect(settings.destination_arn).toMatch(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}$/);
    const format: Record<string, string> = JSON.parse(settings.format ?? "");
    expect(format).toMatchObject({ status: "$context.status", route: "$context.routeKey" });
    const ofToken = Object.values(format).filter((value) => /authorizer|header|token/i.test(value));
    expect(ofToken.sort()).toEqual([
      "$context.authorizer.claims.client_id",
      "$context.authorizer.claims.sub",
      "$context.authorizer.error",
    ]);
  });

  it("has API Gateway's own name, and no CORS, unless it is told", () => {
    expect(stack.resource(Apigatewayv2Api).disable_execute_api_endpoint).toBe(false);
    expect(stack.resource(Apigatewayv2Api)).not.toHaveProperty("cors_configuration");
    expect(urlOf({})).toMatch(/^\$\{aws_apigatewayv2_api\.\w+\.api_endpoint\}$/);
  });
});

describe("an HTTP API with a name of its own", () => {
  const stack = made({ domain: DOMAIN });

  it("serves its stage at that name alone, with TLS 1.2 at least", () => {
    expect(stack.resource(Apigatewayv2DomainName)).toMatchObject({
      domain_name: "api.example.com",
      domain_name_configuration: {
        certificate_arn: DOMAIN.certificateArn,
        endpoint_type: "REGIONAL",
        security_policy: "TLS_1_2",
      },
    });
    expect(stack.resource(Apigatewayv2ApiMapping)).toMatchObject({
      domain_name: expect.stringMatching(/^\$\{aws_apigatewayv2_domain_name\.\w+\.id\}$/),
      stage: expect.stringMatching(/^\$\{aws_apigatewayv2_stage\.\w+\.id\}$/),
    });
    expect(stack.resource(Apigatewayv2Api).disable_execute_api_endpoint).toBe(true);
    expect(urlOf({ domain: DOMAIN })).toBe("https://api.example.com");
  });

  it("has one record, which leads to the domain's target", () => {
    expect(stack.resource(Route53Record)).toMatchObject({
      zone_id: "Z1",
      name: "api.example.com",
      type: "A",
      alias: {
        name: expect.stringMatching(/domain_name_configuration\[0\]\.target_domain_name\}$/),
        zone_id: expect.stringMatching(/domain_name_configuration\[0\]\.hosted_zone_id\}$/),
      },
    });
  });
});

describe("CORS of an HTTP API", () => {
  const corsOf = (cors: HttpApiProps["cors"]) => made(cors && { cors }).resource(Apigatewayv2Api).cors_configuration;

  it("allows the methods of the routes, and tokens and bodies, without cookies", () => {
    expect(corsOf({ origins: ["https://shop.example.com"] })).toEqual({
      allow_origins: ["https://shop.example.com"],
      allow_methods: ["GET", "POST"],
      allow_headers: ["authorization", "content-type"],
      max_age: 3600,
      allow_credentials: false,
    });
  });

  it("allows what it is told", () => {
    const origins = ["https://shop.example.com"];
    const told = { origins, allowHeaders: ["x-a"], exposeHeaders: ["etag"], maxAgeSeconds: 5, allowCredentials: true };
    expect(corsOf(told)).toMatchObject({
      allow_headers: ["x-a"],
      expose_headers: ["etag"],
      max_age: 5,
      allow_credentials: true,
    });
  });
});

describe("a VPC link", () => {
  it("is made before the one that it replaces goes", () => {
    expect(made().resource(Apigatewayv2VpcLink)).toMatchObject({
      name: "shop-dev",
      subnet_ids: ["subnet-a"],
      security_group_ids: ["sg-link"],
      lifecycle: { create_before_destroy: true },
    });
  });
});
