import { taskEnvironment } from "@express-on-ecs/kit/environment";
import { labelVariables } from "@express-on-ecs/kit/labelled-service";
import { publicRoutes } from "./routes";

/** The task environment and the labels: `environment` in service.json gives them. */
export const environment = taskEnvironment.extend(labelVariables(publicRoutes));
