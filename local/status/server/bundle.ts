import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { messageOf } from "../../../tools/failure";

/** The page's script and stylesheet. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

const PAGE = fileURLToPath(new URL("../page/", import.meta.url));

/** Bundles the page, which takes about a tenth of a second. @throws Error with what esbuild finds wrong */
export async function bundlePage(): Promise<Bundle> {
  try {
    return await bundle();
  } catch (error) {
    throw new Error(`the status page can't be bundled: ${messageOf(error)}`);
  } finally {
    // It would keep a process of its own until we end.
    await stop();
  }
}

async function bundle(): Promise<Bundle> {
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: { page: "main.tsx", style: "style.css" },
    outdir: "out",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
  });
  const file = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? "";
  return { script: file("page.js"), style: file("style.css") };
}
