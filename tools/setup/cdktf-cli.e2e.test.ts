import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Lifetime } from "../processes/lifetime";
import { requireCdktfCli } from "./cdktf-cli";

const root = mkdtempSync(join(tmpdir(), "cdktf-cli-"));
const addon = join(root, "node_modules/@cdktf/node-pty-prebuilt-multiarch");
afterAll(() => rmSync(root, { recursive: true }));

function install(source: string): void {
  mkdirSync(addon, { recursive: true });
  writeFileSync(join(addon, "index.js"), source);
}

describe("the CDKTF CLI", () => {
  it("is fine where its terminal addon loads", async () => {
    install("");
    await expect(requireCdktfCli(new Lifetime(), root)).resolves.toBeUndefined();
  });

  it("is refused where the addon has no binary, before anything is deployed", async () => {
    install('throw new Error("Cannot find module ../build/Release/pty.node")');
    await expect(requireCdktfCli(new Lifetime(), root)).rejects.toThrow(
      `the CDKTF CLI can't run Terraform here (Node ${process.version} on ${process.platform} ${process.arch}): its terminal addon has no binary for this platform; use Linux with glibc, macOS or Windows (x64 or arm64), and install the packages there: npm ci`,
    );
  });

  it("runs on the Node of these tests", async () => {
    await expect(requireCdktfCli(new Lifetime(), process.cwd())).resolves.toBeUndefined();
  });
});
