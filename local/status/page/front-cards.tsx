import type { ApiState, BalancerState, ListenerState, RuleState } from "../state";
import { usePage } from "./context";
import { listenersOf, servicesBehind } from "./model";

/** A load balancer: its listeners, and the rules of each by priority. */
export function BalancerCard({ balancer }: { readonly balancer: BalancerState }) {
  return (
    <article class="node">
      <h4>{balancer.name}</h4>
      <p class="quiet">{balancer.internal ? "internal: only its VPC reaches it" : balancer.aliases.join(", ")}</p>
      {balancer.listeners.map((listener) => (
        <Listener key={listener.arn} listener={listener} />
      ))}
    </article>
  );
}

function Listener({ listener }: { readonly listener: ListenerState }) {
  const { arn, protocol, port, url, rules } = listener;
  return (
    <div class="listener">
      <p class="listener-head" data-node={`listener:${arn}`}>
        <strong>
          {protocol} {port}
        </strong>
        <a href={url} target="_blank" rel="noreferrer">
          {url.replace("http://", "")}
        </a>
      </p>
      <ol class="rules">
        {rules.map((rule) => (
          <Rule key={rule.arn} rule={rule} />
        ))}
      </ol>
    </div>
  );
}

function Rule({ rule }: { readonly rule: RuleState }) {
  const { state, marked } = usePage();
  const { arn, priority, conditions, answer } = rule;
  const behind = servicesBehind(rule, state.services ?? []);
  const isMarked = marked?.rule === arn;
  const leads = behind
    .filter(({ share }) => share > 0 || behind.length === 1)
    .map(({ service, share }) => (share < 1 ? `${service.name} ${Math.round(share * 100)} %` : service.name));
  return (
    <li class={isMarked ? "rule marked" : "rule"} data-node={`rule:${arn}`}>
      <span class="priority">{priority}</span>
      <span class="conditions">
        {conditions.length === 0 ? "anything else" : conditions.join(" and ")}
        <span class="leads"> → {answer ?? (leads.join(", ") || "a group without a service")}</span>
        {isMarked && <strong class="mark"> traced</strong>}
      </span>
    </li>
  );
}

/** An API of API Gateway, and what its routes ask of a caller. */
export function ApiCard({ api }: { readonly api: ApiState }) {
  const { state } = usePage();
  const listeners = listenersOf(state.balancers);
  const leadsTo = (arn: string | undefined, url: string | undefined) => {
    const found = listeners.find(({ listener }) => listener.arn === arn);
    return found ? `${found.balancer.name} ${found.listener.port}` : (url ?? "");
  };
  return (
    <article class="node" data-node={`api:${api.id}`}>
      <h4>{api.name}</h4>
      <p class="quiet">
        {api.kind} API,{" "}
        <a href={api.url} target="_blank" rel="noreferrer">
          {api.url.replace("http://", "")}
        </a>
      </p>
      <ul class="rules">
        {api.routes.map(({ method, path, needs, listener, url }) => (
          <li key={`${method} ${path}`} class="rule">
            <span class="conditions">
              <strong>{method}</strong> {path}
              <span class="leads">
                {" "}
                → {leadsTo(listener, url)}
                {needs !== "nothing" && `, needs ${needs}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}
