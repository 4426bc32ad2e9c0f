import { useEffect, useRef } from "preact/hooks";
import type { ActState } from "../state";

/** Says when an act has begun and when it has ended. What went on before the page was opened is no news. */
export function useAnnouncedActs(acts: readonly ActState[] | undefined, announce: (text: string) => void): void {
  const known = useRef<ReadonlyMap<number, string> | undefined>(undefined);
  useEffect(() => {
    if (!acts) return;
    const before = known.current;
    known.current = new Map(acts.map(({ id, status }) => [id, status]));
    if (!before) return;
    const changed = acts.filter(({ id, status }) => before.get(id) !== status);
    if (changed.length > 0) announce(changed.map(({ title, status }) => `${title}: ${status}`).join(". "));
  }, [acts, announce]);
}
