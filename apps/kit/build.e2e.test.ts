import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildService } from "./build.mjs";

let folder: string;
let service: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kit-build-"));
  service = join(folder, "service");
  await mkdir(join(service, "src"), { recursive: true });
  await writeFile(join(service, "package.json"), JSON.stringify({ version: "4.5.6" }));
  await writeFile(
    join(service, "src", "main.ts"),
    `/*! licence of something */
declare const __APP_VERSION__: string;
const text: string = __APP_VERSION__;
console.log(text);
`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

interface Result {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], cwd = service): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { cwd }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });
}

const script = join(import.meta.dirname, "build.mjs");

describe("buildService", () => {
  it("makes one CommonJS file with source map, licence comments and the version of package.json", async () => {
    const built = await buildService({ directory: service });
    expect(built).toEqual({ file: join(service, "dist", "main.cjs"), version: "4.5.6" });
    expect((await readdir(join(service, "dist"))).sort()).toEqual(["main.cjs", "main.cjs.map"]);
    expect(await readFile(built.file, "utf8")).toContain("/*! licence of something */");
    expect((await run([built.file])).stdout).toBe("4.5.6\n");
  });

  it("bakes the version it is given and writes where it is told", async () => {
    const built = await buildService({ directory: service, version: "2-abc", outdir: join(folder, "2-abc") });
    expect(built.file).toBe(join(folder, "2-abc", "main.cjs"));
    expect((await run([built.file])).stdout).toBe("2-abc\n");
  });
});

describe("a service with one-off tasks and assets", () => {
  it("has a bundle for each command beside its own, and stylesheets and pictures within them", async () => {
    const other = join(folder, "other");
    await mkdir(join(other, "src", "commands"), { recursive: true });
    const files = {
      "main.ts": `import style from "./style.css?raw";\nimport picture from "./cup.svg?raw";\nconsole.log(style, picture);`,
      "style.css": "p{}",
      "cup.svg": "<svg/>",
      "commands/database.ts": `console.log("database", __APP_VERSION__, ...process.argv.slice(2));`,
      "commands/database.test.ts": "throw new Error();",
      "commands/notes.md": "",
    };
    for (const [file, text] of Object.entries(files)) await writeFile(join(other, "src", file), text);
    const { file } = await buildService({ directory: other, version: "7" });
    expect((await readdir(join(other, "dist"))).sort()).toEqual([
      "database.cjs",
      "database.cjs.map",
      "main.cjs",
      "main.cjs.map",
    ]);
    // Away from the sources: all that it needs is within.
    const alone = join(folder, "alone.cjs");
    await copyFile(file, alone);
    expect((await run([alone])).stdout).toBe("p{} <svg/>\n");
    expect((await run([join(other, "dist", "database.cjs"), "migrate"])).stdout).toBe("database 7 migrate\n");
  });
});

/** A service with packages of a test's own: what is below `node_modules`, by path. */
async function serviceWith(name: string, main: string, packages: Readonly<Record<string, string>>): Promise<string> {
  const directory = join(folder, name);
  const files = { "src/main.ts": main, ...packages };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  }
  return directory;
}

/** The JSON of what `JSON.stringify` escapes nothing of is this long in a bundle at least, six characters each. */
const TABLE = Array.from({ length: 2000 }, (_, index) => String.fromCharCode(0x4e00 + index));

describe("packages in a bundle", () => {
  it("are told of in stacks by their place in the bundle, and our own sources by theirs", async () => {
    const directory = await serviceWith(
      "stacks",
      `import { callWork } from "thrower";\nexport class OwnFault extends Error {}\n\nfunction own(): void {\n  throw new OwnFault("here");\n}\n\ntry { callWork(own); } catch (error) { console.log(String((error as Error).stack), (error as Error).constructor.name); }\n`,
      { "node_modules/thrower/index.js": "\n\nexports.callWork = function inPackage(work) {\n  return work();\n};\n" },
    );
    const { file } = await buildService({ directory, version: "1" });
    const { stdout } = await run(["--enable-source-maps", file]);
    expect(stdout).toMatch(/at .*own \(.*stacks\/src\/main\.ts:5:\d+\)/);
    expect(stdout).toMatch(/at .*inPackage \(.*stacks\/dist\/main\.cjs:\d+:\d+\)/);
    expect(stdout).toMatch(/at .*stacks\/src\/main\.ts:8:\d+/);
    expect(stdout).toContain(" OwnFault\n");
    const { sources } = JSON.parse(await readFile(`${file}.map`, "utf8"));
    expect(sources).toEqual(["../src/main.ts"]);
  });

  it("have large JSON files as text that is what it was, and a short one where it is beyond ASCII", async () => {
    const plain = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`type/${index}`, { "it's": '"\\' }]));
    const directory = await serviceWith(
      "tables",
      `import table from "tables/table.json";\nimport plain from "tables/plain.json";\nconsole.log(JSON.stringify([table, plain]));\n`,
      {
        "node_modules/tables/table.json": JSON.stringify(TABLE),
        "node_modules/tables/plain.json": JSON.stringify(plain),
      },
    );
    const { file } = await buildService({ directory, version: "1" });
    const bundle = await readFile(file, "utf8");
    expect(JSON.parse((await run([file])).stdout)).toEqual([TABLE, plain]);
    expect(bundle).not.toContain("\\u4E00");
    expect(bundle.match(/JSON\.parse\(/g)).toHaveLength(2);
    expect(bundle.length).toBeLessThan(JSON.stringify(JSON.stringify(plain)).length + JSON.stringify(TABLE).length);
  });

  it("share iconv-lite where their copies are of one version, and keep their own where they are not", async () => {
    const iconv = (version: string) => ({
      "package.json": JSON.stringify({ name: "iconv-lite", version, main: "./lib/index.js" }),
      "lib/index.js": `module.exports = { version: "iconv ${version}" };`,
    });
    const copy = (owner: string, version: string) =>
      Object.entries(iconv(version)).map(([file, text]) => [`${owner}/node_modules/iconv-lite/${file}`, text]);
    const asks = 'module.exports = require("iconv-lite").version;';
    const directory = await serviceWith(
      "copies",
      `import express from "express";\nimport same from "same";\nimport other from "other";\nconsole.log(express, same, other);\n`,
      {
        "node_modules/express/index.js": 'module.exports = require("body-parser");',
        "node_modules/body-parser/index.js": asks,
        "node_modules/same/index.js": asks,
        "node_modules/other/index.js": asks,
        ...Object.fromEntries(copy("node_modules/body-parser", "0.7.3")),
        ...Object.fromEntries(copy("node_modules/same", "0.7.3")),
        ...Object.fromEntries(copy("node_modules/other", "0.6.3")),
      },
    );
    const { file } = await buildService({ directory, version: "1" });
    expect((await run([file])).stdout).toBe("iconv 0.7.3 iconv 0.7.3 iconv 0.6.3\n");
    expect((await readFile(file, "utf8")).match(/"iconv 0\.7\.3"/g)).toHaveLength(1);
  });

  it("do not look up who calls pino, for which Node would parse the source map at the start", async () => {
    const { file } = await buildService({
      directory: join(import.meta.dirname, "testing/slow-service"),
      version: "1",
      outdir: join(folder, "pino"),
    });
    const bundle = await readFile(file, "utf8");
    expect(bundle).toContain("pino/lib/caller.js");
    expect(bundle).not.toContain("getCallSite");
  });

  it("that are imported when they are needed are in bundles beside it, read only then", async () => {
    const directory = await serviceWith(
      "lazy",
      `const heavy = async () => (await import("heavy/all")).weight;
const own = async () => (await import("./own")).own();
if (process.argv[2]) void Promise.all([heavy(), own()]).then((all) => console.log(...all));
`,
      {
        "src/own.ts": 'export const own = async () => (await import("heavy/all")).weight * 2;',
        "node_modules/heavy/all.js": "exports.weight = 21;",
      },
    );
    const { file } = await buildService({ directory, version: "1" });
    const bundles = (await readdir(join(directory, "dist"))).filter((name) => name.endsWith(".cjs"));
    expect(bundles.sort()).toEqual(["lazy-heavy-all.cjs", "lazy-own.cjs", "main.cjs"]);
    expect((await run([file, "all"])).stdout).toBe("21 42\n");
    for (const name of bundles.filter((bundle) => bundle !== "main.cjs")) await rm(join(directory, "dist", name));
    expect(await run([file])).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it.each(["customer", "employee", "notification", "user-management"])(
    "of a database and of AWS are not read by %s before it listens",
    async (name) => {
      const directory = join(import.meta.dirname, "..", name);
      const { file } = await buildService({ directory, version: "1", outdir: join(folder, name) });
      const lazy = name === "notification" ? ["lazy-mysql2.cjs", "lazy-ses-client.cjs"] : ["lazy-mysql2.cjs"];
      const built = await readdir(join(folder, name));
      expect(built.filter((entry) => entry.startsWith("lazy-") && entry.endsWith(".cjs"))).toEqual(lazy);
      const bundle = await readFile(file, "utf8");
      for (const text of ["node_modules/mysql2/", "node_modules/@aws-sdk/"]) expect(bundle).not.toContain(text);
    },
  );
});

describe.concurrent("the command", () => {
  it("builds the service in the current folder", async () => {
    const { status, stdout } = await run([script, "--version", "9", "--outdir", "../nine"]);
    expect([status, stdout.trim().endsWith("main.cjs (version 9)")]).toEqual([0, true]);
    expect((await run([join(folder, "nine", "main.cjs")])).stdout).toBe("9\n");
  });

  it.each([
    [["--tag", "1"], /^Unknown option '--tag'.*\nusage: build\.mjs/s],
    [["--version"], /^Option '--version <value>' argument missing\nusage/],
    [["--version", "a/b"], /^--version is "a\/b"; allowed: 1 to 128 letters, digits/],
    [["a", "b"], /^one service at a time, given a, b\nusage/],
    [["nowhere"], /^no service in .*nowhere: it has no src\/main\.ts; give the folder of a service/],
  ])("refuses %j with a message and status 2", async (args, message) => {
    const { status, stderr } = await run([script, ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("ends with status 1 when the sources can't be bundled", async () => {
    const broken = join(folder, "broken");
    await mkdir(join(broken, "src"), { recursive: true });
    await writeFile(join(broken, "src", "main.ts"), 'import "./missing";');
    const { status, stderr } = await run([script, "--version", "1", broken]);
    expect(status).toBe(1);
    expect(stderr).toContain('Could not resolve "./missing"');
  });
});
