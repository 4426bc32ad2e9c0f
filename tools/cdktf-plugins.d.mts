import type { Plugin } from "esbuild";

/** What makes CDKTF quicker while esbuild bundles it. */
export const CDKTF_PLUGINS: Plugin[];
