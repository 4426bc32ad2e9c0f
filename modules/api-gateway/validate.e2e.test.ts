import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppClient } from "../cognito/app-client";
import { PoolDomain } from "../cognito/pool-domain";
import { ResourceServer } from "../cognito/resource-server";
import { UserPool } from "../cognito/user-pool";
import { LoadBalancerSecurityGroup } from "../security-group/load-balancer-security-group";
import { VpcLinkSecurityGroup } from "../security-group/vpc-link-security-group";
import { testingApp } from "../testing/synth";
import { DOMAIN, httpApi, ROUTES, restApi, target } from "./api-gateway.fixtures";
import { RestAccount } from "./rest-account";
import type { ApiRoute } from "./route";

const run = promisify(execFile);
const terraform = () => process.env.TERRAFORM_BINARY_NAME ?? "terraform";

const directory = mkdtempSync(resolve(".local/validate-api-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const routes: readonly ApiRoute[] = [
  ...ROUTES,
  { method: "DELETE", path: "/", scope: "cart/write" },
  { method: "GET", path: "/files/{path+}", scope: "cart/read" },
];

/** Everything that the modules of an API and its sign-in can be told. */
function addEverything(stack: TerraformStack): void {
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  const pool = new UserPool(stack, "Pool", {
    name: "shop-dev",
    deletionProtection: true,
    mfa: "required",
    mail: {
      identityArn: "arn:aws:ses:us-east-1:123456789012:identity/example.com",
      sender: "a@example.com",
      configurationSet: "mail",
    },
  });
  const scopes = [{ name: "read", description: "see carts" }];
  const server = new ResourceServer(stack, "Cart", { pool, identifier: "cart", scopes });
  const client = new AppClient(stack, "Client", {
    pool,
    name: "shop",
    resourceServers: [server],
    callbackUrls: ["https://shop.example.com/callback"],
    logoutUrls: ["https://shop.example.com/"],
  });
  new PoolDomain(stack, "SignIn", { pool, prefix: "shop-dev", region: "us-east-1" });
  const link = new VpcLinkSecurityGroup(stack, "LinkGroup", { name: "link", vpcId: "vpc-1" });
  const clients = [{ label: "the VPC link", securityGroupId: link.group.id }];
  new LoadBalancerSecurityGroup(stack, "Group", { name: "api", vpcId: "vpc-1", listenerPorts: [443], clients });
  const http = new Construct(stack, "Http");
  httpApi(http, {
    routes,
    domain: DOMAIN,
    issuer: { url: pool.issuer, clientIds: [client.id] },
    target: target(http, {
      certificateArn: DOMAIN.certificateArn,
      serverName: "api.example.com",
    }),
    cors: { origins: ["https://shop.example.com"], exposeHeaders: ["etag"], allowCredentials: true },
  });
  restApi(new Construct(stack, "Rest"), {
    routes,
    domain: { ...DOMAIN, name: "rest.example.com" },
    userPool: pool,
    account: new RestAccount(stack, "Account", { roleName: "api-logs", partition: "aws" }),
    usagePlan: {
      name: "shop-dev",
      throttling: { ratePerSecond: 1, burst: 2 },
      quota: { requests: 1000, period: "DAY" },
      keyRequired: true,
    },
  });
  httpApi(new Construct(stack, "LeastHttp"));
  restApi(new Construct(stack, "LeastRest"), { userPool: pool });
}

describe("the real provider's schema", () => {
  let document: { resource: Record<string, Record<string, Record<string, unknown>>> };

  /** What `terraform validate` says of the document. */
  async function diagnostics(): Promise<readonly string[]> {
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(document));
    const { stdout } = await run(terraform(), [`-chdir=${directory}`, "validate", "-json"]).catch((error) => error);
    const found: readonly Record<"summary" | "detail", string>[] = JSON.parse(stdout).diagnostics;
    return found.map(({ summary, detail }) => `${summary}: ${detail}`);
  }

  beforeAll(async () => {
    const stack = new TerraformStack(testingApp(), "test");
    addEverything(stack);
    document = JSON.parse(Testing.synth(stack));
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(document));
    await run(terraform(), [`-chdir=${directory}`, "init", "-backend=false", "-input=false", "-no-color"]);
  });

  it("accepts all that the modules of an API and its sign-in make, and warns of nothing", async () => {
    expect(await diagnostics()).toEqual([]);
  });

  it("refuses what it does not know, so that the test above means something", async () => {
    const [stage] = Object.values(document.resource.aws_apigatewayv2_stage ?? {});
    Object.assign(stage ?? {}, { colour: "green" });
    expect(await diagnostics()).toEqual([expect.stringContaining("colour")]);
  });
});
