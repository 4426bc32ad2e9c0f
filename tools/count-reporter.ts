import type { TestModule } from "vitest/node";
import type { Reporter } from "vitest/reporters";

/** Ends a run with the line `N passed, N failed`. A test file that cannot be loaded counts as one failed test. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const broken = modules.filter((module) => module.errors().length > 0);
    const count = (state: string) => states.filter((candidate) => candidate === state).length;
    const skipped = count("skipped");
    // After vitest's own summary, which it prints in the same turn.
    setImmediate(() => {
      const tail = skipped > 0 ? `, ${skipped} skipped` : "";
      process.stdout.write(`${count("passed")} passed, ${count("failed") + broken.length} failed${tail}\n`);
    });
  }
}
