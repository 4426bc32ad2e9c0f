import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Testing.setupJest() of cdktf extends the global `expect`.
    globals: true,
    // The provider's classes are loaded once a worker instead of once a file: a third of the time.
    isolate: false,
    setupFiles: ["modules/testing/setup.ts"],
    include: ["{apps,config,jenkins,local,modules,stacks,tools}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.e2e.test.ts"],
  },
});
