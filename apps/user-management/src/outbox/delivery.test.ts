import { type Peer, PeerUnavailable } from "@express-on-ecs/kit/peer";
import { describe, expect, it } from "vitest";
import { deliver, outcomeOf } from "./delivery";

const row = { id: "key-7", message: '{"subject":"s"}', requestId: "request-7", attempts: 1 };

describe("what notification answers", () => {
  const outcome = (status: number) => outcomeOf({ status, headers: new Headers({ "retry-after": "3" }) });

  it("is 200 for a message that was sent", () => {
    expect(outcome(200)).toEqual({ kind: "sent" });
  });

  it.each([400, 413, 415, 422])("is %i for one that can never be sent", (status) => {
    expect(outcome(status)).toEqual({ kind: "refused", status });
  });

  it.each([408, 409, 425])("is %i for one to be sent later, which says nothing of others", (status) => {
    expect(outcome(status)).toEqual({ kind: "later", reason: `status ${status}`, down: false, retryAfter: 3000 });
  });

  it.each([201, 204, 302, 401, 403, 404, 405, 429, 500, 502, 503, 504])(
    "is %i when none is taken at the moment",
    (status) => {
      expect(outcome(status)).toEqual({ kind: "later", reason: `status ${status}`, down: true, retryAfter: 3000 });
    },
  );
});

describe("deliver", () => {
  const { signal } = new AbortController();

  it("asks with the key of the row and the id of its request", async () => {
    const asked: unknown[] = [];
    const request: Peer["request"] = async (...given) => {
      asked.push(given);
      return { status: 200, headers: new Headers(), body: "" };
    };
    expect(await deliver({ request }, row, signal)).toEqual({ kind: "sent" });
    const headers = { "content-type": "application/json", "idempotency-key": "key-7", "x-request-id": "request-7" };
    expect(asked).toEqual([
      ["/notification/send", { method: "POST", headers, body: row.message, timeoutMs: 11_000, signal }],
    ]);
  });

  it("takes no answer for an outage, and any other fault for one of ours", async () => {
    const failing = (error: Error) => deliver({ request: () => Promise.reject(error) }, row, signal);
    expect(await failing(new PeerUnavailable("notification", "ECONNREFUSED"))).toEqual({
      kind: "later",
      reason: "ECONNREFUSED",
      down: true,
      retryAfter: 0,
    });
    await expect(failing(new TypeError("bug"))).rejects.toThrow("bug");
  });
});
