import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder, writeFile, writeScript } from "./testing/temporary-folder";
import { nodeIsNewEnough, packagesAreInstalled } from "./with-packages.mjs";

const TOOLS = fileURLToPath(new URL(".", import.meta.url));

const LOCK = {
  packages: {
    "": { name: "root" },
    "apps/one": { version: "1.0.0" },
    "node_modules/one": { link: true, resolved: "apps/one" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/for-macs": { version: "1.0.0", integrity: "sha512-m", optional: true },
  },
};

const { "": _root, "node_modules/for-macs": _optional, ...INSTALLED } = LOCK.packages;

type Installed = Readonly<Record<string, object & { readonly version?: string }>>;

/** A project with these packages in npm's list of what it installed, and in their folders. */
function project(installed?: Installed): string {
  const root = temporaryFolder();
  writeFile(root, "package-lock.json", JSON.stringify(LOCK));
  if (!installed) return root;
  writeFile(root, "node_modules/.package-lock.json", JSON.stringify({ packages: installed }));
  for (const [path, { version }] of Object.entries(installed)) {
    if (path) writeFile(root, join(path, "package.json"), JSON.stringify({ version }));
  }
  return root;
}

describe("the installed packages", () => {
  it("fit, whether or not packages of other platforms are among them", () => {
    expect(packagesAreInstalled(project(INSTALLED))).toBe(true);
    const { "": _ours, ...all } = LOCK.packages;
    expect(packagesAreInstalled(project(all))).toBe(true);
  });

  it.each([
    ["there are none", undefined],
    ["one has another version", { ...INSTALLED, "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }],
    ["one has another content", { ...INSTALLED, "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } }],
    ["one is missing", { "node_modules/one": INSTALLED["node_modules/one"] }],
    ["one is too many", { ...INSTALLED, "node_modules/b": { version: "1.0.0" } }],
  ])("do not fit where %s", (_, installed) => {
    expect(packagesAreInstalled(project(installed))).toBe(false);
  });
});

describe("a package that npm lists as installed", () => {
  it("does not fit where it is not there", () => {
    const root = project(INSTALLED);
    rmSync(join(root, "node_modules/a"), { recursive: true });
    expect(packagesAreInstalled(root)).toBe(false);
  });

  it("does not fit where another version is there", () => {
    const root = project(INSTALLED);
    writeFile(root, "node_modules/a/package.json", JSON.stringify({ version: "0.9.0" }));
    expect(packagesAreInstalled(root)).toBe(false);
  });
});

describe("a folder of the project's own", () => {
  it("fits whatever version somebody gave it: there is nothing to install", () => {
    const root = project(INSTALLED);
    writeFile(root, "apps/one/package.json", JSON.stringify({ version: "1.1.0" }));
    expect(packagesAreInstalled(root)).toBe(true);
  });
});

describe("the version of Node", () => {
  it.each([
    ["v18.20.0", false],
    ["v20.18.9", false],
    ["v20.19.0", true],
    ["v22.1.0", true],
  ])("%s is new enough: %s", (version, expected) => {
    expect(nodeIsNewEnough(version)).toBe(expected);
  });
});

/** A clone with this program in it, tsx, and an npm that notes what it is asked and installs what it is told. */
function clone({ installed, npmStatus = 0 }: { installed?: Installed; npmStatus?: number } = {}) {
  const root = project(installed);
  mkdirSync(join(root, "tools"));
  mkdirSync(join(root, "node_modules"), { recursive: true });
  copyFileSync(join(TOOLS, "with-packages.mjs"), join(root, "tools/with-packages.mjs"));
  for (const name of ["tsx", "esbuild", "get-tsconfig", "resolve-pkg-maps", "@esbuild"]) {
    symlinkSync(join(TOOLS, "../node_modules", name), join(root, "node_modules", name));
  }
  writeScript(root, "bin/npm", `echo "$*" >> ${root}/asked; exit ${npmStatus}`);
  const { npm_execpath: _npm, npm_lifecycle_event: _event, ...environment } = process.env;
  const env = { ...environment, PATH: `${join(root, "bin")}:${process.env.PATH}` };
  return { root, program: join(root, "tools/with-packages.mjs"), env };
}

/** Moves node_modules to another folder, with a link in its place, and gives that folder. */
function shareThePackages(root: string): string {
  const shared = join(temporaryFolder(), "node_modules");
  renameSync(join(root, "node_modules"), shared);
  symlinkSync(shared, join(root, "node_modules"), "junction");
  return shared;
}

describe("running a script", () => {
  it("needs one", () => {
    const { program, env } = clone();
    const { status, stderr } = spawnSync(process.execPath, [program], { env, encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "usage: node tools/with-packages.mjs SCRIPT [argument ...]\n",
    });
  });

  it("passes arguments and exit status on, and installs nothing that is there", () => {
    const { root, program, env } = clone({ installed: INSTALLED });
    writeFile(
      root,
      "script.ts",
      "const words: string[] = process.argv.slice(2); console.log(words.join()); process.exit(7);",
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "script.ts", "--a", "b"], {
      env,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: "--a,b\n", stderr: "" });
  });

  it("installs the packages first where they do not fit", () => {
    const { root, program, env } = clone();
    writeFile(root, "script.ts", "");
    const { status, stderr } = spawnSync(process.execPath, [program, "script.ts"], { env, encoding: "utf8" });
    expect(status).toBe(0);
    expect(stderr).toBe("installing the npm packages of package-lock.json (npm ci, about a minute)\n");
    expect(readFileSync(join(root, "asked"), "utf8")).toBe("ci --no-audit --no-fund --loglevel=error\n");
  });

  it("does not run the script where the packages can't be installed", () => {
    const { root, program, env } = clone({ npmStatus: 1 });
    writeFile(root, "script.ts", "console.log('run')");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "script.ts"], { env, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("npm ci failed with status 1; mend what it says above");
  });

  it("does not install into the folder that node_modules is a link to, which npm would empty", () => {
    const { root, program, env } = clone({ installed: { "node_modules/a": { version: "0.9.0" } } });
    writeFile(root, "script.ts", "console.log('run')");
    const shared = shareThePackages(root);
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "script.ts"], { env, encoding: "utf8" });
    expect({ status, stdout, asked: existsSync(join(root, "asked")) }).toEqual({ status: 2, stdout: "", asked: false });
    expect(stderr).toBe(
      `the npm packages in ${root}/node_modules are not those of ${root}/package-lock.json, and that folder is a link to ` +
        `${shared}, which npm ci would empty; remove the link and start again, or run npm ci in ${dirname(shared)} if ` +
        "its package-lock.json is the same\n",
    );
  });

  it("runs with the packages that node_modules is a link to where they fit", () => {
    const { root, program, env } = clone({ installed: INSTALLED });
    writeFile(root, "script.ts", "console.log('run')");
    shareThePackages(root);
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "script.ts"], { env, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "run\n", stderr: "" });
  });

  it("passes a signal on and waits for the script", async () => {
    const { root, program, env } = clone({ installed: INSTALLED });
    writeFile(
      root,
      "script.ts",
      "process.on('SIGTERM', () => { console.log('ended'); process.exit(5); }); console.log('ready'); setInterval(() => {}, 1000);",
    );
    const child = spawn(process.execPath, [program, "script.ts"], { env, stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (text.includes("ready")) child.kill("SIGTERM");
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(5);
    expect(output).toBe("ready\nended\n");
  });
});
