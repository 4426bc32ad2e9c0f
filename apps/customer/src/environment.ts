import { taskEnvironment } from "@express-on-ecs/kit/environment";
import { databaseVariables } from "@express-on-ecs/kit/mysql-environment";

/** The task environment and the database: `database` in service.json gives it. */
export const environment = taskEnvironment.extend(databaseVariables);
