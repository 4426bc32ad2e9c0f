import { describe, expect, it } from "vitest";
import { recordingTerminal } from "../../../tools/testing/recording-terminal";
import { temporaryFolder, writeFile } from "../../../tools/testing/temporary-folder";
import type { Context } from "../context";
import { whyAffected } from "./affected";

/** Asks for the service `cart` in `dev`, where the file holds this text; undefined: there is no file. */
function ask(text: string | undefined) {
  const folder = temporaryFolder();
  const file = text === undefined ? `${folder}/none.json` : writeFile(folder, "affected.json", text);
  const { terminal, written } = recordingTerminal();
  const context = {
    environment: { name: "dev" },
    service: { name: "cart" },
    output: { terminal },
  } as unknown as Context;
  return { file, written, why: () => whyAffected(context, file) };
}

const affected = (environment: string, service: string) =>
  JSON.stringify({
    commit: "1",
    environments: { [environment]: { stacks: [], releases: [{ name: service, why: ["apps/cart/src/main.ts"] }] } },
  });

describe("the list of what a change affects", () => {
  it("says for which files a service is to be released", () => {
    expect(ask(affected("dev", "cart")).why()).toEqual(["apps/cart/src/main.ts"]);
  });

  it("says none for a service that no change touches", () => {
    expect(ask(affected("dev", "shop")).why()).toEqual([]);
  });

  it("leaves it open where there is none, and says so", () => {
    const { why, written, file } = ask(undefined);
    expect(why()).toBeUndefined();
    expect(written()).toContain(`${file} is not there to tell what has changed, so everything counts as affected`);
  });

  it.each([
    ["no JSON", "it is something else"],
    ['{"environments":{"dev":{}}}', "it is something else"],
    [affected("prod", "cart"), 'it tells nothing of environment "dev", but of: prod'],
    ['{"environments":{}}', 'it tells nothing of environment "dev", but of: none'],
  ])("is refused where it is %s", (text, problem) => {
    const { why, file } = ask(text);
    expect(why).toThrow(
      expect.objectContaining({
        status: 2,
        message: `--affected ${file} has to hold what \`npm run affected -- --since REV --env NAME --json\` prints; ${problem}`,
      }),
    );
  });
});
