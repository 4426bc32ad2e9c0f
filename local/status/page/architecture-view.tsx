import { Empty } from "./bits";
import { usePage } from "./context";
import { systemsOf } from "./model";
import { SystemPicture } from "./system-picture";
import { TracePanel } from "./trace-panel";

/** The systems as they are deployed, and the way of a request through them. */
export function ArchitectureView() {
  const { state } = usePage();
  const systems = systemsOf(state);
  return (
    <>
      <TracePanel />
      {systems.length === 0 && (
        <Empty>
          {state.services === undefined
            ? "Reading what runs…"
            : "Nothing is deployed yet: what Terraform makes appears here as it is made."}
        </Empty>
      )}
      {systems.map((system) => (
        <SystemPicture key={system.title} system={system} />
      ))}
    </>
  );
}
