import { createLogger } from "@express-on-ecs/kit/logging";
import type { LogLine } from "@express-on-ecs/kit/testing/run-service";
import type { Logger } from "pino";

/** A log in memory. */
export interface MemoryLog {
  readonly logger: Logger;
  readonly lines: LogLine[];
}

/** Makes a logger for a test. */
export function memoryLog(): MemoryLog {
  const lines: LogLine[] = [];
  const identity = { service: "notification", environment: "local", version: "1.2.3" };
  return { lines, logger: createLogger(identity, "debug", { write: (text) => lines.push(JSON.parse(text)) }) };
}
