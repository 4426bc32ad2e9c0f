// What esbuild is told about packages, so that a bundle is small and starts soon. Plain JavaScript, as build.mjs.
import { readFile } from "node:fs/promises";
import { deflateRawSync } from "node:zlib";

/** A JSON file from this many characters on is in the bundle as text. */
const LARGE_JSON = 4096;

const PACKAGE_ROOT = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

async function versionOf(file) {
  const [root] = PACKAGE_ROOT.exec(file.replaceAll("\\", "/")) ?? [];
  return root && JSON.parse(await readFile(`${root}/package.json`, "utf8")).version;
}

/**
 * Takes a package that several others have a copy of, each below its own `node_modules`, from one of them, where it is of the
 * same version: npm puts iconv-lite (half a megabyte of tables) below body-parser, raw-body and mysql2, since another
 * version of it has the place at the top.
 *
 * @param {string} name the package
 * @param {readonly string[]} owners who has the copy to take: a package, a dependency of that, ...
 */
export function onePackage(name, owners) {
  const asked = Symbol("asked");
  return {
    name: `one ${name}`,
    setup(build) {
      const find = (path, options) => build.resolve(path, { ...options, pluginData: asked });
      build.onResolve({ filter: new RegExp(`^${name}$`) }, async ({ path, pluginData, ...options }) => {
        if (pluginData === asked) return undefined;
        const own = await find(path, options);
        let resolveDir = build.initialOptions.absWorkingDir;
        let shared;
        for (const step of [...owners, name]) {
          shared = await find(step, { kind: "require-call", resolveDir });
          if (shared.errors.length > 0) return own;
          resolveDir = shared.path.slice(0, shared.path.lastIndexOf("/"));
        }
        return (await versionOf(shared.path)) === (await versionOf(own.path)) ? { ...own, path: shared.path } : own;
      });
    },
  };
}

/** Where there is any, there is little else: the tables of iconv-lite for Chinese, Japanese and Korean. */
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Has large JSON files in the bundle as text, parsed when they are first needed: V8 reads a string in a fraction of the time
 * that it takes to check an object of the same size. A character beyond ASCII would take six there (`\u4e00`): such text
 * is deflated.
 */
export const jsonAsText = {
  name: "JSON as text",
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (text.length < LARGE_JSON) return undefined;
      const json = JSON.stringify(JSON.parse(text));
      return {
        contents: `module.exports = JSON.parse(${BEYOND_ASCII.test(json) ? inflating(json) : JSON.stringify(json)});`,
      };
    });
  },
};

/** An expression that gives the text. */
function inflating(text) {
  const base64 = deflateRawSync(text, { level: 9 }).toString("base64");
  return `require("node:zlib").inflateRawSync(Buffer.from("${base64}", "base64")).toString()`;
}

/**
 * Leaves what our own sources import with `import()` for a bundle of its own beside this one, which is read when it is needed.
 *
 * @param {Map<string, string>} lazy takes the names of these bundles, and what is to be in each
 */
export function lazyBundles(lazy) {
  const asked = Symbol("asked");
  return {
    name: "lazy bundles",
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, kind, importer, pluginData, ...options }) => {
        if (pluginData === asked || kind !== "dynamic-import" || importer.includes("node_modules")) return undefined;
        const found = await build.resolve(path, { ...options, kind, importer, pluginData: asked });
        if (found.errors.length > 0 || found.external) return found;
        const name = `lazy-${path.replace(/^[./]+/, "").replaceAll(/[^A-Za-z0-9-]/g, "-")}`;
        lazy.set(name, found.path);
        return { path: `./${name}.cjs`, external: true };
      });
    },
  };
}

/**
 * Leaves out what pino looks up about its caller for loggers with a `transport`, which no service has. With
 * `--enable-source-maps`, Node 22 and later parse the whole source map for that (`util.getCallSites`, pino 10.4.0,
 * lib/caller.js): the half of what a service took to start on Node 24.
 */
export const noCallersOfPino = {
  name: "no callers of pino",
  setup(build) {
    build.onLoad({ filter: /[\\/]pino[\\/]lib[\\/]caller\.js$/ }, () => ({
      contents: "module.exports = () => undefined;",
    }));
  },
};
