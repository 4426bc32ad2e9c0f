/** Whether the task wants requests: `starting` until it listens, `draining` from the stop signal on. */
export type ReadinessState = "starting" | "ready" | "draining";

/** The one place that says it: the lifecycle writes it, the health routes read it. */
export interface Readiness {
  state: ReadinessState;
}
