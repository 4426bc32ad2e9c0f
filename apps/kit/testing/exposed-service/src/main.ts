import { taskEnvironment } from "../../../src/environment";
import { startService } from "../../../src/service";
import { exposedRouter } from "../../exposed-router";

// A service to test the check of tokens with, as it is deployed.
startService({ environment: taskEnvironment, create: () => ({ router: exposedRouter(), site: "api" }) });
