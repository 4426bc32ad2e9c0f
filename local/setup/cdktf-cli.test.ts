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

  it("is refused where the addon has no binary for this Node, before anything is deployed", async () => {
    install('throw new Error("Cannot find module ../build/Release/pty.node")');
    await expect(requireCdktfCli(new Lifetime(), root)).rejects.toThrow(
      `the CDKTF CLI can't run Terraform on this Node (${process.version}): its terminal addon has no binary for it; use Node 20 or 22, for example: npx --yes --package=node@22 -- npm start`,
    );
  });

  it("runs on the Node of these tests", async () => {
    await expect(requireCdktfCli(new Lifetime(), process.cwd())).resolves.toBeUndefined();
  });
});
