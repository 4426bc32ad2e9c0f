import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Lifetime } from "../../tools/processes/lifetime";
import { prepare } from "../../tools/setup/prepare";
import { Terminal } from "../../tools/terminal/terminal";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * What end-to-end tests need on the machine: found or installed once, told to every test through its environment. What
 * cannot be had fails the run.
 */
export async function setup(): Promise<void> {
  const lifetime = new Lifetime();
  try {
    const { python, environment } = await prepare({ root: ROOT, lifetime, terminal: new Terminal() });
    Object.assign(process.env, environment, { EMULATOR_PYTHON: python });
  } finally {
    await lifetime.end();
  }
}
