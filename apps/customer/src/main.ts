import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { databaseAccess } from "@express-on-ecs/kit/mysql-environment";
import { startService } from "@express-on-ecs/kit/service";
import { customerService } from "./customer-service";
import { environment } from "./environment";

startService({
  environment,
  create: (values, logger) => {
    const database = new Database(createDriverPool(databaseAccess(values), values.APP_DB_CONNECTION_LIMIT), logger);
    return { ...customerService(database), warmUps: [database.warmUp], hooks: [database.shutdownHook] };
  },
});
