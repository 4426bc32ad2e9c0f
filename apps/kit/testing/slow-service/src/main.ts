import { Router } from "express";
import * as z from "zod";
import { taskEnvironment, variable } from "../../../src/environment";
import type { ShutdownHook } from "../../../src/lifecycle";
import { startService } from "../../../src/service";

// A service whose requests last as long as the client takes to send the body: tests of the shutdown need no clock.
const environment = taskEnvironment.extend({
  HOOK: variable(z.enum(["ends", "fails", "hangs"]).default("ends"), {
    allowed: "ends, fails, hangs",
    mend: "the test",
  }),
  SHUTDOWN_TOKEN: variable(z.string().regex(/^x*$/).default(""), { allowed: "nothing but x", mend: "the test" }),
});

const secondHook = {
  ends: () => {},
  fails: () => {
    throw new Error("the pool would not close");
  },
  hangs: () => new Promise<void>(() => {}),
};

startService({
  environment,
  create: ({ HOOK }, logger) => {
    const router = Router();
    // Answers when the body is complete.
    router.post("/echo", (request, response) => {
      response.json(request.body);
    });
    // Answers at once and sends the body back as it comes.
    router.post("/stream", (request, response) => {
      response.flushHeaders();
      request.pipe(response);
    });
    router.post("/crash", (_request, response) => {
      response.end();
      setImmediate(() => {
        throw new Error("thrown outside of a request");
      });
    });
    router.post("/reject", (_request, response) => {
      response.end();
      void Promise.reject(new Error("rejected outside of a request"));
    });
    const hooks: ShutdownHook[] = [
      { name: "queue", run: () => logger.info("queue drained") },
      {
        name: "pool",
        run: async () => {
          await secondHook[HOOK]();
          logger.info("pool closed");
        },
      },
    ];
    return { router, hooks };
  },
});
