import { resolve } from "node:path";
import { z } from "zod";
import { Failure, USAGE_STATUS } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import { groovy } from "./groovy";

const MAIN = "runner.JobDsl";

/** A call of the Job DSL, with the calls in its block. */
export interface DslCall {
  readonly name: string;
  readonly arguments: readonly unknown[];
  readonly body: readonly DslCall[];
}

const call: z.ZodType<DslCall> = z.lazy(() =>
  z.object({ name: z.string(), arguments: z.array(z.unknown()), body: z.array(call) }),
);

/**
 * The jobs and folders that a Job DSL file defines, as the calls that define them. Shows that the file runs, and calls nothing
 * but the methods of the plugin that are written down in groovy/JobDsl.groovy; not what the plugin makes of them.
 *
 * @param bindings variables of the file
 * @throws Failure where the file calls anything else, or Java or Groovy is missing
 */
export async function runJobDsl(
  lifetime: Lifetime,
  file: string,
  bindings: Readonly<Record<string, unknown>>,
): Promise<readonly DslCall[]> {
  const { java, arguments: javaArguments } = await groovy(lifetime);
  const group = lifetime.start(java, [...javaArguments, MAIN], { stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  group.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  group.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // It may end before it has read what is written: the exit status says so.
  group.child.stdin?.on("error", () => undefined);
  group.child.stdin?.end(JSON.stringify({ file: resolve(file), bindings }));
  const { status } = await lifetime.until(group.exited);
  if (status !== 0) throw new Failure(stderr.trim(), USAGE_STATUS);
  return z.array(call).parse(JSON.parse(stdout.split("\n").findLast((line) => line.startsWith("[")) ?? "[]"));
}

/** The calls below some calls at a path of names: `callsAt(jobs, "pipelineJob", "definition", "cpsScm", "scriptPath")`. */
export function callsAt(calls: readonly DslCall[], ...path: readonly string[]): readonly DslCall[] {
  const [name, ...rest] = path;
  const found = calls.filter((it) => it.name === name);
  return rest.length === 0
    ? found
    : callsAt(
        found.flatMap(({ body }) => body),
        ...rest,
      );
}
