import { taskEnvironment } from "@express-on-ecs/kit/environment";
import { databaseVariables } from "@express-on-ecs/kit/mysql-environment";
import { peerVariables } from "@express-on-ecs/kit/peer";

/** The task environment, the database, and where notification is: `database` and `calls` in service.json. */
export const environment = taskEnvironment.extend({ ...databaseVariables, ...peerVariables("NOTIFICATION_SERVICE") });
