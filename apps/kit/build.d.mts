/** What to bundle. */
export interface BuildOptions {
  /** The service's folder, with `src/main.ts`. */
  readonly directory: string;
  /** Baked into the bundle; 1 to 128 letters, digits, `_`, `.` and `-` (an image tag). @default the version of package.json */
  readonly version?: string;
  /** @default `dist` in the service's folder */
  readonly outdir?: string;
}

/** Bundles a service to `main.cjs`, its commands and `lazy-NAME.cjs` beside it, each with a source map; rejects with a message for the user. */
export function buildService(options: BuildOptions): Promise<{ readonly file: string; readonly version: string }>;
