import { useEffect, useState } from "preact/hooks";
import { LOAD, TASKS_MAX } from "../limits";
import type { ServiceState } from "../state";
import { ActButton } from "./bits";
import { ask } from "./connection";

/** What a person can do to a service. What comes of it is shown in the tray. */
export function ServiceActs({ service }: { readonly service: ServiceState }) {
  return (
    <div class="acts">
      <Deploy service={service} />
      <Scale service={service} />
      <Load service={service} />
    </div>
  );
}

function Deploy({ service }: { readonly service: ServiceState }) {
  const { name, imageTag, controller } = service;
  const [tags, setTags] = useState<readonly string[]>([imageTag]);
  const [tag, setTag] = useState(imageTag);
  useEffect(() => {
    ask<{ tags: readonly string[] }, "tags">("tags", { service: name })
      .then((answer) => setTags(answer.tags))
      .catch(() => undefined);
  }, [name]);
  return (
    <fieldset>
      <legend>Deploy</legend>
      <label>
        Image tag
        <select value={tag} onChange={({ currentTarget }) => setTag(currentTarget.value)}>
          {[...new Set([imageTag, ...tags])].map((one) => (
            <option key={one} value={one}>
              {one === imageTag ? `${one} (runs now)` : one}
            </option>
          ))}
        </select>
      </label>
      <ActButton label="Release the tag" kind="primary" act={() => ask("release", { service: name, tag })} />
      {controller === "ECS" && <ActButton label="Replace all tasks" act={() => ask("redeploy", { service: name })} />}
    </fieldset>
  );
}

function Scale({ service }: { readonly service: ServiceState }) {
  const [tasks, setTasks] = useState(service.desired);
  return (
    <fieldset>
      <legend>Scale</legend>
      <NumberField label="Tasks" value={tasks} least={0} most={TASKS_MAX} onChange={setTasks} />
      <ActButton label="Scale" act={() => ask("scale", { service: service.name, tasks })} />
    </fieldset>
  );
}

function Load({ service }: { readonly service: ServiceState }) {
  const [rate, setRate] = useState(20);
  const [seconds, setSeconds] = useState(30);
  return (
    <fieldset>
      <legend>Load</legend>
      <NumberField label="Requests/s" value={rate} least={1} most={LOAD.rateMax} onChange={setRate} />
      <NumberField label="Seconds" value={seconds} least={1} most={LOAD.secondsMax} onChange={setSeconds} />
      <ActButton label="Send load" act={() => ask("load", { service: service.name, rate, seconds })} />
    </fieldset>
  );
}

function NumberField(props: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label>
      {props.label}
      <input
        type="number"
        inputMode="numeric"
        min={props.least}
        max={props.most}
        value={props.value}
        onInput={({ currentTarget }) => props.onChange(currentTarget.valueAsNumber || 0)}
      />
    </label>
  );
}
