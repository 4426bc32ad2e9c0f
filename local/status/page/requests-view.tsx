import type { RequestState } from "../state";
import { Chip, Empty, Panel, Table } from "./bits";
import { usePage } from "./context";
import { clock, milliseconds, shortId } from "./format";
import { statusCondition, wayOf } from "./model";

/** The requests that load balancers have answered of late, whoever sent them. */
export function RequestsView() {
  const { requests = [] } = usePage().state;
  return (
    <Panel title="Recent requests" aside={`${requests.length}, the newest first`}>
      {requests.length === 0 ? (
        <Empty>No load balancer has answered a request yet. Trace one, or open an address of a listener.</Empty>
      ) : (
        <Table
          label="Recent requests"
          columns={["At", "Request", "Status", "Time", "Load balancer", "Rule", "Task", "Way"]}
        >
          {requests.map((request) => (
            <Row key={request.id} request={request} />
          ))}
        </Table>
      )}
    </Panel>
  );
}

function Row({ request }: { readonly request: RequestState }) {
  const { state, open, mark } = usePage();
  const { at, method, path, status, ms, task, target } = request;
  const { listener, rule, service } = wayOf(request, state);
  const show = () => {
    mark(request);
    location.hash = "architecture";
  };
  return (
    <tr>
      <td class="number">{clock(at)}</td>
      <th scope="row" class="mono">
        {method} {path}
      </th>
      <td>
        <Chip {...statusCondition(status)} />
      </td>
      <td class="number">{milliseconds(ms)}</td>
      <td>{listener ? `${listener.balancer.name} ${listener.listener.port}` : "gone since"}</td>
      <td class="prose">{rule ? `${rule.priority}${rule.answer === undefined ? "" : `: ${rule.answer}`}` : "none"}</td>
      <td>
        {task === undefined ? (
          (target ?? "the load balancer itself")
        ) : (
          <button type="button" class="link" onClick={() => open({ type: "task", id: task })}>
            {service?.name} <span class="mono">{shortId(task)}</span>
          </button>
        )}
      </td>
      <td>
        <button type="button" class="plain small" aria-label={`Show the way of ${method} ${path}`} onClick={show}>
          Show
        </button>
      </td>
    </tr>
  );
}
