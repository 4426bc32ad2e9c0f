import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { internalRules, listenerRules, type ListenerRule as RuleConfig } from "../config/routes";
import type { Service } from "../config/service";
import { ListenerRule } from "../modules/alb/listener-rule";
import type { Network } from "../modules/network/network";
import type { ServiceTargets } from "./service-targets";
import type { ServiceFront } from "./system-front";

export interface ServiceRulesProps {
  readonly environment: Environment;
  readonly service: Service;
  readonly network: Network;
  readonly targets: ServiceTargets;
  readonly front: ServiceFront;
}

/**
 * The rules that lead to a service; none for the default one. On the test listener, too, where CodeDeploy shows a new version
 * before it moves the requests.
 */
export function createListenerRules(scope: Construct, props: ServiceRulesProps): ListenerRule[] {
  const { environment, service, network, targets, front } = props;
  const { listener, testListener } = front.loadBalancer;
  const blueGreen = service.deployment.controller === "CODE_DEPLOY";
  const listeners = [
    { id: "Rule", listener },
    ...(blueGreen && testListener ? [{ id: "TestRule", listener: testListener }] : []),
  ];
  const create = (id: string, on: LbListener, rule: RuleConfig) =>
    new ListenerRule(scope, id, {
      listener: on,
      priority: rule.priority,
      pathPatterns: [...rule.pathPatterns],
      hosts: [...rule.hosts],
      sourceCidrs: [...rule.sourceCidrs],
      targetGroup: targets.blue,
      trafficOwner: blueGreen ? "code-deploy" : "terraform",
    });
  const internal = internalRules(service, environment.discovery, callersAddresses(environment, network));
  return listeners.flatMap(({ id, listener: on }) => [
    ...listenerRules(service).map((rule, index) => create(`${id}${index}`, on, rule)),
    ...internal.map((rule, index) => create(`Internal${id}${index}`, on, rule)),
  ]);
}

/** The addresses that the load balancer sees when a task of the VPC calls it: it answers on public ones, behind the NAT gateways. */
function callersAddresses({ network: { egressCidrs } }: Environment, network: Network): readonly string[] {
  return egressCidrs.length > 0 ? egressCidrs : network.natGateways.map(({ publicIp }) => `${publicIp}/32`);
}

/** The listeners whose default target the service is: they come before it, as rules do. */
export function listenersOf({ loadBalancer }: ServiceFront, { routes }: Service): readonly LbListener[] {
  if (!routes.default) return [];
  return [loadBalancer.listener, loadBalancer.testListener].filter((listener) => listener !== undefined);
}
