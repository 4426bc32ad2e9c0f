import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load } from "../testing/project";

const faults = (quotas: unknown) => faultsOf({ environment: { quotas } });

describe("quotas that AWS has raised", () => {
  it("are none unless the environment says so", () => {
    expect(load().environment.quotas).toEqual({});
  });

  it("are numbers by the quota's id", () => {
    const quotas = { rulesPerLoadBalancer: 200, rolesPerAccount: 5_000 };
    expect(load({ environment: { quotas } }).environment.quotas).toEqual(quotas);
  });

  it("may be what every account has", () => {
    expect(faults({ rulesPerLoadBalancer: 100 })).toEqual([]);
  });

  it("refuse an id that there is not, and name the one that was meant", () => {
    expect(faults({ rulesPerLoadBalancr: 200 })).toMatchObject([
      {
        file: ENVIRONMENT_FILE,
        path: "$.quotas.rulesPerLoadBalancr",
        given: "200",
        problem: 'there is no quota "rulesPerLoadBalancr"',
        allowed: expect.stringContaining('"listenersPerLoadBalancer", "rulesPerLoadBalancer"'),
        mend: 'did you mean "rulesPerLoadBalancer"?',
      },
    ]);
  });

  it("take no name of JavaScript's own for an id", () => {
    expect(faults({ toString: 200 }).map(({ problem }) => problem)).toEqual(['there is no quota "toString"']);
  });

  it("refuse an id like no other, and say which there are", () => {
    expect(faults({ elephants: 200 }).map(({ mend }) => mend)).toEqual(["remove it, or name one of these"]);
  });

  it("refuse what AWS does not raise", () => {
    expect(faults({ conditionValuesPerRule: 6 })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.quotas.conditionValuesPerRule",
        given: "6",
        problem: 'AWS does not raise "Condition values per rule"',
        allowed: "quotas that AWS raises",
        mend: 'remove it; "npm run quotas" says how to need less of it when it is used up',
      },
    ]);
  });

  it("refuse what each resource has its own limit of", () => {
    expect(faults({ addressesPerSubnet: 500 }).map(({ problem }) => problem)).toEqual([
      'AWS does not raise "IPv4 addresses of a subnet"',
    ]);
  });

  it("refuse less than every account has", () => {
    expect(faults({ rulesPerLoadBalancer: 99 })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.quotas.rulesPerLoadBalancer",
        given: "99",
        problem: 'is less than every account has of "Rules per Application Load Balancer (not counting default rules)"',
        allowed: "100, AWS's default, or more",
        mend: "remove it, or write what Service Quotas shows for the account",
      },
    ]);
  });

  it.each([100.5, "200", -1])("refuse %j", (given) => {
    expect(faults({ rulesPerLoadBalancer: given })).toMatchObject([
      {
        path: "$.quotas.rulesPerLoadBalancer",
        given: JSON.stringify(given),
        allowed: "a whole number from 1 to 100000000",
      },
    ]);
  });

  it("refuse more rules and groups together than a network interface takes", () => {
    expect(faults({ rulesPerSecurityGroup: 201 })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.quotas.rulesPerSecurityGroup",
        given: "201",
        problem: "201 rules in a security group times 5 groups on a network interface are 1005",
        allowed: '1000 at most: "rulesPerSecurityGroup" times "securityGroupsPerInterface"',
        mend: "write 200 rules or fewer, or fewer groups",
      },
    ]);
    expect(faults({ rulesPerSecurityGroup: 200 })).toEqual([]);
    expect(faults({ securityGroupsPerInterface: 16 })).toEqual([]);
    expect(faults({ rulesPerSecurityGroup: 100, securityGroupsPerInterface: 11 }).map(({ path }) => path)).toEqual([
      "$.quotas.rulesPerSecurityGroup",
    ]);
  });
});
