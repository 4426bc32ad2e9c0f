import { LoadBalancers } from "../local/load-balancer/load-balancers";
import { forwardTo, rule, viewOf } from "../local/load-balancer/testing/view";
import { Lifetime } from "../tools/processes/lifetime";
import { PATH } from "./app-process";

/** The load balancer in a process of its own: `TARGET_PORT PORT`, a rule for the path before the default one. */
const [target = 0, port = 0] = process.argv.slice(2).map(Number);

const view = viewOf({
  groups: { group: { targets: [target] } },
  rules: [rule(100, [{ Field: "path-pattern", Values: [PATH] }], forwardTo("group"))],
});

await new LoadBalancers({ lifetime: new Lifetime(), firstPort: port, onReport: () => undefined }).update(view);
