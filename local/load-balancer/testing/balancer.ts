import { createServer, type RequestListener } from "node:http";
import { connect } from "node:net";
import { onTestFinished, vi } from "vitest";
import { Lifetime } from "../../../tools/processes/lifetime";
import { serveForTest } from "../../../tools/testing/test-server";
import type { TargetReport } from "../../cloud/view";
import type { ServedRequest } from "../listener";
import { LoadBalancers } from "../load-balancers";
import { HOST, type TestView, viewOf } from "./view";

export interface TestBalancer {
  readonly balancers: LoadBalancers;
  readonly reports: readonly TargetReport[];
  readonly requests: readonly ServedRequest[];
  readonly port: number;
  update(view: TestView): Promise<void>;
  /** Resolves when all these ports were reported as that. */
  reported(state: TargetReport["state"], ...ports: number[]): Promise<void>;
}

/** Load balancers that end with the test, without a view. */
export function testBalancers(options: { firstPort?: number; healthCheckCapMs?: number } = {}) {
  const reports: TargetReport[] = [];
  const requests: ServedRequest[] = [];
  const balancers = new LoadBalancers({
    lifetime: new Lifetime(),
    firstPort: 0,
    healthCheckCapMs: 20,
    onReport: (targets) => reports.push(...targets),
    onRequest: (request) => requests.push(request),
    ...options,
  });
  onTestFinished(() => balancers.close());
  return { balancers, reports, requests };
}

/** Serves the view; its targets that do not drain are healthy. */
export async function testBalancer(view: TestView): Promise<TestBalancer> {
  const { balancers, reports, requests } = testBalancers();
  await balancers.update(viewOf(view));
  const reported = (state: TargetReport["state"], ...ports: number[]) =>
    vi.waitFor(
      () => {
        const seen = reports.filter((report) => report.state === state).map(({ port }) => port);
        const missing = ports.filter((port) => !seen.includes(port));
        if (missing.length > 0)
          throw new Error(`${missing.join(", ")} not reported ${state}: ${JSON.stringify(reports)}`);
      },
      { timeout: 30_000, interval: 5 },
    );
  const targets = Object.values(view.groups ?? {}).flatMap(({ targets = [] }) => targets);
  await reported("healthy", ...targets.filter((target) => typeof target === "number"));
  const port = balancers.served[0]?.port ?? 0;
  return { balancers, reports, requests, port, reported, update: (next) => balancers.update(viewOf(next)) };
}

/** A balancer in front of one target with this handler. */
export async function balancerBefore(handler: RequestListener, view: TestView = {}) {
  const target = await testTarget(handler);
  const balancer = await testBalancer({ ...view, groups: { group: { targets: [target] } } });
  return { ...balancer, target };
}

/** A server that passes its health checks and closes no connection for being idle, closed after the test. */
export function testTarget(handler: RequestListener): Promise<number> {
  const server = createServer((request, response) => {
    if (request.headers["user-agent"]?.startsWith("ELB-HealthChecker")) response.end();
    else handler(request, response);
  });
  server.keepAliveTimeout = 0;
  return serveForTest(server);
}

/** Sends these very bytes, and gives all that comes back until the connection is closed. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, HOST, () => socket.write(text, "latin1"));
    onTestFinished(() => void socket.destroy());
    socket.setEncoding("latin1").on("data", (piece: string) => {
      received += piece;
    });
    socket.on("end", () => resolve(received));
    socket.on("error", reject);
  });
}
