import { isExposed } from "./exposure";
import { PRIORITIES_PER_LOAD_BALANCER } from "./limits";
import type { Service } from "./service";

/** What of a service says which load balancer leads to it, as far as it is known. */
interface Placed {
  readonly expose?: Service["expose"] | undefined;
  readonly routes?: { readonly priority?: number | undefined } | undefined;
}

/**
 * The number of the load balancer that has the rule of a priority: 0 has the priorities 1 to 1000, 1 has 1001 to 2000, and so
 * on. A rule's own priority says it, and not what other rules there are: adding a service moves no other to another load
 * balancer.
 */
export function loadBalancerNumber(priority: number): number {
  return Math.floor((priority - 1) / PRIORITIES_PER_LOAD_BALANCER);
}

/**
 * The number of the load balancer of its unit that leads to a service. Number 0 has what no rule matches, too. What the API
 * exposes is behind the API's one load balancer, whatever its priority: API Gateway leads to one listener.
 */
export function loadBalancerOf(service: Placed): number {
  const { priority } = service.routes ?? {};
  return priority === undefined || isExposed(service) ? 0 : loadBalancerNumber(priority);
}

/** The priorities of a load balancer's rules. */
export function prioritiesOfLoadBalancer(number: number): { readonly first: number; readonly last: number } {
  return {
    first: number * PRIORITIES_PER_LOAD_BALANCER + 1,
    last: (number + 1) * PRIORITIES_PER_LOAD_BALANCER,
  };
}

/** What the names of a load balancer, and of what is its own, end with: nothing for number 0, `-2` for number 1. */
export function loadBalancerSuffix(number: number): string {
  return number === 0 ? "" : `-${number + 1}`;
}
