import type { Construct } from "constructs";
import { LoadBalancer, type LoadBalancerProps } from "../alb/load-balancer";
import { UserPool } from "../cognito/user-pool";
import type { ApiProps } from "./api-props";
import { HttpApi, type HttpApiProps, type HttpApiTarget } from "./http-api";
import { RestApi, type RestApiProps } from "./rest-api";
import type { ApiRoute } from "./route";
import { VpcLink } from "./vpc-link";

/** What the tests of this folder build on, each with the least that it takes. */
export const ROUTES: readonly ApiRoute[] = [
  { method: "GET", path: "/carts/{id}", scope: "cart/read" },
  { method: "POST", path: "/carts", scope: "cart/write" },
];

export const DOMAIN = {
  name: "api.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
  zoneId: "Z1",
};

const common: ApiProps = {
  name: "shop-dev",
  description: "carts of the shop",
  routes: ROUTES,
  throttling: { ratePerSecond: 100, burst: 200 },
  logGroupName: "/apigateway/shop-dev",
  logRetentionDays: 30,
};

export const target = (
  scope: Construct,
  { serverName, ...props }: Partial<LoadBalancerProps> & Pick<HttpApiTarget, "serverName"> = {},
): HttpApiTarget => ({
  vpcLink: new VpcLink(scope, "Link", { name: "shop-dev", subnetIds: ["subnet-a"], securityGroupIds: ["sg-link"] }),
  listener: new LoadBalancer(scope, "LoadBalancer", {
    name: "shop-dev",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1"],
    idleTimeoutSeconds: 60,
    internal: true,
    ...props,
  }).listener,
  ...(serverName !== undefined && { serverName }),
});

export const httpApi = (scope: Construct, props: Partial<HttpApiProps> = {}) =>
  new HttpApi(scope, "Api", {
    ...common,
    issuer: { url: "https://cognito-idp.eu-central-1.amazonaws.com/pool", clientIds: ["client-1"] },
    target: props.target ?? target(scope),
    ...props,
  });

export const userPool = (scope: Construct) =>
  new UserPool(scope, "Pool", { name: "shop-dev", deletionProtection: false });

export const restApi = (scope: Construct, props: Partial<RestApiProps> = {}) =>
  new RestApi(scope, "Api", {
    ...common,
    userPool: props.userPool ?? userPool(scope),
    url: "http://shop-1.elb.amazonaws.com",
    ...props,
  });
