import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Chip, Panel } from "./bits";
import { usePage } from "./context";
import { edgesOf } from "./edge-model";
import { Edges } from "./edges";
import { counted } from "./format";
import { ApiCard, BalancerCard } from "./front-cards";
import { type System, serviceCondition } from "./model";
import { DatabaseCard, ServiceCard } from "./service-card";

/** A system, from those who ask to what keeps its data. On a narrow screen what the lines say is said by words alone. */
export function SystemPicture({ system }: { readonly system: System }) {
  const { state, marked } = usePage();
  const picture = useRef<HTMLDivElement>(null);
  const { title, apis, balancers, services, databases } = system;
  return (
    <Panel title={title} aside={<Steadiness services={services} />}>
      <div class="picture" ref={picture}>
        <Edges edges={edgesOf(system, state, marked)} container={picture} />
        {(apis.length > 0 || balancers.length > 0) && (
          <div class="column clients">
            <div class="node client" data-node="clients">
              Clients
            </div>
          </div>
        )}
        <Column title="API">
          {apis.map((api) => (
            <ApiCard key={api.id} api={api} />
          ))}
        </Column>
        <Column title="Load balancer and rules" isWider>
          {balancers.map((balancer) => (
            <BalancerCard key={balancer.arn} balancer={balancer} />
          ))}
        </Column>
        <Column title="Services and tasks" isWider>
          {services.map((service) => (
            <ServiceCard key={service.id} service={service} />
          ))}
        </Column>
        <Column title="Data">
          {databases.map((database) => (
            <DatabaseCard key={database.id} database={database} />
          ))}
        </Column>
      </div>
    </Panel>
  );
}

function Steadiness({ services }: Pick<System, "services">) {
  const unsteady = services.filter((service) => serviceCondition(service).tone !== "good").length;
  if (services.length === 0) return <>no service yet</>;
  if (unsteady === 0) return <Chip tone="good" text="all steady" />;
  return <Chip tone="busy" text={`${counted(unsteady, "service")} not steady`} />;
}

function Column(props: {
  readonly title: string;
  readonly isWider?: boolean;
  readonly children: readonly JSX.Element[];
}) {
  if (props.children.length === 0) return null;
  return (
    <div class={props.isWider ? "column wider" : "column"}>
      <h3>{props.title}</h3>
      {props.children}
    </div>
  );
}
