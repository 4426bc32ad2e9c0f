import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { RequestState } from "../state";
import type { Sections } from "./connection";

/** What a dialog is about. */
export type Opened =
  | { readonly type: "service"; readonly id: string }
  | { readonly type: "task"; readonly id: string }
  | { readonly type: "mail"; readonly id: number };

/** What every part of the page works with. */
export interface PageContext {
  readonly state: Sections;
  /** The request whose way through the picture is marked. */
  readonly marked: RequestState | undefined;
  readonly mark: (request: RequestState | undefined) => void;
  readonly open: (opened: Opened | undefined) => void;
  /** Says something to those who can't see it change. */
  readonly announce: (text: string) => void;
}

export const Context = createContext<PageContext>({
  state: {},
  marked: undefined,
  mark: () => undefined,
  open: () => undefined,
  announce: () => undefined,
});

export const usePage = (): PageContext => useContext(Context);
