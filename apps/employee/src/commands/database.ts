import { runCommand } from "@express-on-ecs/kit/command";
import { databaseCommands } from "@express-on-ecs/kit/database/commands";
import { migrations } from "../database/migrations";
import { samples } from "../database/samples";

runCommand(databaseCommands({ migrations, samples }));
