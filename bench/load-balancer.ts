import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Lifetime } from "../tools/processes/lifetime";
import { FOLDER, HOST, PATH, type ServingProcess, startApp, startProgram, startServing } from "./app-process";
import { record, reportAtLeast } from "./measure";
import { throughputInTurn } from "./throughput";

/** Prints the throughput of service-a asked directly, through the load balancer of this machine, and through HAProxy. */
export async function benchLoadBalancer(): Promise<void> {
  const lifetime = new Lifetime();
  try {
    const app = await startApp(lifetime, "apps/service-a");
    const balancer = await startProgram(lifetime, "load-balancer-process.ts", String(app.port));
    const haproxy = haveHaproxy() ? await startHaproxy(lifetime, app) : undefined;
    const contenders = [
      { name: "service-a directly", url: app.url + PATH },
      { name: "through the load balancer", url: balancer.url + PATH },
      ...(haproxy ? [{ name: "through HAProxy", url: haproxy.url + PATH }] : []),
    ];
    const [direct, ours, theirs] = await throughputInTurn(contenders);
    if (direct && ours) {
      const share = ours.requestsPerSecond / direct.requestsPerSecond;
      record("requests/s through the load balancer, against directly", share, "");
      record("requests through the load balancer", ours.requestsPerSecond, "requests/s");
    }
    if (ours && theirs) {
      const share = ours.requestsPerSecond / theirs.requestsPerSecond;
      reportAtLeast("requests/s through the load balancer, against HAProxy", share, 0.5);
    }
  } finally {
    await lifetime.end();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

const isOnPath = (name: string) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

/** Debian's package is installed where that is allowed. */
function haveHaproxy(): boolean {
  if (isOnPath("haproxy") || existsSync("/usr/sbin/haproxy")) return true;
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) {
    console.log("  HAProxy is left out: there is no haproxy on the PATH (Debian: apt-get install haproxy)");
    return false;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "haproxy"], { env, stdio: "ignore" });
  return true;
}

function startHaproxy(lifetime: Lifetime, app: ServingProcess): Promise<ServingProcess> {
  const file = join(FOLDER, "haproxy.cfg");
  return startServing(lifetime, PATH, (port) => {
    writeFileSync(file, haproxyConfig(port, app.port));
    return { command: isOnPath("haproxy") ? "haproxy" : "/usr/sbin/haproxy", args: ["-db", "-f", file] };
  });
}

/** What a load balancer does: one rule, X-Forwarded-For, keep-alive on both sides, a health check. */
function haproxyConfig(port: number, target: number): string {
  return `
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend listener
  bind ${HOST}:${port}
  acl rule path ${PATH}
  use_backend group if rule
  default_backend group
backend group
  option httpchk GET /healthcheck
  server target ${HOST}:${target} check
`;
}
