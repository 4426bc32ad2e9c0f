import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { withoutAwsSettings } from "../../local/cloud/variables";
import { temporaryFolder, writeScript } from "../testing/temporary-folder";
import { type Answer, fakeDocker, fakeEcr, REPOSITORY } from "./deploy.fixtures";

/** Runs a command of this folder as npm does, where nobody could approve anything. */
async function run(script: "deploy" | "first-image", args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", `tools/deploy/${script}.ts`, ...args], {
    cwd: REPOSITORY,
    env: {
      ...withoutAwsSettings(process.env),
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, output };
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** An account with repositories that hold no image. */
const emptyRepositories = (action: string): Answer => {
  if (action === "DescribeRegistry") return { registryId: "111122223333" };
  if (action === "DescribeImages") return "ImageNotFoundException";
  if (action === "GetAuthorizationToken") return { authorizationData: [{ authorizationToken: "QVdTOmE=" }] };
  return { repositories: [{ repositoryUri: "registry.example/jenkins-ecs-dev/a-service" }] };
};

/** A program that says that it is a Terraform of this version. */
const terraform = (version: string) =>
  writeScript(temporaryFolder(), "terraform", `echo '{"terraform_version": "${version}"}'`);

describe.concurrent("a command line", () => {
  it("prints its usage", async () => {
    const { status, output } = await run("deploy", ["--help"]);
    expect(output).toMatch(/^usage: npm run deploy -- --env NAME \[options\]\n/);
    expect(status).toBe(0);
  });

  it("refuses an unknown environment with the list of those that exist", async () => {
    const { status, output } = await run("deploy", ["--env", "staging", "--auto-approve"]);
    expect(output).toContain('allowed: "dev", "local", "local-prod", "prod"');
    expect(status).toBe(2);
  });

  it("refuses an emulated environment, which npm start runs", async () => {
    const { status, output } = await run("deploy", ["--env", "local", "--auto-approve"]);
    expect(output).toContain(
      'environment "local" is emulated (config/environments/local.json): it is no AWS account. npm start deploys and runs it',
    );
    expect(status).toBe(2);
  });

  it("refuses to begin where nobody can approve", async () => {
    const { status, output } = await run("deploy", ["--env", "dev"]);
    expect(output).toContain("to apply every plan unasked, add --auto-approve");
    expect(status).toBe(2);
  });

  it("ends before anything is sent where there are no credentials", async () => {
    const { status, output } = await run("deploy", ["--env", "dev", "--auto-approve"]);
    expect(output).toContain("there are no AWS credentials");
    expect(status).toBe(1);
  });

  it("refuses a service that there is not", async () => {
    const { status, output } = await run("first-image", ["--env", "dev", "service-x"]);
    expect(output).toContain('there is no service "service-x"');
    expect(status).toBe(2);
  });
});

describe("npm run deploy", () => {
  it("asks for docker before anything is made that costs money", async () => {
    const { url } = await fakeEcr(emptyRepositories);
    const docker = fakeDocker("exit 1");
    const { status, output } = await run("deploy", ["--env", "dev", "--auto-approve"], {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: url,
      TERRAFORM_BINARY_NAME: terraform("1.11.0"),
      PATH: `${docker.path}:${process.env.PATH}`,
    });
    expect(output).toContain(`AWS account 111122223333  us-east-1, environment dev, at AWS_ENDPOINT_URL ${url}`);
    expect(output).toContain("docker builds and pushes the first image of a service, but its engine does not answer");
    expect(output).not.toContain("deploying");
    expect(status).toBe(1);
  });

  it("refuses a Terraform that knows no write-only arguments", async () => {
    const { url } = await fakeEcr(emptyRepositories);
    const { status, output } = await run("deploy", ["--env", "dev", "--auto-approve"], {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: url,
      TERRAFORM_BINARY_NAME: terraform("1.10.5"),
    });
    expect(output).toMatch(/Terraform 1\.11 or later is needed, found: .*\/terraform \(1\.10.5\); install it:/);
    expect(status).toBe(1);
  });
});

describe("npm run deploy -- --since", () => {
  it("refuses a commit that there is not, before anything is made", async () => {
    const { url } = await fakeEcr(emptyRepositories);
    const { status, output } = await run("deploy", ["--env", "dev", "--auto-approve", "--since", "no-such-commit"], {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: url,
    });
    expect(output).toContain('there is no commit "no-such-commit" (--since) here');
    expect(output).not.toContain("deploying");
    expect(status).toBe(2);
  });
});

describe("npm run first-image", () => {
  it("pushes the image of the service that was named", async () => {
    const { url } = await fakeEcr(emptyRepositories);
    const docker = fakeDocker();
    const { status, output } = await run("first-image", ["--env", "dev", "service-b"], {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: url,
      PATH: docker.path,
    });
    expect(output).toContain("✓ first image of service-b  registry.example/jenkins-ecs-dev/a-service:bootstrap");
    expect(docker.calls().map((call) => call.split(" ")[0])).toEqual(["version", "build", "push"]);
    expect(docker.calls()[1]).toContain("-f apps/service-b/Dockerfile");
    expect(status).toBe(0);
  });

  it("leaves images alone that are there, without docker", async () => {
    const { url } = await fakeEcr((action) =>
      action === "DescribeRegistry" ? { registryId: "1" } : { imageDetails: [{}] },
    );
    const docker = fakeDocker();
    const { status, output } = await run("first-image", ["--env", "dev"], {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: url,
      PATH: docker.path,
    });
    expect(output).toContain("first image of service-a  is there already");
    expect(output).toContain("first image of service-b  is there already");
    expect(docker.calls()).toEqual([]);
    expect(status).toBe(0);
  });
});
