import { labelledRouter } from "@express-on-ecs/kit/labelled-service";
import { startService } from "@express-on-ecs/kit/service";
import { environment } from "./environment";
import { publicRoutes } from "./routes";

startService({ environment, create: (values) => ({ router: labelledRouter(publicRoutes, values) }) });
