import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Lifetime } from "../../tools/processes/lifetime";
import { findMysql, mysqlCandidates } from "../../tools/setup/mysql";
import { MysqlServer } from "./mysql-server";

/** A run of its own, for a test to kill: `server.fixture.ts FOLDER` starts a server and writes `ready` when it has. */
const [folder = ""] = process.argv.slice(2);
const lifetime = new Lifetime();
const { found: executable } = await findMysql(lifetime, mysqlCandidates());
if (!executable) throw new Error("no MySQL server on this machine");
await MysqlServer.start(lifetime, { executable, folder: join(folder, "server"), log: join(folder, "log") });
writeFileSync(join(folder, "ready"), "");
