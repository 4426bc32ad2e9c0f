import { useCallback, useEffect, useState } from "preact/hooks";
import type { RequestState } from "../state";
import { ActTray } from "./act-tray";
import { ActivityView } from "./activity-view";
import { useAnnouncedActs } from "./announced-acts";
import { ArchitectureView } from "./architecture-view";
import { type Connection, follow, type Sections } from "./connection";
import { Context, type Opened } from "./context";
import { DeliveriesView } from "./deliveries-view";
import { Dialogs } from "./dialogs";
import { RequestsView } from "./requests-view";
import { ServicesView } from "./services-view";
import { Summary } from "./summary";

const VIEWS = [
  { id: "architecture", title: "Architecture", View: ArchitectureView },
  { id: "services", title: "Services", View: ServicesView },
  { id: "requests", title: "Requests", View: RequestsView },
  { id: "deliveries", title: "Pipelines and mail", View: DeliveriesView },
  { id: "activity", title: "Activity", View: ActivityView },
] as const;

/** The page: what is shown is chosen by the address's hash, so that the browser's own back button works. */
export function App() {
  const [state, setState] = useState<Sections>({});
  const [connection, setConnection] = useState<Connection>("connecting");
  const [marked, mark] = useState<RequestState>();
  const [opened, open] = useState<Opened>();
  const [said, announce] = useState("");
  const view = useView();
  useEffect(() => follow((sections) => setState((before) => ({ ...before, ...sections })), setConnection), []);
  useAnnouncedActs(state.acts, announce);
  const close = useCallback(() => open(undefined), []);
  const { View } = view;
  return (
    <Context.Provider value={{ state, marked, mark, open, announce }}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Summary state={state} connection={connection} />
        <nav aria-label="Views">
          <ul>
            {VIEWS.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`} aria-current={id === view.id ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {state.faults?.map((fault) => (
          <p key={fault} class="fault">
            can't be read: {fault}
          </p>
        ))}
        <View />
      </main>
      {!opened && <ActTray acts={state.acts} />}
      <Dialogs opened={opened} onClose={close} />
      <div role="status" class="hidden">
        {said}
      </div>
    </Context.Provider>
  );
}

/** A hash that names no view (`#main`, to which the skip link leads) leaves the one that is open. */
function useView(): (typeof VIEWS)[number] {
  const named = () => VIEWS.find(({ id }) => `#${id}` === location.hash);
  const [view, setView] = useState(named() ?? VIEWS[0]);
  useEffect(() => {
    const change = () => setView((before) => named() ?? before);
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  useEffect(() => {
    document.title = `${view.title} · express-on-ecs on this machine`;
  }, [view]);
  return view;
}
