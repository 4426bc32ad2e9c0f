/** A file as text: esbuild puts it into the bundle (kit's build.mjs), Vite serves it to the tests. */
declare module "*?raw" {
  const text: string;

  export = text;
}
