import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWalkthrough, requireExpected } from "../../tools/docs/walkthrough";
import { AnotherTerminal } from "./another-terminal";
import type { Systems } from "./systems";

/**
 * Types what a page says into one terminal, beside what runs, and compares what is printed with what the page shows. A step
 * whose last command fails is a fault, whatever it prints.
 *
 * @param page from the root of the repository, such as `docs/systems/jenkins-ecs.md`
 */
export function testWalkthrough(page: string, running: () => Pick<Systems, "source" | "start">): void {
  const steps = parseWalkthrough(readFileSync(join(import.meta.dirname, "../..", page), "utf8"));

  describe(`the walk-through of ${page}`, () => {
    let terminal: AnotherTerminal;
    beforeAll(() => {
      const { source, start } = running();
      terminal = new AnotherTerminal(source.folder, start.variablesFile);
    });
    afterAll(() => terminal?.close());

    it.each(steps.map((step) => [step.line, step.commands.split("\n")[0], step] as const))(
      "shows in line %i what is printed: %s",
      async (_line, _command, step) => {
        const { output, status } = await terminal.type(step.commands);
        expect(status, `exit status of ${step.commands}\n${output}`).toBe(0);
        requireExpected(step, output);
      },
    );
  });
}
