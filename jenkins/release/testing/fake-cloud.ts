import { fileURLToPath } from "node:url";
import { onTestFinished, vi } from "vitest";
import { Failure, Interrupted } from "../../../tools/failure";
import { Lifetime } from "../../../tools/processes/lifetime";
import { readCommandLine } from "../command-line";
import { type Context, createContext } from "../context";
import { Output } from "../output";
import { runCommand } from "../run-command";
import { FakeAws, Refusal } from "./fake-aws";
import { type Course, FakeEcs, REPOSITORY_URI, SERVICE } from "./fake-ecs";
import { recordingScreen } from "./recording-screen";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const PUBLISHED = "/jenkins-ecs/local/service-b/task-definition";

/** How a command ended: 130 where it was interrupted. */
export interface Ended {
  readonly status: number;
  /** What went wrong; empty where nothing did. */
  readonly message: string;
  /** What it printed. */
  readonly written: string;
}

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
  async run(command: string, ...options: readonly string[]): Promise<Ended> {
    const line = readCommandLine([command, SERVICE, "--env", "local", ...options]);
    if ("help" in line) throw new Error("help was asked for");
    const screen = recordingScreen();
    const output = new Output(line.switches.has("json"), screen, screen);
    const { lifetime } = this;
    try {
      await runCommand({
        root: ROOT,
        line,
        output,
        lifetime,
        variables: { BUILD_NUMBER: "2" },
        settings: this.aws.settings,
      });
      return { status: 0, message: "", written: screen.written() };
    } catch (error) {
      const written = screen.written();
      if (error instanceof Interrupted) return { status: 130, message: error.message, written };
      if (error instanceof Failure) return { status: error.status, message: error.message, written };
      throw error;
    }
  }
}

/** A cloud that is gone after the test, and in which the SDK waits for nothing before it tries again. */
export async function fakeCloud(): Promise<FakeCloud> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const cloud = new FakeCloud();
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
