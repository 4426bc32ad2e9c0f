import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["main.ts", "config", "modules", "stacks", "apps"];

/**
 * Copies the app into a folder in the way that `cdktf init --template=typescript` lays one out: CommonJS, the template's
 * compiler options, and every resource imported from the provider's index. To be run with `npx ts-node main.ts`.
 */
export function copyAsTemplate(root: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true, filter: isSource });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "template", private: true }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, exclude: ["node_modules"] }));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".ts")) importFromIndex(join(entry.parentPath, entry.name));
  }
}

/** Of the template (cdktf-cli 0.21, templates/typescript/tsconfig.json), less its checks for unused names. */
const compilerOptions = {
  alwaysStrict: true,
  declaration: true,
  experimentalDecorators: true,
  inlineSourceMap: true,
  inlineSources: true,
  lib: ["es2023"],
  module: "CommonJS",
  noEmitOnError: true,
  strict: true,
  strictNullChecks: true,
  strictPropertyInitialization: true,
  stripInternal: true,
  target: "ES2022",
  incremental: true,
  skipLibCheck: true,
  esModuleInterop: true,
};

const isSource = (path: string) =>
  !/node_modules|[\\/]dist$|\.test\.ts$|\.fixtures\.ts$|[\\/](src|testing)$/.test(path);

/** `import { A } from "@cdktf/provider-aws/lib/x-y"` becomes `import { xY as ...index }` with aliases of the same names. */
function importFromIndex(file: string): void {
  const text = readFileSync(file, "utf8");
  const rewritten = text.replace(
    /import (?:type )?\{([^}]+)\} from "@cdktf\/provider-aws\/lib\/([\w-]+)";/g,
    (_match, names: string, submodule: string) => {
      const module = camelCase(submodule);
      const aliases = names
        .split(",")
        .map((name) => name.replace("type ", "").trim())
        .filter(Boolean)
        .map((name) => `import ${name} = ${module}.${name};`);
      return [`import { ${module} } from "@cdktf/provider-aws";`, ...aliases].join(" ");
    },
  );
  if (rewritten !== text) writeFileSync(file, rewritten);
}

const camelCase = (text: string) => text.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
