import { describe, expect, it } from "vitest";
import { releaseBuildspec } from "./release-buildspec";
import { type Answer, runStubbed } from "./stubbed-build.fixtures";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const variables = { SERVICE: "cart", ENVIRONMENT: "prod" };

/** What the artifact of the build holds, unpacked before the first command. */
const unpacked: Answer = {
  to: "npm unpack",
  files: { ".local/release/tag": "0123456789ab-cart\n", ".local/release/commit": `${COMMIT}\n` },
};

/** The same commands, after the artifact has been unpacked. */
const withArtifact = (text: string) => {
  const document = JSON.parse(text);
  return JSON.stringify({ ...document, phases: { ...document.phases, pre_build: { commands: ["npm unpack"] } } });
};

describe.each(["deploy", "smoke"] as const)("the stage of a pipeline with the command %s", (command) => {
  const spec = releaseBuildspec(command);
  const line = `node .local/release/release.cjs ${command} cart --env prod --image-tag 0123456789ab-cart`;

  it("asks the release program, with the image of the artifact and who releases it", async () => {
    const url = "https://console.example/build/1";
    const build = { CODEBUILD_BUILD_NUMBER: "7", CODEBUILD_BUILD_URL: url };
    const result = await runStubbed(withArtifact(spec), { ...variables, ...build }, [unpacked]);
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(result.calls.slice(1)).toEqual([
      { line, stdin: "", env: { BUILD_NUMBER: "7", BUILD_URL: url, GIT_COMMIT: COMMIT } },
    ]);
  });

  it("does without what CodeBuild does not tell", async () => {
    const { status, calls } = await runStubbed(withArtifact(spec), variables, [unpacked]);
    expect(status).toBe(0);
    expect(calls.at(-1)).toMatchObject({ line, env: { BUILD_NUMBER: "", BUILD_URL: "" } });
  });

  it.each([1, 2, 3, 5])("ends with the exit status %d of the program, and its words", async (status) => {
    const failed = { to: "node", status, stderr: "rolled back\n" };
    const result = await runStubbed(withArtifact(spec), variables, [unpacked, failed]);
    expect(result).toMatchObject({ status, stderr: "rolled back\n" });
  });

  it("asks nobody where the artifact is another one", async () => {
    const result = await runStubbed(spec, variables, []);
    expect(result.status).toBe(1);
    expect(result.stderr).toBe("there is no .local/release/tag: the artifact has to be that of the pipeline's build\n");
    expect(result.calls).toEqual([]);
  });

  it("has nothing that Terraform would take for an expression, and hands nothing on", () => {
    expect(spec).not.toMatch(/[$%]\{/);
    expect(JSON.parse(spec)).not.toHaveProperty("artifacts");
  });
});
