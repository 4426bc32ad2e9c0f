import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { METHODS } from "../limits";
import type { TraceResult } from "../state";
import { Chip, Panel } from "./bits";
import { ask } from "./connection";
import { usePage } from "./context";
import { counted, milliseconds, shortId } from "./format";
import { type NamedListener, pathOf, publicFirst, statusCondition, wayOf } from "./model";
import { Raw } from "./raw";

/** Sends a request, and shows which rule and which task it took: here in words, and in the picture. */
export function TracePanel() {
  const { state, mark, announce } = usePage();
  const [result, setResult] = useState<TraceResult>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const listeners = publicFirst(state.balancers);
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
        <TraceFields listeners={listeners} />
        <button type="submit" class="primary" disabled={listeners.length === 0} aria-busy={busy}>
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

function TraceFields({ listeners }: { readonly listeners: readonly NamedListener[] }) {
  const [chosen, setChosen] = useState<string>();
  const [path, setPath] = useState<string>();
  const listener = listeners.find((one) => one.listener.arn === chosen) ?? listeners[0];
  return (
    <>
      <label class="wide">
        Listener
        <select
          name="listener"
          required
          value={listener?.listener.arn ?? ""}
          onChange={({ currentTarget }) => {
            setChosen(currentTarget.value);
            setPath(undefined);
          }}
        >
          {listeners.map(({ balancer, listener: { arn, protocol, port } }) => (
            <option key={arn} value={arn}>
              {balancer.name}, {protocol} {port}
              {balancer.internal ? ", internal" : ""}
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
          value={path ?? (listener ? pathOf(listener.listener) : "/")}
          onInput={({ currentTarget }) => setPath(currentTarget.value)}
        />
      </label>
      <details class="more">
        <summary>Host and body</summary>
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
  const optional = (name: "host" | "contentType" | "body") => (text(name) === "" ? {} : { [name]: text(name) });
  return {
    listener: text("listener"),
    path: text("path"),
    method,
    ...optional("host"),
    ...optional("contentType"),
    ...optional("body"),
  };
}

function TraceAnswer({ result, onClear }: { readonly result: TraceResult; readonly onClear: () => void }) {
  const { state, open } = usePage();
  const { status, ms, headers, body, isCut, served } = result;
  const way = served && wayOf(served, state);
  const task = served?.task;
  return (
    <div class="answer">
      <ol class="way" aria-label="The way of the request">
        {way ? (
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
            {served?.target !== undefined && (
              <Step name="task">
                {task === undefined ? (
                  served.target
                ) : (
                  <>
                    <button type="button" class="link" onClick={() => open({ type: "task", id: task })}>
                      {way.service?.name} {shortId(task)}
                    </button>{" "}
                    at {served.target}
                  </>
                )}
              </Step>
            )}
          </>
        ) : (
          <Step name="way">the load balancer has not told of it</Step>
        )}
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

function Step({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <span class="step-name">{name}</span>
      <span>{children}</span>
    </li>
  );
}
