import {
  CodedeployDeploymentGroup,
  type CodedeployDeploymentGroupLoadBalancerInfo,
} from "@cdktf/provider-aws/lib/codedeploy-deployment-group";
import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";
import type { ListenerRule } from "../alb/listener-rule";
import type { TargetGroup } from "../alb/target-group";
import { CODEDEPLOY_NAME } from "../aws/forms";
import { ALARMS_PER_DEPLOYMENT_GROUP_MAX, BAKE_MINUTES } from "../aws/limits";
import type { Service } from "../ecs/service";
import { type AwsLocation, createServiceRole } from "../iam/policy";
import { PropCheck } from "../prop-check";
import type { BlueGreenApplication } from "./blue-green-application";
import { deploymentStatements } from "./deployment-role";
import { type DeploymentStrategy, deploymentConfigName } from "./strategy";

export interface DeploymentGroupProps {
  /** The application of CodeDeploy that it belongs to. */
  readonly application: BlueGreenApplication;
  /** Name of the deployment group: 1 to 100 letters, digits and `._+=,@-`; unique in the application. */
  readonly name: string;
  /** A service whose deployment controller is CODE_DEPLOY. */
  readonly service: Service;
  /** The listener of the service's requests. */
  readonly productionListener: LbListener;
  /** The listener that shows the new tasks before they get those requests. */
  readonly testListener: LbListener;
  /**
   * The rules of both listeners that forward to the service.
   * @default [] - the service gets the default action of both listeners
   */
  readonly rules?: readonly ListenerRule[];
  /** The target group that the service was created with. */
  readonly blue: TargetGroup;
  /** The target group that stands by: the new tasks register there. */
  readonly green: TargetGroup;
  /** How the requests move from one target group to the other. */
  readonly strategy: DeploymentStrategy;
  /** Minutes that the old tasks stay once all requests have moved: until then going back is at once. 0 to 2880. */
  readonly bakeMinutes: number;
  /** Names of the alarms that stop a deployment and send it back, 50 at most; none for none. */
  readonly alarmNames: readonly string[];
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Name of the role that CodeDeploy has; at most 64 characters. */
  readonly roleName: string;
  /** ARNs of the execution and task roles that the service's task definitions name; one or more. */
  readonly passRoleArns: readonly string[];
}

/**
 * Blue/green deployments of one ECS service: CodeDeploy starts the new tasks beside the old, shows them on the test
 * listener, moves the requests by the strategy, and ends the old tasks after the bake time. It goes back when a
 * deployment fails, when an alarm rings, and when somebody stops it.
 *
 * ```ts
 * new DeploymentGroup(this, "DeploymentGroup", {
 *   application, name: "cart", service, productionListener: loadBalancer.listener, testListener, blue, green,
 *   strategy: { type: "canary", percent: 10, intervalMinutes: 5 }, bakeMinutes: 5, alarmNames: alarms.names,
 *   location, roleName: "shop-dev-cart-codedeploy", passRoleArns: [executionRole.arn, taskRole.arn],
 * });
 * ```
 *
 * The AppSpec of a deployment has to name the capacity provider strategy, or the new tasks lose the service's
 * (aws/containers-roadmap#1752).
 *
 * @see AWS CodeDeploy User Guide, "Create a deployment group for an Amazon ECS deployment"
 */
export class DeploymentGroup extends Construct {
  readonly group: CodedeployDeploymentGroup;
  readonly name: string;
  readonly application: BlueGreenApplication;
  readonly service: Service;
  readonly deploymentConfigName: string;

  constructor(scope: Construct, id: string, props: DeploymentGroupProps) {
    super(scope, id);
    this.checkProps(props);
    const { application, name, service, alarmNames } = props;
    this.name = name;
    this.application = application;
    this.service = service;
    this.deploymentConfigName = deploymentConfigName(this, `${application.name}-${name}`, props.strategy);
    const { role, policy } = this.createRole(props);
    this.group = new CodedeployDeploymentGroup(this, "Resource", {
      appName: application.application.name,
      deploymentGroupName: name,
      deploymentConfigName: this.deploymentConfigName,
      serviceRoleArn: role.arn,
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      blueGreenDeploymentConfig: {
        deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
        terminateBlueInstancesOnDeploymentSuccess: {
          action: "TERMINATE",
          terminationWaitTimeInMinutes: props.bakeMinutes,
        },
      },
      ecsService: { clusterName: service.cluster.cluster.name, serviceName: service.service.name },
      loadBalancerInfo: loadBalancerInfo(props),
      ...goBack(alarmNames),
      // CodeDeploy tries the role when the group is made, and needs it to the end.
      dependsOn: policy ? [policy] : [],
    });
  }

  /** CodeDeploy sends no `aws:SourceArn` that its documentation knows of: a condition on it could lock it out. */
  private createRole(props: DeploymentGroupProps) {
    const { service, productionListener, testListener, rules = [], alarmNames } = props;
    return createServiceRole(this, {
      name: props.roleName,
      description: `CodeDeploy: blue/green deployments of the service ${service.name}`,
      trustedService: "codedeploy.amazonaws.com",
      statements: deploymentStatements({
        location: props.location,
        service,
        listenerArns: [productionListener.arn, testListener.arn],
        rules,
        hasAlarms: alarmNames.length > 0,
        passRoleArns: props.passRoleArns,
      }),
    });
  }

  private checkProps(props: DeploymentGroupProps): void {
    const check = new PropCheck(this);
    const { service, blue, green, alarmNames } = props;
    check.text("name", props.name, CODEDEPLOY_NAME);
    check.wholeNumber("bakeMinutes", props.bakeMinutes, BAKE_MINUTES);
    check.different("alarmNames", alarmNames);
    check.atMost("alarmNames", alarmNames, ALARMS_PER_DEPLOYMENT_GROUP_MAX);
    check.atLeast("passRoleArns", props.passRoleArns, 1, "the roles that the task definitions name");
    if (service.deploymentController !== "CODE_DEPLOY") {
      const allowed = "a service with the deployment controller CODE_DEPLOY";
      throw check.error("service", `has the deployment controller ${service.deploymentController}`, allowed);
    }
    if (blue === green) throw check.error("green", 'is the target group of "blue", too', "two target groups");
    if (blue.targetType !== green.targetType) {
      throw check.error("green", `has the target type ${green.targetType}`, `that of "blue", ${blue.targetType}`);
    }
    if (props.productionListener === props.testListener) {
      throw check.error("testListener", 'is the "productionListener", too', "two listeners of one load balancer");
    }
  }
}

function loadBalancerInfo(props: DeploymentGroupProps): CodedeployDeploymentGroupLoadBalancerInfo {
  const { productionListener, testListener, blue, green } = props;
  return {
    targetGroupPairInfo: {
      prodTrafficRoute: { listenerArns: [productionListener.arn] },
      testTrafficRoute: { listenerArns: [testListener.arn] },
      targetGroup: [{ name: blue.targetGroup.name }, { name: green.targetGroup.name }],
    },
  };
}

/** When a deployment goes back to the old tasks by itself. */
function goBack(alarmNames: readonly string[]) {
  const hasAlarms = alarmNames.length > 0;
  return {
    autoRollbackConfiguration: {
      enabled: true,
      events: [
        "DEPLOYMENT_FAILURE",
        // Whoever stops a deployment half way would else leave the requests split over two versions.
        "DEPLOYMENT_STOP_ON_REQUEST",
        ...(hasAlarms ? ["DEPLOYMENT_STOP_ON_ALARM"] : []),
      ],
    },
    ...(hasAlarms && { alarmConfiguration: { enabled: true, alarms: [...alarmNames] } }),
  };
}
