import { Failure } from "../../../tools/failure";
import { EXIT } from "../exit-status";
import { containerFor, containerNamed } from "./container";
import { withEnvironment } from "./environment";
import { imageName, parseImage } from "./image-reference";
import { ownTags, type Provenance, releaseTags } from "./provenance";
import { type Container, type Described, type Tag, type TaskDefinition, withoutReadOnly } from "./task-definition";

/** Source: "Amazon ECS endpoints and quotas", tags per resource. */
const TAGS_MAX = 50;

/** Input of RegisterTaskDefinition. */
export interface RegisterInput extends TaskDefinition {
  readonly tags?: readonly Tag[];
}

/** The revision that an input of RegisterTaskDefinition makes, as it would be described. */
export function describedBy(input: RegisterInput): Described {
  return { taskDefinition: input, tags: input.tags ?? [] };
}

export interface RenderOptions {
  /** Image reference. */
  readonly image: string;
  /** Name of the container that gets it. @default the only one it can be for, see `containerFor` */
  readonly container?: string | undefined;
  /** The service's plain environment values. @default - the environment stays as it is */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Who asks for it. @default {} */
  readonly provenance?: Provenance;
}

/**
 * The next revision: a revision with another image in one container, with the service's environment values and the
 * release's tags. Everything else passes untouched: what AWS adds to task definitions one day, empty texts and lists too.
 *
 * @throws Failure with status 2 where it is not clear what is meant
 */
export function render({ taskDefinition, tags }: Described, options: RenderOptions): RegisterInput {
  const { image, environment, provenance = {} } = options;
  const reference = parseImage(image);
  const chosen = containerFor(taskDefinition, reference, options.container);
  const changed = changeContainer(taskDefinition, chosen, { image, environment });
  const newTags = releaseTags(tags, releaseName(image), provenance);
  if (newTags.length > TAGS_MAX) {
    throw new Failure(
      `task definition ${taskDefinition.family} would have ${newTags.length} tags; AWS takes ${TAGS_MAX} at most: remove ` +
        `${newTags.length - TAGS_MAX} of its own`,
      EXIT.usage,
    );
  }
  // No tags are no list: AWS refuses an empty one.
  return { ...changed, ...(newTags.length > 0 && { tags: newTags }) };
}

/**
 * The next revision as a template: with a placeholder for the image of one container, and without anything of a release.
 *
 * @throws Failure with status 2 where there is no such container
 */
export function renderTemplate(
  { taskDefinition, tags }: Described,
  {
    image,
    container,
    environment,
  }: { image: string; container: string; environment: Readonly<Record<string, string>> },
): RegisterInput {
  const chosen = containerNamed(taskDefinition, container);
  const changed = changeContainer(taskDefinition, chosen, { image, environment });
  const own = ownTags(tags);
  return { ...changed, ...(own.length > 0 && { tags: own }) };
}

function changeContainer(
  definition: TaskDefinition,
  chosen: Container,
  { image, environment }: Pick<RenderOptions, "image" | "environment">,
): TaskDefinition {
  const withImage = { ...chosen, image };
  const changed = environment ? withEnvironment(withImage, environment) : withImage;
  const containerDefinitions = definition.containerDefinitions.map((one) => (one === chosen ? changed : one));
  return { ...withoutReadOnly(definition), containerDefinitions };
}

/** What tells images of one repository apart: the tag, else the digest; the whole name where there is neither. */
function releaseName(image: string): string {
  const { tag, digest, ...name } = parseImage(image);
  return tag ?? digest ?? imageName(name);
}
