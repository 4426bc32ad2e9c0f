import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Deployment } from "./deployment";
import { runInForeground } from "./foreground";

/** ECS runs tasks on x86 unless their task definition says otherwise. */
const PLATFORM = "linux/amd64";

const PURPOSE = "docker builds and pushes the first image of a service";

/** @throws Failure that says what to do when docker is missing or its engine does not run */
export async function requireDocker({ lifetime, variables: env }: Deployment): Promise<void> {
  const args = ["version", "--format", "{{.Server.Version}}"];
  const { status, stderr, reason } = await capture(lifetime, "docker", args, { env });
  if (status === 0) return;
  if (reason.startsWith("could not be started")) {
    throw new Failure(
      `${PURPOSE}, but there is none on PATH (${reason}); install it: https://docs.docker.com/get-docker`,
    );
  }
  throw new Failure(
    `${PURPOSE}, but its engine does not answer: ${stderr.trim() || reason}\n` +
      "start it (Docker Desktop, `colima start`, `sudo systemctl start docker`), then run the command again",
  );
}

/** Builds a service's image with the user's own docker settings. @throws Failure when docker fails */
export async function buildImage(
  { root, lifetime, variables, stdio }: Deployment,
  { app, version, image }: { app: string; version: string; image: string },
): Promise<void> {
  const file = `apps/${app}/Dockerfile`;
  const args = ["build", "--platform", PLATFORM, "-f", file, "--build-arg", `VERSION=${version}`, "-t", image, "."];
  // Attestations would make the tag an index over several untagged manifests, which the repository lists as images.
  const env = { ...variables, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
  await runInForeground(lifetime, "docker", args, { cwd: root, env, stdio });
}

/**
 * Pushes an image with credentials that only this push sees.
 *
 * @param token base64 of `user:password`, as GetAuthorizationToken gives it
 * @throws Failure when docker fails
 */
export async function pushImage(
  { root, lifetime, variables, stdio }: Deployment,
  { image, token }: { image: string; token: string },
): Promise<void> {
  const registry = image.slice(0, image.indexOf("/"));
  const folder = writeDockerConfiguration(variables, { [registry]: { auth: token } });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  try {
    const env = { ...variables, DOCKER_CONFIG: folder };
    await runInForeground(lifetime, "docker", ["push", image], { cwd: root, env, stdio });
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/**
 * A docker configuration of our own: the user's engine (context), but none of the user's credentials. The credentials
 * are written where `docker login` would write them. It is not asked to: with no credentials stored yet, it looks for a
 * credential helper and puts ours into the user's keychain.
 */
function writeDockerConfiguration(variables: NodeJS.ProcessEnv, auths: Record<string, { auth: string }>): string {
  const own = variables.DOCKER_CONFIG || join(homedir(), ".docker");
  const file = join(own, "config.json");
  const { currentContext } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  // Readable to nobody else: mkdtemp makes its folder so.
  const folder = mkdtempSync(join(tmpdir(), "docker-configuration-"));
  if (existsSync(join(own, "contexts"))) symlinkSync(join(own, "contexts"), join(folder, "contexts"));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths, currentContext }), { mode: 0o600 });
  return folder;
}
