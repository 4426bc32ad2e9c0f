import { describe, expect, it } from "vitest";
import type { Use } from "../../stacks/quotas/uses";
import { arrange, fullest, HEADING, jsonOf, rowOf } from "./table";

const use = (quota: Use["quota"], scope: string, used: number, limit = 100): Use => ({ quota, scope, used, limit });

const USES = [
  use("rulesPerLoadBalancer", "a/Front", 12),
  use("rulesPerLoadBalancer", "b/Front", 81),
  use("elasticIps", "us-east-1", 6, 5),
  use("fargateVcpus", "us-east-1", 9, 6),
  use("interfacesPerInstances", "a/Ec2", 0, 0),
];

describe("the table of quotas", () => {
  it("has the most used first, by the share of the limit", () => {
    expect(arrange(USES).map(({ quota, percent }) => [quota, percent])).toEqual([
      ["fargateVcpus", 150],
      ["elasticIps", 120],
      ["rulesPerLoadBalancer", 81],
      ["rulesPerLoadBalancer", 12],
      ["interfacesPerInstances", 0],
    ]);
  });

  it("says what is refused: not what AWS raises by itself", () => {
    expect(arrange(USES).flatMap(({ quota, refused }) => (refused ? quota : []))).toEqual(["elasticIps"]);
  });

  it("has the fullest of each quota, and how many there are beside it", () => {
    const rows = fullest(arrange(USES)).map(rowOf);
    expect(HEADING).toEqual(["quota", "used", "limit", "%", "raised by", "in", "AWS's name"]);
    expect(rows.slice(0, 3)).toEqual([
      ["fargateVcpus", "9", "6", "150.0", "AWS, with use", "us-east-1", "Fargate On-Demand vCPU resource count"],
      ["elasticIps", "6", "5", "120.0", "request", "us-east-1", "EC2-VPC Elastic IPs"],
      [
        "rulesPerLoadBalancer",
        "81",
        "100",
        "81.0",
        "request",
        "b/Front, and 1 more",
        "Rules per Application Load Balancer (not counting default rules)",
      ],
    ]);
    expect(rows).toHaveLength(4);
  });

  it("says of a quota that nobody raises that nobody does", () => {
    expect(arrange([use("conditionValuesPerRule", "a/Rule", 5, 5)]).map(rowOf)[0]?.[4]).toBe("nobody");
  });

  it("is all there as JSON", () => {
    expect(JSON.parse(jsonOf("prod", "us-east-1", arrange(USES.slice(2, 3))))).toEqual({
      environment: "prod",
      region: "us-east-1",
      uses: [
        {
          quota: "elasticIps",
          scope: "us-east-1",
          used: 6,
          limit: 5,
          percent: 120,
          refused: true,
          name: "EC2-VPC Elastic IPs",
          service: "Amazon Elastic Compute Cloud (Amazon EC2)",
          page: "Amazon VPC quotas",
          default: 5,
          adjustable: true,
        },
      ],
    });
  });
});
