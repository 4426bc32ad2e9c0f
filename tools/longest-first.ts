import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The test files that take minutes, in the order in which they begin; all others follow. A long one that began last would
 * be waited for with nothing beside it. Those with a container engine of their own wait for each other, so the second of
 * them comes when the first is about to end.
 */
export const LONG = [
  "local/systems/systems.e2e.test.ts",
  "jenkins/pipeline.e2e.test.ts",
  "local/scaling.e2e.test.ts",
  "local/deployments.e2e.test.ts",
  "local/start.e2e.test.ts",
  "local/emulator/emulator.e2e.test.ts",
  "jenkins/release/release.e2e.test.ts",
  "stacks/validate.e2e.test.ts",
  "local/docker.e2e.test.ts",
  "tools/deploy/state-bootstrap.e2e.test.ts",
];

/** Vitest's own order, by size where it has run nothing before, with the long ones in front. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files), ({ moduleId }) => moduleId);
  }
}

/** The long ones in their order, then all others in the order that they had. */
export function longestFirst<File>(files: readonly File[], pathOf: (file: File) => string): File[] {
  const place = (file: File) => {
    const index = LONG.findIndex((name) => pathOf(file).endsWith(`/${name}`));
    return index === -1 ? LONG.length : index;
  };
  return files.toSorted((first, second) => place(first) - place(second));
}
