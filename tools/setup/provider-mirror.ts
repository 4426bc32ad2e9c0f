import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";
import { platform } from "./terraform";

/** The only version that fits @cdktf/provider-aws 20.1.0. */
export const AWS_PROVIDER_VERSION = "5.100.0";

const PROVIDER = "registry.terraform.io/hashicorp/aws";

/** The provider's archive has about 150 MB: a slow line may take its time, a hanging one must not. */
const DOWNLOAD_BOUND_MS = 20 * 60_000;

/** Names the folder that holds `registry.terraform.io/`. */
export const MIRROR_VARIABLE = "TERRAFORM_PROVIDER_MIRROR";

/** Whether a filesystem mirror holds the provider for this platform, unpacked or packed ("filesystem_mirror"). */
export function holdsProvider(mirror: string, target = platform()): boolean {
  const unpacked = join(mirror, PROVIDER, AWS_PROVIDER_VERSION, target);
  if (existsSync(unpacked)) return readdirSync(unpacked).some((name) => name.startsWith("terraform-provider-aws"));
  return existsSync(join(mirror, PROVIDER, `terraform-provider-aws_${AWS_PROVIDER_VERSION}_${target}.zip`));
}

export interface MirrorSearch {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** @default the user's */
  readonly home?: string;
  /** The system's add-on folder. @default "/opt" */
  readonly addOns?: string;
  /** @default this machine's */
  readonly platform?: string;
}

/**
 * The mirror to use: the one that the variable names, one of Terraform's implied folders, one of the system's add-ons, or
 * what an earlier `installProvider` left.
 *
 * @throws Failure when the variable names a folder that does not hold the provider
 */
export function findMirror(search: MirrorSearch): string | undefined {
  const target = search.platform ?? platform();
  const named = search.environment[MIRROR_VARIABLE];
  if (named) {
    if (holdsProvider(named, target)) return named;
    throw new Failure(
      `${MIRROR_VARIABLE} names ${named}, which does not hold ${PROVIDER} ${AWS_PROVIDER_VERSION} for ${target}; ` +
        "it has to be a folder that holds registry.terraform.io/ (make one by `terraform providers mirror`), or unset",
    );
  }
  return mirrorFolders(search).find((folder) => holdsProvider(folder, target));
}

/** Source: Terraform's "CLI configuration file", "Implied local mirror directories". */
function mirrorFolders({ root, environment, home = homedir(), addOns = "/opt" }: MirrorSearch): readonly string[] {
  const data = [
    environment.XDG_DATA_HOME || join(home, ".local/share"),
    ...(environment.XDG_DATA_DIRS || "/usr/local/share:/usr/share").split(delimiter),
  ];
  const mac = [
    join(home, "Library/Application Support/io.terraform/plugins"),
    "/Library/Application Support/io.terraform/plugins",
  ];
  return [
    join(root, "terraform.d/plugins"),
    join(home, ".terraform.d/plugins"),
    ...(process.platform === "darwin" ? mac : []),
    ...data.map((folder) => join(folder, "terraform/plugins")),
    ...foldersIn(addOns),
    installedMirror(root),
  ];
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

function installedMirror(root: string): string {
  return join(root, ".local/providers");
}

/**
 * Lets Terraform install the provider once, with its own checks of signature and checksum, into a folder that serves as
 * a mirror from then on: every stack's own installation would unpack some 700 MB.
 *
 * @throws Failure with Terraform's own words
 */
export async function installProvider(
  lifetime: Lifetime,
  { root, terraform, environment }: { root: string; terraform: string; environment: NodeJS.ProcessEnv },
): Promise<string> {
  const mirror = installedMirror(root);
  await mkdir(dirname(mirror), { recursive: true });
  const folder = await mkdtemp(join(dirname(mirror), "provider-"));
  try {
    const required_providers = { aws: { source: "hashicorp/aws", version: AWS_PROVIDER_VERSION } };
    await writeFile(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
    const init = await capture(lifetime, terraform, ["init", "-no-color", "-input=false"], {
      cwd: folder,
      env: { ...environment, CHECKPOINT_DISABLE: "1" },
      timeoutMs: DOWNLOAD_BOUND_MS,
    });
    if (init.status !== 0) throw new Failure(providerFailure(init.stderr.trim() || init.reason));
    // Another command may have been faster, and may be using what it installed.
    if (!holdsProvider(mirror)) {
      await rm(mirror, { recursive: true, force: true });
      await rename(join(folder, ".terraform/providers"), mirror);
    }
    return mirror;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function providerFailure(reason: string): string {
  return (
    `the AWS provider ${AWS_PROVIDER_VERSION} could not be installed:\n${reason}\n` +
    `where registry.terraform.io can't be reached, copy a filesystem mirror here and name it: export ${MIRROR_VARIABLE}=FOLDER`
  );
}

/** Writes a Terraform CLI configuration file that takes providers from a mirror and from nowhere else. */
export async function writeCliConfiguration(file: string, mirror: string): Promise<void> {
  const text = `# Written by \`npm start\`: providers come from a folder of this machine.
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["registry.terraform.io/*/*"]
  }
}
`;
  await mkdir(dirname(file), { recursive: true });
  // Replaced in one step: another command may be reading it.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}
