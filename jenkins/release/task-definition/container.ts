import { Failure } from "../../../tools/failure";
import { EXIT } from "../exit-status";
import { type ImageReference, imageName, parseImage } from "./image-reference";
import type { Container, TaskDefinition } from "./task-definition";

/**
 * The container that an image is for: the one that is named; the only one; the only one that has an image of this
 * repository already; the only one that is essential.
 *
 * @throws Failure with status 2 where that is none, or not one
 */
export function containerFor(definition: TaskDefinition, image: ImageReference, name?: string): Container {
  if (name !== undefined) return containerNamed(definition, name);
  const { containerDefinitions: containers, family } = definition;
  const names = containers.map((container) => container.name).join(", ");
  const sameRepository = containers.filter((container) => repositoryOf(container) === imageName(image));
  const essential = containers.filter((container) => container.essential !== false);
  const found = [containers, sameRepository, essential].find((some) => some.length === 1)?.[0];
  // Two of one repository are not told apart by one of them being essential.
  if (found && sameRepository.length <= 1) return found;
  const why =
    sameRepository.length > 1
      ? `${sameRepository.length} containers have an image of ${imageName(image)}`
      : `none has an image of ${imageName(image)}, and ${essential.length} are essential`;
  throw new Failure(
    `it is not clear which container of task definition ${family} gets the image: ${why}; name one by --container: ${names}`,
    EXIT.usage,
  );
}

/** The container of a name. @throws Failure with status 2 where there is none */
export function containerNamed({ containerDefinitions: containers, family }: TaskDefinition, name: string): Container {
  const named = containers.find((container) => container.name === name);
  if (named) return named;
  const names = containers.map((container) => container.name).join(", ");
  throw new Failure(`task definition ${family} has no container "${name}"; it has: ${names}`, EXIT.usage);
}

/** What an image that is not ours to judge is called: as far as it can be read. */
function repositoryOf({ image }: Container): string {
  try {
    return imageName(parseImage(image));
  } catch {
    return image;
  }
}
