import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile, writeScript } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { findMirror, holdsProvider, installProvider, writeCliConfiguration } from "./provider-mirror";
import { platform } from "./terraform";

const AWS = "registry.terraform.io/hashicorp/aws";
const PROGRAM = "terraform-provider-aws_v5.100.0_x5";

function putProvider(mirror: string, version = "5.100.0", target = "linux_amd64"): string {
  writeFile(mirror, `${AWS}/${version}/${target}/${PROGRAM}`, "");
  return mirror;
}

function search(folder: string, environment: NodeJS.ProcessEnv = {}) {
  const empty = { XDG_DATA_DIRS: join(folder, "share") };
  return findMirror({
    root: join(folder, "root"),
    home: join(folder, "home"),
    addOns: join(folder, "opt"),
    platform: "linux_amd64",
    environment: { ...empty, ...environment },
  });
}

describe("a provider mirror", () => {
  it("holds the provider unpacked or packed", () => {
    const folder = temporaryFolder();
    expect(holdsProvider(putProvider(join(folder, "unpacked")), "linux_amd64")).toBe(true);
    writeFile(folder, `packed/${AWS}/terraform-provider-aws_5.100.0_linux_amd64.zip`, "");
    expect(holdsProvider(join(folder, "packed"), "linux_amd64")).toBe(true);
  });

  it("does not hold it for another version or platform", () => {
    const folder = temporaryFolder();
    expect(holdsProvider(putProvider(join(folder, "version"), "6.0.0"), "linux_amd64")).toBe(false);
    expect(holdsProvider(putProvider(join(folder, "platform"), "5.100.0", "darwin_arm64"), "linux_amd64")).toBe(false);
  });

  it.each([
    ["the project's own folder", "root/terraform.d/plugins"],
    ["the user's Terraform folder", "home/.terraform.d/plugins"],
    ["the user's data folder", "home/.local/share/terraform/plugins"],
    ["the system's data folder", "share/terraform/plugins"],
    ["an add-on of the system", "opt/anything"],
    ["an earlier installation", "root/.local/providers"],
  ])("is found in %s", (_, place) => {
    const folder = temporaryFolder();
    expect(search(folder)).toBeUndefined();
    putProvider(join(folder, place));
    expect(search(folder)).toBe(join(folder, place));
  });

  it("is the one that the variable names, before any other", () => {
    const folder = temporaryFolder();
    putProvider(join(folder, "opt/anything"));
    const named = putProvider(join(folder, "named"));
    expect(search(folder, { TERRAFORM_PROVIDER_MIRROR: named })).toBe(named);
  });

  it("is refused where the variable names a folder without the provider", () => {
    const folder = temporaryFolder();
    expect(() => search(folder, { TERRAFORM_PROVIDER_MIRROR: "/nowhere" })).toThrow(
      "TERRAFORM_PROVIDER_MIRROR names /nowhere, which does not hold registry.terraform.io/hashicorp/aws 5.100.0 for linux_amd64",
    );
  });

  it("is the only source in the configuration file", async () => {
    const file = join(temporaryFolder(), "a/terraform.rc");
    await writeCliConfiguration(file, '/with "quotes"');
    const text = readFileSync(file, "utf8");
    expect(text).toContain('path    = "/with \\"quotes\\""');
    expect(text).toContain("disable_checkpoint = true");
    expect(text).not.toContain("direct");
  });
});

describe("installing the provider", () => {
  const installation = (root: string, terraform: string) => ({ root, terraform, environment: process.env });

  it("asks Terraform for the pinned version, and gives a mirror", async () => {
    const root = temporaryFolder();
    const terraform = writeScript(
      root,
      "terraform",
      `cp main.tf.json ${root}/asked
       mkdir -p .terraform/providers/${AWS}/5.100.0/${platform()}
       touch .terraform/providers/${AWS}/5.100.0/${platform()}/${PROGRAM}`,
    );
    const mirror = await installProvider(testLifetime(), installation(root, terraform));
    expect(mirror).toBe(join(root, ".local/providers"));
    expect(holdsProvider(mirror)).toBe(true);
    expect(JSON.parse(readFileSync(join(root, "asked"), "utf8"))).toEqual({
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    });
  });

  it("repeats Terraform's words and names the variable when it fails", async () => {
    const root = temporaryFolder();
    const terraform = writeScript(root, "terraform", "echo 'could not connect to registry.terraform.io' >&2; exit 1");
    const failure = installProvider(testLifetime(), installation(root, terraform));
    await expect(failure).rejects.toThrow(
      /could not be installed:\ncould not connect.*export TERRAFORM_PROVIDER_MIRROR=FOLDER/s,
    );
  });
});
