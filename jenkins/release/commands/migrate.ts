import type { Service } from "@aws-sdk/client-ecs";
import { deploymentUnit } from "../../../config/deployment-unit";
import { lastPart } from "../../../modules/aws/arn";
import { Failure } from "../../../tools/failure";
import { describeRevision, type Revision } from "../aws/revisions";
import { readService, revisionOf } from "../aws/services";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { migrate as runMigrations } from "../one-off/migrate";
import { readMigration, readRequired } from "../one-off/migration";
import { runOnce } from "../one-off/run-once";
import { imageOf } from "../task-definition/image-of";
import { requireGood, verifyTask } from "../verify/verify";
import { readRepository, requireAccount, requireTag } from "./next-revision";

export interface MigrateOptions {
  /** Image whose migrations are run. @default that of the revision that serves */
  readonly imageTag: string | undefined;
  /** Makes the database and its users before: run as often as one likes. */
  readonly prepare: boolean;
  /** Adds the sample data after. */
  readonly seed: boolean;
  /** How long each task is waited for. @default 900 */
  readonly timeoutSeconds: number | undefined;
}

/** Runs the migrations of an image, without a release: the service is left alone. */
export async function migrate(context: Context, options: MigrateOptions): Promise<void> {
  const { lifetime, output, aws, place, names, howToDeploy, service: config } = context;
  if (!config.database?.migrations) {
    throw new Failure(
      `${config.name} has no migrations: "database" in apps/${config.name}/service.json does not say "migrations": true`,
      EXIT.usage,
    );
  }
  const service = await lifetime.until(readService(aws, place, howToDeploy));
  requireAccount(context, service);
  const image = await lifetime.until(imageToMigrate(context, service, options));
  const migration = await lifetime.until(readMigration(context, image));
  requireGood(output, await lifetime.until(verifyTask({ context, input: migration.input, service })));
  const common = { service, again: true, timeoutSeconds: options.timeoutSeconds };
  if (options.prepare) {
    const parameter = names.prepareDatabaseTaskDefinitionParameter;
    const revision = await lifetime.until(readRequired(context, parameter));
    const what = `the database of ${deploymentUnit(config)}`;
    await runOnce(context, { name: "prepare-database", what, revision, ...common });
  }
  const revision = await runMigrations(context, { migration, ...common });
  if (options.seed) {
    const command = [...commandOf(context, revision).slice(0, -1), "seed"];
    await runOnce(context, { name: "seed", what: `the sample data of ${place.service}`, revision, command, ...common });
  }
  const { prepare: prepared, seed: seeded } = options;
  const name = lastPart(revision.arn);
  const result = { outcome: "migrated", service: place.service, revision: name, image, prepared, seeded };
  output.result({ ...result, calls: aws.calls });
}

async function imageToMigrate(context: Context, service: Service, { imageTag }: MigrateOptions): Promise<string> {
  if (imageTag === undefined) {
    return imageOf(await describeRevision(context.aws, revisionOf(service)), context.names.container);
  }
  requireTag(imageTag);
  return `${await readRepository(context)}:${imageTag}`;
}

/** What the migrations' container runs: its last word says what of the database it does. */
function commandOf({ names }: Context, { taskDefinition }: Revision): readonly string[] {
  const container = taskDefinition.containerDefinitions.find(({ name }) => name === names.container);
  return Array.isArray(container?.command) ? container.command.map(String) : [];
}
