/** What a build runs on. */
export interface BuildCompute {
  /** As CodeBuild names it. */
  readonly type: string;
  /** Processors of the machine. */
  readonly vCpus: number;
  /** Its memory, in GiB. */
  readonly memoryGiB: number;
  /** Of Linux on x86 in us-east-1. */
  readonly dollarsPerMinute: number;
}

/** Source: AWS CodeBuild User Guide, "Build environment compute modes and types"; prices: "AWS CodeBuild Pricing". */
export const BUILD_COMPUTE = {
  small: { type: "BUILD_GENERAL1_SMALL", vCpus: 2, memoryGiB: 4, dollarsPerMinute: 0.005 },
  medium: { type: "BUILD_GENERAL1_MEDIUM", vCpus: 4, memoryGiB: 8, dollarsPerMinute: 0.01 },
  large: { type: "BUILD_GENERAL1_LARGE", vCpus: 8, memoryGiB: 16, dollarsPerMinute: 0.02 },
} as const satisfies Record<string, BuildCompute>;

/** A size of build machines, by AWS's name. */
export type BuildComputeName = keyof typeof BUILD_COMPUTE;

/**
 * Amazon Linux 2023 with the AWS CLI, jq, bash, Node.js in several versions, and a Docker engine that starts where the
 * build is privileged. Source: AWS CodeBuild User Guide, "Docker images provided by CodeBuild" and "Available runtimes".
 */
export const BUILD_IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0";
