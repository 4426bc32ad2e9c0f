import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { METHODS } from "../limits";
import type { ApiWay, RequestState, TraceResult } from "../state";
import { Chip, Panel } from "./bits";
import { ask } from "./connection";
import { usePage } from "./context";
import { counted, milliseconds, shortId } from "./format";
import { type Entrance, entrancesOf, statusCondition, type Way, wayOf } from "./model";
import { Raw } from "./raw";

/** Sends a request, and shows which rule and which task it took: here in words, and in the picture. */
export function TracePanel() {
  const { state, mark, announce } = usePage();
  const [result, setResult] = useState<TraceResult>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const entrances = entrancesOf(state);
  const send = async (form: HTMLFormElement) => {
    setBusy(true);
    setFault(undefined);
    try {
      const traced = await ask<TraceResult, "trace">("trace", askedIn(form));
      setResult(traced);
      mark(traced.served);
      announce(`answered with ${traced.status} in ${milliseconds(traced.ms)}`);
    } catch (error) {
      setResult(undefined);
      mark(undefined);
      setFault((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <Panel title="Trace a request">
      <form
        class="trace"
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <TraceFields entrances={entrances} />
        <button type="submit" class="primary" disabled={entrances.length === 0} aria-busy={busy}>
          Send
        </button>
      </form>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {result && (
        <TraceAnswer
          result={result}
          onClear={() => {
            setResult(undefined);
            mark(undefined);
          }}
        />
      )}
    </Panel>
  );
}

function TraceFields({ entrances }: { readonly entrances: readonly Entrance[] }) {
  const [chosen, setChosen] = useState<string>();
  const [path, setPath] = useState<string>();
  const entrance = entrances.find(({ id }) => id === chosen) ?? entrances[0];
  return (
    <>
      <label class="wide">
        Listener or API
        <select
          name="to"
          required
          value={entrance?.id ?? ""}
          onChange={({ currentTarget }) => {
            setChosen(currentTarget.value);
            setPath(undefined);
          }}
        >
          {entrances.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Method
        <select name="method">
          {METHODS.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
      </label>
      <label class="wide">
        Path
        <input
          name="path"
          required
          pattern="/\S*"
          maxLength={2048}
          spellcheck={false}
          autocapitalize="none"
          autocomplete="off"
          value={path ?? entrance?.path ?? "/"}
          onInput={({ currentTarget }) => setPath(currentTarget.value)}
        />
      </label>
      <details class="more">
        <summary>Host, token and body</summary>
        <div class="fields">
          <label>
            Host header
            <input name="host" maxLength={255} placeholder="of this machine" autocomplete="off" />
          </label>
          <label>
            Content type
            <input name="contentType" maxLength={255} placeholder="application/json" autocomplete="off" />
          </label>
          <label class="full">
            Bearer token
            <input name="token" type="password" maxLength={16384} pattern="[\w.~+\/\-]+=*" autocomplete="off" />
          </label>
          <label class="full">
            Body
            <textarea name="body" rows={3} maxLength={16384} />
          </label>
        </div>
      </details>
    </>
  );
}

function askedIn(form: HTMLFormElement) {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? "");
  const method = METHODS.find((one) => one === text("method")) ?? "GET";
  const optional = (name: "host" | "contentType" | "token" | "body") =>
    text(name) === "" ? {} : { [name]: text(name) };
  return {
    to: text("to"),
    path: text("path"),
    method,
    ...optional("host"),
    ...optional("contentType"),
    ...optional("token"),
    ...optional("body"),
  };
}

function TraceAnswer({ result, onClear }: { readonly result: TraceResult; readonly onClear: () => void }) {
  const { state } = usePage();
  const { status, ms, headers, body, isCut, api, served } = result;
  return (
    <div class="answer">
      <ol class="way" aria-label="The way of the request">
        {api && <ApiSteps api={api} />}
        {served && <BalancerSteps served={served} way={wayOf(served, state)} />}
        {!served && api?.refusal === undefined && <Step name="way">the load balancer has not told of it</Step>}
        <Step name="answer">
          <Chip {...statusCondition(status)} /> in {milliseconds(ms)}
        </Step>
      </ol>
      <button type="button" class="plain" onClick={onClear}>
        Clear
      </button>
      <details>
        <summary>
          {counted(headers.length, "header")},{" "}
          {body.length === 0 ? "no body" : `body${isCut ? ", the beginning of it" : ""}`}
        </summary>
        <Raw label="Answer" text={`${headers.map(([name, value]) => `${name}: ${value}`).join("\n")}\n\n${body}`} />
      </details>
    </div>
  );
}

function ApiSteps({ api: { name, route, refusal } }: { readonly api: ApiWay }) {
  return (
    <>
      <Step name="API">{name}</Step>
      <Step name="route">{route ?? "none"}</Step>
      {refusal !== undefined && <Step name="answered by">the API itself: {refusal}</Step>}
    </>
  );
}

function BalancerSteps({ served, way }: { readonly served: RequestState; readonly way: Way }) {
  const { open } = usePage();
  const { target, task } = served;
  return (
    <>
      <Step name="listener">
        {way.listener
          ? `${way.listener.balancer.name}, ${way.listener.listener.protocol} ${way.listener.listener.port}`
          : "gone since"}
      </Step>
      <Step name="rule">
        {way.rule ? `${way.rule.priority}: ${way.rule.conditions.join(" and ") || "anything else"}` : "none"}
      </Step>
      {way.group ? (
        <Step name="target group">{way.group.name}</Step>
      ) : (
        <Step name="answered by">the load balancer itself</Step>
      )}
      {target !== undefined && (
        <Step name="task">
          {task === undefined ? (
            target
          ) : (
            <>
              <button type="button" class="link" onClick={() => open({ type: "task", id: task })}>
                {way.service?.name} {shortId(task)}
              </button>{" "}
              at {target}
            </>
          )}
        </Step>
      )}
    </>
  );
}

function Step({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <span class="step-name">{name}</span>
      <span>{children}</span>
    </li>
  );
}
