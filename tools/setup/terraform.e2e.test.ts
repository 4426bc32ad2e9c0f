import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { portsInARow } from "../ports-in-a-row";
import { temporaryFolder, writeFile, writeScript } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { testServer } from "../testing/test-server";
import { findTerraform, installedFile, installTerraform, platform } from "./terraform";

function fakeTerraform(folder: string, name: string, version: string): string {
  return writeScript(folder, name, `echo '{ "terraform_version": "${version}" }'`);
}

describe("looking for Terraform", () => {
  it("takes the first that fits, and names those that do not", async () => {
    const folder = temporaryFolder();
    const old = fakeTerraform(folder, "old/terraform", "1.10.5");
    const tooNew = fakeTerraform(folder, "new/terraform", "2.0.0");
    const broken = writeScript(folder, "broken/terraform", "exit 1");
    const fitting = fakeTerraform(folder, "fitting/terraform", "1.11.0");
    const later = fakeTerraform(folder, "later/terraform", "1.14.1");
    expect(await findTerraform(testLifetime(), [old, tooNew, broken, fitting, later])).toEqual({
      found: { file: fitting, version: "1.11.0" },
      unfit: [`${old} (1.10.5)`, `${tooNew} (2.0.0)`, `${broken} (it does not tell its version)`],
    });
  });

  it("finds none in an empty place", async () => {
    const missing = join(temporaryFolder(), "terraform");
    expect(await findTerraform(testLifetime(), [missing])).toEqual({ found: undefined, unfit: [] });
  });

  it.each([
    ["linux", "x64", "linux_amd64"],
    ["darwin", "arm64", "darwin_arm64"],
  ])("calls %s on %s %s", (os, cpu, expected) => {
    expect(platform(os, cpu)).toBe(expected);
  });
});

/** An archive with a program in it, as HashiCorp releases one. */
function release(folder: string): Buffer {
  const program = fakeTerraform(folder, "release/terraform", "1.11.4");
  execFileSync("python3", ["-m", "zipfile", "-c", join(folder, "release.zip"), program]);
  return readFileSync(join(folder, "release.zip"));
}

function install(root: string, releasesUrl: string, archive: Buffer = Buffer.alloc(0), stallMs = 60_000) {
  return installTerraform(testLifetime(), {
    root,
    python: "python3",
    releasesUrl,
    platform: "linux_amd64",
    sha256: { linux_amd64: createHash("sha256").update(archive).digest("hex") },
    stallMs,
  });
}

async function releasesServer(handler: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await testServer(handler)}/`;
}

/** An address where nobody is, nor comes. */
async function deserted(): Promise<string> {
  return `http://127.0.0.1:${await portsInARow(1)}`;
}

describe("installing Terraform", () => {
  it("fetches the pinned release and puts a program that runs in place", async () => {
    const root = temporaryFolder();
    const archive = release(root);
    let asked: string | undefined;
    const url = await releasesServer((request, response) => {
      asked = request.url;
      response.end(archive);
    });
    const installed = await install(root, url, archive);
    expect(asked).toBe("/terraform/1.11.4/terraform_1.11.4_linux_amd64.zip");
    expect(installed).toEqual({ file: installedFile(root), version: "1.11.4" });
    expect(execFileSync(installed.file, ["version"], { encoding: "utf8" })).toContain("1.11.4");
    expect(readdirSync(join(root, ".local/bin"))).toEqual(["terraform"]);
  });

  const archive = Buffer.from("not the release");
  /** Of a server that stalls alone: others may take their time. */
  const STALL_MS = 150;
  const faults: [string, RequestListener, RegExp, stallMs?: number][] = [
    [
      "another file than the pinned one",
      (_, response) => response.end("another"),
      /its SHA-256 is \w{64}, but has to be/,
    ],
    ["a file that is no archive", (_, response) => response.end(archive), /could not unpack http.*not a zip file/is],
    ["404", (_, response) => response.writeHead(404).end(), /the server answered 404 Not Found/],
    [
      "a file cut short",
      (_, response) => {
        response.writeHead(200, { "content-length": 1000 }).write("short");
        setTimeout(() => response.destroy(), 20);
      },
      /could not download http.*: \S/,
    ],
    ["a server that does not answer", () => undefined, /the server sent nothing for 0.15 s/, STALL_MS],
    [
      "a server that stops in the middle",
      (_, response) => void response.writeHead(200, { "content-length": 1000 }).write("some"),
      /the server sent nothing for 0.15 s/,
      STALL_MS,
    ],
  ];
  it.each(faults)("refuses %s, leaves nothing, and says how to go on", async (_, handler, message, stallMs) => {
    const root = temporaryFolder();
    const url = await releasesServer(handler);
    const failure = await install(root, url, archive, stallMs).catch((error: Error) => error.message);
    expect(failure).toMatch(message);
    expect(failure).toContain("install Terraform 1.11 or later by hand: https://");
    expect(readdirSync(join(root, ".local/bin"))).toEqual([]);
  });

  it("says which address does not answer", async () => {
    const url = await deserted();
    await expect(install(temporaryFolder(), url)).rejects.toThrow(
      new RegExp(`could not download ${url}/terraform/.*ECONNREFUSED`),
    );
  });

  it("keeps the program that is there when the download fails", async () => {
    const root = temporaryFolder();
    writeFile(root, ".local/bin/terraform", "the old one");
    await expect(install(root, await deserted())).rejects.toThrow("could not download");
    expect(readFileSync(installedFile(root), "utf8")).toBe("the old one");
  });

  it("names the platforms that there is a release for", async () => {
    const installation = { root: temporaryFolder(), python: "python3", platform: "sunos_sparc" };
    await expect(installTerraform(testLifetime(), installation)).rejects.toThrow(
      "the platform is sunos_sparc, known are darwin_amd64, darwin_arm64, linux_amd64, linux_arm64",
    );
  });
});
