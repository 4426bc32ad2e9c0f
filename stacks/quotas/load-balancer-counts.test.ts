import { describe, expect, it } from "vitest";
import type { QuotaId } from "../../modules/aws/quotas";
import { many, type Resources, ref, stackOf, usesOf, usesOfStacks } from "./quotas.fixtures";

const balancer = (...names: readonly string[]): Resources => ({
  aws_lb: Object.fromEntries(names.map((name) => [name, {}])),
  aws_lb_listener: Object.fromEntries(
    names.flatMap((name) =>
      ["production", "test"].map((kind) => [`${name}-${kind}`, { load_balancer_arn: ref(`aws_lb.${name}`) }]),
    ),
  ),
});

const used = (quota: QuotaId, resources: Resources) => usesOf(quota, resources).map((use) => [use.scope, use.used]);

describe("rules of load balancers", () => {
  it("are counted over all listeners of one, and apart for each", () => {
    const listeners = ["first-production", "first-test", "second-production"];
    const rules = many("aws_lb_listener_rule", 3, (index) => ({
      listener_arn: ref(`aws_lb_listener.${listeners[index]}`),
    }));
    expect(used("rulesPerLoadBalancer", { ...balancer("first", "second"), ...rules })).toEqual([
      ["trial/aws_lb.first", 2],
      ["trial/aws_lb.second", 1],
    ]);
  });

  it("are counted where they belong when another stack makes them", () => {
    const output = "cross-stack-output-aws_lb_listenerFrontarn";
    const front = stackOf(balancer("front"), "public-api", { [output]: ref("aws_lb_listener.front-production") });
    const listener = `\${data.terraform_remote_state.cross-stack-reference-input-public-api.outputs.${output}}`;
    const shops = ["shop-a", "shop-b"].map((name) =>
      stackOf({ aws_lb_listener_rule: { web: { listener_arn: listener } } }, name),
    );
    expect(usesOfStacks("rulesPerLoadBalancer", [...shops, front])).toMatchObject([
      { scope: "public-api/aws_lb.front", used: 2, limit: 100 },
    ]);
  });

  it("end where outputs refer to each other in a circle", () => {
    const output = (of: string) =>
      `\${data.terraform_remote_state.cross-stack-reference-input-${of}.outputs.cross-stack-output-aws_lbxarn}`;
    const rule = { aws_lb_listener_rule: { web: { listener_arn: output("b") } } };
    const stacks = [
      stackOf({ ...balancer("front"), ...rule }, "a", { "cross-stack-output-aws_lbxarn": output("b") }),
      stackOf({}, "b", { "cross-stack-output-aws_lbxarn": output("a") }),
    ];
    expect(usesOfStacks("rulesPerLoadBalancer", stacks).map((use) => use.used)).toEqual([0]);
  });
});

describe("targets of load balancers", () => {
  const group = ref("aws_lb_target_group.blue");
  const service = (more: object): Resources => ({
    aws_ecs_service: { web: { desired_count: 3, load_balancer: [{ target_group_arn: group }], ...more } },
  });
  const ruled: Resources = {
    ...balancer("front"),
    aws_lb_target_group: { blue: {}, green: {} },
    aws_lb_listener_rule: {
      web: {
        listener_arn: ref("aws_lb_listener.front-production"),
        action: [{ type: "forward", target_group_arn: group }],
      },
    },
  };

  it("are the tasks of a release and those before it, in one target group", () => {
    const resources = { ...ruled, ...service({}) };
    expect(used("targetsPerLoadBalancer", resources)).toEqual([["trial/aws_lb.front", 6]]);
    expect(used("targetsPerTargetGroup", resources)).toEqual([
      ["trial/aws_lb_target_group.blue", 6],
      ["trial/aws_lb_target_group.green", 0],
    ]);
  });

  it("are as many as a release may start", () => {
    const resources = { ...ruled, ...service({ deployment_maximum_percent: 150 }) };
    expect(used("targetsPerLoadBalancer", resources)).toEqual([["trial/aws_lb.front", 4]]);
  });

  it("of a blue/green service are in two target groups, of which the load balancer has both", () => {
    const resources: Resources = {
      ...ruled,
      ...service({ deployment_controller: { type: "CODE_DEPLOY" } }),
      aws_codedeploy_deployment_group: {
        web: {
          load_balancer_info: {
            target_group_pair_info: {
              prod_traffic_route: { listener_arns: [ref("aws_lb_listener.front-production")] },
              target_group: ["blue", "green"].map((name) => ({ name: ref(`aws_lb_target_group.${name}`, "name") })),
            },
          },
        },
      },
    };
    expect(used("targetGroupsPerLoadBalancer", resources)).toEqual([["trial/aws_lb.front", 2]]);
    expect(used("targetsPerLoadBalancer", resources)).toEqual([["trial/aws_lb.front", 6]]);
    expect(used("targetsPerTargetGroup", resources)[0]).toEqual(["trial/aws_lb_target_group.blue", 3]);
  });

  it("count a target group once, whatever leads to it", () => {
    const resources: Resources = {
      ...ruled,
      aws_lb_listener: {
        ...ruled.aws_lb_listener,
        "front-production": {
          load_balancer_arn: ref("aws_lb.front"),
          default_action: [{ type: "forward", target_group_arn: group }],
        },
      },
    };
    expect(used("targetGroupsPerLoadBalancer", resources)).toEqual([["trial/aws_lb.front", 1]]);
  });
});
