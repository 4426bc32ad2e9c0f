import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { describe, expect, it } from "vitest";
import { statementsOf } from "../testing/policies";
import { synthesise } from "../testing/synth";
import { DOMAIN, ROUTES, restApi } from "./api-gateway.fixtures";
import { RestAccount } from "./rest-account";
import type { RestApiProps } from "./rest-api";

const made = (props: Partial<RestApiProps> = {}) => synthesise((stack) => restApi(stack, props));
const usagePlan = { name: "shop-dev", throttling: { ratePerSecond: 5, burst: 10 } };

describe("a REST API", () => {
  const stack = made();

  it("is one API with an authoriser, a deployment, a stage, a log, and its methods on a tree of resources", () => {
    expect(stack.counts()).toEqual({
      aws_api_gateway_authorizer: 1,
      aws_api_gateway_deployment: 1,
      aws_api_gateway_integration: 2,
      aws_api_gateway_method: 2,
      aws_api_gateway_method_settings: 1,
      aws_api_gateway_resource: 2,
      aws_api_gateway_rest_api: 1,
      aws_api_gateway_stage: 1,
      aws_cloudwatch_log_group: 1,
      aws_cognito_user_pool: 1,
    });
    expect(stack.resource(ApiGatewayRestApi)).toMatchObject({
      endpoint_configuration: { types: ["REGIONAL"] },
      disable_execute_api_endpoint: false,
    });
    expect(stack.resources(ApiGatewayResource)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path_part: "carts", parent_id: expect.stringMatching(/root_resource_id\}$/) }),
        expect.objectContaining({ path_part: "{id}", parent_id: expect.stringMatching(/Resource-carts_\w+\.id\}$/) }),
      ]),
    );
  });

  it("takes tokens of the user pool, and asks for its scope on each method", () => {
    expect(stack.resource(ApiGatewayAuthorizer)).toMatchObject({
      type: "COGNITO_USER_POOLS",
      provider_arns: [expect.stringMatching(/^\$\{aws_cognito_user_pool\.\w+\.arn\}$/)],
      identity_source: "method.request.header.Authorization",
    });
    const guarded = {
      authorization: "COGNITO_USER_POOLS",
      authorizer_id: expect.stringMatching(/^\$\{aws_api_gateway_authorizer\.\w+\.id\}$/),
      api_key_required: false,
    };
    expect(stack.resources(ApiGatewayMethod)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...guarded, http_method: "GET", authorization_scopes: ["cart/read"] }),
        expect.objectContaining({ ...guarded, http_method: "POST", authorization_scopes: ["cart/write"] }),
      ]),
    );
  });

  it("passes requests on to the same path below its URL, with what stands for the parameters", () => {
    const [get, post] = ["GET", "POST"].map((method) =>
      stack.resources(ApiGatewayIntegration).find(({ http_method }) => http_method === method),
    );
    expect(get).toMatchObject({
      type: "HTTP_PROXY",
      integration_http_method: "GET",
      uri: "http://shop-1.elb.amazonaws.com/carts/{id}",
      request_parameters: { "integration.request.path.id": "method.request.path.id" },
      timeout_milliseconds: 29000,
    });
    expect(post).toMatchObject({ integration_http_method: "POST", uri: "http://shop-1.elb.amazonaws.com/carts" });
    expect(post).not.toHaveProperty("request_parameters");
    const asked = stack.resources(ApiGatewayMethod).map(({ request_parameters }) => request_parameters);
    expect(asked).toContainEqual({ "method.request.path.id": true });
  });

  it("passes on the rest of a path, and answers on the root", () => {
    const greedy = made({
      routes: [
        { method: "GET", path: "/files/{path+}", scope: "cart/read" },
        { method: "GET", path: "/", scope: "cart/read" },
      ],
    });
    const uris = greedy.resources(ApiGatewayIntegration).map(({ uri }) => uri);
    expect(uris.sort()).toEqual(["http://shop-1.elb.amazonaws.com/", "http://shop-1.elb.amazonaws.com/files/{path}"]);
    expect(greedy.resources(ApiGatewayResource).map(({ path_part }) => path_part)).toContain("{path+}");
    expect(greedy.resources(ApiGatewayMethod).map(({ resource_id }) => resource_id)).toContainEqual(
      expect.stringMatching(/^\$\{aws_api_gateway_rest_api\.\w+\.root_resource_id\}$/),
    );
  });

  it("keeps its resources in their places when a parameter gets another name", () => {
    const ids = (path: string) => {
      const { json } = made({ routes: [{ method: "GET", path, scope: "cart/read" }] });
      const { resource } = JSON.parse(json);
      return ["resource", "method", "integration"].map((type) =>
        Object.keys(resource[`aws_api_gateway_${type}`]).sort(),
      );
    };
    expect(ids("/carts/{cart}")).toEqual(ids("/carts/{id}"));
    expect(ids("/carts/{path+}")).toEqual(ids("/carts/{id}"));
  });

  it("throttles all methods of its stage", () => {
    expect(stack.resource(ApiGatewayMethodSettings)).toMatchObject({
      method_path: "*/*",
      settings: { throttling_rate_limit: 100, throttling_burst_limit: 200, logging_level: "OFF" },
    });
  });

  it("logs each request as JSON, by the name of its resource", () => {
    const stage = stack.resource(ApiGatewayStage);
    const settings = stage.access_log_settings as Record<string, string>;
    expect(JSON.parse(settings.format ?? "")).toMatchObject({ route: "$context.resourcePath" });
    expect(stage).toMatchObject({ stage_name: "live" });
    expect(stage).not.toHaveProperty("depends_on");
  });
});

describe("the deployment of a REST API", () => {
  const triggerOf = (props: Partial<RestApiProps> = {}) =>
    JSON.stringify(made(props).resource(ApiGatewayDeployment).triggers);
  const trigger = triggerOf();

  it("waits for all methods and integrations, and is made before the one that it replaces goes", () => {
    const deployment = made().resource(ApiGatewayDeployment);
    expect(deployment.lifecycle).toEqual({ create_before_destroy: true });
    const needs = (deployment.depends_on as string[]).map((address) => address.split(".")[0]);
    expect(needs.sort()).toEqual([
      "aws_api_gateway_integration",
      "aws_api_gateway_integration",
      "aws_api_gateway_method",
      "aws_api_gateway_method",
    ]);
  });

  it("is the same one as long as nothing changes, and is told by a hash", () => {
    expect(triggerOf()).toBe(trigger);
    expect(trigger).toContain('"content":"${sha1(jsonencode(');
  });

  it.each<[string, Partial<RestApiProps>]>([
    ["another route", { routes: [...ROUTES, { method: "GET", path: "/carts", scope: "cart/read" }] }],
    ["a route less", { routes: ROUTES.slice(1) }],
    ["another scope", { routes: ROUTES.map((route) => ({ ...route, scope: "cart/all" })) }],
    ["another URL", { url: "http://shop-2.elb.amazonaws.com" }],
    ["another name of the authoriser", { name: "shop" }],
    ["a name of its own, which switches off API Gateway's", { domain: DOMAIN }],
    ["a key that methods want", { usagePlan: { ...usagePlan, keyRequired: true } }],
  ])("is another one for %s", (_, props) => {
    expect(triggerOf(props)).not.toBe(trigger);
  });

  it("is the same one for what the stage alone is told", () => {
    expect(triggerOf({ throttling: { ratePerSecond: 1, burst: 1 }, stageName: "v1" })).toBe(trigger);
  });
});

describe("the options of a REST API", () => {
  it("serve its stage at a name of its own alone, with TLS 1.2 at least", () => {
    const stack = made({ domain: DOMAIN, stageName: "v1" });
    expect(stack.resource(ApiGatewayDomainName)).toMatchObject({
      domain_name: "api.example.com",
      regional_certificate_arn: DOMAIN.certificateArn,
      security_policy: "TLS_1_2",
      endpoint_configuration: { types: ["REGIONAL"] },
    });
    expect(stack.resource(ApiGatewayBasePathMapping).stage_name).toMatch(
      /^\$\{aws_api_gateway_stage\.\w+\.stage_name\}$/,
    );
    expect(stack.resource(ApiGatewayRestApi).disable_execute_api_endpoint).toBe(true);
    expect(stack.resource(Route53Record)).toMatchObject({
      type: "A",
      alias: {
        name: expect.stringMatching(/regional_domain_name\}$/),
        zone_id: expect.stringMatching(/regional_zone_id\}$/),
      },
    });
    expect(stack.resource(ApiGatewayStage).stage_name).toBe("v1");
  });

  it("limit each client that has a key by a usage plan", () => {
    const quota = { requests: 1000, period: "DAY" as const };
    const stack = made({ usagePlan: { ...usagePlan, quota, keyRequired: true } });
    expect(stack.resource(ApiGatewayUsagePlan)).toMatchObject({
      name: "shop-dev",
      api_stages: [{ stage: expect.stringMatching(/^\$\{aws_api_gateway_stage\.\w+\.stage_name\}$/) }],
      throttle_settings: { rate_limit: 5, burst_limit: 10 },
      quota_settings: { limit: 1000, period: "DAY" },
    });
    expect(stack.resources(ApiGatewayMethod).map(({ api_key_required }) => api_key_required)).toEqual([true, true]);
    expect(made({ usagePlan }).resource(ApiGatewayUsagePlan)).not.toHaveProperty("quota_settings");
  });

  it("write the log once the account lets it", () => {
    const stack = synthesise((scope) =>
      restApi(scope, { account: new RestAccount(scope, "Account", { roleName: "api-logs", partition: "aws" }) }),
    );
    expect(stack.resource(ApiGatewayStage).depends_on).toEqual([expect.stringMatching(/^aws_api_gateway_account\./)]);
    expect(stack.resource(ApiGatewayAccount).depends_on).toEqual([
      expect.stringMatching(/^aws_iam_role_policy_attachment\./),
    ]);
    expect(stack.resource(IamRolePolicyAttachment).policy_arn).toBe(
      "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    );
    expect(statementsOf(stack.resource(IamRole).assume_role_policy)).toEqual([
      { Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "apigateway.amazonaws.com" } },
    ]);
  });
});
