import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
