import type { Service } from "@aws-sdk/client-ecs";
import type { Revision } from "../aws/revisions";
import type { Context } from "../context";
import { ensureRevision } from "../deployment/ensure-revision";
import type { Migration } from "./migration";
import { runOnce } from "./run-once";

export interface MigratingOptions {
  readonly service: Service;
  readonly migration: Migration;
  /** Whether they are run once more where they were. */
  readonly again: boolean;
  readonly timeoutSeconds: number | undefined;
}

/**
 * Runs the migrations of an image, once, and waits for their end. Whoever does this again, after having been killed or
 * after a lost answer, waits for the same task.
 *
 * @throws Unsuccessful with status 1 where they fail
 */
export async function migrate(context: Context, options: MigratingOptions): Promise<Revision> {
  const { migration, ...rest } = options;
  const revision = await ensureRevision(context, migration.input);
  await runOnce(context, { name: "migrate", what: `the migrations of ${context.place.service}`, revision, ...rest });
  return revision;
}
