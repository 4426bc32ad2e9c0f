import { useEffect, useState } from "preact/hooks";
import type { ActState, ActStatus } from "../state";
import { ActButton, Chip } from "./bits";
import { ask } from "./connection";
import type { Tone } from "./model";

/** How long an act that has ended stays in the tray; the view of activities keeps it. */
const STAYS_MS = 8_000;

export const ACT_TONES: Readonly<Record<ActStatus, Tone>> = {
  running: "busy",
  succeeded: "good",
  failed: "bad",
  stopped: "idle",
};

/** What is under way, whatever view is open: in a corner of the page, or below what a dialog shows. */
export function ActTray({ acts = [] }: { readonly acts?: readonly ActState[] | undefined }) {
  const [now, setNow] = useState(Date.now);
  const ended = acts.filter(({ endedAt }) => endedAt !== undefined && endedAt > now - STAYS_MS);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const shown = [...acts.filter(({ status }) => status === "running"), ...ended];
  if (shown.length === 0) return null;
  return (
    <aside class="tray" aria-label="Acts under way">
      {shown.map((act) => (
        <div key={act.id} class="tray-act">
          <div class="row">
            <strong>{act.title}</strong>
            <Chip tone={ACT_TONES[act.status]} text={act.status} />
          </div>
          <p class="quiet line">{act.lines.at(-1) ?? " "}</p>
          {act.status === "running" && <ActButton label="Stop" act={() => ask("stop", { act: act.id })} />}
        </div>
      ))}
    </aside>
  );
}
