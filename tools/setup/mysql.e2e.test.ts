import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile, writeScript } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { findMysql, installMysql, mysqlCandidates } from "./mysql";

const MARIADB = "Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)";
const MYSQL = "Ver 8.4.6 for Linux on x86_64 (MySQL Community Server - GPL)";

/** A server that tells its version, in a folder as packages lay it out. */
function fakeServer(root: string, name: string, version: string, tables = "share/mysql/mysql"): string {
  for (const table of ["system_tables", "system_tables_data"]) writeFile(root, `${tables}_${table}.sql`, "");
  return writeScript(root, name, `echo "$0  ${version}"`);
}

describe("looking for a MySQL server", () => {
  it("takes MariaDB with the statements that make its system tables", async () => {
    const root = temporaryFolder();
    const file = fakeServer(root, "sbin/mariadbd", MARIADB);
    const { found, unfit } = await findMysql(testLifetime(), [file]);
    expect(found).toEqual({
      file,
      product: "MariaDB",
      version: "10.11.19",
      systemTables: [
        join(root, "share/mysql/mysql_system_tables.sql"),
        join(root, "share/mysql/mysql_system_tables_data.sql"),
      ],
    });
    expect(unfit).toEqual([]);
  });

  it("finds the statements where newer releases of MariaDB have them", async () => {
    const root = temporaryFolder();
    const file = fakeServer(root, "sbin/mariadbd", MARIADB, "share/mariadb/mariadb");
    const { found } = await findMysql(testLifetime(), [file]);
    expect(found?.systemTables[0]).toBe(join(root, "share/mariadb/mariadb_system_tables.sql"));
  });

  it("takes MySQL, which makes its system tables by itself", async () => {
    const file = writeScript(temporaryFolder(), "mysqld", `echo "$0  ${MYSQL}"`);
    const { found } = await findMysql(testLifetime(), [file]);
    expect(found).toEqual({ file, product: "MySQL", version: "8.4.6", systemTables: [] });
  });

  it("passes over what is too old, broken or not whole, and says so", async () => {
    const root = temporaryFolder();
    const old = writeScript(root, "old", 'echo "mysqld  Ver 10.5.29-MariaDB"');
    const older = writeScript(root, "older", 'echo "mysqld  Ver 5.7.44 for Linux"');
    const broken = writeScript(root, "broken", "exit 1");
    const partial = writeScript(root, "partial", `echo "mariadbd  ${MARIADB}"`);
    const fitting = writeScript(root, "fitting", `echo "mysqld  ${MYSQL}"`);
    const { found, unfit } = await findMysql(testLifetime(), [old, older, broken, partial, fitting]);
    expect(found?.file).toBe(fitting);
    expect(unfit).toEqual([
      `${old} (MariaDB 10.5.29)`,
      `${older} (MySQL 5.7.44)`,
      `${broken} (it does not tell its version)`,
      `${partial} (MariaDB 10.11.19, without the statements that make its system tables)`,
    ]);
  });

  it("looks on the search path first, and then where packages put it", () => {
    const root = temporaryFolder();
    const onPath = writeScript(root, "bin/mysqld", "");
    const inSbin = writeScript(root, "sbin/mariadbd", "");
    expect(mysqlCandidates(join(root, "bin"), [join(root, "sbin")])).toEqual([onPath, inSbin]);
  });
});

describe("installing a MySQL server", () => {
  /** An apt-get that notes what it is asked and fails while there is no file `lists`, which `apt-get update` makes. */
  function fakeAptGet(root: string): string {
    writeScript(
      root,
      "apt-get",
      `echo "$DEBIAN_FRONTEND $*" >> ${root}/asked
      case "$1" in
        update) touch ${root}/lists;;
        *) [ -e ${root}/lists ] || { echo "E: Unable to locate package $6" >&2; exit 100; }; echo "Setting up mariadb";;
      esac`,
    );
    return [root, process.env.PATH].join(delimiter);
  }

  it("asks apt-get, without questions and without what is not needed", async () => {
    const root = temporaryFolder();
    const path = fakeAptGet(root);
    writeFile(root, "lists", "");
    const progress: string[] = [];
    await installMysql(testLifetime(), { path, isRoot: true, onProgress: (text) => progress.push(text) });
    expect(readFileSync(join(root, "asked"), "utf8")).toBe(
      "noninteractive install --yes --option DPkg::Lock::Timeout=60 --no-install-recommends mariadb-server-core\n",
    );
    expect(progress).toEqual(["Setting up mariadb"]);
  });

  it("fetches the lists of packages where there are none", async () => {
    const root = temporaryFolder();
    await installMysql(testLifetime(), { path: fakeAptGet(root), isRoot: true });
    const asked = readFileSync(join(root, "asked"), "utf8").trim().split("\n");
    expect(asked.map((line) => line.split(" ")[1])).toEqual(["install", "update", "install"]);
  });

  it("repeats apt-get's last words and says how to do it by hand when apt-get fails", async () => {
    const root = temporaryFolder();
    writeScript(root, "apt-get", "echo E: no network >&2; exit 100");
    const failure = installMysql(testLifetime(), { path: root, isRoot: true });
    await expect(failure).rejects.toMatchObject({
      status: 1,
      message: expect.stringMatching(
        /^apt-get install mariadb-server-core failed: it exited with status 100\nE: no network\nMariaDB 10.6 or later/,
      ),
    });
  });

  it.each([
    ["who is not root", false, true],
    ["where there is no apt-get", true, false],
  ])("touches nothing for one %s, and names the command of each system", async (_, isRoot, hasAptGet) => {
    const root = temporaryFolder();
    const path = hasAptGet ? fakeAptGet(root) : root;
    const failure = installMysql(testLifetime(), { path, isRoot, unfit: ["/usr/sbin/mysqld (MySQL 5.7.44)"] });
    await expect(failure).rejects.toMatchObject({
      status: 1,
      message: [
        "MariaDB 10.6 or later, or MySQL 8.0 or later, is needed for the database on this machine, but there is no " +
          "mariadbd or mysqld on PATH; not used: /usr/sbin/mysqld (MySQL 5.7.44)",
        "install it:",
        "  Debian, Ubuntu  sudo apt-get install mariadb-server-core",
        "  Fedora          sudo dnf install mariadb-server",
        "  macOS           brew install mariadb",
      ].join("\n"),
    });
    expect(existsSync(join(root, "asked"))).toBe(false);
  });
});
