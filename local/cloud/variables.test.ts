import { describe, expect, it } from "vitest";
import { emulatorVariables, withoutAwsSettings } from "./variables";

describe("the environment of an emulated deployment", () => {
  it("holds nothing of the user's own AWS settings", () => {
    const user = {
      AWS_PROFILE: "prod",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL_S3: "https://elsewhere",
      HOME: "/home",
    };
    expect(withoutAwsSettings(user)).toEqual({ HOME: "/home" });
  });

  it("names the emulator, and no file of the user's", () => {
    expect(emulatorVariables("http://127.0.0.1:4566", "eu-west-1")).toMatchObject({
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_REGION: "eu-west-1",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    });
  });
});
