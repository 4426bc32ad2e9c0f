import { csrfVariables } from "@express-on-ecs/kit/csrf";
import { taskEnvironment } from "@express-on-ecs/kit/environment";
import { databaseVariables } from "@express-on-ecs/kit/mysql-environment";

/** The task environment, the database and the secret of the forms: `database` and `generatedSecrets` in service.json. */
export const environment = taskEnvironment.extend({ ...databaseVariables, ...csrfVariables });
