import type { Asked, RequestName } from "../asked";
import type { State } from "../state";

export type Sections = Partial<State>;

/** Whether what is shown is what there is now. */
export type Connection = "connecting" | "live" | "lost";

/** A browser tries again by itself when a connection breaks, but not when it is refused: then we do. */
const RETRY_MS = 2_000;

/** Follows the state until the function that is returned is called. */
export function follow(onSections: (sections: Sections) => void, onConnection: (connection: Connection) => void) {
  let retry: number | undefined;
  let events: EventSource;
  const open = () => {
    events = new EventSource("/events");
    events.onopen = () => onConnection("live");
    events.onerror = () => {
      onConnection("lost");
      if (events.readyState === EventSource.CLOSED) retry = window.setTimeout(open, RETRY_MS);
    };
    events.onmessage = ({ data }: MessageEvent<string>) => onSections(JSON.parse(data));
  };
  open();
  return () => {
    clearTimeout(retry);
    events.close();
  };
}

/** Asks the server for something. @throws Error with its words */
export async function ask<Answer = unknown, Name extends RequestName = RequestName>(
  name: Name,
  asked: Asked<Name>,
): Promise<Answer> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=status-token]")?.content ?? "";
  const response = await fetch(`/api/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-status-token": token },
    body: JSON.stringify(asked),
  });
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}
