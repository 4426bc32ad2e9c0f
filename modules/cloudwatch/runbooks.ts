/** What goes wrong, as people are told of it: each has a page that says what to do. */
export const RUNBOOKS = [
  "5xx",
  "cpu",
  "database-connections",
  "database-cpu",
  "database-freeable-memory",
  "database-free-storage",
  "failed-deployment",
  "latency",
  "load-balancer",
  "memory",
  "running-tasks",
  "unhealthy",
] as const;

/** One of them: the base name of its page. */
export type Runbook = (typeof RUNBOOKS)[number];

/** The page's path from the root of the repository. */
export function runbookPage(runbook: Runbook): string {
  return `docs/runbooks/${runbook}.md`;
}
