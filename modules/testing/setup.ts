import { createRequire } from "node:module";
import { Testing } from "cdktf";

Testing.setupJest();

/*
 * cdktf records where each token was made, only to add it to the message of a token that cannot be resolved. Under vitest,
 * which looks up the source of every line of a trace, that is most of the time that a test of a stack takes.
 */
const trace: { captureStackTrace: () => string[] } = createRequire(import.meta.url)(
  "cdktf/lib/tokens/private/stack-trace",
);
trace.captureStackTrace = () => [];
