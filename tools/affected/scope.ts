import { isDeepStrictEqual } from "node:util";
import type { SourceTree } from "./source-tree";

/** Names, or all that there are. */
export type Names = "all" | ReadonlySet<string>;

/** What a changed file can change, whatever the environment. */
export interface Scope {
  /** Base names of files in stacks/. */
  readonly stacks: Names;
  /** Folders of apps/ whose images it changes. */
  readonly images: Names;
  /** Whether it changes what the jobs of Jenkins do. */
  readonly jenkins: boolean;
}

/** The tree before a change and after it. */
export interface Trees {
  readonly before: SourceTree;
  readonly after: SourceTree;
}

const NONE: ReadonlySet<string> = new Set();

export const NOTHING: Scope = { stacks: NONE, images: NONE, jenkins: false };

export const EVERYTHING: Scope = { stacks: "all", images: "all", jenkins: true };

const EVERY_STACK: Scope = { ...NOTHING, stacks: "all" };

const EVERY_IMAGE: Scope = { ...NOTHING, images: "all" };

/** Whatever else the images of a folder may hold: the Dockerfile, the package. */
const APP_FOLDER = /^apps\/([^/]+)\//;

/** What a file is to the project, told by its path; the first that fits. */
const RULES: readonly (readonly [path: RegExp, scope: Scope | ((folder: string, trees: Trees) => Scope)])[] = [
  // What these say is compared instead, service by service and environment by environment.
  [/^apps\/[^/]+\/service\.json$/, NOTHING],
  [/^config\/environments\/[^/]+\.json$/, NOTHING],
  [/^package-lock\.json$/, (_, trees) => scopeOfPackages(trees)],
  [/^package\.json$/, (_, trees) => scopeOfSettings(trees)],
  // How stacks are synthesised.
  [/^(?:tools\/synth\.mjs|cdktf\.json|tsconfig\.json)$/, EVERY_STACK],
  // How images are built.
  [/^(?:apps\/kit\/[^/]+\.mjs|\.npmrc|\.dockerignore)$/, EVERY_IMAGE],
  // Neither deployed nor built into an image. A page that a program imports has been found in the graph.
  [/\.md$|^LICENSE$|\.(?:test|fixtures)\.ts$|\.d\.m?ts$|^config\/[^/]+\.schema\.json$/, NOTHING],
  [/(?:^|\/)testing\/|^jenkins\/runner\//, NOTHING],
  [/^(?:docs|bench|local|tools|\.ci|\.github)\//, NOTHING],
  // Where node_modules is a link, git does not ignore it; the lock file tells what is in it.
  [/^(?:biome\.json|vitest\.config\.ts|\.gitignore|node_modules)$/, NOTHING],
  [/^jenkins\//, { ...NOTHING, jenkins: true }],
  // Bundles are made of what the graph reaches: of other sources here, they hold no line.
  [/^(?:config|modules|stacks|apps\/[^/]+\/src)\/.*\.ts$/, NOTHING],
  [APP_FOLDER, (folder, trees) => ({ ...NOTHING, images: imagesWith(folder, trees) })],
];

/**
 * What a changed file can change: by the import graphs of both trees, so that a file which is gone counts where it was; and
 * by what it is to the project. A file that neither explains can change everything.
 *
 * @param file path relative to the root, with forward slashes
 */
export function scopeOf(file: string, trees: Trees): Scope {
  const imported = scopeInGraph(file, trees);
  const isImported = imported !== NOTHING;
  for (const [path, scope] of RULES) {
    const match = path.exec(file);
    if (!match) continue;
    // The graph tells better than the folder.
    if (path === APP_FOLDER && isImported) return imported;
    return join(imported, typeof scope === "function" ? scope(match[1] ?? "", trees) : scope);
  }
  return isImported ? imported : EVERYTHING;
}

function scopeInGraph(file: string, { before, after }: Trees): Scope {
  const trees = [before, after];
  const holds = (files: ReadonlyMap<string, ReadonlySet<string>>) =>
    [...files].filter(([, reached]) => reached.has(file)).map(([name]) => name);
  const stacks = trees.some(({ everyStack }) => everyStack.has(file))
    ? "all"
    : new Set(trees.flatMap((tree) => holds(tree.stacks)));
  const images = new Set(trees.flatMap((tree) => holds(tree.images)));
  return stacks !== "all" && stacks.size + images.size === 0 ? NOTHING : { stacks, images, jenkins: false };
}

function scopeOfPackages({ before, after }: Trees): Scope {
  const images = [...after.images.keys()].filter(
    (app) => !isDeepStrictEqual(before.packagesOfImage(app), after.packagesOfImage(app)),
  );
  const isSame = isDeepStrictEqual(before.packagesOfStacks(), after.packagesOfStacks());
  return { ...NOTHING, stacks: isSame ? NONE : "all", images: new Set(images) };
}

function scopeOfSettings({ before, after }: Trees): Scope {
  const isSame = isDeepStrictEqual(before.settings, after.settings);
  return isSame ? NOTHING : { ...NOTHING, stacks: "all", images: "all" };
}

/** Of a folder that is no package, the images are those that are built from it. */
const imagesWith = (folder: string, { before, after }: Trees): ReadonlySet<string> =>
  new Set([folder, ...before.imagesWith(folder), ...after.imagesWith(folder)]);

function join(first: Scope, second: Scope): Scope {
  return {
    stacks: union(first.stacks, second.stacks),
    images: union(first.images, second.images),
    jenkins: first.jenkins || second.jenkins,
  };
}

function union(first: Names, second: Names): Names {
  return first === "all" || second === "all" ? "all" : new Set([...first, ...second]);
}
