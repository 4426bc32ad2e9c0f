import { Chip, Empty, Panel, Table } from "./bits";
import { usePage } from "./context";
import { milliseconds, shortId } from "./format";
import { serviceCondition, taskCondition, trafficOf } from "./model";

/** Every service and every task, in tables. */
export function ServicesView() {
  return (
    <>
      <ServiceTable />
      <TaskTable />
      <NameTable />
    </>
  );
}

function ServiceTable() {
  const { state, open } = usePage();
  const { services = [] } = state;
  const columns = ["Service", "State", "Tasks", "Cluster", "On", "Revision", "Image", "Requests/s", "p95"];
  return (
    <Panel title="Services" aside={String(services.length)}>
      <Table label="Services" columns={columns}>
        {services.map((service) => {
          const traffic = trafficOf(service, state.traffic);
          return (
            <tr key={service.id}>
              <th scope="row">
                <button type="button" class="link" onClick={() => open({ type: "service", id: service.id })}>
                  {service.name}
                </button>
              </th>
              <td>
                <Chip {...serviceCondition(service)} />
              </td>
              <td>
                {service.running}/{service.desired}
                {service.pending > 0 && `, ${service.pending} pending`}
              </td>
              <td>{service.cluster}</td>
              <td>{service.launchType === "FARGATE" ? "Fargate" : "EC2"}</td>
              <td class="mono">{service.revision}</td>
              <td class="mono">{service.imageTag}</td>
              <td class="number">{traffic ? traffic.rate.toFixed(1) : "0.0"}</td>
              <td class="number">{traffic && traffic.p95 > 0 ? milliseconds(traffic.p95) : "–"}</td>
            </tr>
          );
        })}
      </Table>
    </Panel>
  );
}

function TaskTable() {
  const { state, open } = usePage();
  const { tasks = [], groups } = state;
  const running = tasks.filter(({ status }) => status === "RUNNING").length;
  return (
    <Panel title="Tasks" aside={`${running} running`}>
      <Table label="Tasks" columns={["Task", "State", "Service", "Revision", "Address", "On", "Stopped because"]}>
        {tasks.map((task) => (
          <tr key={task.id}>
            <th scope="row" class="mono">
              <button type="button" class="link" onClick={() => open({ type: "task", id: task.id })}>
                {shortId(task.id)}
              </button>
            </th>
            <td>
              <Chip {...taskCondition(task, groups)} />
            </td>
            <td>{task.group}</td>
            <td class="mono">{task.revision}</td>
            <td class="mono">{task.address}</td>
            <td class="mono">{task.on}</td>
            <td class="prose">{task.stoppedReason ?? ""}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function NameTable() {
  const { names = [] } = usePage().state;
  if (names.length === 0) return null;
  return (
    <Panel title="Names that services find each other by">
      <Table label="Names" columns={["Name", "Leads to"]}>
        {names.map(({ name, leadsTo }) => (
          <tr key={name}>
            <th scope="row" class="mono">
              {name}
            </th>
            <td class="mono">{leadsTo.length === 0 ? <Empty>nobody</Empty> : leadsTo.join(", ")}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
