import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure";
import type { Lifetime } from "../processes/lifetime";
import type { Terminal } from "../terminal/terminal";
import { requireCdktfCli } from "./cdktf-cli";
import { findEmulatorPython, findPython, installMoto, pinnedMoto } from "./emulator-python";
import { findMysql, installMysql, type MysqlExecutable, mysqlCandidates } from "./mysql";
import { AWS_PROVIDER_VERSION, findMirror, installProvider, writeCliConfiguration } from "./provider-mirror";
import { findTerraform, installTerraform, terraformCandidates } from "./terraform";

/** What a deployment on this machine needs beside the npm packages. */
export interface Tools {
  /** Terraform's executable. */
  readonly terraform: string;
  /** Python that has the emulator's packages. */
  readonly python: string;
  /** The database server; only where `database` asked for it. */
  readonly mysql?: MysqlExecutable;
  /** Variables that make Terraform and the CDKTF CLI use these tools, to be added to a child's environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Preparation {
  /** The repository's folder. */
  readonly root: string;
  readonly lifetime: Lifetime;
  readonly terminal: Terminal;
  /** Whether a system with a database is to be served. @default false */
  readonly database?: boolean;
}

/**
 * Finds Terraform, the AWS provider, the emulator's Python and, where there is to be a database, its server. Installs what
 * is missing: under `.local/`, but for the server, which is a package of the system.
 *
 * @throws Failure that names what is missing and how to install it
 */
export async function prepare(preparation: Preparation): Promise<Tools> {
  const { root, terminal } = preparation;
  const python = await findPython(preparation.lifetime, process.env.PATH);
  const [{ terraform, mirror }, emulatorPython, mysql] = await Promise.all([
    prepareProvisioning(preparation, python),
    prepareMoto(preparation, python),
    preparation.database ? prepareMysql(preparation) : undefined,
    requireCdktfCli(preparation.lifetime, root),
  ]);
  const configuration = join(root, ".local", `terraform-${fingerprint(mirror)}.rc`);
  await writeCliConfiguration(configuration, mirror);
  terminal.progress("");
  const environment = toolVariables(terraform, configuration);
  return { terraform, python: emulatorPython, ...(mysql && { mysql }), environment };
}

async function prepareProvisioning(preparation: Preparation, python: string) {
  const terraform = await prepareTerraform(preparation, python);
  return { terraform, mirror: await prepareProvider(preparation, terraform) };
}

async function prepareTerraform({ root, lifetime, terminal }: Preparation, python: string): Promise<string> {
  terminal.progress("looking for Terraform");
  const { found, unfit } = await findTerraform(lifetime, terraformCandidates(root));
  if (found) {
    terminal.done(`Terraform ${found.version}`, found.file);
    return found.file;
  }
  if (unfit.length > 0) terminal.warn(`not used, 1.11 or later of Terraform 1 is needed: ${unfit.join(", ")}`);
  const onProgress = (text: string) => terminal.progress(text);
  const installed = await installTerraform(lifetime, { root, python, onProgress });
  terminal.done(`Terraform ${installed.version} installed`, installed.file);
  return installed.file;
}

async function prepareProvider({ root, lifetime, terminal }: Preparation, terraform: string): Promise<string> {
  const found = findMirror({ root, environment: process.env });
  if (found) {
    terminal.done(`AWS provider ${AWS_PROVIDER_VERSION}`, found);
    return found;
  }
  terminal.line(`  … AWS provider ${AWS_PROVIDER_VERSION}: Terraform installs it (about 150 MB, once)`);
  const mirror = await installProvider(lifetime, { root, terraform, environment: withReadableConfiguration() });
  terminal.done(`AWS provider ${AWS_PROVIDER_VERSION} installed`, mirror);
  return mirror;
}

async function prepareMoto({ root, lifetime, terminal }: Preparation, python: string): Promise<string> {
  terminal.progress("looking for the AWS emulator's packages");
  const found = await findEmulatorPython(lifetime, { root, path: process.env.PATH });
  if (found) {
    terminal.done(`moto ${pinnedMoto(root)}`, found);
    return found;
  }
  terminal.line(`  … moto ${pinnedMoto(root)}: pip installs it into .local/venv (about a minute, once)`);
  const onProgress = (text: string) => terminal.progress(text);
  const installed = await installMoto(lifetime, { root, python, onProgress });
  terminal.done(`moto ${pinnedMoto(root)} installed`, installed);
  return installed;
}

async function prepareMysql({ lifetime, terminal }: Preparation): Promise<MysqlExecutable> {
  terminal.progress("looking for a MySQL server");
  const { found, unfit } = await findMysql(lifetime, mysqlCandidates());
  if (found) {
    terminal.done(`${found.product} ${found.version}`, found.file);
    return found;
  }
  terminal.progress("installing MariaDB's server");
  await installMysql(lifetime, { unfit, onProgress: (text) => terminal.progress(text) });
  const { found: installed } = await findMysql(lifetime, mysqlCandidates());
  if (!installed) throw new Failure("MariaDB's server was installed, but there is no mariadbd on PATH or in /usr/sbin");
  terminal.done(`${installed.product} ${installed.version} installed`, installed.file);
  return installed;
}

/** The user's own CLI configuration may hold mirrors and credentials; a file that is not there is only a warning. */
function withReadableConfiguration(): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: file, ...rest } = process.env;
  return file && isReadable(file) ? { ...rest, TF_CLI_CONFIG_FILE: file } : rest;
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function toolVariables(terraform: string, configuration: string): Record<string, string> {
  return {
    // The CDKTF CLI calls this very file, wherever it lies.
    TERRAFORM_BINARY_NAME: terraform,
    // Always set: where the user's variable names a missing file, the CDKTF CLI shows Terraform's warning as an error.
    TF_CLI_CONFIG_FILE: configuration,
    // Where the telemetry host hangs, the CLI was seen to hang 61 s.
    CHECKPOINT_DISABLE: "1",
    // The word "true": CDKTF 0.21 reads "1" as false, and then `terraform providers lock` asks the registry.
    CDKTF_SKIP_PROVIDER_LOCK: "true",
    // Else the CDKTF CLI names a cache in the user's home, into which the mirror's 700 MB are copied.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "true",
  };
}

/** Two commands that use different mirrors must not write one file. */
function fingerprint(mirror: string): string {
  return createHash("sha256").update(mirror).digest("hex").slice(0, 8);
}
