import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";

/** The CDKTF CLI loads it for every `diff`, `deploy` and `destroy`. */
const ADDON = "@cdktf/node-pty-prebuilt-multiarch";

/**
 * Whether the CDKTF CLI can run Terraform here. Its terminal addon is a binary; package.json puts one in its place that
 * is built for Linux (glibc), macOS and Windows and for every Node from 20 on, because the CLI's own ends with Node 22.
 * Without a binary the CLI crashes in the middle of a deployment.
 *
 * @throws Failure that says what is missing
 */
export async function requireCdktfCli(lifetime: Lifetime, root: string): Promise<void> {
  const { status } = await capture(lifetime, process.execPath, ["-e", `require("${ADDON}")`], { cwd: root });
  if (status === 0) return;
  throw new Failure(
    `the CDKTF CLI can't run Terraform here (Node ${process.version} on ${process.platform} ${process.arch}): ` +
      "its terminal addon has no binary for this platform; use Linux with glibc, macOS or Windows (x64 or arm64), and install the packages there: npm ci",
  );
}
