import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Testing } from "cdktf";
import { afterEach, describe, expect, it } from "vitest";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import { loadProject } from "../config/load";
import { type Block, parseStack, type Synthesised } from "../modules/testing/synth";
import { applications } from "./routing.fixtures";
import { type AllStacks, allStacks, synthesiseAll } from "./stacks.fixtures";
import { StateStack } from "./state";

interface Document {
  terraform: { backend: Record<string, Block> };
  provider: { aws: Block[] };
  resource: Record<string, Record<string, Block>>;
}
const document = (stack: Synthesised) => JSON.parse(stack.json) as Document;
const provider = (stack: Synthesised) => document(stack).provider.aws[0];
const eachStack = ({ state, registry, network, mail, publicApi, ...systems }: AllStacks) =>
  Object.entries({
    state,
    registry,
    network,
    ...(mail && { mail }),
    ...(publicApi && { "public-api": publicApi }),
    "jenkins-ecs": systems.jenkinsEcs,
    "coffee-suppliers": systems.coffeeSuppliers,
    "user-notifications": systems.userNotifications,
  });
/** Those with services of every kind. */
const whole = (name: string) => synthesiseAll(name, {}, applications);

/** Resource types that AWS, or the provider, gives no tags. */
const TAGLESS =
  /aws_(apigatewayv2_(api_mapping|authorizer|integration|route)|appautoscaling_policy|autoscaling_group|cloudwatch_(dashboard|event_target)|cognito_(resource_server|user_pool_(client|domain))|ecr_lifecycle_policy|ecs_cluster_capacity_providers|iam_role_policy|secretsmanager_secret_version|sesv2_configuration_set_event_destination|sns_topic_policy|route(_table_association|53_record)?|s3_bucket_\w+|acm_certificate_validation)$/;

describe.each(["local", "local-prod", "dev", "prod"])("every stack of the environment %s", (name) => {
  const stacks = whole(name);
  // Here, for all the synthesis together is longer than a test may take on a busy machine.
  const synthesised = eachStack(stacks);

  it("tags every resource that can carry tags", () => {
    for (const [stackName, stack] of synthesised) {
      for (const [type, resources] of Object.entries(document(stack).resource)) {
        for (const resource of Object.values(resources)) {
          if (TAGLESS.test(type)) expect(resource, type).not.toHaveProperty("tags");
          else expect(resource.tags, `${stackName} ${type}`).toMatchObject({ Environment: name, Stack: stackName });
        }
      }
    }
  });

  it("tags the autoscaling group in its own way, once each", () => {
    const tags = stacks.jenkinsEcs.resource(AutoscalingGroup).tag as { key: string }[];
    expect(tags.map(({ key }) => key)).toEqual(["Name", "AmazonECSManaged", "Environment", "Stack"]);
  });

  it("pins the provider that the constructs were made from", () => {
    for (const [, stack] of synthesised) {
      expect(JSON.parse(stack.json).terraform.required_providers.aws).toEqual({ source: "aws", version: "5.100.0" });
    }
  });

  it("holds no credentials", () => {
    for (const [, stack] of synthesised) {
      expect(provider(stack)).not.toHaveProperty("secret_key");
      expect(stack.json).not.toMatch(/AKIA[0-9A-Z]{16}|"(access_key|secret_key|password|token)":/);
    }
  });
});

describe("the provider of the local environment", () => {
  it("has the settings that an emulator needs", () => {
    for (const [, stack] of eachStack(allStacks("local"))) {
      expect(stack.json).toHaveProviderWithProperties(AwsProvider, {
        region: "us-east-1",
        max_retries: 2,
        skip_credentials_validation: true,
        skip_metadata_api_check: "true",
        s3_use_path_style: true,
      });
    }
  });

  it("refuses any account but the emulator's, so that a forgotten endpoint cannot change a real one", () => {
    for (const [, stack] of eachStack(allStacks("local"))) {
      expect(provider(stack)?.allowed_account_ids).toEqual(["123456789012"]);
    }
  });
});

describe.each(["dev", "prod"])("the provider of the environment %s", (name) => {
  it("has none of the emulator's settings", () => {
    for (const [, stack] of eachStack(allStacks(name))) expect(provider(stack)).toEqual({ region: "us-east-1" });
  });
});

describe("the state of a stack", () => {
  const directory = process.env.STATE_DIRECTORY;
  afterEach(() => {
    delete process.env.STATE_BACKEND;
    if (directory === undefined) delete process.env.STATE_DIRECTORY;
    else process.env.STATE_DIRECTORY = directory;
  });
  const backend = (stack: Synthesised) => document(stack).terraform.backend;

  it("is a local file of its own in the local environment", () => {
    process.env.STATE_DIRECTORY = "/somewhere/else";
    for (const [name, stack] of eachStack(whole("local"))) {
      expect(backend(stack)).toEqual({ local: { path: `/somewhere/else/${name}.tfstate` } });
    }
  });

  it("is an encrypted object of its own, locked by S3 itself, elsewhere", () => {
    for (const [name, stack] of eachStack(whole("prod"))) {
      expect(backend(stack)).toEqual({
        s3: {
          bucket: "express-on-ecs-prod-state",
          key: `prod/${name}.tfstate`,
          region: "us-east-1",
          encrypt: true,
          use_lockfile: true,
        },
      });
    }
  });

  it("is reached by path in an emulated environment, where buckets have no host names", () => {
    const { environment } = loadProject({ root: process.cwd(), environment: "local" });
    const app = Testing.app({ outdir: ".local/testing" });
    const stack = new StateStack(app, { environment: { ...environment, state: { backend: "s3", bucket: "trial" } } });
    expect(backend(parseStack(Testing.synth(stack)))).toEqual({
      s3: {
        bucket: "trial",
        key: "local/state.tfstate",
        region: "us-east-1",
        encrypt: true,
        use_lockfile: true,
        use_path_style: true,
      },
    });
  });

  it("is local for once, while the bucket that it will live in does not exist", () => {
    process.env.STATE_BACKEND = "local";
    process.env.STATE_DIRECTORY = "/bootstrap";
    expect(backend(synthesiseAll("prod").state)).toEqual({ local: { path: "/bootstrap/state.tfstate" } });
  });
});

describe("the state stack", () => {
  it("has one bucket, which production cannot destroy", () => {
    expect(allStacks("prod").state.resource(S3Bucket)).toMatchObject({
      bucket: "express-on-ecs-prod-state",
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
  });

  it("lets the local environment destroy it", () => {
    const bucket = allStacks("local").state.resource(S3Bucket);
    expect(bucket).toMatchObject({ bucket: "express-on-ecs-local-123456789012", force_destroy: true });
    expect(bucket).not.toHaveProperty("lifecycle");
  });
});

describe("the registry stack", () => {
  it("has one repository with one lifecycle policy for each service", () => {
    const { registry } = allStacks("local");
    expect(registry.counts()).toEqual({ aws_ecr_repository: 6, aws_ecr_lifecycle_policy: 6 });
    expect(
      registry.resources(EcrRepository).map(({ name, image_tag_mutability }) => [name, image_tag_mutability]),
    ).toEqual([
      // A pipeline follows a tag that moves.
      ["coffee-suppliers-local/customer", "MUTABLE"],
      ["coffee-suppliers-local/employee", "MUTABLE"],
      ["user-notifications-local/notification", "IMMUTABLE"],
      ["jenkins-ecs-local/service-a", "IMMUTABLE"],
      ["jenkins-ecs-local/service-b", "IMMUTABLE"],
      ["user-notifications-local/user-management", "IMMUTABLE"],
    ]);
  });

  it("keeps images in production and lets the local environment remove them", () => {
    const forceDelete = (name: string) =>
      allStacks(name)
        .registry.resources(EcrRepository)
        .map((one) => one.force_delete);
    expect(forceDelete("prod")).toEqual(Array(6).fill(false));
    expect(forceDelete("local")).toEqual(Array(6).fill(true));
  });

  it("never lets the image expire that services are created with", () => {
    for (const { policy } of allStacks("prod").registry.resources(EcrLifecyclePolicy)) {
      expect(JSON.parse(String(policy)).rules[0].selection.tagPatternList).toEqual([BOOTSTRAP_TAG]);
    }
  });

  it("puts out the URL of each repository", () => {
    const { output } = JSON.parse(allStacks("local").registry.json) as {
      output: Record<string, { value: object }>;
    };
    expect(Object.keys(output.repositories?.value ?? {})).toEqual([
      "customer",
      "employee",
      "notification",
      "service-a",
      "service-b",
      "user-management",
    ]);
  });
});

describe("the network stack", () => {
  it("has two zones with one NAT gateway in the local environment, three with one each in production", () => {
    const of = (name: string) => allStacks(name).network.counts();
    expect(of("local")).toMatchObject({ aws_vpc: 1, aws_subnet: 4, aws_nat_gateway: 1, aws_eip: 1 });
    expect(of("prod")).toMatchObject({ aws_vpc: 1, aws_subnet: 6, aws_nat_gateway: 3, aws_eip: 3 });
  });
});
