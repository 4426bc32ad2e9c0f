import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { TerraformOutput } from "cdktf";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { Repository, type RepositoryProps } from "./repository";

const repository = (props: Partial<RepositoryProps> = {}) =>
  synthesise((stack) => {
    const made = new Repository(stack, "Repository", { name: "shop/cart", ...props });
    for (const attribute of ["url", "arn", "name"] as const) {
      new TerraformOutput(stack, attribute, { value: made[attribute] });
    }
  });

const rules = (props: Partial<RepositoryProps> = {}) =>
  JSON.parse(String(repository(props).resource(EcrLifecyclePolicy).policy)).rules;

describe("Repository", () => {
  it("is one repository and its lifecycle policy", () => {
    expect(repository().counts()).toEqual({ aws_ecr_repository: 1, aws_ecr_lifecycle_policy: 1 });
  });

  it("has immutable tags, scans on push, is encrypted, and is not removed with its images", () => {
    expect(repository().resource(EcrRepository)).toMatchObject({
      name: "shop/cart",
      image_tag_mutability: "IMMUTABLE",
      image_scanning_configuration: { scan_on_push: true },
      encryption_configuration: [{ encryption_type: "AES256" }],
      force_delete: false,
    });
  });

  it("lets a tag move when asked to", () => {
    const stack = repository({ tagMutability: "MUTABLE" });
    expect(stack.resource(EcrRepository).image_tag_mutability).toBe("MUTABLE");
  });

  it("encrypts with a KMS key that it is given", () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    expect(repository({ kmsKeyArn }).resource(EcrRepository).encryption_configuration).toEqual([
      { encryption_type: "KMS", kms_key: kmsKeyArn },
    ]);
  });

  it("is removed with its images when asked to", () => {
    expect(repository({ forceDelete: true }).json).toHaveResourceWithProperties(EcrRepository, { force_delete: true });
  });

  it("shields the protected image before it lets anything expire", () => {
    expect(rules({ protectedTag: "bootstrap" })).toEqual([
      {
        rulePriority: 1,
        description: "keep the image tagged bootstrap",
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["bootstrap"],
          countType: "imageCountMoreThan",
          countNumber: 1,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: "remove images without a tag after 7 days",
        selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
        action: { type: "expire" },
      },
      {
        rulePriority: 3,
        description: "keep the newest 30 images",
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
        action: { type: "expire" },
      },
    ]);
  });

  it("lets every image expire where none is protected", () => {
    expect(
      rules().map((rule: { rulePriority: number; description: string }) => [rule.rulePriority, rule.description]),
    ).toEqual([
      [1, "remove images without a tag after 7 days"],
      [2, "keep the newest 30 images"],
    ]);
  });

  it("keeps as many images, as long, as it is told", () => {
    const [untagged, newest] = rules({ keepImages: 5, untaggedExpiryDays: 1 });
    expect(untagged.selection.countNumber).toBe(1);
    expect(newest.selection.countNumber).toBe(5);
  });

  it("exposes its URL, ARN and name", () => {
    const { output } = JSON.parse(repository().json);
    expect(output.url.value).toMatch(/^\$\{aws_ecr_repository\..+\.repository_url\}$/);
    expect(output.arn.value).toMatch(/^\$\{aws_ecr_repository\..+\.arn\}$/);
    expect(output.name.value).toMatch(/^\$\{aws_ecr_repository\..+\.name\}$/);
  });
});
