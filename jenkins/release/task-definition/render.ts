import { Failure } from "../../../tools/failure";
import { EXIT } from "../exit-status";
import { containerFor } from "./container";
import { withEnvironment } from "./environment";
import { imageName, parseImage } from "./image-reference";
import { type Provenance, releaseTags } from "./provenance";
import { type Described, type Tag, type TaskDefinition, withoutReadOnly } from "./task-definition";

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
  const withImage = { ...chosen, image };
  const changed = environment ? withEnvironment(withImage, environment) : withImage;
  const containerDefinitions = taskDefinition.containerDefinitions.map((container) =>
    container === chosen ? changed : container,
  );
  const newTags = releaseTags(tags, releaseName(image), provenance);
  if (newTags.length > TAGS_MAX) {
    throw new Failure(
      `task definition ${taskDefinition.family} would have ${newTags.length} tags; AWS takes ${TAGS_MAX} at most: remove ` +
        `${newTags.length - TAGS_MAX} of its own`,
      EXIT.usage,
    );
  }
  // No tags are no list: AWS refuses an empty one.
  return { ...withoutReadOnly(taskDefinition), containerDefinitions, ...(newTags.length > 0 && { tags: newTags }) };
}

/** What tells images of one repository apart: the tag, else the digest; the whole name where there is neither. */
function releaseName(image: string): string {
  const { tag, digest, ...name } = parseImage(image);
  return tag ?? digest ?? imageName(name);
}
