import type { ServiceState } from "../state";
import { Chip, Empty, Table } from "./bits";
import { usePage } from "./context";
import { clock, shortId } from "./format";
import { serviceCondition, taskCondition, tasksOf } from "./model";
import { ServiceActs } from "./service-acts";

/** A service: acts on it, its deployments, its tasks and its events. */
export function ServiceDialog({ service }: { readonly service: ServiceState }) {
  const { state } = usePage();
  const scaling = state.scaling?.find((one) => one.service === service.id);
  return (
    <>
      <div class="row start">
        <Chip {...serviceCondition(service)} />
        <span class="quiet">
          {service.running} of {service.desired} tasks run, {service.pending} pending
        </span>
      </div>
      {service.failed !== undefined && <p class="fault">{service.failed}</p>}
      {service.isOurs && <ServiceActs service={service} />}
      <dl class="facts">
        <dt>Cluster</dt>
        <dd>{service.cluster}</dd>
        <dt>Launch type</dt>
        <dd>
          {service.launchType}, {service.cpu} CPU units, {service.memory} MiB
        </dd>
        <dt>Revision</dt>
        <dd class="mono">
          {service.revision}, image {service.imageTag}
        </dd>
        <dt>Deployed by</dt>
        <dd>{service.controller === "CODE_DEPLOY" ? "CodeDeploy, blue/green" : "ECS, rolling"}</dd>
        {scaling && (
          <>
            <dt>Scaled</dt>
            <dd>
              from {scaling.min} to {scaling.max} tasks
              {scaling.cpuPercent !== undefined && `, CPU ${scaling.cpuPercent} %`}
              {scaling.memoryPercent !== undefined && `, memory ${scaling.memoryPercent} %`}
            </dd>
          </>
        )}
      </dl>
      <h3>{service.controller === "CODE_DEPLOY" ? "Task sets" : "Deployments"}</h3>
      <Deployments service={service} />
      <h3>Tasks</h3>
      <Tasks service={service} />
      <h3>Events</h3>
      <ul class="events">
        {service.events.map(({ at, message }) => (
          <li key={`${at} ${message}`}>
            <span class="quiet">{clock(at)}</span> {message.replace(/^\(service \S+?\)\s*/, "")}
          </li>
        ))}
      </ul>
    </>
  );
}

function Deployments({ service }: { readonly service: ServiceState }) {
  const columns = ["Deployment", "Status", "Rollout", "Revision", "Tasks", "Failed", "Begun"];
  return (
    <Table label={`Deployments of ${service.name}`} columns={columns}>
      {service.deployments.map((deployment) => (
        <tr key={deployment.id}>
          <th scope="row" class="mono">
            {deployment.id.replace(/^ecs-svc\//, "").slice(-8)}
          </th>
          <td>{deployment.status}</td>
          <td class="prose">{[deployment.rollout, deployment.reason].filter(Boolean).join(": ")}</td>
          <td class="mono">{deployment.revision}</td>
          <td>
            {deployment.running}/{deployment.desired}
            {deployment.pending > 0 && `, ${deployment.pending} pending`}
          </td>
          <td class="number">{deployment.failedTasks}</td>
          <td class="number">{clock(deployment.createdAt)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Tasks({ service }: { readonly service: ServiceState }) {
  const { state, open } = usePage();
  const tasks = tasksOf(service, state.tasks);
  if (tasks.length === 0) return <Empty>No task of it runs.</Empty>;
  return (
    <Table label={`Tasks of ${service.name}`} columns={["Task", "State", "Revision", "Address", "On"]}>
      {tasks.map((task) => (
        <tr key={task.id}>
          <th scope="row" class="mono">
            <button type="button" class="link" onClick={() => open({ type: "task", id: task.id })}>
              {shortId(task.id)}
            </button>
          </th>
          <td>
            <Chip {...taskCondition(task, state.groups)} />
          </td>
          <td class="mono">{task.revision}</td>
          <td class="mono">{task.address}</td>
          <td class="mono">{task.on}</td>
        </tr>
      ))}
    </Table>
  );
}
