import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Lifetime } from "../../tools/processes/lifetime";
import { findMysql, mysqlCandidates } from "../../tools/setup/mysql";
import { Foundation } from "./foundation";
import { MysqlServer } from "./mysql-server";

/** A run of its own, for a test to kill: `server.fixture.ts FOLDER` starts a server and writes `ready` when it has. */
const [folder = ""] = process.argv.slice(2);
const lifetime = new Lifetime();
const { found: executable } = await findMysql(lifetime, mysqlCandidates());
if (!executable) throw new Error("no MySQL server on this machine");
const log = join(folder, "log");
const foundation = await Foundation.make(lifetime, { executable, folder: join(folder, "common"), log });
await MysqlServer.start(lifetime, { foundation, folder: join(folder, "server"), log });
writeFileSync(join(folder, "ready"), "");
