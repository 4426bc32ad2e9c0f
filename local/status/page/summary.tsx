import { Chip } from "./bits";
import type { Connection, Sections } from "./connection";
import { type Condition, serviceCondition } from "./model";

const CONNECTIONS: Readonly<Record<Connection, Condition>> = {
  connecting: { tone: "busy", text: "Connecting" },
  live: { tone: "good", text: "Live" },
  lost: { tone: "bad", text: "Lost: trying again" },
};

/** What runs, and how it does, in one line. */
export function Summary({ state, connection }: { readonly state: Sections; readonly connection: Connection }) {
  const { run, services = [], tasks = [], groups = [], traffic = [] } = state;
  const steady = services.filter((service) => serviceCondition(service).tone === "good").length;
  const running = tasks.filter(({ status }) => status === "RUNNING").length;
  const targets = groups.flatMap((group) => group.targets);
  const unhealthy = targets.filter(({ health }) => health === "unhealthy").length;
  const rate = traffic.reduce((sum, one) => sum + one.rate, 0);
  return (
    <div class="summary">
      <div>
        <h1>express-on-ecs</h1>
        <p class="quiet">
          on this machine{run && `, ${run.region}, tasks as ${run.runtime === "docker" ? "containers" : "processes"}`}
        </p>
      </div>
      <dl class="figures">
        <Figure name="services steady" value={`${steady}/${services.length}`} isBad={steady < services.length} />
        <Figure name="tasks running" value={String(running)} />
        <Figure name="targets unhealthy" value={String(unhealthy)} isBad={unhealthy > 0} />
        <Figure name="requests/s" value={rate.toFixed(1)} />
      </dl>
      <Chip {...CONNECTIONS[connection]} />
    </div>
  );
}

function Figure({
  name,
  value,
  isBad = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isBad ? "noted" : ""}>{value}</dd>
    </div>
  );
}
