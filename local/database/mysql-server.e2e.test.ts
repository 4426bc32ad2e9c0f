import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isRunning } from "../../tools/processes/descendants";
import { temporaryFolder, writeScript } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { Foundation } from "./foundation";
import { MysqlServer } from "./mysql-server";
import { mysqlExecutable, query, startServer, startServerIn } from "./server.fixtures";

const FIXTURE = fileURLToPath(new URL("server.fixture.ts", import.meta.url));

/** A run that makes the files of a server first takes three seconds, and many on a busy machine. */
const WAIT = { timeout: 120_000, interval: 25 };

const USER = { user: "shop", password: "it's a 'secret\\" };

/** A server that has a user. */
async function startWithUser(): Promise<MysqlServer> {
  const server = await startServer(testLifetime());
  const root = await server.connect();
  await root.query("CREATE USER ?@'%' IDENTIFIED BY ?", [USER.user, USER.password]);
  await root.query("GRANT ALL ON shop.* TO ?@'%'", [USER.user]);
  await root.end();
  return server;
}

describe("a database server", () => {
  it("talks TLS with a certificate that names it, signed by its own authority", async () => {
    const server = await startWithUser();
    for (const host of ["127.0.0.1", "localhost"])
      expect(await query(server, "SHOW STATUS LIKE 'Ssl_version'", { ...USER, host })).toEqual([
        { Variable_name: "Ssl_version", Value: "TLSv1.3" },
      ]);
    const others = { ssl: { ca: [...rootCertificates], verifyIdentity: true } };
    await expect(query(server, "SELECT 1", { ...USER, ...others })).rejects.toThrow(/certificate/);
  });

  it("refuses who talks without TLS", async () => {
    const server = await startWithUser();
    // MariaDB calls it an access denied, MySQL an insecure transport.
    await expect(query(server, "SELECT 1", { ...USER, ssl: undefined })).rejects.toThrow(/denied|insecure transport/);
  });

  it("lets nobody in over the network before somebody is made a user, root least of all", async () => {
    const server = await startServer(testLifetime());
    for (const user of ["root", "", "mariadb.sys"])
      await expect(query(server, "SELECT 1", { user })).rejects.toThrow(/denied|not allowed/);
    const root = await server.connect();
    const [users] = await root.query("SELECT user FROM mysql.user WHERE host <> 'localhost'");
    await root.end();
    expect(users).toEqual([]);
  });

  it("is like MySQL 8.4 of RDS where programs notice: strict, utf8mb4, no files, as many connections as it is told", async () => {
    const server = await startServer(testLifetime(), { maxConnections: 23 });
    const root = await server.connect();
    const names = ["sql_mode", "character_set_server", "local_infile", "max_connections", "log_bin", "port"];
    const [[values]] = (await root.query(`SELECT ${names.map((name) => `@@${name} AS ${name}`)}`)) as unknown as [
      [Record<string, unknown>],
    ];
    await root.end();
    expect(values).toEqual({
      sql_mode: expect.stringContaining("STRICT_TRANS_TABLES"),
      character_set_server: "utf8mb4",
      local_infile: 0,
      max_connections: 23,
      log_bin: 0,
      port: server.port,
    });
  });

  it("keeps port and data when it is stopped and started again, and cuts off who is connected", async () => {
    const server = await startWithUser();
    const before = server.address;
    await query(server, "CREATE DATABASE shop", USER);
    await query(server, "CREATE TABLE shop.things AS SELECT 42 AS number", USER);
    const cut = expect(query(server, "SELECT SLEEP(60)", USER)).rejects.toThrow();
    await vi.waitFor(async () => {
      const root = await server.connect();
      const [sleeping] = await root.query(
        "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'",
      );
      await root.end();
      expect(sleeping).toHaveLength(1);
    }, WAIT);
    await server.stop();
    await cut;
    await expect(query(server, "SELECT 1", USER)).rejects.toThrow("ECONNREFUSED");
    await server.start();
    expect(server.address).toBe(before);
    expect(await query(server, "SELECT * FROM shop.things", USER)).toEqual([{ number: 42 }]);
  });

  it.runIf(process.platform === "linux")(
    "listens on further addresses when it is told to, and only on those",
    async () => {
      const server = await startServer(testLifetime(), { extraAddresses: ["127.9.8.7"] });
      await expect(query(server, "SELECT 1", { host: "127.9.8.7", user: "x" })).rejects.toThrow(/denied|not allowed/);
      await expect(query(server, "SELECT 1", { host: "127.9.8.6", user: "x" })).rejects.toThrow("ECONNREFUSED");
    },
  );

  it("loses no temporary table when another one starts", async () => {
    const lifetime = testLifetime();
    const server = await startServer(lifetime);
    const root = await server.connect();
    await root.query("CREATE TEMPORARY TABLE mysql.kept ENGINE=Aria AS SELECT 42 AS number");
    await startServer(lifetime);
    await root.query("FLUSH TABLES");
    expect((await root.query("SELECT * FROM mysql.kept"))[0]).toEqual([{ number: 42 }]);
    await root.query("DROP TEMPORARY TABLE mysql.kept");
    await root.end();
  });

  it("leaves its key and its password to nobody else", async () => {
    const folder = temporaryFolder();
    const lifetime = testLifetime();
    const log = join(folder, "log");
    const executable = await mysqlExecutable(lifetime);
    const started = await startServerIn(lifetime, folder, { executable });
    for (const made of ["server", "server/data", "common"])
      expect(statSync(join(folder, made)).mode & 0o777, made).toBe(0o700);
    expect(statSync(join(folder, "common/key.pem")).mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, "common/first-statements.sql"))).toBe(false);
    expect(readFileSync(log, "utf8")).not.toMatch(/IDENTIFIED BY/);
    await started.stop();
  });

  it("runs where the path of its folder is too long for a socket", async () => {
    const folder = join(temporaryFolder(), "a".repeat(100));
    const server = await startServer(testLifetime(), { folder });
    expect(server.port).toBeGreaterThan(0);
  });
});

describe("the servers of a run", () => {
  it("have one authority, and neither users nor data in common", async () => {
    const folder = temporaryFolder();
    const lifetime = testLifetime();
    const executable = await mysqlExecutable(lifetime);
    const log = join(folder, "log");
    const foundation = await Foundation.make(lifetime, { executable, folder: join(folder, "common"), log });
    const start = (name: string) => MysqlServer.start(lifetime, { foundation, folder: join(folder, name), log });
    const [one, other] = await Promise.all([start("one"), start("other")]);
    for (const [server, word] of [
      [one, "first"],
      [other, "second"],
    ] as const) {
      const root = await server.connect();
      await root.query("CREATE USER 'migrator'@'%' IDENTIFIED BY ?", [word]);
      await root.query("GRANT ALL ON *.* TO 'migrator'@'%'");
      await root.query("CREATE DATABASE shop");
      await root.query("CREATE TABLE shop.words AS SELECT ? AS word", [word]);
      await root.end();
    }
    const words = (server: MysqlServer, password: string) =>
      query(server, "SELECT word FROM shop.words", { user: "migrator", password });
    expect(await words(one, "first")).toEqual([{ word: "first" }]);
    expect(await words(other, "second")).toEqual([{ word: "second" }]);
    await expect(words(other, "first")).rejects.toThrow(/denied/);
    expect([one.ca, other.ca]).toEqual([readFileSync(foundation.caFile, "utf8"), one.ca]);
    await one.stop();
    expect(await words(other, "second")).toEqual([{ word: "second" }]);
  });
});

describe("starting a database server", () => {
  it("fails with the server's own words when it can't make its files", async () => {
    const folder = temporaryFolder();
    const file = writeScript(folder, "mysqld", "echo no room left >&2; exit 1");
    const executable = { file, product: "MySQL", version: "8.4.0", systemTables: [] } as const;
    await expect(startServerIn(testLifetime(), folder, { executable })).rejects.toThrow(
      /mysqld could not make its data directory: it exited with status 1\nno room left$/,
    );
  });

  it("fails with the server's own words when it ends, and leaves out what it said before", async () => {
    const folder = temporaryFolder();
    const file = writeScript(
      folder,
      "mysqld",
      'case "$*" in *--initialize*) echo made >&2;; *) echo broken >&2; exit 3; esac',
    );
    const executable = { file, product: "MySQL", version: "8.4.0", systemTables: [] } as const;
    await expect(startServerIn(testLifetime(), folder, { executable })).rejects.toThrow(
      /mysqld did not start: it exited with status 3\nbroken$/,
    );
  });

  it("does not wait for ever for one that hangs, and ends it", async () => {
    const folder = temporaryFolder();
    const file = writeScript(folder, "mysqld", 'case "$*" in *--initialize*) ;; *) exec sleep 60; esac');
    const executable = { file, product: "MySQL", version: "8.4.0", systemTables: [] } as const;
    await expect(startServerIn(testLifetime(), folder, { executable, startBoundMs: 200 })).rejects.toThrow(
      /mysqld did not start/,
    );
  });
});

describe("a run that is killed", () => {
  it("leaves no server behind", async () => {
    const folder = temporaryFolder();
    const run = spawn(process.execPath, ["--import", "tsx", FIXTURE, folder], { stdio: "inherit" });
    onTestFinished(() => void run.kill("SIGKILL"));
    await vi.waitFor(() => expect(existsSync(join(folder, "ready"))).toBe(true), WAIT);
    const pid = Number(readFileSync(join(folder, "server/data/server.pid"), "utf8"));
    expect(isRunning(pid)).toBe(true);
    run.kill("SIGKILL");
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), WAIT);
  });
});

describe("a run that ends", () => {
  it("takes its server along", async () => {
    const lifetime = testLifetime();
    const folder = temporaryFolder();
    const executable = await mysqlExecutable(lifetime);
    await startServerIn(lifetime, folder, { executable });
    const pid = Number(readFileSync(join(folder, "server/data/server.pid"), "utf8"));
    expect(isRunning(pid)).toBe(true);
    await lifetime.end();
    expect(isRunning(pid)).toBe(false);
  });
});
