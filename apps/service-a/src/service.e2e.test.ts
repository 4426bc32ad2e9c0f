import { join } from "node:path";
import { describeLabelledService } from "@express-on-ecs/kit/testing/labelled-service";
import declaration from "../service.json";
import { publicRoutes } from "./routes";

describeLabelledService({
  directory: join(import.meta.dirname, ".."),
  declaration,
  publicRoutes,
  labels: [
    ["/medical", "Medical"],
    ["/security", "Security"],
  ],
});
