import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { appOf } from "../../../config/app";
import { Failure } from "../../../tools/failure";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { writeRecord } from "../record";
import { parseImage } from "../task-definition/image-reference";
import { whyAffected } from "./affected";
import { readRepository, requireTag } from "./next-revision";
import { foldersOf } from "./workspaces";

export interface PrepareOptions {
  /** Image to release. @default what the source is now, as BUILD_NUMBER-SERVICE */
  readonly imageTag?: string | undefined;
  /**
   * File with what `npm run affected -- --json` printed; where it does not name the service, nothing is to be released.
   * @default - the service is, changed or not
   */
  readonly affected: string | undefined;
  /** Folder for the files `tag`, `image`, `dockerfile`, `registry`, `repository`, `region`, `next` and `folders`. */
  readonly out: string;
}

/** What the pipeline does next. */
type Next =
  /** Build the image and push it. */
  | "image"
  /** Release: the registry has the image. */
  | "release"
  /** Nothing: what has changed does not touch the service. */
  | "nothing";

/** Tells a pipeline what to build and release. Changes nothing but the files in `out`. */
export async function prepare(context: Context, options: PrepareOptions): Promise<void> {
  const { lifetime, output, place } = context;
  const tag = options.imageTag || buildTag(context);
  requireTag(tag);
  const repository = await lifetime.until(readRepository(context));
  const image = `${repository}:${tag}`;
  const next = await lifetime.until(decide(context, options, tag));
  const { registry = "", repository: name } = parseImage(image);
  // What the service is made of: what is tested before it is built.
  const folders = foldersOf(context.root, context.service).join(" ");
  const dockerfile = `apps/${appOf(context.service)}/Dockerfile`;
  const answers = {
    tag,
    image,
    dockerfile,
    registry,
    repository: name,
    region: context.aws.settings.region,
    next,
    folders,
  };
  for (const [name, value] of Object.entries(answers)) writeRecord(options.out, name, value);
  output.terminal.done(`${place.service}: ${WORDS[next]}`, image);
  output.result({ service: place.service, ...answers });
}

const WORDS: Readonly<Record<Next, string>> = {
  image: "to be built, pushed and released",
  release: "the image is there, to be released",
  nothing: "no change touches it, nothing to do",
};

function buildTag({ variables, place }: Context): string {
  const { BUILD_NUMBER } = variables;
  if (BUILD_NUMBER) return `${BUILD_NUMBER}-${place.service}`;
  throw new Failure(
    "neither --image-tag nor BUILD_NUMBER, which Jenkins sets, says which image to release",
    EXIT.usage,
  );
}

async function decide(context: Context, options: PrepareOptions, tag: string): Promise<Next> {
  if (await isPushed(context, tag)) return "release";
  if (options.imageTag) {
    throw new Failure(
      `repository ${context.names.repository} has no image with the tag "${tag}"; leave the tag out to build one`,
      EXIT.usage,
    );
  }
  if (options.affected === undefined) return "image";
  const changed = whyAffected(context, options.affected);
  for (const file of changed ?? []) context.output.terminal.line(`    changed: ${file}`);
  return changed === undefined || changed.length > 0 ? "image" : "nothing";
}

async function isPushed({ aws, names }: Context, imageTag: string): Promise<boolean> {
  const found = await aws.callUnless(["ImageNotFoundException"], "ecr:DescribeImages", () =>
    aws.ecr.send(new DescribeImagesCommand({ repositoryName: names.repository, imageIds: [{ imageTag }] })),
  );
  return found !== undefined;
}
