import type { View } from "../local/cloud/view";
import { LoadBalancers } from "../local/load-balancer/load-balancers";
import { Lifetime } from "../tools/processes/lifetime";
import { HOST, PATH } from "./app-process";

/** The load balancer in a process of its own: `TARGET_PORT PORT`, a rule for the path before the default one. */
const [target = 0, port = 0] = process.argv.slice(2).map(Number);

const forward = [{ Type: "forward", TargetGroupArn: "group" } as const];
const rules = [
  { RuleArn: "rule", Priority: "100", Conditions: [{ Field: "path-pattern", Values: [PATH] }], Actions: forward },
  { RuleArn: "default", Priority: "default", IsDefault: true, Actions: forward },
];
const view: View = {
  revision: 1,
  tasks: [],
  taskDefinitions: {},
  loadBalancers: [
    {
      arn: "balancer",
      name: "balancer",
      aliases: [],
      attributes: {},
      listeners: [{ arn: "listener", port: 80, protocol: "HTTP", rules }],
    },
  ],
  targetGroups: [
    {
      arn: "group",
      name: "group",
      targetType: "ip",
      healthCheck: {
        path: "/healthcheck",
        port: "traffic-port",
        intervalSeconds: 30,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        matcher: "200",
      },
      attributes: {},
      targets: [{ id: HOST, port: target, registration: 1, draining: false }],
    },
  ],
};

await new LoadBalancers({ lifetime: new Lifetime(), firstPort: port, onReport: () => undefined }).update(view);
