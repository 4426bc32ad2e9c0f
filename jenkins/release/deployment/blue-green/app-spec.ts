import type { CapacityProviderStrategyItem, Service } from "@aws-sdk/client-ecs";
import { isObject } from "../../../../config/json-path";
import { capacityProviderStrategyOf } from "../../aws/services";

/** What a deployment of CodeDeploy to ECS does. Source: CodeDeploy User Guide, "AppSpec 'resources' section (Amazon ECS)". */
export interface AppSpec {
  readonly Resources: readonly [
    {
      readonly TargetService: {
        readonly Type: "AWS::ECS::Service";
        readonly Properties: {
          readonly TaskDefinition: string;
          readonly LoadBalancerInfo: { readonly ContainerName: string; readonly ContainerPort: number };
          readonly CapacityProviderStrategy?: readonly StrategyItem[];
        };
      };
    },
  ];
}

interface StrategyItem {
  readonly CapacityProvider: string;
  readonly Base: number;
  readonly Weight: number;
}

export interface AppSpecOptions {
  /** ARN of the revision, or what a pipeline puts one in the place of. */
  readonly taskDefinition: string;
  readonly container: string;
  readonly port: number;
  readonly service: Service;
}

/**
 * The AppSpec of a service. It names the capacity providers always, where the service has some: without them, CodeDeploy
 * takes them from the service, which Terraform then puts back (aws/containers-roadmap#1752).
 */
export function appSpecOf({ taskDefinition, container, port, service }: AppSpecOptions): AppSpec {
  const strategy = capacityProviderStrategyOf(service).map(toItem);
  return {
    Resources: [
      {
        TargetService: {
          Type: "AWS::ECS::Service",
          Properties: {
            TaskDefinition: taskDefinition,
            LoadBalancerInfo: { ContainerName: container, ContainerPort: port },
            ...(strategy.length > 0 && { CapacityProviderStrategy: strategy }),
          },
        },
      },
    ],
  };
}

function toItem({ capacityProvider = "", base = 0, weight = 0 }: CapacityProviderStrategyItem): StrategyItem {
  return { CapacityProvider: capacityProvider, Base: base, Weight: weight };
}

/** As CreateDeployment takes it. The version is 0.0, the only one that there is, and no JSON writer writes that. */
export function toJson({ Resources }: AppSpec): string {
  return `{"version":0.0,"Resources":${JSON.stringify(Resources)}}`;
}

/** ARN of the revision that an AppSpec in JSON deploys; `undefined` where it tells none. */
export function taskDefinitionIn(content: string): string | undefined {
  try {
    const { Resources } = JSON.parse(content);
    const [resource] = Array.isArray(Resources) ? Resources : [];
    const [service] = isObject(resource) ? Object.values(resource) : [];
    const properties = isObject(service) ? service.Properties : undefined;
    const named = isObject(properties) ? properties.TaskDefinition : undefined;
    return typeof named === "string" ? named : undefined;
  } catch {
    return undefined;
  }
}
