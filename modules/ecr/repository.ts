import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Construct } from "constructs";
import { IMAGE_TAG, REPOSITORY_NAME } from "../aws/forms";
import { LIFECYCLE_COUNT } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** Whether a tag can be pushed again for another image. */
export type TagMutability = "IMMUTABLE" | "MUTABLE";

export interface RepositoryProps {
  /** Name of the repository: 2 to 256 lower-case letters and digits, joined by single `.`, `_`, `-` or `/`. */
  readonly name: string;
  /**
   * Whether a tag that was pushed can be pushed again for another image. `MUTABLE` is for a tag that moves from release
   * to release, such as the one that CodePipeline's ECR source follows.
   * @default "IMMUTABLE"
   */
  readonly tagMutability?: TagMutability;
  /**
   * Tag of an image that no lifecycle rule removes, such as the one that a service is created with.
   * @default - every image may go once it is old
   */
  readonly protectedTag?: string;
  /**
   * How many of the newest images are kept. An image that an old task definition still names is gone with the others,
   * so keep more than the number of revisions that you may want to roll back to.
   * @default 30
   */
  readonly keepImages?: number;
  /**
   * Days after which an image without a tag goes.
   * @default 7
   */
  readonly untaggedExpiryDays?: number;
  /**
   * ARN of the KMS key that encrypts the images. Changing it replaces the repository.
   * @default - AES-256 with a key that ECR owns
   */
  readonly kmsKeyArn?: string;
  /**
   * Whether the repository may be removed with the images in it.
   * @default false
   */
  readonly forceDelete?: boolean;
}

/**
 * A private repository for the images of one service. Unless asked otherwise its tags are immutable: a tag that was
 * tested is what runs.
 *
 * ```ts
 * const repository = new Repository(this, "Repository", { name: "shop/cart" });
 * ```
 *
 * Cost: $0.10 per GB and month. Thirty images of 80 MB that share a 60 MB base layer are 0.66 GB, $0.07 a month.
 * Scanning on push (basic scanning) is free.
 *
 * @see Amazon ECR User Guide, "Lifecycle policy properties"
 */
export class Repository extends Construct {
  readonly repository: EcrRepository;
  readonly tagMutability: TagMutability;

  constructor(scope: Construct, id: string, props: RepositoryProps) {
    super(scope, id);
    checkProps(this, props);
    this.tagMutability = props.tagMutability ?? "IMMUTABLE";
    this.repository = createRepository(this, props, this.tagMutability);
    new EcrLifecyclePolicy(this, "LifecyclePolicy", {
      repository: this.repository.name,
      policy: lifecyclePolicy(props),
    });
  }

  get name(): string {
    return this.repository.name;
  }

  get arn(): string {
    return this.repository.arn;
  }

  /** Where to push to and pull from, without a tag: `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/cart`. */
  get url(): string {
    return this.repository.repositoryUrl;
  }
}

function checkProps(scope: Construct, props: RepositoryProps): void {
  const check = new PropCheck(scope);
  check.text("name", props.name, REPOSITORY_NAME);
  check.text("protectedTag", props.protectedTag, IMAGE_TAG);
  check.wholeNumber("keepImages", props.keepImages, LIFECYCLE_COUNT);
  check.wholeNumber("untaggedExpiryDays", props.untaggedExpiryDays, LIFECYCLE_COUNT);
}

function createRepository(
  scope: Construct,
  { name, kmsKeyArn, forceDelete = false }: RepositoryProps,
  imageTagMutability: TagMutability,
): EcrRepository {
  return new EcrRepository(scope, "Resource", {
    name,
    imageTagMutability,
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: [
      kmsKeyArn === undefined ? { encryptionType: "AES256" } : { encryptionType: "KMS", kmsKey: kmsKeyArn },
    ],
    forceDelete,
  });
}

/**
 * An image belongs to the first rule that it matches, and no later rule can remove it. The first rule therefore shields
 * the protected image: a tag is on one image only, so "more than one" never happens.
 */
function lifecyclePolicy({ protectedTag, keepImages = 30, untaggedExpiryDays = 7 }: RepositoryProps): string {
  const protection = protectedTag === undefined ? [] : [keepTag(protectedTag)];
  const rules = [
    ...protection,
    {
      description: `remove images without a tag after ${untaggedExpiryDays} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untaggedExpiryDays,
      },
    },
    {
      description: `keep the newest ${keepImages} images`,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keepImages },
    },
  ];
  return JSON.stringify({
    rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule, action: { type: "expire" } })),
  });
}

const keepTag = (tag: string) => ({
  description: `keep the image tagged ${tag}`,
  selection: { tagStatus: "tagged", tagPatternList: [tag], countType: "imageCountMoreThan", countNumber: 1 },
});
