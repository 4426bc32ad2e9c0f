import { setTimeout as sleep } from "node:timers/promises";
import { taskEnvironment } from "@express-on-ecs/kit/environment";
import { startService } from "@express-on-ecs/kit/service";
import { version } from "@express-on-ecs/kit/version";
import { Router } from "express";

// A service for tests under load: it answers below whatever path the load balancer sends it, at once or late.
startService({
  environment: taskEnvironment,
  create: () => {
    const router = Router();
    router.get("/:service", (_request, response) => {
      response.json({ version });
    });
    router.get("/:service/slow/:milliseconds", async (request, response) => {
      await sleep(Number(request.params.milliseconds));
      response.json({ version });
    });
    return { router };
  },
});
