import { ACT_TONES } from "./act-tray";
import { Chip, Empty, Panel, Table } from "./bits";
import { usePage } from "./context";
import { clock, duration } from "./format";
import { Raw } from "./raw";

/** What has happened: what people did on this page, what ECS says, and what autoscaling did. */
export function ActivityView() {
  return (
    <>
      <Acts />
      <Scaling />
      <Events />
    </>
  );
}

function Acts() {
  const { acts = [] } = usePage().state;
  return (
    <Panel title="Done on this page">
      {acts.length === 0 && <Empty>Nothing yet. Open a service or a task to act on it.</Empty>}
      <div class="stack">
        {acts.map(({ id, title, status, startedAt, endedAt, lines }) => (
          <article key={id} class="node">
            <div class="row">
              <h3>{title}</h3>
              <Chip tone={ACT_TONES[status]} text={status} />
            </div>
            <p class="quiet">
              {clock(startedAt)}
              {endedAt !== undefined && `, took ${duration(endedAt - startedAt)}`}
            </p>
            {lines.length > 0 && <Raw label={`What ${title} printed`} text={lines.join("\n")} />}
          </article>
        ))}
      </div>
    </Panel>
  );
}

function Scaling() {
  const { activities = [], scaling = [] } = usePage().state;
  return (
    <Panel title="Autoscaling" aside={`${scaling.length} services scaled`}>
      {activities.length === 0 ? (
        <Empty>Application Auto Scaling has changed nothing yet. Load on a service makes it act.</Empty>
      ) : (
        <Table label="Scaling activities" columns={["At", "Service", "What", "Status", "Why"]}>
          {activities.map(({ id, at, service, description, status, cause }) => (
            <tr key={id}>
              <td class="number">{clock(at)}</td>
              <th scope="row">{service}</th>
              <td class="prose">{description}</td>
              <td>{status}</td>
              <td class="prose">{cause}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function Events() {
  const { services = [] } = usePage().state;
  const events = services
    .flatMap(({ name, events: own }) => own.map((event) => ({ ...event, name })))
    .sort((one, other) => other.at - one.at);
  return (
    <Panel title="Events of services" aside="as ECS words them">
      <Table label="Events" columns={["At", "Service", "Event"]}>
        {events.map(({ at, name, message }) => (
          <tr key={`${at} ${name} ${message}`}>
            <td class="number">{clock(at)}</td>
            <th scope="row">{name}</th>
            <td class="prose">{message.replace(/^\(service \S+?\)\s*/, "")}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
