import { runCommand } from "@express-on-ecs/kit/command";
import { migrate } from "../database/migrate";
import { prepare } from "../database/prepare";
import { seed } from "../database/seed";

runCommand({ prepare, migrate, seed });
