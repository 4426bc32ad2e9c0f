import { defineConfig } from "vitest/config";
import { CountReporter } from "./tools/count-reporter.ts";
import { LongestFirst } from "./tools/longest-first.ts";

const ignored = ["**/node_modules/**", "**/.local/**"];

/** What tests have in common that start processes. */
const processes = {
  testTimeout: 15 * 60_000,
  hookTimeout: 15 * 60_000,
  // Vitest's second is too short for a process to be heard of while others start.
  expect: { poll: { timeout: 15_000 } },
  exclude: ignored,
};

export default defineConfig({
  test: {
    reporters: ["default", new CountReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          // Testing.setupJest() of cdktf extends the global `expect`.
          globals: true,
          setupFiles: ["modules/testing/setup.ts"],
          // The provider's classes are loaded once a worker instead of once a file: a third of the time.
          isolate: false,
          // They only end a test that hangs: a pipeline runs these on a machine that does other things as well, where five
          // seconds were too few for a test of properties, and a second for an answer of a server in the same process.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 15_000 } },
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          include: ["{apps,bench,config,docs,jenkins,local,modules,stacks,tools}/**/*.test.ts"],
          exclude: [...ignored, "**/*.e2e.test.ts"],
        },
      },
      {
        test: {
          // Services and their database as processes. They give up what has no answer for two to five seconds, as they do on
          // ECS: beside Terraform, which takes all the processors there are, that is no sign of a fault.
          name: "services",
          ...processes,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          include: ["apps/**/*.e2e.test.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          ...processes,
          globalSetup: ["local/testing/global-setup.ts"],
          // They wait for Terraform now and then, so more of them than cores run at once.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          include: ["{bench,jenkins,local,modules,stacks,tools}/**/*.e2e.test.ts"],
        },
      },
    ],
  },
});
