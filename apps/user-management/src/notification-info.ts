import type { Peer } from "@express-on-ecs/kit/peer";
import { Problem } from "@express-on-ecs/kit/problem";
import type { RequestHandler } from "express";

/** A person waits for it. */
const TIMEOUT_MILLISECONDS = 2000;

/** Shows which task of notification answers this service. */
export function notificationInfo(notification: Pick<Peer, "request">): RequestHandler {
  return async (_request, response) => {
    const { status, body } = await notification.request("/notification/info", { timeoutMs: TIMEOUT_MILLISECONDS });
    if (status !== 200) throw new Problem(502, `The notification service answered with status ${status}.`);
    response.set("Cache-Control", "no-store").type("text").send(body);
  };
}
