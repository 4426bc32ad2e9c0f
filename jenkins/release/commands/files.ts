import { deploymentUnit } from "../../../config/deployment-unit";
import { systemNames } from "../../../config/names";
import { lastPart } from "../../../modules/aws/arn";
import { Failure } from "../../../tools/failure";
import { readService } from "../aws/services";
import type { Context } from "../context";
import { appSpecOf } from "../deployment/blue-green/app-spec";
import { EXIT } from "../exit-status";
import { readRequired } from "../one-off/migration";
import { commitFiles } from "../pipeline-files/commit";
import {
  appSpecFile,
  meanTheSame,
  TASK_DEFINITION_PLACEHOLDER,
  taskDefinitionFile,
} from "../pipeline-files/pipeline-files";
import { writeRecord } from "../record";
import { requireAccount, requireController } from "./next-revision";

export interface FilesOptions {
  /** Folder for the files. */
  readonly out: string;
  /** Whether to commit them to the repository that the pipeline follows. */
  readonly commit: boolean;
}

/**
 * Writes what CodePipeline has CodeDeploy release the service by: from the revision that Terraform published, and
 * service.json. Changes nothing but the files, and the repository where it is asked to.
 */
export async function writeFiles(context: Context, { out, commit }: FilesOptions): Promise<void> {
  const { lifetime, output, aws, place } = context;
  const { files, revision } = await lifetime.until(generate(context));
  for (const [name, text] of Object.entries(files)) writeRecord(out, name, text.trimEnd());
  output.terminal.done(Object.keys(files).join(" and "), `from ${revision}, in ${out}`);
  const committed = commit ? await commitAll(context, files, revision) : undefined;
  const result = { service: place.service, revision, files: Object.keys(files), commit: committed };
  output.result({ outcome: "written", ...result, calls: aws.calls });
}

/** The files by name. */
async function generate(context: Context): Promise<{ files: Readonly<Record<string, string>>; revision: string }> {
  const { aws, place, names, service: config, howToDeploy } = context;
  if (config.deployment.controller !== "CODE_DEPLOY") {
    throw new Failure(
      `${config.name} is deployed by ${config.deployment.controller}: no pipeline of CodeDeploy's releases it, and it has no such files`,
      EXIT.usage,
    );
  }
  const [service, base] = await Promise.all([
    readService(aws, place, howToDeploy),
    readRequired(context, names.taskDefinitionParameter),
  ]);
  requireController(context, service);
  requireAccount(context, service);
  const { container } = names;
  const spec = appSpecOf({ taskDefinition: TASK_DEFINITION_PLACEHOLDER, container, port: config.port, service });
  return {
    revision: lastPart(base.arn),
    files: {
      "appspec.yaml": appSpecFile(spec),
      "taskdef.json": taskDefinitionFile(base, { container, environment: config.environment }),
    },
  };
}

async function commitAll(
  context: Context,
  files: Readonly<Record<string, string>>,
  revision: string,
): Promise<string | undefined> {
  const { output, place, environment, service } = context;
  const { deploymentRepository: repository } = systemNames(deploymentUnit(service), environment.name);
  const commit = await commitFiles(context, {
    repository,
    files: Object.entries(files).map(([name, text]) => ({ path: `${place.service}/${name}`, text })),
    message: `${place.service}: from ${revision}`,
    same: meanTheSame,
  });
  if (commit === undefined) output.terminal.done("nothing to commit", `${repository} has these files`);
  else output.terminal.done(`committed to ${repository}`, commit);
  return commit;
}
