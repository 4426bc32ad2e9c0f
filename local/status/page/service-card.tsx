import type { DatabaseState, ServiceState, TaskState } from "../state";
import { Chip, Shape, Sparkline } from "./bits";
import { usePage } from "./context";
import { milliseconds, shortId } from "./format";
import { serviceCondition, taskCondition, tasksOf, trafficOf } from "./model";

/** A service: how it does, its tasks, and how much it is asked. */
export function ServiceCard({ service }: { readonly service: ServiceState }) {
  const { state, open } = usePage();
  const tasks = tasksOf(service, state.tasks);
  const scaling = state.scaling?.find((one) => one.service === service.id);
  return (
    <article class="node service" data-node={`service:${service.id}`}>
      <div class="row">
        <h4>
          <button type="button" class="link" onClick={() => open({ type: "service", id: service.id })}>
            {service.name}
          </button>
        </h4>
        <Chip {...serviceCondition(service)} />
      </div>
      <p class="quiet">
        {service.launchType === "FARGATE" ? "Fargate" : "EC2"}, {service.running}/{service.desired} tasks
        {scaling && `, ${scaling.min} to ${scaling.max}`}, image {service.imageTag}
        {service.calls.length > 0 && `, calls ${service.calls.join(", ")}`}
        {service.database !== undefined && ", uses the database"}
      </p>
      <ul class="tasks" aria-label={`Tasks of ${service.name}`}>
        {tasks.map((task) => (
          <TaskMark key={task.id} task={task} />
        ))}
      </ul>
      <TrafficLine service={service} />
    </article>
  );
}

function TaskMark({ task }: { readonly task: TaskState }) {
  const { state, open, marked } = usePage();
  const condition = taskCondition(task, state.groups);
  const isMarked = marked?.task === task.id;
  return (
    <li>
      <button
        type="button"
        class={isMarked ? `task ${condition.tone} marked` : `task ${condition.tone}`}
        onClick={() => open({ type: "task", id: task.id })}
      >
        <Shape tone={condition.tone} />
        <span class="id">{shortId(task.id)}</span> {condition.text}
        {isMarked && <strong class="mark"> traced</strong>}
      </button>
    </li>
  );
}

function TrafficLine({ service }: { readonly service: ServiceState }) {
  const { state } = usePage();
  const traffic = trafficOf(service, state.traffic);
  const scaling = state.scaling?.find((one) => one.service === service.id);
  const busy = [
    scaling?.cpuPercent !== undefined && `CPU\u00a0${scaling.cpuPercent}\u00a0%`,
    scaling?.memoryPercent !== undefined && `memory\u00a0${scaling.memoryPercent}\u00a0%`,
  ].filter(Boolean);
  if (!traffic && busy.length === 0) return null;
  return (
    <div class="traffic">
      {traffic && <Sparkline values={traffic.history} />}
      <p class="quiet">
        {[
          traffic && `${traffic.rate.toFixed(1)}\u00a0requests/s`,
          traffic && traffic.p95 > 0 && `p50\u00a0${milliseconds(traffic.p50)}, p95\u00a0${milliseconds(traffic.p95)}`,
          traffic && traffic.errorShare > 0 && `${(traffic.errorShare * 100).toFixed(1)}\u00a0%\u00a0errors`,
          ...busy,
        ]
          .filter(Boolean)
          .join(", ")}
      </p>
    </div>
  );
}

export function DatabaseCard({ database }: { readonly database: DatabaseState }) {
  const { id, engine, status, endpoint } = database;
  return (
    <article class="node" data-node={`database:${id}`}>
      <div class="row">
        <h4>{id}</h4>
        <Chip tone={status === "available" ? "good" : "warn"} text={status} />
      </div>
      <p class="quiet">
        RDS {engine}, {endpoint}
      </p>
    </article>
  );
}
