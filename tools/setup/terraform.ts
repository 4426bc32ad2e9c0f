import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Failure, messageOf } from "../failure";
import { capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";
import { download } from "./download";
import { executablesOnPath, isExecutable } from "./executables";

/**
 * Secrets that Terraform makes without writing them down need 1.11 ("Use temporary write-only arguments"), S3 backends with
 * native locking 1.10; 2.x does not exist and may change everything.
 */
const MINIMUM_MINOR = 11;

/** The release that is installed where none is found. */
const PINNED_VERSION = "1.11.4";

/** SHA-256 of the release's archives. Source: HashiCorp's own Homebrew formula of this version. */
const PINNED_SHA256: Readonly<Record<string, string>> = {
  darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
  darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
  linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
  linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
};

const RELEASES_URL = "https://releases.hashicorp.com";

const BY_HAND = "install Terraform 1.11 or later by hand: https://developer.hashicorp.com/terraform/install";

export interface Terraform {
  readonly file: string;
  readonly version: string;
}

/** This machine in the words of HashiCorp's releases, such as `linux_amd64`. */
export function platform(os: string = process.platform, cpu: string = process.arch): string {
  return `${os}_${cpu === "x64" ? "amd64" : cpu}`;
}

/** Where Terraform may lie without being on the search path. */
export function standardPlaces(root: string, home: string = homedir()): readonly string[] {
  return [
    installedFile(root),
    join(home, ".local/bin/terraform"),
    "/usr/local/bin/terraform",
    "/opt/homebrew/bin/terraform",
    "/usr/bin/terraform",
  ];
}

/** Where `installTerraform` puts it. */
export function installedFile(root: string): string {
  return join(root, ".local/bin/terraform");
}

/** The first Terraform of a fitting version; those that do not fit are named in `unfit`. */
export async function findTerraform(
  lifetime: Lifetime,
  candidates: readonly string[],
): Promise<{ found: Terraform | undefined; unfit: readonly string[] }> {
  const unfit: string[] = [];
  for (const file of new Set(candidates.filter(isExecutable))) {
    const version = await versionOf(lifetime, file);
    if (version !== undefined && fits(version)) return { found: { file, version }, unfit };
    unfit.push(`${file} (${version ?? "it does not tell its version"})`);
  }
  return { found: undefined, unfit };
}

/** Every Terraform on this machine that we know where to look for. */
export function terraformCandidates(root: string, path = process.env.PATH): readonly string[] {
  return [...executablesOnPath("terraform", path), ...standardPlaces(root)];
}

async function versionOf(lifetime: Lifetime, file: string): Promise<string | undefined> {
  const { stdout } = await capture(lifetime, file, ["version", "-json"], {
    // A configuration file that is named but missing would put a warning before the JSON.
    env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: "/dev/null" },
  });
  return /"terraform_version":\s*"(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
}

function fits(version: string): boolean {
  const [major, minor = 0] = version.split(".").map(Number);
  return major === 1 && minor >= MINIMUM_MINOR;
}

export interface Installation {
  readonly root: string;
  /** Python that unpacks the archive. */
  readonly python: string;
  /** Server of the releases. @default TERRAFORM_RELEASES_URL, else HashiCorp's own */
  readonly releasesUrl?: string;
  /** @default this machine's */
  readonly platform?: string;
  /** SHA-256 of the archives by platform. @default those of the pinned release */
  readonly sha256?: Readonly<Record<string, string>>;
  readonly stallMs?: number;
  readonly onProgress?: (text: string) => void;
}

/** Downloads the pinned release, checks it, and puts it in place in one step. @throws Failure */
export async function installTerraform(lifetime: Lifetime, installation: Installation): Promise<Terraform> {
  const target = installation.platform ?? platform();
  const sha256 = (installation.sha256 ?? PINNED_SHA256)[target];
  if (!sha256) {
    const known = Object.keys(installation.sha256 ?? PINNED_SHA256).join(", ");
    throw new Failure(`Terraform can't be installed here: the platform is ${target}, known are ${known}; ${BY_HAND}`);
  }
  const base = installation.releasesUrl ?? process.env.TERRAFORM_RELEASES_URL ?? RELEASES_URL;
  const url = `${base.replace(/\/+$/, "")}/terraform/${PINNED_VERSION}/terraform_${PINNED_VERSION}_${target}.zip`;
  const file = installedFile(installation.root);
  await mkdir(dirname(file), { recursive: true });
  const folder = await mkdtemp(join(dirname(file), "terraform-"));
  try {
    await fetchAndUnpack(lifetime, installation, { url, sha256, folder });
    await rename(join(folder, "terraform"), file);
    return { file, version: PINNED_VERSION };
  } catch (error) {
    lifetime.signal.throwIfAborted();
    throw new Failure(`${messageOf(error)}\n${BY_HAND}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchAndUnpack(
  lifetime: Lifetime,
  { python, stallMs, onProgress }: Installation,
  { url, sha256, folder }: { url: string; sha256: string; folder: string },
): Promise<void> {
  const archive = join(folder, "terraform.zip");
  await download({
    url,
    sha256,
    file: archive,
    signal: lifetime.signal,
    ...(stallMs !== undefined && { stallMs }),
    onProgress: (received, total) =>
      onProgress?.(`downloading Terraform ${PINNED_VERSION}: ${megabytes(received)} of ${megabytes(total)} MB`),
  });
  const unpacked = await capture(lifetime, python, ["-m", "zipfile", "-e", archive, folder], { timeoutMs: 120_000 });
  if (unpacked.status !== 0) throw new Failure(`could not unpack ${url}: ${unpacked.stderr.trim() || unpacked.reason}`);
  await chmod(join(folder, "terraform"), 0o755);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "?" : (bytes / 1e6).toFixed(0);
}
