import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { databaseAccess } from "@express-on-ecs/kit/mysql-environment";
import { startService } from "@express-on-ecs/kit/service";
import { Deliveries } from "./deliveries";
import { Delivery, QUEUE_BOUNDS } from "./delivery";
import { environment } from "./environment";
import { Mailer } from "./mailer";
import { notificationService } from "./notification-service";
import { Purge } from "./purge";
import { WorkQueue } from "./work-queue";

startService({
  environment,
  create: (values, logger, readiness) => {
    const database = new Database(createDriverPool(databaseAccess(values), values.APP_DB_CONNECTION_LIMIT), logger);
    const deliveries = new Deliveries(database);
    const loadClient = async () => (await import("./ses-client")).createSesClient(values.AWS_REGION);
    const mailer = new Mailer(loadClient, {
      from: values.AWS_MAIL_SERVER_FROM_ADDRESS,
      configurationSet: values.MAIL_CONFIGURATION_SET,
    });
    const queue = new WorkQueue(QUEUE_BOUNDS);
    const delivery = new Delivery({ deliveries, mailer, queue });
    const purge = new Purge(deliveries, logger).start();
    return {
      ...notificationService({ delivery, readiness, host: values.HOST, logger }),
      warmUps: [database.warmUp, mailer.warmUp],
      // Mails whose callers have gone are sent, and recorded, all the same.
      hooks: [{ name: "mails", run: () => queue.idle() }, purge.shutdownHook, database.shutdownHook],
    };
  },
});
