import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";

/** The CDKTF CLI loads it for every `diff`, `deploy` and `destroy`. */
const ADDON = "@cdktf/node-pty-prebuilt-multiarch";

/**
 * Whether the CDKTF CLI can run Terraform on this Node. Its last release ships binaries of its terminal addon up to
 * Node 22; on Node 24 it only works where npm could compile it, and otherwise crashes in the middle of a deployment.
 *
 * @throws Failure that says how to run with another Node
 */
export async function requireCdktfCli(lifetime: Lifetime, root: string): Promise<void> {
  const { status } = await capture(lifetime, process.execPath, ["-e", `require("${ADDON}")`], { cwd: root });
  if (status === 0) return;
  throw new Failure(
    `the CDKTF CLI can't run Terraform on this Node (${process.version}): its terminal addon has no binary for it; ` +
      "use Node 20 or 22, for example: npx --yes --package=node@22 -- npm start",
  );
}
