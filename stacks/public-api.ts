import type { Construct } from "constructs";
import type { Service } from "../config/service";
import { API_SYSTEM } from "../config/systems";
import { ApiFront } from "./api-front";
import { SystemStack, type SystemStackProps } from "./system-stack";

/** Name of the system, and of its stack. */
export const PUBLIC_API = API_SYSTEM;

export interface PublicApiProps extends Omit<SystemStackProps, "api" | "group"> {
  /** The services that the API exposes, those of other systems among them: at least one. */
  readonly exposed: readonly Service[];
}

/**
 * API Gateway with Cognito in front of the services that are exposed, and those of them that belong to no other system, on a
 * cluster of their own. Services of other systems stay in their stacks, behind this one's load balancer.
 */
export class PublicApiStack extends SystemStack {
  constructor(scope: Construct, { exposed, ...props }: PublicApiProps) {
    const { environment, network } = props;
    super(
      scope,
      {
        system: PUBLIC_API,
        createApi: (stack, location) => {
          if (!environment.api) throw new Error(`environment "${environment.name}" has no api`);
          const { api } = environment;
          return new ApiFront(stack, "Api", {
            environment,
            api,
            services: exposed,
            network: network.network,
            location,
          });
        },
      },
      props,
    );
  }
}

/** The services of public-api that are of a group: on a cluster of their own, behind the API and its load balancer like all. */
export class PublicApiGroupStack extends SystemStack {
  constructor(scope: Construct, props: SystemStackProps) {
    super(scope, { system: PUBLIC_API }, props);
  }
}
