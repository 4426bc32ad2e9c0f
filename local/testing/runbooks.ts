import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeBlocks } from "../../tools/docs/markdown";
import { AnotherTerminal } from "./another-terminal";
import type { Systems } from "./systems";

const FOLDER = join(import.meta.dirname, "../../docs/runbooks");

/** What the names in the commands stand for here: by the beginning of a page's name, the first that fits. */
const NAMES = [
  ["database-", "ENV=local CLUSTER=coffee-suppliers-local SERVICE=customer"],
  ["failed-deployment", "ENV=local CLUSTER=coffee-suppliers-local SERVICE=customer"],
  ["5xx", "ENV=local CLUSTER=jenkins-ecs-local SERVICE=service-b"],
  ["", "ENV=local CLUSTER=jenkins-ecs-local SERVICE=service-a"],
] as const;

/** What has to have happened before the commands of a page. */
const BEFORE: Readonly<Record<string, string>> = {
  // There is a release to go back from.
  "5xx.md": 'npm run local -- push "$SERVICE" --tag runbook && npm run local -- release "$SERVICE" --tag runbook',
};

/** What the names stand for in production. */
const isTyped = (text: string) => !text.trimStart().startsWith("ENV=prod");

/** Version 1 of the AWS CLI sends what it has for RDS to AWS, whatever AWS_ENDPOINT_URL says. */
const TO_THE_EMULATOR = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }';

/**
 * Types every command of the runbooks beside what runs, one after the other: none may fail. Some of them change it: tests that
 * count on what was deployed come before.
 */
export function testRunbooks(running: () => Pick<Systems, "source" | "start">): void {
  describe.each(readdirSync(FOLDER).sort())("the runbook %s", (page) => {
    const blocks = codeBlocks(readFileSync(join(FOLDER, page), "utf8")).filter(
      ({ language, text }) => language === "sh" && isTyped(text),
    );
    let terminal: AnotherTerminal;
    beforeAll(async () => {
      const { source, start } = running();
      terminal = new AnotherTerminal(source.folder, start.variablesFile);
      const names = NAMES.find(([beginning]) => page.startsWith(beginning))?.[1] ?? "";
      const { status, output } = await terminal.type(`${names}\n${TO_THE_EMULATOR}\n${BEFORE[page] ?? ""}`);
      expect(status, output).toBe(0);
    });
    afterAll(() => terminal?.close());

    it.each(blocks.map(({ text, line }) => [line, text.trim().split("\n")[0], text] as const))(
      "has commands in line %i that can be typed here: %s",
      async (_line, _first, text) => {
        const { status, output } = await terminal.type(`(\nset -e\n${text}\n)`);
        expect(status, `${text}\n${output}`).toBe(0);
      },
    );
  });
}
