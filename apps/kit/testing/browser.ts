import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** What Chromium is called, by distribution. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where it lies on macOS, which has no such programs on PATH. */
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Chromium's program: the one that CHROMIUM names, else the first that there is. */
function findBrowser({ CHROMIUM, PATH = "" } = process.env): string | undefined {
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return CHROMIUM ?? [...onPath, ...APPLICATIONS].find(existsSync);
}

/** Why there is no browser for tests; `undefined` where there is one, and in CI, where there has to be. */
export function whyNoBrowser(): string | undefined {
  if (findBrowser() !== undefined || process.env.CI === "true") return undefined;
  return "no Chromium on PATH: install the package chromium, or name the program by CHROMIUM";
}

/** Chromium without a window; playwright-core comes without a browser of its own. */
export function startBrowser(): Promise<Browser> {
  // Root has no sandbox, and a container's root is root: all that is opened is ours.
  return chromium.launch({ executablePath: findBrowser() ?? "chromium", args: ["--no-sandbox"] });
}
