import type { DataPlane } from "../../runner";
import type { Session } from "../../session";
import { ActLog } from "./act-log";
import { actsOf } from "./acts";
import { bundlePage } from "./bundle";
import { Collector } from "./collector";
import { readingsOf } from "./readings";
import { RequestLog } from "./request-log";
import { StatusServer } from "./status-server";

/** Serves the status page of a run on a free port of the loopback interface, and lets the data plane tell of it. @throws Failure */
export async function startStatusPage(session: Session, dataPlane: DataPlane): Promise<void> {
  const requests = new RequestLog((host, port) => dataPlane.taskAt(host, port));
  dataPlane.watchRequests((request) => requests.add(request));
  dataPlane.watchApiRequests((request) => requests.addAtApi(request));
  const collector = new Collector(readingsOf(session, dataPlane, requests));
  const log = new ActLog((acts) => collector.tell({ acts }));
  const server = new StatusServer({
    collector,
    bundle: bundlePage,
    act: actsOf({ session, dataPlane, requests, log }),
  });
  await server.open();
  session.lifetime.onEnd(async () => {
    await server.close();
    // Before what they act upon ends.
    await log.close();
  });
  dataPlane.statusPage = server.url;
}
