import { Router } from "express";
import { taskEnvironment } from "../../../src/environment";
import { databaseVariables } from "../../../src/mysql-environment";
import { startService } from "../../../src/service";

// A service to test the tasks of its database with: it serves nothing itself.
startService({ environment: taskEnvironment.extend(databaseVariables), create: () => ({ router: Router() }) });
