import { shutdownBudget } from "@express-on-ecs/kit/lifecycle";
import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { databaseAccess } from "@express-on-ecs/kit/mysql-environment";
import { Peer, peerAddress } from "@express-on-ecs/kit/peer";
import { startService } from "@express-on-ecs/kit/service";
import { environment } from "./environment";
import { OutboxWorker } from "./outbox/worker";
import { userManagementService } from "./user-management-service";

startService({
  environment,
  create: (values, logger, readiness) => {
    const database = new Database(createDriverPool(databaseAccess(values), values.APP_DB_CONNECTION_LIMIT), logger);
    const notification = new Peer("notification", peerAddress("NOTIFICATION_SERVICE", values));
    const worker = new OutboxWorker({ database, notification, logger, mailsPerSecond: values.OUTBOX_MAILS_PER_SECOND });
    worker.start();
    const { connectionsMilliseconds, hooksMilliseconds } = shutdownBudget(values.STOP_TIMEOUT_SECONDS);
    // Half of what the hooks have: the other half is for storing what became of the messages.
    const grace = (hooksMilliseconds - connectionsMilliseconds) / 2;
    return {
      ...userManagementService({ database, notification, readiness, nudge: () => worker.nudge() }),
      warmUps: [database.warmUp],
      hooks: [worker.shutdownHook(grace), database.shutdownHook],
    };
  },
});
