import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Condition, Tone } from "./model";

/** A shape for each, for those who do not see the colour. */
const SHAPES: Readonly<Record<Tone, string>> = { good: "●", busy: "◐", warn: "▲", bad: "✕", idle: "○" };

/** The shape of a state, which a word beside it says too. */
export function Shape({ tone }: { readonly tone: Tone }) {
  return (
    <span class={`shape ${tone}`} aria-hidden="true">
      {SHAPES[tone]}
    </span>
  );
}

export function Chip({ tone, text }: Condition) {
  return (
    <span class={`chip ${tone}`}>
      <Shape tone={tone} />
      {text}
    </span>
  );
}

/** A card with a heading. */
export function Panel(props: {
  readonly title: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>{props.title}</h2>
        <div class="aside">{props.aside}</div>
      </header>
      {props.children}
    </section>
  );
}

/** What to say where there is nothing yet. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A table that scrolls by itself where it is too wide, also by the keyboard. */
export function Table(props: {
  readonly label: string;
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard (WCAG 2.1.1)
    <section class="scroll" aria-label={props.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  );
}

/** Requests over the last minute. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => `${(index / (values.length - 1)) * 100},${20 - (value / most) * 18}`);
  return (
    <svg class="sparkline" viewBox="0 0 100 21" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(" ")} />
    </svg>
  );
}

/** A button that asks the server for something, and says what is wrong where it refuses. */
export function ActButton(props: {
  readonly label: string;
  readonly kind?: "primary" | "danger" | "plain";
  readonly disabled?: boolean;
  readonly act: () => Promise<unknown>;
}) {
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    setFault(undefined);
    await props.act().catch((error: Error) => setFault(error.message));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class={props.kind ?? "plain"}
        disabled={props.disabled}
        aria-busy={busy}
        onClick={() => void press()}
      >
        {props.label}
      </button>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
