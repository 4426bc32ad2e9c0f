import { Failure } from "../../../tools/failure";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { describePublished, readPublished } from "../published";
import { provenanceOf } from "../task-definition/provenance";
import { type RegisterInput, render } from "../task-definition/render";

/** The migrations of an image: the task that runs them once. */
export interface Migration {
  readonly input: RegisterInput;
  /** ARN of the revision that Terraform published. */
  readonly published: string;
}

/**
 * Renders the task that runs an image's migrations, by the rules of the service's own revision: from the one that
 * Terraform published.
 *
 * @throws Failure with status 2 where none is published
 */
export async function readMigration(context: Context, image: string): Promise<Migration> {
  const { names, service, variables } = context;
  const base = await readRequired(context, names.migrateTaskDefinitionParameter);
  const input = render(base, {
    image,
    container: names.container,
    environment: service.environment,
    provenance: provenanceOf(variables),
  });
  return { input, published: base.arn };
}

/** The revision that a parameter of Terraform's names. @throws Failure with status 2 where there is none */
export async function readRequired(context: Context, parameter: string) {
  const arn = await readPublished(context, parameter);
  if (arn !== undefined) return describePublished(context, parameter, arn);
  throw new Failure(`there is no parameter ${parameter}; ${context.howToDeploy}`, EXIT.usage);
}
