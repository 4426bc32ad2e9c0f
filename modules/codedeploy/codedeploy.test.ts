import { CodedeployApp } from "@cdktf/provider-aws/lib/codedeploy-app";
import { CodedeployDeploymentConfig } from "@cdktf/provider-aws/lib/codedeploy-deployment-config";
import { CodedeployDeploymentGroup } from "@cdktf/provider-aws/lib/codedeploy-deployment-group";
import { describe, expect, it } from "vitest";
import { blueGreenService, deploymentGroupProps, roleArns, rules } from "../codepipeline/release.fixtures";
import { permissionsOf, trustOf } from "../testing/policies";
import { type Synthesised, synthesise } from "../testing/synth";
import { DeploymentGroup, type DeploymentGroupProps } from "./deployment-group";
import type { DeploymentStrategy } from "./strategy";

const withGroup = (props: Partial<DeploymentGroupProps> = {}) =>
  synthesise((scope) => new DeploymentGroup(scope, "Group", { ...deploymentGroupProps(scope), ...props }));

const ROLE = "shop-dev-cart-codedeploy";
const stack = withGroup();

describe("a deployment group", () => {
  const group = stack.resource(CodedeployDeploymentGroup);

  it("is one group of one application for ECS, with a role of its own and no configuration", () => {
    expect(stack.counts()).toMatchObject({ aws_codedeploy_app: 1, aws_codedeploy_deployment_group: 1 });
    expect(stack.resources(CodedeployDeploymentConfig)).toHaveLength(0);
    expect(stack.resource(CodedeployApp)).toMatchObject({ name: "shop-dev", compute_platform: "ECS" });
    expect(group).toMatchObject({
      app_name: expect.stringMatching(/^\$\{aws_codedeploy_app\./),
      deployment_group_name: "cart",
      service_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Group_Role_/),
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Group_Policy_/)],
    });
  });

  it("moves the requests of one ECS service from one target group to the other", () => {
    expect(group).toMatchObject({
      deployment_style: { deployment_type: "BLUE_GREEN", deployment_option: "WITH_TRAFFIC_CONTROL" },
      ecs_service: {
        cluster_name: expect.stringMatching(/^\$\{aws_ecs_cluster\./),
        service_name: expect.stringMatching(/^\$\{aws_ecs_service\./),
      },
      load_balancer_info: {
        target_group_pair_info: {
          prod_traffic_route: { listener_arns: [expect.stringMatching(/^\$\{aws_lb_listener\.LoadBalancer_Http_/)] },
          test_traffic_route: { listener_arns: [expect.stringMatching(/^\$\{aws_lb_listener\.LoadBalancer_Test_/)] },
          target_group: [
            { name: expect.stringMatching(/Targets_Blue_\w+\.name\}$/) },
            { name: expect.stringMatching(/Targets_Green_\w+\.name\}$/) },
          ],
        },
      },
    });
  });

  it("moves them without asking, and ends the old tasks after the bake time", () => {
    expect(group.blue_green_deployment_config).toEqual({
      deployment_ready_option: { action_on_timeout: "CONTINUE_DEPLOYMENT" },
      terminate_blue_instances_on_deployment_success: { action: "TERMINATE", termination_wait_time_in_minutes: 5 },
    });
  });

  it("goes back when it fails, when it is stopped, and when an alarm rings", () => {
    expect(group).toMatchObject({
      auto_rollback_configuration: {
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
      },
      alarm_configuration: { enabled: true, alarms: ["shop-cart-blue-5xx"] },
    });
  });

  it("knows nothing of alarms where there are none", () => {
    const quiet = withGroup({ alarmNames: [] });
    const withoutAlarms = quiet.resource(CodedeployDeploymentGroup);
    expect(withoutAlarms).not.toHaveProperty("alarm_configuration");
    expect(withoutAlarms.auto_rollback_configuration).toEqual({
      enabled: true,
      events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"],
    });
    expect(permissionsOf(quiet, ROLE).map(({ Sid }) => Sid)).not.toContain("ReadAlarms");
  });
});

describe("the strategy of a deployment group", () => {
  const configured = (strategy: DeploymentStrategy) => withGroup({ strategy });
  const nameIn = (made: Synthesised) => made.resource(CodedeployDeploymentGroup).deployment_config_name;

  it.each<[DeploymentStrategy, string]>([
    [{ type: "all-at-once" }, "CodeDeployDefault.ECSAllAtOnce"],
    [{ type: "canary", percent: 10, intervalMinutes: 5 }, "CodeDeployDefault.ECSCanary10Percent5Minutes"],
    [{ type: "canary", percent: 10, intervalMinutes: 15 }, "CodeDeployDefault.ECSCanary10Percent15Minutes"],
    [{ type: "linear", percent: 10, intervalMinutes: 1 }, "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"],
    [{ type: "linear", percent: 10, intervalMinutes: 3 }, "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"],
  ])("%j is a configuration that AWS has", (strategy, name) => {
    const made = configured(strategy);
    expect(nameIn(made)).toBe(name);
    expect(made.resources(CodedeployDeploymentConfig)).toHaveLength(0);
  });

  it.each([
    ["canary", "TimeBasedCanary", "time_based_canary"],
    ["linear", "TimeBasedLinear", "time_based_linear"],
  ] as const)("%s of other steps is a configuration of its own", (type, routing, block) => {
    const made = configured({ type, percent: 25, intervalMinutes: 2 });
    expect(made.resource(CodedeployDeploymentConfig)).toMatchObject({
      deployment_config_name: `shop-dev-cart-${type}-25-percent-2-minutes`,
      compute_platform: "ECS",
      traffic_routing_config: { type: routing, [block]: { percentage: 25, interval: 2 } },
      lifecycle: { create_before_destroy: true },
    });
    expect(nameIn(made)).toMatch(/^\$\{aws_codedeploy_deployment_config\.Group_Config_\w+\.deployment_config_name\}$/);
  });
});

describe("the role of a deployment group", () => {
  const ECS = "arn:aws:ecs:eu-west-1:123456789012";

  it("is CodeDeploy's", () => {
    expect(trustOf(stack, ROLE)).toEqual([
      { Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "codedeploy.amazonaws.com" } },
    ]);
  });

  it("deploys this service, by the default action of these listeners, with these roles, and nothing else", () => {
    expect(permissionsOf(stack, ROLE)).toEqual([
      {
        Sid: "ReplaceTaskSets",
        Effect: "Allow",
        Action: ["ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"],
        Resource: [`${ECS}:service/shop/cart`, `${ECS}:task-set/shop/cart/*`],
      },
      {
        Sid: "ReadLoadBalancer",
        Effect: "Allow",
        Action: [
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTargetGroups",
        ],
        Resource: "*",
      },
      {
        Sid: "MoveRequests",
        Effect: "Allow",
        Action: ["elasticloadbalancing:ModifyListener"],
        Resource: [
          expect.stringMatching(/LoadBalancer_Http_\w+\.arn\}$/),
          expect.stringMatching(/LoadBalancer_Test_\w+\.arn\}$/),
        ],
      },
      { Sid: "ReadAlarms", Effect: "Allow", Action: ["cloudwatch:DescribeAlarms"], Resource: "*" },
      {
        Sid: "PassRolesToTasks",
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: roleArns,
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ]);
  });

  it("changes its own rules alone where the service has rules", () => {
    const byRules = synthesise((scope) => {
      const made = blueGreenService(scope);
      new DeploymentGroup(scope, "Group", { ...deploymentGroupProps(scope, made), rules: rules(scope, made) });
    });
    expect(permissionsOf(byRules, ROLE).find(({ Sid }) => Sid === "MoveRequests")).toMatchObject({
      Action: ["elasticloadbalancing:ModifyRule"],
      Resource: [expect.stringMatching(/Rule0_\w+\.arn\}$/), expect.stringMatching(/Rule1_\w+\.arn\}$/)],
    });
  });
});
