import { useState } from "preact/hooks";
import type { PipelineState } from "../state";
import { ActButton, Empty, Panel, Table } from "./bits";
import { ask } from "./connection";
import { usePage } from "./context";
import { clock } from "./format";

/** The pipelines that release services, and the mails that services have sent. */
export function DeliveriesView() {
  const { pipelines = [] } = usePage().state;
  return (
    <>
      <Panel title="Pipelines" aside={String(pipelines.length)}>
        {pipelines.length === 0 && <Empty>No system that is deployed has a pipeline.</Empty>}
        <div class="stack">
          {pipelines.map((pipeline) => (
            <Pipeline key={pipeline.name} pipeline={pipeline} />
          ))}
        </div>
      </Panel>
      <Mails />
    </>
  );
}

function Pipeline({ pipeline }: { readonly pipeline: PipelineState }) {
  const { name, service, stages, asksForApproval } = pipeline;
  return (
    <article class="node">
      <h3>{name}</h3>
      <ol class="stages">
        {stages.map((stage) => (
          <li key={stage.name}>
            <strong>{stage.name}</strong>
            <span class="quiet">{stage.actions.map((action) => `${action.name} (${action.kind})`).join(", ")}</span>
          </li>
        ))}
      </ol>
      {service === undefined ? (
        <p class="quiet">
          {pipeline.isForPullRequests ? "For pull requests" : "Not walked from here"}: npm run local -- pipeline --help
        </p>
      ) : (
        <Walk service={service} asksForApproval={asksForApproval} />
      )}
    </article>
  );
}

function Walk({ service, asksForApproval }: { readonly service: string; readonly asksForApproval: boolean }) {
  const [decision, decide] = useState<"approve" | "reject">("approve");
  const [confirm, setConfirm] = useState(false);
  const { acts = [] } = usePage().state;
  const walks = acts.some((act) => act.service === service && act.status === "running" && act.title.startsWith("Walk"));
  return (
    <div class="row start">
      {asksForApproval ? (
        <label>
          When it asks
          <select
            value={decision}
            onChange={({ currentTarget }) => decide(currentTarget.value === "reject" ? "reject" : "approve")}
          >
            <option value="approve">approve</option>
            <option value="reject">reject</option>
          </select>
        </label>
      ) : (
        <label class="check">
          <input
            type="checkbox"
            checked={confirm}
            onChange={({ currentTarget }) => setConfirm(currentTarget.checked)}
          />
          confirm its connection first
        </label>
      )}
      <ActButton
        label={`Walk it for ${service}`}
        disabled={walks}
        act={() => ask("walk", { service, decision, confirm })}
      />
    </div>
  );
}

function Mails() {
  const { state, open } = usePage();
  const { mails = [] } = state;
  return (
    <Panel title="Mails that were sent" aside={String(mails.length)}>
      {mails.length === 0 ? (
        <Empty>No mail has been sent yet.</Empty>
      ) : (
        <Table label="Mails" columns={["At", "Subject", "To", "From"]}>
          {mails.map(({ id, at, subject, to, from }) => (
            <tr key={id}>
              <td class="number">{clock(at)}</td>
              <th scope="row">
                <button type="button" class="link" onClick={() => open({ type: "mail", id })}>
                  {subject || "(no subject)"}
                </button>
              </th>
              <td>{to}</td>
              <td>{from}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
