/** `14:03:07`. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** `12 s`, `4 min`, `3 h`: how long something has taken. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** `4 ms`, `1.2 s`, in one piece. */
export function milliseconds(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)}\u00a0s`;
  return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)}\u00a0ms`;
}

/** As much of an id as tells it from others. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
