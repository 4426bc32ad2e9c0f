import { listAt, valueAt } from "../documents/body";
import type { DocumentResource, Documents } from "../documents/documents";
import { type Counter, Tally } from "./count";

/** Counts what a load balancer may have of rules, certificates, target groups and targets. */
export const countLoadBalancers: Counter = (documents, { planned }) => {
  const balancers = documents.ofType("aws_lb");
  const [rules, certificates, groups, targets] = [0, 1, 2, 3].map(() => new Tally(balancers)) as [
    Tally,
    Tally,
    Tally,
    Tally,
  ];
  const targetGroups = new Tally(documents.ofType("aws_lb_target_group"));
  const byListener = loadBalancersOf(documents);
  for (const rule of documents.ofType("aws_lb_listener_rule")) {
    for (const balancer of behind(documents, rule, rule.body.listener_arn, byListener)) rules.add(balancer);
  }
  for (const one of documents.ofType("aws_lb_listener_certificate")) {
    for (const balancer of behind(documents, one, one.body.listener_arn, byListener)) certificates.add(balancer);
  }
  const byTargetGroup = leadingTo(documents, byListener);
  for (const owners of byTargetGroup.values()) for (const balancer of owners) groups.add(balancer);
  for (const { service, max, peak } of planned) {
    // A blue/green service has a group for the new tasks; the others, one for both.
    const inGroup = isBlueGreen(service) ? max : peak;
    for (const registered of listAt(service.body, "load_balancer")) {
      for (const group of documents.referred(service.stack, registered.target_group_arn, "aws_lb_target_group")) {
        targetGroups.add(group, inGroup);
        for (const balancer of byTargetGroup.get(group) ?? []) targets.add(balancer, peak);
      }
    }
  }
  return [
    ...rules.counts("rulesPerLoadBalancer"),
    ...certificates.counts("certificatesPerLoadBalancer"),
    ...groups.counts("targetGroupsPerLoadBalancer"),
    ...targets.counts("targetsPerLoadBalancer"),
    ...targetGroups.counts("targetsPerTargetGroup"),
  ];
};

type ByListener = ReadonlyMap<DocumentResource, readonly DocumentResource[]>;

function loadBalancersOf(documents: Documents): ByListener {
  return new Map(
    documents
      .ofType("aws_lb_listener")
      .map((listener) => [listener, documents.referred(listener.stack, listener.body.load_balancer_arn, "aws_lb")]),
  );
}

/** Load balancers of the listeners that a value refers to. */
function behind(
  documents: Documents,
  { stack }: DocumentResource,
  value: unknown,
  byListener: ByListener,
): readonly DocumentResource[] {
  const listeners = documents.referred(stack, value, "aws_lb_listener");
  return [...new Set(listeners.flatMap((listener) => byListener.get(listener) ?? []))];
}

/** The load balancers that lead to each target group: by a rule, by default, or after a blue/green deployment. */
function leadingTo(
  documents: Documents,
  byListener: ByListener,
): ReadonlyMap<DocumentResource, ReadonlySet<DocumentResource>> {
  const leading = new Map<DocumentResource, Set<DocumentResource>>();
  const take = (from: DocumentResource, named: unknown, balancers: readonly DocumentResource[]) => {
    for (const group of documents.referred(from.stack, named, "aws_lb_target_group")) {
      const known = leading.get(group) ?? new Set();
      leading.set(group, known);
      for (const balancer of balancers) known.add(balancer);
    }
  };
  for (const [listener, balancers] of byListener) take(listener, listener.body.default_action, balancers);
  for (const rule of documents.ofType("aws_lb_listener_rule")) {
    take(rule, rule.body.action, behind(documents, rule, rule.body.listener_arn, byListener));
  }
  for (const group of documents.ofType("aws_codedeploy_deployment_group")) {
    const pair = valueAt(group.body, "load_balancer_info", "target_group_pair_info");
    take(group, pair, behind(documents, group, pair, byListener));
  }
  return leading;
}

function isBlueGreen({ body }: DocumentResource): boolean {
  return valueAt(body, "deployment_controller", "type") === "CODE_DEPLOY";
}
