import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { Failure } from "../../../tools/failure";
import type { Context } from "../context";
import { EXIT } from "../exit-status";

/** What of `npm run affected -- --json` says what is to be released. */
const document = z.object({
  environments: z.record(
    z.string(),
    z.object({ releases: z.array(z.object({ name: z.string(), why: z.array(z.string()) })) }),
  ),
});

/**
 * The files for which a service is to be released; none where no change touches it.
 *
 * @param file what `npm run affected -- --json` printed
 * @returns undefined where there is no such file, which is told: everything counts as affected then
 * @throws Failure where the file is another
 */
export function whyAffected(
  { environment, service, output }: Pick<Context, "environment" | "service" | "output">,
  file: string,
): readonly string[] | undefined {
  if (!existsSync(file)) {
    output.terminal.warn(`${file} is not there to tell what has changed, so everything counts as affected`);
    return undefined;
  }
  const { environments } = parse(file);
  const { releases } = environments[environment.name] ?? {};
  if (releases === undefined) {
    const given = Object.keys(environments).join(", ") || "none";
    throw fault(file, `it tells nothing of environment "${environment.name}", but of: ${given}`);
  }
  return releases.find(({ name }) => name === service.name)?.why ?? [];
}

function parse(file: string): z.output<typeof document> {
  try {
    return document.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw fault(file, "it is something else");
    throw error;
  }
}

const fault = (file: string, problem: string): Failure =>
  new Failure(
    `--affected ${file} has to hold what \`npm run affected -- --since REV --env NAME --json\` prints; ${problem}`,
    EXIT.usage,
  );
