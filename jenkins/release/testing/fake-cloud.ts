import { onTestFinished, vi } from "vitest";
import { Lifetime } from "../../../tools/processes/lifetime";
import { type Context, createContext } from "../context";
import { Output } from "../output";
import { FakeAws, Refusal } from "./fake-aws";
import { type Course, FakeEcs, REPOSITORY_URI, SERVICE } from "./fake-ecs";
import { recordingScreen } from "./recording-screen";
import { type Ended, ROOT, runOn } from "./run-on";

const PUBLISHED = "/jenkins-ecs/local/service-b/task-definition";

/** A cloud in which `service-b` of the environment `local` is deployed. */
export class FakeCloud {
  readonly aws = new FakeAws();
  readonly ecs = new FakeEcs(this.aws);
  readonly lifetime = new Lifetime();
  /** ARN of the revision that Terraform published. */
  published: string | undefined;

  constructor() {
    const manifest = { manifests: [{ platform: { os: "linux", architecture: "amd64" } }] };
    this.aws.on("DescribeRepositories", () => ({ repositories: [{ repositoryUri: REPOSITORY_URI }] }));
    this.aws.on("BatchGetImage", () => ({ images: [{ imageManifest: JSON.stringify(manifest) }] }));
    this.aws.on("GetParameter", ({ Name }) =>
      Name === PUBLISHED && this.published !== undefined
        ? { Parameter: { Value: this.published } }
        : new Refusal("ParameterNotFound"),
    );
  }

  /** A context of `service-b`, and what it prints. */
  context(): { readonly context: Context; readonly written: () => string } {
    const screen = recordingScreen();
    const context = createContext({
      root: ROOT,
      service: SERVICE,
      environment: "local",
      output: new Output(false, screen, screen),
      lifetime: this.lifetime,
      variables: {},
      settings: this.aws.settings,
    });
    return { context, written: screen.written };
  }

  /** Runs a command on `service-b`: its name, and its options. */
  run(command: string, ...options: readonly string[]): Promise<Ended> {
    return runOn({ service: SERVICE, aws: this.aws, lifetime: this.lifetime }, command, options);
  }
}

/** A cloud that is gone after the test, and in which the SDK waits for nothing before it tries again. */
export async function fakeCloud(): Promise<FakeCloud> {
  return forOneTest(new FakeCloud());
}

/** Starts a cloud that is gone after the test, and in which the SDK waits for nothing before it tries again. */
export async function forOneTest<Cloud extends { readonly aws: FakeAws; readonly lifetime: Lifetime }>(
  cloud: Cloud,
): Promise<Cloud> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  await cloud.aws.start();
  // The SDK multiplies its backoff by this.
  vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await cloud.lifetime.end();
    await cloud.aws.end();
  });
  return cloud;
}

/** A cloud in which revision 1 serves, which Terraform registered and published. @param course what the next deployment does */
export async function servingCloud(course: readonly Course[] = ["SUCCESSFUL"]): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  cloud.published = cloud.ecs.add();
  cloud.ecs.serve(cloud.published);
  cloud.ecs.course = [...course];
  return cloud;
}
