declare const __APP_VERSION__: string | undefined;

/** The version `build.mjs` put into the bundle; `unbuilt` when the sources run as they are (tests). */
export const version: string = typeof __APP_VERSION__ === "string" ? __APP_VERSION__ : "unbuilt";
