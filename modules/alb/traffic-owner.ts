/**
 * Who changes which target group gets the requests. With `code-deploy` a blue/green deployment moves them from one to
 * the other, and Terraform ignores where they go after it has made the listener or rule; it would else move them back
 * at the next apply, in the middle of a release or to tasks that are gone.
 */
export type TrafficOwner = "terraform" | "code-deploy";

/** The lifecycle of a listener or rule whose argument names the target groups; HCL cannot compute such a list. */
export function trafficLifecycle(owner: TrafficOwner | undefined, argument: "action" | "default_action") {
  return owner === "code-deploy" ? { lifecycle: { ignoreChanges: [argument] } } : {};
}
