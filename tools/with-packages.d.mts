/** Whether a Node version (`v20.19.0`) is at least the one that package.json asks for. */
export function nodeIsNewEnough(version: string): boolean;

/** Whether the packages installed in a folder are those of its package-lock.json. */
export function packagesAreInstalled(root: string): boolean;
