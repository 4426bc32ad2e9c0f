import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { buildMachine } from "./build-machine";

const machine = (environment: NodeJS.ProcessEnv) =>
  buildMachine({
    folder: temporaryFolder(),
    emulatorUrl: "http://127.0.0.1:4566",
    region: "eu-west-1",
    names: "/run/names.json",
    programs: "/run/programs",
    environment,
  });

describe("the machine of a build", () => {
  it("has nothing of the shell but what text and network need: no settings of AWS, no secrets", () => {
    const variables = machine({
      PATH: "/usr/bin:/repository/node_modules/.bin:/bin",
      HOME: "/home/person",
      AWS_PROFILE: "prod",
      AWS_SESSION_TOKEN: "token",
      GITHUB_TOKEN: "secret",
      NODE_OPTIONS: "--inspect",
      LANG: "en_GB.UTF-8",
      HTTPS_PROXY: "http://proxy",
      DOCKER_HOST: "unix:///x",
    });
    expect(Object.keys(variables).sort()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_CONFIG_FILE",
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_REGION",
      "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SHARED_CREDENTIALS_FILE",
      "DOCKER_CONFIG",
      "DOCKER_HOST",
      "EXPRESS_ON_ECS_NAMES",
      "HOME",
      "HTTPS_PROXY",
      "LANG",
      "NODE_OPTIONS",
      "PATH",
      "npm_config_cache",
    ]);
    expect(variables).toMatchObject({
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_REGION: "eu-west-1",
      EXPRESS_ON_ECS_NAMES: "/run/names.json",
      npm_config_cache: "/home/person/.npm",
    });
    expect(variables.HOME).not.toBe("/home/person");
    expect(variables.NODE_OPTIONS).toMatch(/^--import=file:\/\/\S+\/local\/names\/use-names\.mjs$/);
  });

  it("finds the run's programs first, then this machine's, and none of the repository's packages", () => {
    const { PATH = "" } = machine({ PATH: "/repository/node_modules/.bin:/usr/bin::/bin" });
    expect(PATH.split(":").slice(0, 3)).toEqual(["/run/programs", "/usr/bin", "/bin"]);
  });
});
