import { temporaryFolder, writeFile } from "../testing/temporary-folder";

/** A project of two applications and a kit; what a file holds is as short as it can be. */
const FILES: Readonly<Record<string, string>> = {
  "main.ts":
    'import "./config/load";\nimport "./stacks/state";\nimport "./stacks/jenkins-ecs";\nimport "cdktf/lib/app";\n',
  "config/load.ts": 'import "node:fs";\n',
  "config/unused.ts": "",
  "stacks/state.ts": 'import "../modules/bucket";\nimport "./common";\n',
  "stacks/jenkins-ecs.ts":
    'import "../modules/cluster";\nimport "./common";\nimport type { T } from "../modules/types";\n',
  "stacks/common.ts": "",
  "modules/bucket.ts": "",
  "modules/cluster.ts": "",
  "modules/types.ts": "export type T = string;\n",
  "package.json": '{ "name": "shop", "scripts": {} }',
  "package-lock.json": JSON.stringify({
    packages: {
      "": {},
      "apps/cart": { dependencies: { "@shop/kit": "1", express: "5" } },
      "apps/kit": { devDependencies: { esbuild: "0" } },
      "apps/site": { dependencies: { "@shop/kit": "1" } },
      "node_modules/@shop/kit": { resolved: "apps/kit", link: true },
      "node_modules/cdktf": { version: "1.0.0" },
      "node_modules/esbuild": { version: "1.0.0" },
      "node_modules/express": { version: "1.0.0" },
      "node_modules/vitest": { version: "1.0.0" },
    },
  }),
  "apps/kit/package.json":
    '{ "name": "@shop/kit", "exports": { "./page": "./src/page.ts", "./build": { "types": "./build.d.mts", "default": "./build.mjs" } } }',
  "apps/kit/src/page.ts": 'import style from "./page.css?raw";\nconsole.log(style);\n',
  "apps/kit/src/page.css": "",
  "apps/kit/src/form.ts": "",
  "apps/cart/package.json": '{ "name": "@shop/cart" }',
  "apps/cart/src/main.ts": 'import "@shop/kit/page";\nimport "express";\n',
  "apps/cart/src/commands/database.ts": 'import "../tables";\n',
  "apps/cart/src/commands/database.test.ts": "",
  "apps/cart/src/tables.ts": "",
  "apps/site/package.json": '{ "name": "@shop/site" }',
  "apps/site/src/main.ts": "",
};

/** A folder with that project, some of its files otherwise; undefined: without the file. It is gone after the test. */
export function projectFolder(changed: Readonly<Record<string, string | undefined>> = {}): string {
  const root = temporaryFolder();
  for (const [file, text] of Object.entries({ ...FILES, ...changed })) {
    if (text !== undefined) writeFile(root, file, text);
  }
  return root;
}

/** The text of a file of that project. */
export const textOf = (file: string): string => FILES[file] ?? "";
